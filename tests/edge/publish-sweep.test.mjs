// What KV has after many publications: what can be gone back to, what waits, and nothing else.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { artifactKey, fileId, killStatement, newSigningKey, publicKeyHex, signedData, signedDraft } from "../../xtask/manifest.mjs";
import { goods } from "./goods.mjs";
import { KEY_1, startEdge } from "./harness.mjs";
import { follow, seen } from "./previews.mjs";
import { hashOf, headOf, publisherOf, until } from "./publisher.mjs";
import { EAGER, greeting, shown } from "./shelf.mjs";

const [ALICE, BOB] = [newSigningKey(), newSigningKey()];
const MANIFEST_KEYS = `${publicKeyHex(ALICE)}:publish+kill+data, ${publicKeyHex(BOB)}:approve`;
const SITE = "testshop";
const EXPECTED = { site: SITE, ring: KEY_1 };
const WORDS = ["Hello", "Howdy", "Salut", "Hejsa", "Hallo"];

/** Five seconds: an upload must not be thrown away before its draft comes. */
const DAYS = String(5 / 86_400);

/** @type {Awaited<ReturnType<typeof goods>>} */
let all;
before(async () => {
  all = await goods();
});

/** The keys in KV that begin so, without that. */
async function keysOf(edge, prefix) {
  const { keys } = await edge.kv.list({ prefix });
  return keys.map(({ name }) => name.slice(prefix.length)).sort();
}

/** @param {(edge: Awaited<ReturnType<typeof startEdge>>, alice: ReturnType<typeof publisherOf>) => Promise<void>} run @param {object} [bindings] @param {Record<string, string>} [variables] */
async function withSite(run, bindings = {}, variables = {}) {
  const edge = await startEdge({ publish: false, bindings: { ...EAGER, MANIFEST_KEYS, ...bindings }, variables: { HEAD_RENEW_S: "1", KEPT_VERSIONS: "2", KEPT_DATA: "1", KEPT_DAYS: DAYS, ...variables } });
  try {
    await run(edge, publisherOf(edge, ALICE));
  } finally {
    await edge.stop();
  }
}

test("what no version names that can be gone back to leaves KV, and everything else goes on", () =>
  withSite(async (edge, alice) => {
    const bundles = WORDS.map(greeting);
    const files = [];
    for (const bundle of bundles) files.push((await alice.push(bundle)).file);
    for (const number of [1, 2, 3]) assert.equal((await alice.kill(killStatement({ site: SITE, number, key: `campaign-${number}` }, [ALICE]))).status, 201);
    const { kills } = await headOf(edge, EXPECTED, 8);
    const ids = files.map(fileId);
    const lasting = { artifact: bundles.slice(3).map(hashOf).sort(), manifest: ids.slice(3).sort(), kills: [kills] };
    for (const [kind, keys] of Object.entries(lasting)) {
      await until(async () => (await keysOf(edge, `${kind}:`)).join() === keys.join() && true);
    }
    assert.equal(await shown(edge), "Hallo 5");
    // The history has all of them, and one that is kept can be gone back to.
    for (const [at, id] of ids.entries()) assert.equal(fileId((await alice.get(`manifest/${id}`)).bytes), ids[at]);
    assert.equal((await alice.history()).length, 8);
    assert.equal((await alice.draft(await alice.next({ bundle: bundles[3], evidence: files[3] }))).status, 201);
    await headOf(edge, EXPECTED, 9);
    assert.equal(await shown(edge), "Hejsa 6");
    // One that is not has to be uploaded again.
    const back = await alice.next({ bundle: bundles[0], evidence: files[0] });
    const refused = await alice.draft(back);
    assert.deepEqual([refused.code, refused.body.error.missing], ["missing_artifacts", [hashOf(bundles[0])]]);
    assert.equal((await alice.get(`artifact/${hashOf(bundles[0])}`)).status, 404);
    assert.equal((await alice.upload(bundles[0])).status, 201);
    assert.equal((await alice.draft(back)).status, 201);
    await headOf(edge, EXPECTED, 10);
    assert.equal(await shown(edge), "Hello 7");
  }));

