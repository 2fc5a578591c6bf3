// What is large passes through: artifacts of 24 MiB, uploads that break off, live data; and what isolates report.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { request as httpRequest } from "node:http";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { bodyOf, newSigningKey, publicKeyHex, signedLive, signedManifest } from "../../xtask/manifest.mjs";
import { HOST, KEY_1, startEdge } from "./harness.mjs";
import { hashOf, headOf, publisherOf, signatureHeaders, until } from "./publisher.mjs";

const [ALICE, DATA] = Array.from({ length: 2 }, newSigningKey);
const KEYS = `${publicKeyHex(ALICE)}:publish,${publicKeyHex(DATA)}:data`;
const SITE = "testshop";
const LARGE = 24 * 1024 * 1024;

/** @type {Awaited<ReturnType<typeof startEdge>>} */
let edge;
/** @type {ReturnType<typeof publisherOf>} */
let alice;
/** @type {ReturnType<typeof publisherOf>} */
let clerk;
before(async () => {
  edge = await startEdge({ publish: false, bindings: { MANIFEST_KEYS: KEYS } });
  [alice, clerk] = [ALICE, DATA].map((pem) => publisherOf(edge, pem));
});
after(() => edge.stop());

/** @param {{ status: number, code?: string, body: any }} answer @param {number} status @param {string} [code] */
function is(answer, status, code, word = /./) {
  assert.deepEqual([answer.status, answer.code], [status, code], JSON.stringify(answer.body));
  if (code) assert.match(answer.body.error.message, word);
  return answer.body;
}

const isRecorded = async (bytes) => (await alice.get(`missing?sha256=${hashOf(bytes)}`)).body.missing.length === 0;

test("an artifact of 24 MiB goes up and comes back", async () => {
  const bytes = randomBytes(LARGE);
  is(await alice.upload(bytes), 201);
  assert.ok(await isRecorded(bytes));
  assert.equal(hashOf(Buffer.from(await edge.kv.get(`artifact:${hashOf(bytes)}`, "arrayBuffer"))), hashOf(bytes));
  assert.equal(hashOf((await alice.get(`artifact/${hashOf(bytes)}`)).bytes), hashOf(bytes));
  is(await clerk.get(`artifact/${hashOf(randomBytes(9))}`), 404, "not_found");
});

/** Sends the first part of a body and hangs up, or waits. @param {Buffer} bytes @param {number} part */
async function begin(bytes, part) {
  const { audience } = await alice.state();
  const target = `/_attune/publish/artifact/${hashOf(bytes)}`;
  const headers = { Host: HOST, "Content-Length": String(bytes.length), ...signatureHeaders(ALICE, { method: "PUT", target, body: bytes, audience }) };
  const request = httpRequest(new URL(target, edge.url), { method: "PUT", headers, agent: false });
  request.on("error", () => {});
  await new Promise((resolve) => request.write(bytes.subarray(0, part), resolve));
  return request;
}

test("an upload that breaks off is not recorded, and can be made again", async () => {
  for (const part of [1, 70_000, 4_000_000]) {
    const bytes = randomBytes(5_000_000);
    (await begin(bytes, part)).destroy();
    assert.ok(!(await isRecorded(bytes)));
    const manifest = signedManifest({ site: SITE, version: 1, bundle: bytes }, [ALICE]);
    is(await alice.draft(manifest), 409, "missing_artifacts");
    const answer = await until(async () => {
      const got = await alice.upload(bytes);
      return got.code === "busy" ? null : got;
    });
    is(answer, 201);
    assert.equal(hashOf(Buffer.from(await edge.kv.get(`artifact:${hashOf(bytes)}`, "arrayBuffer"))), hashOf(bytes));
  }
});

test("two who upload the same at once do not get into each other's way", async () => {
  const bytes = randomBytes(3_000_000);
  const slow = await begin(bytes, 1_000_000);
  is(await until(async () => {
    const got = await alice.upload(bytes);
    return got.code === "busy" ? got : null;
  }), 503, "busy");
  const answered = new Promise((resolve) => slow.on("response", (response) => resolve(response.resume().statusCode)));
  slow.end(bytes.subarray(1_000_000));
  assert.equal(await answered, 201);
  is(await alice.upload(bytes), 200);
});

test("an artifact whose bytes are others is refused at its end, however long it is, and KV has no part of it that counts", async () => {
  const { audience } = await alice.state();
  for (const size of [10, 100_000, 2_000_000]) {
    const [bytes, other] = [randomBytes(size), randomBytes(size)];
    const target = `/_attune/publish/artifact/${hashOf(bytes)}`;
    const headers = signatureHeaders(ALICE, { method: "PUT", target, body: bytes, audience });
    const { status, text } = await edge.fetch(target, { method: "PUT", headers, body: other });
    assert.deepEqual([status, JSON.parse(text).error.code], [400, "digest"], String(size));
    assert.ok(!(await isRecorded(bytes)));
    is(await alice.get(`artifact/${hashOf(bytes)}`), 404, "not_found");
    is(await alice.upload(bytes), 201);
  }
  is(await alice.upload(Buffer.alloc(0)), 400, "malformed");
});

