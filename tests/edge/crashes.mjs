// A control Worker that is killed in the middle of pushes, as by a power cut, while visitors look at pages:
//   node tests/edge/crashes.mjs [PUSHES]
// The page Worker and its KV are in another workerd, which goes on. After each crash KV has the old version or the new one, and the same
// push again finishes it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { connect } from "node:net";
import { fileId, newSigningKey, publicKeyHex } from "../../xtask/manifest.mjs";
import { workplace } from "./attune.mjs";
import { startEdge } from "./harness.mjs";
import { lookOn, wordFor } from "./onlookers.mjs";
import { hashOf, publisherOf, signatureHeaders } from "./publisher.mjs";
import { EAGER, greeting } from "./shelf.mjs";

/**
 * Where it is killed: at a write to KV of which nothing, half or all has been done; or at another moment of the push.
 * @typedef {{ name: string, write?: string, done?: "nothing" | "half" | "all", at?: "half an upload" | "uploaded" | "the draft is on its way" | "published", after_ms?: number }} Step
 */
/** @type {Step[]} */
export const STEPS = [
  { name: "half of the upload is sent", at: "half an upload" },
  ...["artifact:", "manifest:", "head"].flatMap((write) =>
    /** @type {const} */ (["nothing", "half", "all"]).map((done) => ({ name: `${done} of ${write.replace(":", "")} is in KV`, write, done })),
  ),
  { name: "the upload is answered", at: "uploaded" },
  ...[0, 2, 5, 10, 15, 20, 30, 45].map((after_ms) => ({ name: `the draft was sent ${after_ms} ms ago`, at: /** @type {const} */ ("the draft is on its way"), after_ms })),
  { name: "the push is answered", at: "published" },
];

/** Every workerd that this process has started. */
const children = () => execFileSync("pgrep", ["-P", String(process.pid), "workerd"], { encoding: "utf8" }).trim().split("\n").map(Number);

/** The publisher with all that it remembers, in a workerd of its own that can be killed; its KV is that of `pages`. */
class Desk {
  /** @type {Step | null} */
  step = null;
  isDead = false;

  /** @param {any} pages @param {string} persist @param {string} keys */
  constructor(pages, persist, keys) {
    Object.assign(this, { pages, persist, keys });
  }

  async start() {
    const before = children();
    this.edge = await startEdge({ publish: false, gated: "elsewhere", persist: this.persist, bindings: { MANIFEST_KEYS: this.keys } });
    this.pid = children().find((pid) => !before.includes(pid));
    this.isDead = false;
    this.died = new Promise((resolve) => (this.die = resolve));
    const keyOf = (request) => new URL(request.url, "http://kv").searchParams.get("key");
    this.edge.origin.on("/write", (request, response) => void this.#write(keyOf(request), request, response));
    this.edge.origin.on("/kv", async (request, response) => {
      if (request.method === "DELETE") await this.pages.kv.delete(keyOf(request));
      const stored = request.method === "DELETE" ? null : await this.pages.kv.get(keyOf(request), "arrayBuffer");
      response.end(Buffer.from(stored ?? new ArrayBuffer(0)));
    });
  }

  async #write(key, request, response) {
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    const bytes = Buffer.concat(pieces);
    const isHere = this.step?.write !== undefined && key.startsWith(this.step.write);
    const done = isHere ? this.step?.done : "all";
    if (this.isDead) return;
    if (done !== "nothing") await this.pages.put(key, done === "half" ? bytes.subarray(0, bytes.length >> 1) : bytes);
    if (isHere) this.kill();
    else response.end();
  }

  /** As a power cut would. */
  kill() {
    if (this.isDead) return;
    this.isDead = true;
    process.kill(this.pid, "SIGKILL");
    this.die();
  }

  async restart() {
    this.kill();
    this.step = null;
    await this.edge.stop().catch(() => {});
    await this.start();
  }

  async stop() {
    await this.edge?.stop().catch(() => {});
  }
}

/** Sends a whole head and half of a body, and ends there. @param {Desk} desk @param {string} pem @param {Uint8Array} bytes @param {string} audience */
function halfAnUpload({ edge }, pem, bytes, audience) {
  const target = `/_attune/publish/artifact/${hashOf(bytes)}`;
  const headers = { Host: edge.host, "Content-Length": bytes.length, ...signatureHeaders(pem, { method: "PUT", target, body: bytes, audience }) };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return new Promise((resolve) => {
    const socket = connect(Number(edge.url.port), edge.url.hostname);
    socket.on("error", () => {});
    socket.write(`PUT ${target} HTTP/1.1\r\n${head}\r\n`);
    socket.write(bytes.subarray(0, bytes.length >> 1), () => resolve(socket));
  });
}

