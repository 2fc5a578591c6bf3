// Publishing: what follows upon what, who has to sign, and what holds afterwards in KV and in the history.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileId, keyId, newSigningKey, publicKeyHex, signedManifest } from "../../xtask/manifest.mjs";
import { BUNDLE, KEY_1, startEdge } from "./harness.mjs";
import { hashOf, headOf, publisherOf } from "./publisher.mjs";

const [ALICE, BOB, CAROL, KILLER] = Array.from({ length: 4 }, newSigningKey);
const KEYS = `${publicKeyHex(ALICE)}:publish,${publicKeyHex(BOB)}:approve,${publicKeyHex(CAROL)}:publish+kill+data,${publicKeyHex(KILLER)}:kill`;
const SITE = "testshop";
const EXPECTED = { site: SITE, ring: KEY_1 };
const SALT = Buffer.from("0102030405060708", "hex");
/** Configurations that are only stored here. */
const bundle = (name) => Buffer.from(`a configuration: ${name}`);

/**
 * @param {(people: { edge: any, alice: ReturnType<typeof publisherOf>, bob: ReturnType<typeof publisherOf>, carol: ReturnType<typeof publisherOf> }) => Promise<void>} run
 * @param {Record<string, string>} [bindings]
 */
async function withSite(run, bindings = {}) {
  const edge = await startEdge({ publish: false, bindings: { MANIFEST_KEYS: KEYS, ...bindings } });
  try {
    const [alice, bob, carol] = [ALICE, BOB, CAROL].map((pem) => publisherOf(edge, pem));
    await run({ edge, alice, bob, carol });
    // Whatever was tried: the chain holds.
    await alice.history();
  } finally {
    await edge.stop();
  }
}

/** @param {{ status: number, code?: string, body: any }} answer @param {number} status @param {string} [code] */
function is(answer, status, code, word = /./) {
  assert.deepEqual([answer.status, answer.code], [status, code], JSON.stringify(answer.body));
  if (code) assert.match(answer.body.error.message, word);
  return answer.body;
}

test("a first version: uploaded, signed, committed, and in KV with the head last", () =>
  withSite(async ({ edge, alice }) => {
    is(await alice.upload(BUNDLE), 201);
    assert.deepEqual(is(await alice.upload(BUNDLE), 200), { sha256: hashOf(BUNDLE), bytes: BUNDLE.length });
    const file = await alice.next({ bundle: BUNDLE });
    const { published } = is(await alice.draft(file, { message: "the first", diff: { campaigns: ["hero"] } }), 201);
    assert.deepEqual(published, { serial: 1, version: 1, manifest: fileId(file) });
    const head = await headOf(edge, EXPECTED, 1);
    assert.deepEqual({ ...head, moment_s: 0 }, { v: 1, site: SITE, serial: 1, manifest: fileId(file), data: null, before: null, kills: null, withdrawn: [], moment_s: 0 });
    assert.deepEqual(Buffer.from(await edge.kv.get(`manifest:${fileId(file)}`, "arrayBuffer")), file);
    assert.deepEqual(Buffer.from(await edge.kv.get(`artifact:${hashOf(BUNDLE)}`, "arrayBuffer")), Buffer.from(BUNDLE));
    assert.deepEqual((await alice.get(`manifest/${fileId(file)}`)).bytes, file);
    assert.deepEqual((await alice.get(`artifact/${hashOf(BUNDLE)}`)).bytes, Buffer.from(BUNDLE));
    is(await alice.get(`manifest/${"0".repeat(64)}`), 404, "not_found");
    const [entry] = await alice.history();
    assert.deepEqual([entry.action, entry.by, entry.message, entry.diff.campaigns], ["publish", [keyId(ALICE)], "the first", ["hero"]]);
    const { current, serial } = await alice.state();
    assert.deepEqual([current.id, current.version, current.artifacts[0].sha256, serial], [fileId(file), 1, hashOf(BUNDLE), 1]);
  }));

