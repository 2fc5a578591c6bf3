// Second configurations in the page core's memory, in workerd: how many there are, who makes room, and what is too large.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Miniflare } from "miniflare";
import { KEY_1, pageModules } from "./harness.mjs";
import { greeting } from "./shelf.mjs";

const root = new URL("../..", import.meta.url).pathname;
const MIB = 1024 * 1024;

/** Calls the core of the page Worker, whatever pages do. */
const ENTRY = `
  import { PageCore } from "../../build/page/page.js";
  import { core } from "./core.mjs";
  import { instance } from "./instance.mjs";
  const KEYS = "${KEY_1}";
  const bundleOf = (bytes, sha256, draft) => ({ bytes, sha256, version: 1, manifest: "", site: "", artifacts: [], published: "", tally: { pages: 0, traps: 0 }, draft });
  let present = null;
  const calls = {
    present: (bytes) => void core.load(present = bundleOf(bytes, "1".repeat(64)), KEYS),
    draft(bytes, id) {
      core.loadDraft(present, KEYS, { id, bundle: bundleOf(new Uint8Array(0), "2".repeat(64), id), isInert: false }, bytes);
    },
    canary: (bytes) => core.putCanary({ bundle: bundleOf(bytes, "3".repeat(64)), share_bp: 5000, salt: "00" }),
    look: (_, id) => void core.draft(id, KEYS),
    drop: (_, id) => core.dropDraft(id),
    async version(bytes) {
      present = bundleOf(bytes, "4".repeat(64));
      await core.prepare(present, KEYS, () => [], () => {});
    },
    // A draft comes while a catalogue does, which then breaks off.
    async meanwhile(bytes, id) {
      let breakOff;
      const broken = new Promise((_, reject) => void (breakOff = () => reject(new Error("it broke off"))));
      const catalog = { kind: 2, bytes: 1, sha256: "6".repeat(64) };
      const next = { ...bundleOf(bytes, "5".repeat(64)), artifacts: [catalog] };
      const preparing = core.prepare(next, KEYS, async function* () { yield await broken; }, (_, error) => { throw error; });
      const ended = preparing.then(() => "it was loaded", (error) => error.message);
      try {
        calls.draft(bytes, id);
      } finally {
        breakOff();
        const why = await ended;
        if (why !== "it broke off") throw new Error(why);
      }
    },
    // What is refused leaves its room free; the memory stays as large.
    grow(_, bytes) {
      try {
        new PageCore(new Uint8Array(Number(bytes)), KEYS);
      } catch (error) {
        if (error.code !== "bundle") throw error;
      }
    },
  };
  export default {
    async fetch(request) {
      const { searchParams } = new URL(request.url);
      const bytes = new Uint8Array(await request.arrayBuffer());
      let refused = "";
      try {
        await calls[searchParams.get("call")](bytes, searchParams.get("of"));
      } catch (error) {
        refused = error.constructor.name + ": " + error.message;
      }
      const held = ["a", "b", "c"].filter((id) => core.usable(core.draft(id, KEYS)?.loaded ?? null));
      return Response.json({ refused, held: held.join(""), canary: core.canary !== null, memory_bytes: instance.memory_bytes() });
    },
  };`;

/** @param {(call: (name: string, of?: string | number, bytes?: Uint8Array) => Promise<{ refused: string, held: string, canary: boolean, memory_bytes: number }>) => Promise<void>} run */
async function withCore(run) {
  const modules = [{ type: "ESModule", path: `${root}www/shim/entry.mjs`, contents: ENTRY }, ...pageModules("build/page")];
  const mf = new Miniflare(/** @type {any} */ ({ host: "127.0.0.1", cf: false, modules, modulesRoot: root, compatibilityDate: "2026-04-01" }));
  try {
    const url = await mf.ready;
    await run(async (name, of = "", bytes = new Uint8Array(0)) => {
      const answer = await fetch(new URL(`/?call=${name}&of=${of}`, url), { method: "POST", body: new Uint8Array(bytes) });
      return /** @type {any} */ (await answer.json());
    });
  } finally {
    await mf.dispose();
  }
}

const [ONE, TWO, THREE] = ["Hello", "Howdy", "Salut"].map(greeting);

test("there are two at most, and a draft makes room for a canary, for another draft and for a version", () =>
  withCore(async (call) => {
    await call("present", "", ONE);
    assert.equal((await call("draft", "a", TWO)).held, "a");
    assert.equal((await call("draft", "b", THREE)).held, "ab");
    // Looking at them in this order makes `a` the one that was looked at longest ago.
    assert.equal((await call("draft", "c", TWO)).held, "bc");
    assert.equal((await call("drop", "b")).held, "c");
    assert.equal((await call("draft", "a", TWO)).held, "ac");
    const beside = await call("canary", "", THREE);
    assert.deepEqual([beside.held, beside.canary], ["c", true], "the one that was looked at last");
    const other = await call("draft", "b", TWO);
    assert.deepEqual([other.held, other.canary], ["b", true], "the canary stays");
    const next = await call("version", "", TWO);
    assert.deepEqual([next.refused, next.held], ["", ""]);
    const broken = await call("draft", "a", TWO.subarray(0, 100));
    assert.match(broken.refused, /^Error: /);
    assert.equal(broken.held, "", "never half of it");
  }));

test("a draft took the room of a catalogue that was coming in, and what was refused kept its own", () =>
  withCore(async (call) => {
    await call("present", "", ONE);
    const beside = await call("meanwhile", "a", TWO);
    assert.deepEqual([beside.refused, beside.held], ["NoRoom: something new is just being published: load the page again in a moment", ""]);
    const after = await call("draft", "a", TWO);
    assert.deepEqual([after.refused, after.held], ["", "a"], "nothing is coming in any more");
  }));

test("a draft for which the memory would grow beyond 96 MiB is not loaded", () =>
  withCore(async (call) => {
    await call("present", "", ONE);
    const small = await call("grow", "", new Uint8Array(0));
    assert.ok(small.memory_bytes < 8 * MIB, `${small.memory_bytes}`);
    const { memory_bytes, refused } = await call("grow", 88 * MIB);
    assert.deepEqual([refused, memory_bytes > 88 * MIB, memory_bytes < 96 * MIB], ["", true, true], `${memory_bytes}`);
    assert.equal((await call("draft", "a", TWO)).held, "a", "a small one has room");
    const large = await call("draft", "b", new Uint8Array(MIB));
    assert.match(large.refused, /^NoRoom: the site has no room for it at the moment/);
    assert.deepEqual([large.held, large.memory_bytes], ["a", memory_bytes], "nothing was touched");
  }));
