// Artifacts that KV does not have yet, or has wrong: asked for again, in good time, and never blamed for another's fault.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { artifactKey, signedManifest } from "../../xtask/manifest.mjs";
import { Backoff } from "../../www/shim/backoff.mjs";
import { SIGNING_KEY, startEdge } from "./harness.mjs";

const read = (name) => readFileSync(new URL(`../../build/demo.${name}`, import.meta.url));
const PARTS = { bundle: read("bundle"), catalogue: read("catalog"), index: read("baskets") };
const SHELF = [{ kind: 2, bytes: PARTS.catalogue }, { kind: 4, bytes: PARTS.index }];
const PATH = "/p/22697";
const PAGE = `<!doctype html><html lang="en-GB"><body><section data-slot="goes-with">next to it</section></body></html>`;
const HOST = { Host: "www.tuppence.example" };
const SHORT_S = "30";
const LONG_S = "86400";

/** The demo's configuration behind a KV that a test can watch. */
async function withShop(run, { bindings = {}, faults = false, missing = [] } = {}) {
  const edge = await startEdge({ publish: false, held: true, faults, site: "tuppence", bindings: { SITE: "tuppence", BUNDLE_FRESH_S: "0", BUNDLE_STALE_S: "0", RETRY_S: "0", ...bindings } });
  try {
    edge.origin.serve(PATH, { "Content-Type": "text/html; charset=utf-8" }, PAGE);
    for (const [name, bytes] of Object.entries(PARTS)) if (!missing.includes(name)) await edge.put(artifactKey(bytes), bytes);
    await publish(edge, 1);
    await run(edge);
  } finally {
    await edge.stop();
  }
}

async function publish(edge, version, more = {}) {
  await edge.put("manifest", signedManifest({ site: "tuppence", version, bundle: PARTS.bundle, artifacts: SHELF, ...more }, [SIGNING_KEY]));
}

/**
 * What the health check says after a look at KV of its own. The look of a page may go on when the page is there, and a health check
 * does not wait for another's: it is asked until it has looked itself.
 */
async function looked(edge) {
  const looks = () => edge.origin.seen.filter(({ url }) => url.startsWith("/gate?key=head&")).length;
  for (;;) {
    const before = looks();
    const health = await edge.health();
    if (looks() > before) return health;
  }
}

/** What is recommended after the next look at KV. */
async function recommended(edge) {
  if ((await looked(edge)).status !== "ok") return "no bundle";
  const { text } = await edge.fetch(`/_attune/recommend?slot=goes-with&page=${PATH}`, { headers: HOST });
  const { items } = JSON.parse(text);
  if (items.length === 0) return "no products";
  // Without the index what is alike takes the place of what is bought together.
  return items.some(({ source }) => source === "goes-with") ? "what goes with it" : "other products";
}

/** The same, and the page agrees. */
async function shown(edge) {
  const found = await recommended(edge);
  const { text } = await edge.fetch(PATH, { headers: HOST });
  assert.equal(/next to it/.test(text), found.startsWith("no "), `the page agrees: ${found}: ${text}`);
  return found;
}

/** For how long each answer about a key could be kept, in the order of asking. */
function ttls(edge, bytes) {
  const asked = edge.origin.seen.map(({ url }) => new URL(url, "http://gate")).filter(({ pathname }) => pathname === "/gate");
  return asked.filter(({ searchParams }) => searchParams.get("key") === artifactKey(bytes)).map(({ searchParams }) => searchParams.get("ttl"));
}

/** Makes KV throw when it is asked for some bytes; the answer ends that. */
function broken(edge, bytes) {
  edge.origin.on("/gate", (request, response) => {
    response.writeHead(request.url.includes(artifactKey(bytes)) ? 500 : 200);
    response.end();
  });
  return () => edge.origin.serve("/gate", {}, "");
}

const flipped = (bytes, at) => {
  const copy = Buffer.from(bytes);
  copy[at] ^= 1;
  return copy;
};