const liveBody = bodyOf(readFileSync(new URL("../../build/bandit.blue.posteriors", import.meta.url)));
/** Posteriors made so many seconds from now. */
function posteriors(from_now_s, keys = [DATA], { site = SITE, kind = 6 } = {}) {
  const body = Buffer.from(liveBody);
  body.writeUInt32LE(Math.floor(Date.now() / 1000) + from_now_s, 20);
  return signedLive({ site, kind, body }, keys);
}

test("live data goes the same way with a key for data, and only forward", async () => {
  const put = (bytes, who = clerk, name = "posteriors") => who.ask("PUT", `live/${name}`, bytes);
  const first = posteriors(-10);
  is(await put(first), 201);
  assert.deepEqual(Buffer.from(await edge.kv.get("posteriors", "arrayBuffer")), first);
  is(await put(first), 200);
  is(await put(posteriors(-20)), 409, "older");
  is(await put(posteriors(400)), 422, "invalid_live", /ahead/);
  is(await put(posteriors(-5, [ALICE])), 422, "invalid_live", /no key for data/);
  is(await put(posteriors(-5, [DATA], { site: "another" })), 422, "invalid_live");
  is(await put(posteriors(-5), clerk, "overlay"), 422, "invalid_live", /another kind/);
  is(await put(posteriors(-5), alice), 403, "role");
  is(await put(Buffer.from("nothing")), 422, "invalid_live");
  assert.deepEqual(Buffer.from(await edge.kv.get("posteriors", "arrayBuffer")), first);
  is(await put(posteriors(-5)), 201);
  is(await put(posteriors(-5, [DATA], { kind: 5 }), clerk, "overlay"), 201);
});

/** What an isolate of the page Worker tells. @param {object} what */
async function report(what) {
  const { CONTROL } = await edge.mf.getBindings("attune");
  await CONTROL.report({ site: SITE, keys: KEY_1, withdrawn: [], alarms: [], ...what });
}

test("what traps is withdrawn for all where something can take its place, and the history says why", async () => {
  const [one, two, three] = ["one", "two", "three"].map((name) => Buffer.from(`a configuration: ${name}`));
  for (const bundle of [one, two, three]) await alice.upload(bundle);
  const publish = async (what) => is(await alice.draft(await alice.next(what)), 201).published;
  const worse = (manifest, more = {}) => report({ withdrawn: [{ manifest, pages: 100, traps: 4, other: { pages: 900, traps: 0 }, ...more }] });
  const first = await publish({ bundle: one });
  await worse(first.manifest);
  assert.equal((await alice.state()).current.withdrawn, false, "there is nothing before it");
  const tried = await publish({ bundle: one, canary: { share_bp: 100, salt: Buffer.alloc(8), bundle: two } });
  await worse(first.manifest);
  await worse(tried.manifest, { traps: 0 });
  await worse(tried.manifest, { other: { pages: 100, traps: 4 } });
  assert.equal((await alice.state()).serial, 2, "not the present one, or no worse");
  await worse(tried.manifest);
  await worse(tried.manifest);
  const { current, serial } = await alice.state();
  assert.deepEqual([current.withdrawn, serial], [true, 3]);
  const entry = (await alice.history()).at(-1);
  assert.deepEqual([entry.action, entry.by, entry.manifest], ["withdraw", [], tried.manifest]);
  assert.match(entry.message, /its canary trapped 4 times on 100 pages, the other 0 times on 900/);
  const second = await publish({ bundle: three });
  await worse(second.manifest);
  const head = await headOf(edge, { site: SITE, ring: KEY_1 }, 5);
  assert.deepEqual([head.withdrawn, head.before], [[tried.manifest, second.manifest], tried.manifest], "the canary before stays withdrawn, too");
  const third = await publish({ bundle: one });
  assert.equal((await headOf(edge, { site: SITE, ring: KEY_1 }, third.serial)).before, tried.manifest, "what was withdrawn is nothing to go back to");
});

test("alarms of isolates are in the state, as many as fit", async () => {
  await report({ alarms: [{ kind: "expired", text: "the manifest has expired" }] });
  await report({ alarms: Array.from({ length: 40 }, (_, at) => ({ kind: "refused", text: `${at} ${"x".repeat(400)}` })) });
  await report({ site: "another", alarms: [{ kind: "stale", text: "of another site" }] });
  const { alarms } = await alice.state();
  assert.ok(alarms.length === 17 && alarms.every(({ text, at_s }) => text.length <= 300 && at_s > 1_700_000_000));
  assert.ok(alarms.some(({ kind }) => kind === "expired") && !alarms.some(({ kind }) => kind === "stale"));
});
