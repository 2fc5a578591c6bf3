// Who may publish: every request that is not exactly what a key of the deployment has signed is refused, with a code and a remedy.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { keyId, newSigningKey, publicKeyHex } from "../../xtask/manifest.mjs";
import { BUNDLE, startEdge } from "./harness.mjs";
import { hashOf, publisherOf, read, signatureHeaders } from "./publisher.mjs";

const [ALICE, BOB, KILLER, DATA, READER, WEIGHTS, STRANGER] = Array.from({ length: 7 }, newSigningKey);
const KEYS = [[ALICE, "publish"], [BOB, "approve"], [KILLER, "kill"], [DATA, "data"], [READER, "read"], [WEIGHTS, "weights"]].map(([key, role]) => `${publicKeyHex(key)}:${role}`).join();

/** @type {Awaited<ReturnType<typeof startEdge>>} */
let edge;
/** @type {ReturnType<typeof publisherOf>} */
let alice;
let audience = "";
before(async () => {
  edge = await startEdge({ publish: false, bindings: { MANIFEST_KEYS: KEYS } });
  alice = publisherOf(edge, ALICE);
  ({ audience } = await alice.state());
});
after(() => edge.stop());

const now = () => Math.floor(Date.now() / 1000);
const STATE = "/_attune/publish/state";

/** Sends a request whose headers may be changed. @param {object} what of the signature @param {(headers: Record<string, any>) => void} [change] */
async function send({ pem = ALICE, method = "GET", target = STATE, body = Buffer.alloc(0), sent = body, ...more }, change = () => {}) {
  const headers = signatureHeaders(pem, { method, target, body, audience, ...more });
  change(headers);
  const answer = read(await edge.fetch(more.to ?? target, { method: more.as ?? method, headers, ...(method === "GET" || sent === null ? {} : { body: sent }) }));
  assert.equal(answer.headers["cache-control"], "no-store");
  if (answer.status >= 400) {
    const { code, message, remedy } = answer.body.error;
    assert.ok(code && message.length > 5 && remedy.length > 10, answer.body);
  }
  return answer;
}

/** @param {Promise<{ status: number, code?: string }>} answer @param {number} status @param {string} code */
async function refused(answer, status, code, name = "") {
  const got = await answer;
  assert.deepEqual([got.status, got.code], [status, code], name || JSON.stringify(got.body));
  return got.body.error;
}

test("an unsigned request is told what to sign for, and the time", async () => {
  const answer = read(await edge.fetch(STATE));
  assert.equal(answer.status, 401);
  assert.equal(answer.code, "unsigned");
  assert.match(answer.body.error.audience, /^testshop:[0-9a-f]{16}$/);
  assert.equal(answer.body.error.audience, audience);
  assert.ok(Math.abs(answer.body.error.now_s - now()) <= 2);
  assert.equal(answer.headers["cache-control"], "no-store");
});

test("every key of the deployment may look, and each sees its roles", async () => {
  for (const pem of [ALICE, BOB, KILLER, DATA, READER, WEIGHTS]) {
    const { status, body } = await send({ pem });
    assert.equal(status, 200);
    assert.equal(body.keys.length, 6);
    assert.deepEqual(body.keys.find(({ id }) => id === keyId(KILLER)).roles, ["kill"]);
  }
});