/** What KV may have in the place of an artifact. */
const WRONG = {
  "the first half": (bytes) => bytes.subarray(0, bytes.length >> 1),
  "nothing in it": () => Buffer.alloc(0),
  "a byte more": (bytes) => Buffer.concat([bytes, Buffer.alloc(1)]),
  "several times too much": (bytes) => Buffer.concat([bytes, bytes, bytes]),
  "a bit flipped at the start": (bytes) => flipped(bytes, 0),
  "a bit flipped in the middle": (bytes) => flipped(bytes, bytes.length >> 1),
  "a bit flipped at the end": (bytes) => flipped(bytes, bytes.length - 1),
};

for (const [name, without] of [["bundle", "no bundle"], ["catalogue", "no products"], ["index", "other products"]]) {
  test(`the ${name}, which KV had wrong, not yet, or not at that moment, is used as soon as it is right`, () =>
    withShop(async (edge) => {
      const bytes = PARTS[name];
      assert.equal(await shown(edge), without, "it is not there");
      for (const [what, wrong] of Object.entries(WRONG)) {
        await edge.put(artifactKey(bytes), wrong(bytes));
        assert.equal(await shown(edge), without, what);
      }
      // First, so that a look that is under way does not find it.
      const mend = broken(edge, bytes);
      await edge.put(artifactKey(bytes), bytes);
      assert.equal(await shown(edge), without, "KV throws");
      mend();
      assert.equal(await shown(edge), "what goes with it");
      const asked = ttls(edge, bytes);
      assert.ok(asked.length > Object.keys(WRONG).length, asked.join());
      assert.deepEqual([...new Set(asked)], [SHORT_S], "a miss, or what is wrong, is kept no longer than it has to be");
    }, { missing: [name] }));
}

test("what was right before is asked for with a long time to keep it, after a trap and after a detour", () =>
  withShop(async (edge) => {
    assert.equal(await shown(edge), "what goes with it");
    await edge.fetch(`${PATH}?fault=open`, { headers: HOST });
    assert.equal(await shown(edge), "what goes with it", "the catalogue came back");
    for (const bytes of [PARTS.catalogue, PARTS.index]) assert.deepEqual(ttls(edge, bytes), [SHORT_S, LONG_S]);
    // Another bundle of the same site, which cannot be loaded, costs nothing.
    const foreign = Buffer.concat([PARTS.bundle.subarray(0, 40), Buffer.from("broken")]);
    await edge.put(artifactKey(foreign), foreign);
    await publish(edge, 2, { bundle: foreign });
    assert.equal(await shown(edge), "what goes with it");
    assert.deepEqual(ttls(edge, foreign), [SHORT_S], "and is not tried again: its bytes are what was signed");
  }, { faults: true }));

test("an artifact that went wrong after it was right is asked for as if for the first time", () =>
  withShop(async (edge) => {
    assert.equal(await shown(edge), "what goes with it");
    await edge.put(artifactKey(PARTS.catalogue), WRONG["a bit flipped in the middle"](PARTS.catalogue));
    await edge.fetch(`${PATH}?fault=open`, { headers: HOST });
    assert.equal(await shown(edge), "no products");
    await edge.put(artifactKey(PARTS.catalogue), PARTS.catalogue);
    assert.equal(await shown(edge), "what goes with it");
    const [first, second, ...later] = ttls(edge, PARTS.catalogue);
    assert.deepEqual([first, second, [...new Set(later)]], [SHORT_S, LONG_S, [SHORT_S]]);
  }, { faults: true }));

test("an index is not blamed for a catalogue that comes later", () =>
  withShop(async (edge) => {
    for (let look = 0; look < 3; look += 1) assert.equal(await shown(edge), "no products");
    assert.deepEqual(ttls(edge, PARTS.index), [], "without its catalogue it is not asked for");
    await edge.put(artifactKey(PARTS.catalogue), PARTS.catalogue);
    assert.equal(await shown(edge), "what goes with it");
  }, { missing: ["catalogue"] }));