/**
 * One push, and the end of its publisher at a step. What was sent last may be answered or not.
 * @param {Desk} desk @param {ReturnType<typeof publisherOf>} alice @param {Step} step @param {Uint8Array} bundle @param {Uint8Array} file
 */
async function pushAndDie(desk, alice, step, bundle, file) {
  const orDeath = (/** @type {Promise<any>} */ work) => Promise.race([work.catch(() => null), desk.died]);
  desk.step = step;
  if (step.at === "half an upload") {
    const { audience } = await alice.state();
    const socket = await halfAnUpload(desk, alice.pem, bundle, audience);
    desk.kill();
    return socket.destroy();
  }
  await orDeath(alice.upload(bundle));
  if (desk.isDead) return;
  if (step.at === "uploaded") return desk.kill();
  const sent = alice.draft(file);
  if (step.at === "the draft is on its way") await Promise.race([sent.catch(() => null), new Promise((resolve) => setTimeout(resolve, step.after_ms))]);
  else await orDeath(sent);
  // The files and the head are written behind the answer.
  if (step.write === undefined) desk.kill();
  await desk.died;
}

/**
 * So many pushes, each killed at the next of the steps. The answer says how often, and how many pages were looked at meanwhile.
 * @param {number} pushes
 * @param {(done: number, pages: number) => void} [tell]
 */
export async function crash(pushes, tell = () => {}) {
  const persist = mkdtempSync(join(tmpdir(), "attune-crashes-"));
  const place = workplace();
  const key = newSigningKey();
  const keys = `${publicKeyHex(key)}:publish,${await place.key("reader.key")}:read`;
  const pages = await startEdge({ publish: false, control: false, bindings: { ...EAGER, MANIFEST_KEYS: keys } });
  const desk = new Desk(pages, persist, keys);
  const onlooker = lookOn(pages);
  /** How often the version was in KV already when nothing but the crash had happened. @type {Record<string, { kills: number, committed: number }>} */
  const outcome = Object.fromEntries(STEPS.map(({ name }) => [name, { kills: 0, committed: 0 }]));
  try {
    await desk.start();
    for (let version = 1; version <= pushes; version += 1) {
      const step = STEPS[(version - 1) % STEPS.length];
      const alice = publisherOf(desk.edge, key);
      const bundle = greeting(wordFor(version));
      const file = await alice.next({ bundle });
      await pushAndDie(desk, alice, step, bundle, file);
      await desk.restart();
      const wasCommitted = await finish(desk, key, bundle, file, version);
      outcome[step.name].kills += 1;
      outcome[step.name].committed += Number(wasCommitted);
      await onlooker.sees(version);
      tell(version, onlooker.pages());
    }
    const { pages: count, seen } = await onlooker.stop();
    for (const [version, words] of seen) assert.deepEqual([...words], [wordFor(version)], `version ${version}`);
    assert.equal(seen.size, pushes, "each version was seen");
    assert.equal((await publisherOf(desk.edge, key).history()).length, pushes);
    await place.ok(["audit", "verify", desk.edge.url.origin, "--key", "reader.key", "--manifest-keys", keys]);
    return { pages: count, outcome };
  } finally {
    await onlooker.stop().catch(() => {});
    await desk.stop();
    await pages.stop();
    place.leave();
    rmSync(persist, { recursive: true, force: true });
  }
}

/**
 * What a crash has left, and the same push again. The answer says whether the crash had left the new version.
 * @param {Desk} desk @param {string} key @param {Uint8Array} bundle @param {Uint8Array} file @param {number} version
 */
async function finish({ edge }, key, bundle, file, version) {
  const alice = publisherOf(edge, key);
  const { current, serial } = await alice.state();
  const wasCommitted = current?.id === fileId(file);
  assert.equal(serial, wasCommitted ? version : version - 1, "the old version or the new one");
  const upload = await alice.upload(bundle);
  assert.ok([200, 201].includes(upload.status), JSON.stringify(upload.body));
  const again = await alice.draft(file);
  assert.deepEqual([again.status, again.body.published?.manifest], [wasCommitted ? 200 : 201, fileId(file)]);
  return wasCommitted;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const start = performance.now();
  const { pages, outcome } = await crash(Number(process.argv[2] ?? 1_000), (done, pages) => {
    if (done % 50 === 0) console.log(`${done} pushes, ${pages} pages, ${((performance.now() - start) / 1000).toFixed(0)} s`);
  });
  console.log(`${pages} pages, each a 200 with one version's content; killed when, how often, and how often the new version held after it:`);
  for (const [name, { kills, committed }] of Object.entries(outcome)) console.log(`  ${name}: ${kills}, ${committed}`);
}