test("the same push again gives the same answer, and changes nothing", () =>
  withSite(async ({ alice, carol }) => {
    const { file, answer } = await alice.push(bundle("one"));
    const first = is(answer, 201);
    assert.deepEqual(is(await alice.draft(file), 200), first);
    assert.deepEqual(is(await carol.draft(file), 200), first);
    const again = signedManifest({ site: SITE, version: 1, bundle: bundle("one") }, [CAROL]);
    assert.deepEqual(is(await alice.draft(again), 200), first, "the same body with another signature is the same manifest");
    assert.equal((await alice.history()).length, 1);
  }));

test("who comes second is told what came between, and that version numbers only grow", () =>
  withSite(async ({ alice, carol }) => {
    is((await alice.push(bundle("one"))).answer, 201);
    const [two, other] = [await alice.next({ bundle: bundle("one") }), await carol.next({ bundle: bundle("two") })];
    await carol.upload(bundle("two"));
    is(await carol.draft(other), 201);
    const { error } = is(await alice.draft(two), 409, "conflict");
    assert.equal(error.current.id, fileId(other));
    assert.deepEqual(error.between.map(({ text, hash }) => [JSON.parse(text).manifest, hashOf(text) === hash]), [[fileId(other), true]]);
    const stale = signedManifest({ site: SITE, version: 2, previous: fileId(other), bundle: bundle("one") }, [ALICE]);
    is(await alice.draft(stale), 409, "conflict");
    is((await alice.push(bundle("one"))).answer, 201);
  }));

test("a manifest that names what is not recorded is told what to upload; one that cannot count, why", () =>
  withSite(async ({ alice }) => {
    const base = { site: SITE, version: 3, bundle: bundle("one") };
    const { error } = is(await alice.draft(signedManifest({ ...base, artifacts: [{ kind: 7, bytes: bundle("sources") }] }, [ALICE])), 409, "missing_artifacts");
    assert.deepEqual(error.missing, [bundle("one"), bundle("sources")].map(hashOf));
    await alice.upload(bundle("one"));
    const invalid = [
      [Buffer.from("nothing"), /not a manifest/],
      [signedManifest({ ...base, site: "another" }, [ALICE]), /for the site another/],
      [signedManifest({ ...base, expires_s: 1000 }, [ALICE]), /expired/],
      [signedManifest({ ...base, notBefore_s: 4_000_000_000 }, [ALICE]), /not valid yet/],
      [signedManifest({ ...base, version: 2 }, [ALICE]), /below the floor/],
      [signedManifest({ ...base, version: 2 ** 52 }, [ALICE]), /too far/],
      [signedManifest(base, [newSigningKey()]), /no key for publish or approve/],
      [signedManifest(base, [KILLER]), /no key for publish or approve/],
      [signedManifest(base, []), /no key for publish or approve/],
    ];
    for (const [file, word] of invalid) is(await alice.draft(file), 422, "invalid_manifest", word);
    assert.equal((await alice.state()).current, null);
    is(await alice.draft(signedManifest(base, [ALICE])), 201);
  }, { MANIFEST_FLOOR: "3" }));