test("a catalogue comes back after a trap, also while the manifest cannot be read", () =>
  withShop(async (edge) => {
    assert.equal(await shown(edge), "what goes with it");
    await edge.put("manifest", Buffer.from("not a manifest"));
    await edge.fetch(`${PATH}?fault=open`, { headers: HOST });
    assert.equal(await shown(edge), "what goes with it");
  }, { faults: true }));

test("a trap of a page while the next bundle is loaded does not refuse that bundle", async () => {
  const bandit = (name) => readFileSync(new URL(`../../build/bandit.${name}`, import.meta.url));
  const [bundle, catalogue] = [bandit("bundle"), bandit("catalog")];
  const edge = await startEdge({ held: true, faults: true, bindings: { BUNDLE_FRESH_S: "0", BUNDLE_STALE_S: "0", RETRY_S: "0" } });
  try {
    /** Lets KV answer for the catalogue. @type {Promise<() => void>} */
    const asked = new Promise((resolve) => {
      edge.origin.on("/gate", (request, response) => {
        if (request.url.includes(artifactKey(catalogue))) resolve(() => response.end());
        else response.end();
      });
    });
    for (const bytes of [bundle, catalogue]) await edge.put(artifactKey(bytes), bytes);
    await edge.put("manifest", signedManifest({ site: "testshop", version: 2, bundle, artifacts: [{ kind: 2, bytes: catalogue }] }, [SIGNING_KEY]));
    const loading = edge.health();
    const answer = await asked;
    assert.equal((await edge.fetch("/?fault=open")).headers["server-timing"], 'attune;desc="trap"');
    edge.origin.serve("/gate", {}, "");
    answer();
    assert.equal((await loading).bundle.manifest, 1, "the present bundle stays");
    assert.equal((await edge.health()).bundle.manifest, 2, "and the next one is loaded again");
  } finally {
    await edge.stop();
  }
});

test("what is wrong rests, and pages go on meanwhile", async () => {
  for (const [name, looks] of [["bundle", "no bundle"], ["catalogue", "no products"]]) {
    await withShop(async (edge) => {
      const bytes = PARTS[name];
      await edge.put(artifactKey(bytes), WRONG["the first half"](bytes));
      assert.equal(await shown(edge), looks);
      await edge.put(artifactKey(bytes), bytes);
      for (let look = 0; look < 4; look += 1) assert.equal(await shown(edge), looks, "an hour is not over");
      assert.equal(ttls(edge, bytes).length, 1, "KV was asked for it once");
    }, { bindings: { RETRY_S: "3600" } });
  }
});

test("what is wrong is tried again when its rest is over", () =>
  withShop(async (edge) => {
    await edge.put(artifactKey(PARTS.catalogue), WRONG["a byte more"](PARTS.catalogue));
    assert.equal(await shown(edge), "no products");
    await edge.put(artifactKey(PARTS.catalogue), PARTS.catalogue);
    let found = "no products";
    while (found === "no products") found = await recommended(edge);
    assert.equal(found, "what goes with it");
  }, { bindings: { RETRY_S: "1" } }));

test("each rest is twice as long, 64 times the first at most; what is refused rests for ever", () => {
  const backoff = new Backoff();
  let now_ms = 1_000_000;
  for (const rest_ms of [30, 60, 120, 240, 480, 960, 1920, 1920, 1920].map((s) => s * 1000)) {
    backoff.fail("a", 30_000, now_ms);
    assert.ok(backoff.rests("a", now_ms + rest_ms - 1) && !backoff.rests("a", now_ms + rest_ms), `${rest_ms}`);
    now_ms += rest_ms;
  }
  assert.ok(!backoff.rests("b", now_ms), "another is not concerned");
  backoff.succeed("a");
  backoff.fail("a", 30_000, now_ms);
  assert.ok(!backoff.rests("a", now_ms + 30_000), "and it begins anew");
  backoff.refuse("c");
  assert.ok(backoff.rests("c", Number.MAX_SAFE_INTEGER));
  for (let other = 0; other < 64; other += 1) backoff.fail(`other ${other}`, 30_000, now_ms);
  assert.ok(!backoff.rests("c", now_ms), "64 names are kept: the one that failed longest ago is forgotten");
});