test("signature headers of any other form are malformed", async () => {
  const forms = {
    "no Signature-Input": (h) => delete h["Signature-Input"],
    "no Signature": (h) => delete h.Signature,
    "no Content-Digest": (h) => delete h["Content-Digest"],
    "no audience": (h) => delete h["Attune-Audience"],
    "another label": (h) => (h["Signature-Input"] = h["Signature-Input"].replace("attune=", "sig1=")),
    "two labels": (h) => (h["Signature-Input"] += `, other=("@method")`),
    "twice": (h) => (h["Signature-Input"] = [h["Signature-Input"], h["Signature-Input"]]),
    "two signatures": (h) => (h.Signature = [h.Signature, h.Signature]),
    "fewer components": (h) => (h["Signature-Input"] = h["Signature-Input"].replace(` "content-digest"`, "")),
    "another order": (h) => (h["Signature-Input"] = h["Signature-Input"].replace(`"@method" "@path"`, `"@path" "@method"`)),
    "more components": (h) => (h["Signature-Input"] = h["Signature-Input"].replace(`"@method"`, `"@method" "@authority"`)),
    "a component with a parameter": (h) => (h["Signature-Input"] = h["Signature-Input"].replace(`"@method"`, `"@method";req`)),
    "another algorithm": (h) => (h["Signature-Input"] = h["Signature-Input"].replace("ed25519", "hmac-sha256")),
    "no algorithm": (h) => (h["Signature-Input"] = h["Signature-Input"].replace(`;alg="ed25519"`, "")),
    "one more parameter": (h) => (h["Signature-Input"] += `;tag="x"`),
    "no expiry": (h) => (h["Signature-Input"] = h["Signature-Input"].replace(/;expires=\d+/, "")),
    "a short nonce": (h) => (h["Signature-Input"] = h["Signature-Input"].replace(/nonce="../, `nonce="`)),
    "a nonce in capitals": (h) => (h["Signature-Input"] = h["Signature-Input"].replace(/nonce="../, `nonce="AA`)),
    "a moment below zero": (h) => (h["Signature-Input"] = h["Signature-Input"].replace("created=", "created=-")),
    "a signature that is too short": (h) => (h.Signature = h.Signature.replace(/=:..../, "=:")),
    "a signature in base64url": (h) => (h.Signature = `attune=:${"-".repeat(86)}==:`),
    "another digest": (h) => (h["Content-Digest"] = h["Content-Digest"].replace("sha-256", "sha-512")),
    "two digests": (h) => (h["Content-Digest"] += `, ${h["Content-Digest"]}`),
    "nothing in it": (h) => (h["Signature-Input"] = ""),
  };
  for (const [name, change] of Object.entries(forms)) await refused(send({}, change), 400, "malformed_signature", name);
  await refused(send({ expires: now() + 100, created: now() }), 400, "malformed_signature", "for more than a minute");
  await refused(send({ expires: now() - 1, created: now() }), 400, "malformed_signature", "it ends before it begins");
});

test("clocks that differ are said with the time", async () => {
  const stale = await refused(send({ created: now() - 100, expires: now() - 41 }), 401, "stale");
  assert.ok(Math.abs(stale.now_s - now()) <= 2);
  const ahead = await refused(send({ created: now() + 40 }), 401, "clock");
  assert.ok(Math.abs(ahead.now_s - now()) <= 2);
  assert.equal((await send({ created: now() + 25 })).status, 200);
  assert.equal((await send({ created: now() - 50, expires: now() + 10 })).status, 200);
});

test("a key that is not listed, and a signature of other bytes, are refused", async () => {
  await refused(send({ pem: STRANGER }), 401, "unknown_key");
  const other = "/_attune/publish/history";
  await refused(send({ to: other }), 401, "bad_signature", "another path");
  await refused(send({ to: `${STATE}?x=1` }), 401, "bad_signature", "another query");
  await refused(send({ as: "POST" }), 401, "bad_signature", "another method");
  await refused(send({}, (h) => (h["Attune-Audience"] = "another:0000000000000000")), 401, "bad_signature", "an audience that was not signed");
  await refused(send({}, (h) => (h["Signature-Input"] = h["Signature-Input"].replace(keyId(ALICE), keyId(BOB)))), 401, "bad_signature", "another key's id");
  await refused(send({}, (h) => (h["Signature-Input"] = h["Signature-Input"].replace(/nonce="./, (text) => `nonce="${text.endsWith("0") ? "1" : "0"}`))), 401, "bad_signature", "another nonce");
});

test("no single changed byte of the signed headers is let through", async () => {
  for (const name of ["Signature-Input", "Signature", "Content-Digest", "Attune-Audience"]) {
    const { length } = signatureHeaders(ALICE, { method: "GET", target: STATE, body: Buffer.alloc(0), audience })[name];
    for (let at = 0; at < length; at += 1) {
      const { status } = await send({}, (headers) => {
        const old = headers[name][at];
        headers[name] = headers[name].slice(0, at) + (old === "1" ? "2" : old === "A" ? "Q" : old === " " ? "x" : "1") + headers[name].slice(at + 1);
      });
      assert.ok(status === 400 || status === 401, `${name}, byte ${at}: ${status}`);
    }
  }
});

test("what was signed for another deployment is good for nothing here", async () => {
  const error = await refused(send({ audience: "testshop:0000000000000000" }), 401, "audience");
  assert.equal(error.audience, audience);
});

test("a body that is not what was signed is refused, and changes nothing", async () => {
  const target = `/_attune/publish/artifact/${hashOf(BUNDLE)}`;
  const changed = Buffer.from(BUNDLE);
  changed[7] ^= 1;
  await refused(send({ method: "PUT", target, body: BUNDLE, sent: changed }), 400, "digest");
  await refused(send({ method: "PUT", target, body: changed }), 400, "digest", "the address is another hash");
  await refused(send({ method: "PUT", target, body: BUNDLE, sent: BUNDLE.subarray(0, -1) }), 400, "digest");
  await refused(send({ method: "POST", target: "/_attune/publish/draft", body: Buffer.from("{}"), sent: Buffer.from("[]") }), 400, "digest");
  await refused(send({ digest: createHash("sha256").update("x").digest() }), 400, "digest", "a GET has a body, too: none");
  assert.deepEqual((await alice.get(`missing?sha256=${hashOf(BUNDLE)}`)).body.missing, [hashOf(BUNDLE)]);
});

test("a request changes something once: the same nonce again is refused, whatever it asks", async () => {
  const nonce = randomBytes(16).toString("hex");
  const target = `/_attune/publish/artifact/${hashOf(BUNDLE)}`;
  const headers = signatureHeaders(ALICE, { method: "PUT", target, body: BUNDLE, audience, nonce });
  const put = () => edge.fetch(target, { method: "PUT", headers, body: BUNDLE }).then(read);
  assert.equal((await put()).status, 201);
  await refused(put(), 401, "replayed");
  await refused(send({ method: "POST", target: "/_attune/publish/withdraw", body: Buffer.from("{}"), nonce }), 401, "replayed");
  const looked = randomBytes(16).toString("hex");
  for (let times = 0; times < 2; times += 1) assert.equal((await send({ nonce: looked })).status, 200, "looking changes nothing");
});

test("a key does what its roles allow and nothing else", async () => {
  const allowed = {
    "PUT artifact": [ALICE, DATA],
    "POST draft": [ALICE],
    "POST approve": [ALICE, BOB],
    "POST withdraw": [ALICE],
    "POST kill": [ALICE, KILLER],
    "POST data": [DATA],
    "PUT live/overlay": [DATA],
    "PUT live/posteriors": [DATA],
    "PUT live/weights": [WEIGHTS],
    "GET live/weights": [ALICE, READER],
  };
  for (const [route, keys] of Object.entries(allowed)) {
    const [method, path] = route.split(" ");
    for (const pem of [ALICE, BOB, KILLER, DATA, READER, WEIGHTS]) {
      const body = Buffer.from("{}");
      const answer = await send({ pem, method, target: `/_attune/publish/${path}${path === "artifact" ? `/${hashOf(body)}` : ""}`, body });
      assert.equal(answer.code === "role", !keys.includes(pem), `${route} ${answer.status} ${answer.code}`);
      if (answer.code === "role") assert.equal(answer.status, 403);
    }
  }
});

test("what is not an address of the publisher is not found, and a body of any size is limited", async () => {
  for (const path of ["", "states", "state/", "artifact/xyz", `draft/${"0".repeat(64)}/more`, "live/prices", `artifact/${"0".repeat(64)}`]) {
    await refused(send({ target: `/_attune/publish/${path}` }), 404, "not_found", path);
  }
  await refused(send({ method: "POST", target: STATE }), 404, "not_found");
  const long = Buffer.alloc(5000, 32);
  await refused(send({ method: "POST", target: "/_attune/publish/approve", body: long }), 413, "too_large");
  await refused(send({ method: "POST", target: "/_attune/publish/draft", body: Buffer.alloc(128 * 1024 + 1) }), 413, "too_large");
  // It is refused by its length alone: an answer could not be read by a client that is still sending.
  const huge = 24 * 1024 * 1024 + 1;
  const lengthOnly = (/** @type {Record<string, any>} */ headers) => (headers["Content-Length"] = String(huge));
  await refused(send({ method: "PUT", target: `/_attune/publish/artifact/${"0".repeat(64)}`, digest: Buffer.alloc(32), sent: null }, lengthOnly), 413, "too_large");
});

test("bodies and queries that are not what they should be are malformed", async () => {
  for (const text of ["", "[]", "null", "{", `{"manifest":5}`, `{"manifest":"!"}`, `{"else":1}`, `{"manifest":"AA==","message":5}`, `{"manifest":"AA==","message":"${"x".repeat(501)}"}`]) {
    await refused(send({ method: "POST", target: "/_attune/publish/draft", body: Buffer.from(text) }), 400, "malformed", text);
  }
  await refused(send({ method: "POST", target: "/_attune/publish/draft", body: Buffer.from(JSON.stringify({ manifest: "AA==", diff: "x".repeat(65536) })) }), 413, "too_large");
  for (const query of ["missing", "missing?sha256=x", `missing?sha256=${Array(65).fill("0".repeat(64)).join()}`, "history?after=x", "history?limit=0", "history?limit=201", "history?limit=1e2"]) {
    await refused(send({ target: `/_attune/publish/${query}` }), 400, "malformed", query);
  }
});

test("a deployment that is not set up says what is missing, and a page Worker alone that it has no control plane", async () => {
  const cases = [
    [{ MANIFEST_KEYS: "" }, /MANIFEST_KEYS/],
    [{ SITE: "" }, /SITE/],
    [{ ATTUNE_KEYS: "" }, /ATTUNE_KEYS/],
    [{ MANIFEST_KEYS: "", SITE: "" }, /MANIFEST_KEYS, no SITE/],
    [{ MANIFEST_KEYS: "abc" }, /MANIFEST_KEYS: write HEX/],
    [{ ATTUNE_KEYS: "1:sign:zz" }, /ID:STATE:SECRET/],
    [{ MANIFEST_SIGNATURES: "two" }, /MANIFEST_SIGNATURES/],
    [{ MANIFEST_FLOOR: "x" }, /MANIFEST_FLOOR/],
  ];
  for (const [bindings, word] of cases) {
    const bare = await startEdge({ publish: false, bindings: { MANIFEST_KEYS: KEYS, ...bindings } });
    try {
      const { status, body } = read(await bare.fetch(STATE));
      assert.deepEqual([status, body.error.code], [503, "not_configured"]);
      assert.match(body.error.message, word);
    } finally {
      await bare.stop();
    }
  }
  const alone = await startEdge({ publish: false, control: false });
  try {
    assert.equal(read(await alone.fetch(STATE)).status, 503);
  } finally {
    await alone.stop();
  }
});