test("with a threshold of two a push waits for somebody else over the same bytes", () =>
  withSite(async ({ edge, alice, bob, carol }) => {
    const { file, answer } = await alice.push(bundle("one"), {}, [ALICE]);
    assert.deepEqual(is(answer, 202), { draft: { id: fileId(file), signatures: 1, needed: 2 } });
    assert.deepEqual(is(await alice.draft(file), 202), answer.body, "a repeated push waits for the same");
    const { drafts: [waiting], current, serial } = await bob.state();
    assert.deepEqual([waiting.id, waiting.by, waiting.version, waiting.message, current, serial], [fileId(file), [keyId(ALICE)], 1, "a change", null, 0]);
    const draft = is(await bob.get(`draft/${waiting.id}`), 200);
    assert.deepEqual([Buffer.from(draft.manifest, "base64"), draft.by, draft.needed], [file, [keyId(ALICE)], 2]);
    assert.deepEqual(Buffer.from(await edge.kv.get(`draft:${waiting.id}`, "arrayBuffer")), file, "a preview finds it");
    const signedBy = (pem) => signedManifest({ site: SITE, version: 1, bundle: bundle("one") }, [pem]);
    is(await bob.approve(signedBy(newSigningKey())), 422, "invalid_signature");
    is(await bob.approve(signedBy(KILLER)), 422, "invalid_signature", /may not approve/);
    is(await bob.post("approve", { draft: waiting.id, signature: "AAAA" }), 422, "invalid_signature");
    assert.equal(is(await alice.approve(signedBy(ALICE)), 202).draft.signatures, 1, "the same person twice is one person");
    const { published } = is(await bob.approve(signedBy(BOB)), 201);
    assert.deepEqual(published, { serial: 1, version: 1, manifest: fileId(file) });
    assert.deepEqual(is(await bob.approve(signedBy(BOB)), 200), { published }, "and again the same answer");
    const [entry] = await alice.history();
    assert.deepEqual(new Set(entry.by), new Set([keyId(ALICE), keyId(BOB)]));
    is(await bob.get(`draft/${waiting.id}`), 404, "not_found");
    is(await bob.get(`draft/${"0".repeat(64)}`), 404, "not_found");
    const stored = Buffer.from((await carol.get(`manifest/${fileId(file)}`)).bytes);
    assert.equal(fileId(stored), fileId(file));
    assert.equal(stored[6], 2, "the published file has both signatures");
    is((await carol.push(bundle("two"), {}, [CAROL, ALICE])).answer, 201, undefined);
  }, { MANIFEST_SIGNATURES: "2" }));

test("a signature that is not valid is not kept, and stands in nobody's way", () =>
  withSite(async ({ alice, bob }) => {
    await alice.upload(bundle("one"));
    const what = { site: SITE, version: 1, bundle: bundle("one") };
    const file = signedManifest(what, [BOB, newSigningKey(), ALICE]);
    const bobs = file.length - 3 * 72;
    file[bobs + 20] ^= 1;
    assert.equal(is(await alice.draft(file), 202).draft.signatures, 1);
    const { manifest } = is(await bob.get(`draft/${fileId(file)}`), 200);
    assert.deepEqual(Buffer.from(manifest, "base64"), signedManifest(what, [ALICE]));
    is(await bob.approve(signedManifest(what, [BOB])), 201);
  }, { MANIFEST_SIGNATURES: "2" }));

test("two who may only approve do not make a publication", () =>
  withSite(async ({ alice, bob }) => {
    await alice.upload(bundle("one"));
    const file = signedManifest({ site: SITE, version: 1, bundle: bundle("one") }, [BOB]);
    assert.equal(is(await alice.draft(file), 202).draft.signatures, 1);
    is(await bob.approve(file), 202);
    assert.equal(is(await alice.approve(signedManifest({ site: SITE, version: 1, bundle: bundle("one") }, [ALICE])), 201).published.version, 1);
  }, { MANIFEST_SIGNATURES: "2" }));

test("a draft with any one byte changed has no approvals", () =>
  withSite(async ({ alice, bob }) => {
    const canary = { share_bp: 500, salt: SALT, bundle: bundle("canary") };
    for (const one of [bundle("one"), bundle("canary")]) await alice.upload(one);
    const what = { site: SITE, version: 1, bundle: bundle("one"), canary };
    const file = signedManifest(what, [ALICE]);
    is(await alice.draft(file), 202);
    const approval = signedManifest(what, [BOB]);
    for (let at = 0; at < file.length; at += 1) {
      const changed = Buffer.from(file);
      changed[at] ^= 1 + (at % 255);
      const answer = await alice.draft(changed);
      // Of a changed signature the draft that is there keeps its own; of a changed body there is no draft.
      if (at >= file.length - 72) assert.ok(answer.status === 422, `byte ${at}: ${answer.status}`);
      else is(answer, 422, "invalid_manifest");
      if (at < 12 || at >= file.length - 72) continue;
      is(await bob.approve(approval, fileId(changed)), 404, "not_found");
    }
    const { drafts } = await alice.state();
    assert.deepEqual(drafts.map(({ id, by }) => [id, by]), [[fileId(file), [keyId(ALICE)]]]);
    is(await bob.approve(approval), 201);
  }, { MANIFEST_SIGNATURES: "2" }));