test("catalogues of the last data manifests stay with those of versions, and what waits for a signature stays whole", () =>
  withSite(async (edge, alice) => {
    const { bundle, coloured, catalogs } = all;
    const [first, ...nights] = catalogs;
    await alice.upload(first.bytes);
    const send = async (/** @type {Buffer} */ file) => alice.post("data", { data: file.toString("base64"), message: "" });
    const one = await alice.next({ bundle, artifacts: [first] }, [ALICE, BOB]);
    await alice.upload(bundle);
    assert.equal((await alice.draft(one)).status, 201);
    await alice.upload(coloured);
    const waits = await alice.next({ bundle: coloured, artifacts: [first] });
    const approval = await publisherOf(edge, BOB).next({ bundle: coloured, artifacts: [first] }, [BOB]);
    assert.equal((await alice.draft(waits)).status, 202);
    let previous;
    for (const [at, night] of nights.entries()) {
      await alice.upload(night.bytes);
      const file = signedData({ site: SITE, number: at + 1, previous, version: 1, base: [first], artifacts: [night] }, [ALICE]);
      assert.equal((await send(file)).status, 201);
      previous = fileId(file);
    }
    const lasting = [bundle, coloured, first.bytes, nights[2].bytes].map(hashOf).sort();
    await until(async () => (await keysOf(edge, "artifact:")).join() === lasting.join() && true);
    assert.deepEqual(await keysOf(edge, "manifest:"), [fileId(one), /** @type {string} */ (previous)].sort());
    const bob = publisherOf(edge, BOB);
    assert.equal((await bob.approve(await bob.next({ bundle: coloured, artifacts: [first], notBefore_s: 1 }, [BOB]), fileId(waits))).status, 422, "a signature over other bytes");
    assert.equal((await bob.approve(approval, fileId(waits))).status, 201, "what waited has all of its artifacts");
  }, { MANIFEST_SIGNATURES: "2" }));

test("the configuration of a draft that is looked at was thrown away before the draft", () =>
  withSite(async (edge, alice) => {
    await alice.push(greeting("Hello"));
    const [looked, unused] = [greeting("Howdy"), greeting("Salut")];
    for (const bundle of [looked, unused]) assert.equal((await alice.upload(bundle)).status, 201);
    const manifest = signedDraft({ site: SITE, bundle: looked }, [ALICE]).toString("base64");
    const { status, body } = await alice.post("preview", { manifest });
    assert.equal(status, 200, JSON.stringify(body));
    const lasting = [greeting("Hello"), looked].map(hashOf).sort();
    await until(async () => (await keysOf(edge, "artifact:")).join() === lasting.join() && true);
    // Longer than anything is kept for its age.
    const { moment_s } = await headOf(edge, EXPECTED, 1);
    await until(async () => (await headOf(edge, EXPECTED, 1)).moment_s > moment_s + 6 && true);
    const { jar } = await follow(edge, body.url);
    assert.deepEqual([(await seen(edge, jar)).word, (await keysOf(edge, "artifact:")).join()], ["Howdy", lasting.join()]);
    // It leaves with the draft.
    assert.equal((await alice.post("withdraw", { draft: body.draft })).status, 200);
    await until(async () => (await keysOf(edge, "artifact:")).join() === hashOf(greeting("Hello")) && true);
  }));

test("an artifact that KV took and that nobody was told of stayed there for ever", async () => {
  const edge = await startEdge({ publish: false, gated: "elsewhere", bindings: { ...EAGER, MANIFEST_KEYS }, variables: { HEAD_RENEW_S: "1" } });
  try {
    const alice = publisherOf(edge, ALICE);
    /** @type {Set<string | null>} */
    const stored = new Set();
    const keyOf = (/** @type {{ url?: string }} */ { url }) => new URL(url ?? "", edge.origin.url).searchParams.get("key");
    const [kept, lost] = ["Hello", "Howdy"].map(greeting);
    edge.origin.on("/write", (request, response) => {
      stored.add(keyOf(request));
      response.writeHead(keyOf(request) === artifactKey(lost) ? 500 : 200).end();
    });
    edge.origin.on("/kv", (request, response) => {
      if (request.method === "DELETE") stored.delete(keyOf(request));
      response.end();
    });
    assert.equal((await alice.push(kept)).answer.status, 201);
    assert.equal((await alice.upload(lost)).status, 503);
    await until(async () => !stored.has(artifactKey(lost)) && true);
    assert.ok(stored.has(artifactKey(kept)));
    assert.deepEqual((await alice.get(`missing?sha256=${hashOf(kept)},${hashOf(lost)}`)).body.missing, [hashOf(lost)]);
  } finally {
    await edge.stop();
  }
});

test("a variable that is no number threw away what was not named by the head", () =>
  withSite(async (edge, alice) => {
    for (const word of WORDS.slice(0, 3)) await alice.push(greeting(word));
    const { text } = await until(async () => (await alice.state()).alarms.find(({ kind }) => kind === "kept"));
    assert.equal(text, "nothing is thrown away: KEPT_VERSIONS, KEPT_DAYS is not a number from 0 on");
    assert.equal((await keysOf(edge, "artifact:")).length, 3);
    assert.equal((await keysOf(edge, "manifest:")).length, 3);
  }, {}, { KEPT_VERSIONS: "", KEPT_DAYS: "two weeks" }));

test("by default everything of the last fourteen days stays", () =>
  withSite(async (edge, alice) => {
    for (const word of WORDS) await alice.push(greeting(word));
    const first = (await headOf(edge, EXPECTED, 5)).moment_s;
    await until(async () => (await headOf(edge, EXPECTED, 5)).moment_s > first + 1 && true);
    assert.equal((await keysOf(edge, "artifact:")).length, 5);
    assert.equal((await keysOf(edge, "manifest:")).length, 5);
    assert.ok(await edge.kv.get(artifactKey(greeting("Hello")), "arrayBuffer"));
  }, {}, { KEPT_DAYS: "14" }));