test("an approval of other bytes counts for nothing, whichever byte is another", () =>
  withSite(async ({ alice, bob }) => {
    await alice.upload(bundle("one"));
    const file = signedManifest({ site: SITE, version: 1, bundle: bundle("one") }, [ALICE]);
    is(await alice.draft(file), 202);
    for (const other of [{ version: 2 }, { expires_s: 4_102_444_801 }, { notBefore_s: 1 }, { previous: "1".repeat(64) }, { bundle: bundle("two") }]) {
      const signed = signedManifest({ site: SITE, version: 1, bundle: bundle("one"), ...other }, [BOB]);
      is(await bob.approve(signed, fileId(file)), 422, "invalid_signature");
    }
    assert.equal((await alice.state()).drafts[0].signatures, 1);
  }, { MANIFEST_SIGNATURES: "2" }));

test("drafts are limited, are taken back, and lose against what was published meanwhile", () =>
  withSite(async ({ edge, alice, bob }) => {
    await alice.upload(bundle("one"));
    const drafts = Array.from({ length: 33 }, (_, at) => ({ site: SITE, version: 1, notBefore_s: at, bundle: bundle("one") }));
    for (const what of drafts.slice(0, 32)) is(await alice.draft(signedManifest(what, [ALICE])), 202);
    is(await alice.draft(signedManifest(drafts[32], [ALICE])), 409, "too_many_drafts");
    const ids = drafts.map((what) => fileId(signedManifest(what, [])));
    is(await alice.post("withdraw", { draft: ids[0] }), 200);
    is(await bob.approve(signedManifest(drafts[0], [BOB])), 404, "not_found");
    is(await bob.approve(signedManifest(drafts[1], [BOB])), 201);
    is(await bob.approve(signedManifest(drafts[2], [BOB])), 409, "conflict");
    assert.equal((await alice.state()).drafts.length, 30);
    assert.equal((await headOf(edge, EXPECTED, 1)).manifest, ids[1]);
  }, { MANIFEST_SIGNATURES: "2" }));

test("a canary is published, promoted, and withdrawn, and the history calls it that", () =>
  withSite(async ({ edge, alice, bob }) => {
    for (const one of ["one", "two", "three"]) await alice.upload(bundle(one));
    const { file: first } = await alice.push(bundle("one"));
    const canary = { share_bp: 500, salt: SALT, bundle: bundle("two") };
    const tried = (await alice.push(bundle("one"), { canary })).file;
    assert.deepEqual((await alice.state()).current.canary, { share_bp: 500, salt: SALT.toString("hex"), sha256: hashOf(bundle("two")), bytes: bundle("two").length });
    is(await alice.post("withdraw", { manifest: fileId(first) }), 409, "conflict");
    is(await bob.post("withdraw", { manifest: fileId(tried) }), 403, "role");
    const { serial } = is(await alice.post("withdraw", { manifest: fileId(tried), message: "it is slow" }), 200);
    assert.equal(is(await alice.post("withdraw", { manifest: fileId(tried) }), 200).serial, serial);
    assert.equal((await alice.state()).current.withdrawn, true);
    assert.deepEqual((await headOf(edge, EXPECTED, serial)).withdrawn, [fileId(tried)]);
    is((await alice.push(bundle("one"), { canary: { ...canary, share_bp: 600 } })).answer, 201);
    const before = fileId(tried);
    const promoted = await alice.push(bundle("two"));
    is(promoted.answer, 201);
    is(await alice.post("withdraw", { manifest: fileId(promoted.file) }), 409, "conflict", /roll back/);
    is((await alice.push(bundle("two"), { canary: { ...canary, bundle: bundle("three") } })).answer, 201);
    is((await alice.push(bundle("two"))).answer, 201);
    assert.deepEqual((await alice.history()).map(({ action }) => action), ["publish", "canary", "withdraw", "canary", "promote", "canary", "withdraw"]);
    const head = await headOf(edge, EXPECTED, 7);
    assert.deepEqual([head.withdrawn, head.before === before], [[], false]);
    is((await alice.push(bundle("two"), { canary: { share_bp: 5001, salt: SALT, bundle: bundle("one") } })).answer, 422, "invalid_manifest", /not a canary/);
    is((await alice.push(bundle("two"), { canary: { ...canary, bundle: bundle("nowhere") } })).answer, 409, "missing_artifacts");
    const large = Buffer.alloc(4 * 1024 * 1024 + 1);
    is((await alice.push(bundle("two"), { canary: { ...canary, bundle: large } })).answer, 422, "invalid_manifest", /larger than 4 MiB/);
  }));

test("a rollback takes one key where an earlier version held with these artifacts, and n where not", () =>
  withSite(async ({ edge, alice, bob, carol }) => {
    const push = async (name, more = {}) => {
      const { file, answer } = await alice.push(bundle(name), more, [ALICE, BOB]);
      is(answer, 201);
      return file;
    };
    const [one, two, tried] = [await push("one"), await push("two"), await push("two", { canary: { share_bp: 9, salt: SALT, bundle: bundle("one") } })];
    await push("three");
    await alice.upload(bundle("four"));
    const never = signedManifest({ site: SITE, version: 1, bundle: bundle("four") }, [ALICE, BOB]);
    const rollback = async (what, keys = [ALICE]) => alice.draft(await alice.next(what, keys));
    const refused = {
      "never published, though n have signed it": { bundle: bundle("four"), evidence: never },
      "other artifacts": { bundle: bundle("one"), evidence: two },
      "it had a canary": { bundle: bundle("two"), evidence: tried },
      "no manifest": { bundle: bundle("one"), evidence: Buffer.from("nothing") },
    };
    for (const [name, what] of Object.entries(refused)) {
      const { draft } = is(await rollback(what), 202, undefined);
      assert.deepEqual([draft.signatures, draft.needed], [1, 2], name);
    }
    const approverOnly = is(await rollback({ bundle: bundle("one"), evidence: one, expires_s: 4_102_444_000 }, [BOB]), 202);
    assert.equal(approverOnly.draft.signatures, 1);
    is(await rollback({ bundle: bundle("one"), evidence: Buffer.alloc(16_385) }), 422, "invalid_manifest");
    const { published } = is(await rollback({ bundle: bundle("one"), evidence: one }), 201);
    assert.equal(published.version, 5, "numbers only grow");
    const { current } = await bob.state();
    assert.deepEqual([current.kind, current.artifacts[0].sha256], ["rollback", hashOf(bundle("one"))]);
    const entry = (await carol.history()).at(-1);
    assert.deepEqual([entry.action, entry.by], ["rollback", [keyId(ALICE)]]);
    assert.equal((await headOf(edge, EXPECTED, 5)).manifest, published.manifest);
    is(await rollback({ bundle: bundle("two"), evidence: two }), 201, undefined);
    const byTwo = is(await rollback({ bundle: bundle("four"), evidence: never }, [ALICE, CAROL]), 201);
    assert.equal(byTwo.published.version, 7);
  }, { MANIFEST_SIGNATURES: "2" }));

test("the history comes in pages, and its messages and diffs have limits", () =>
  withSite(async ({ alice }) => {
    const diff = "x".repeat(65_000);
    for (let at = 0; at < 18; at += 1) {
      await alice.upload(bundle(`${at}`));
      is(await alice.draft(await alice.next({ bundle: bundle(`${at}`) }), { diff, message: `é${"m".repeat(499)}` }), 201);
    }
    const page = is(await alice.get("history?limit=3&after=2"), 200);
    assert.deepEqual([page.entries.map(({ text }) => JSON.parse(text).serial), page.more], [[3, 4, 5], true]);
    const whole = is(await alice.get("history?limit=200"), 200);
    assert.ok(whole.more && whole.entries.length < 18, "a page has a megabyte at most");
    assert.equal((await alice.history()).length, 18);
  }));
