// What the Workers read of signed files and of the head, against a second hand that writes them.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { fileId, killList, killStatement, newSigningKey, publicKeyHex, signedHead, signedManifest } from "../../xtask/manifest.mjs";
import { encodeHead, headKey, openHead } from "../../www/shim/head.mjs";
import { readKills } from "../../www/shim/kills.mjs";
import { acceptManifest, manifestId, readManifest } from "../../www/shim/manifest.mjs";

const [ALICE, BOB, CAROL, KILLER] = Array.from({ length: 4 }, newSigningKey);
const KEYS = `${publicKeyHex(ALICE)}:publish, ${publicKeyHex(BOB)}:approve, ${publicKeyHex(CAROL)}:publish+approve+data, ${publicKeyHex(KILLER)}:kill+read`;
const SITE = "testshop";
const RING = `3:verify:${"33".repeat(32)}\n1:sign:${"11".repeat(32)}`;
const bundle = Buffer.from("one bundle");
const TERMS = { site: SITE, keys: KEYS, needed: 2, floor: 0, now_s: 1000 };

const bytesOf = (buffer) => new Uint8Array(buffer);
const version = (more = {}, keys = [ALICE, BOB]) => signedManifest({ site: SITE, version: 5, bundle, ...more }, keys);
const accept = (file, terms = {}) => acceptManifest(readManifest(bytesOf(file)), { ...TERMS, ...terms });

test("a manifest counts with n keys for publish or approve of which one may publish, each once", async () => {
  await accept(version());
  await accept(version({}, [ALICE, CAROL]));
  await accept(version({}, [ALICE]), { needed: 1 });
  await assert.rejects(accept(version({}, [ALICE])), /1 valid signatures, 2 needed/);
  await assert.rejects(accept(version({}, [ALICE, ALICE])), /1 valid/);
  await assert.rejects(accept(version({}, [BOB]), { needed: 1 }), /none of a key for publish/);
  await assert.rejects(accept(version({}, [ALICE, KILLER])), /1 valid/);
  await assert.rejects(accept(version({}, [newSigningKey(), ALICE])), /1 valid/);
  await assert.rejects(accept(version(), { needed: NaN }), /NaN needed/);
  await assert.rejects(accept(version(), { keys: "" }), /0 valid/);
  await assert.rejects(accept(version(), { floor: 6 }), /below the floor/);
  await assert.rejects(accept(version(), { site: "another" }), /for the site/);
  await assert.rejects(accept(version({ expires_s: 999 })), /expired/);
  await assert.rejects(accept(version({ notBefore_s: 1001 })), /not valid yet/);
});

test("the id of a manifest is that of its body: another signature changes nothing, another byte everything", async () => {
  const one = version({}, [ALICE]);
  const id = await manifestId(readManifest(bytesOf(one)));
  assert.equal(id, fileId(one));
  assert.equal(id, fileId(version({}, [BOB, CAROL])));
  assert.notEqual(id, fileId(version({ version: 6 })));
});

test("a canary is read exactly, and nothing that is nearly one", async () => {
  const canary = { share_bp: 500, salt: Buffer.from("01020304050607ff", "hex"), bundle: Buffer.from("another") };
  const read = readManifest(bytesOf(version({ canary })));
  assert.deepEqual({ ...read.canary, config: read.canary.config.bytes }, { share_bp: 500, salt: "01020304050607ff", config: 7 });
  await accept(version({ canary }));
  for (const share_bp of [0, 5001]) assert.throws(() => readManifest(bytesOf(version({ canary: { ...canary, share_bp } }))), /not a canary/);
  assert.throws(() => readManifest(bytesOf(version({ canary: { ...canary, salt: Buffer.alloc(7) } }))), RangeError);
  for (const [tag, what, why] of /** @type {[number, object, RegExp][]} */ ([[2, { canary }, /wrong length/], [3, { canary }, /wrong length/], [3, {}, /a draft, which cannot be published/], [4, {}, /wrong length/]])) {
    const tagged = version(what);
    tagged[7] = tag;
    assert.throws(() => readManifest(bytesOf(tagged)), why, `tag ${tag}`);
  }
});

test("a rollback needs one key where its evidence holds today, and n where it does not", async () => {
  const earlier = version({ version: 3 });
  const rollback = (evidence, more = {}, keys = [ALICE]) => version({ version: 7, evidence, ...more }, keys);
  await accept(rollback(earlier));
  const refused = {
    "its evidence has too few signatures": rollback(version({ version: 3 }, [ALICE])),
    "no key for publish": rollback(earlier, {}, [BOB]),
    "another site's": rollback(version({ version: 3, site: "another" })),
    "not an earlier version": rollback(version({ version: 7 })),
    "expired": rollback(version({ version: 3, expires_s: 900 })),
    "other artifacts": rollback(earlier, { bundle: Buffer.from("another") }),
    "one artifact more": rollback(earlier, { artifacts: [{ kind: 2, bytes: bundle }] }),
    "with a canary": rollback(version({ version: 3, canary: { share_bp: 1, salt: Buffer.alloc(8), bundle } })),
    "a rollback itself": rollback(rollback(earlier, { version: 4 }, [ALICE, BOB])),
    "no manifest": rollback(Buffer.from("nothing")),
    "nothing": rollback(Buffer.alloc(0)),
  };
  for (const [name, file] of Object.entries(refused)) await assert.rejects(accept(file), /needed/, name);
  await assert.rejects(accept(rollback(earlier), { floor: 4 }), /needed/, "below the floor");
  await accept(rollback(Buffer.alloc(0), {}, [ALICE, BOB]));
  assert.throws(() => readManifest(bytesOf(rollback(Buffer.alloc(16_385)))), /wrong length/);
  const asVersion = rollback(earlier);
  asVersion[7] = 0;
  assert.throws(() => readManifest(bytesOf(asVersion)), RangeError);
});

test("no single changed byte of a manifest leaves it its signatures", async () => {
  for (const file of [version(), version({ version: 7, evidence: version({ version: 3 }) }, [ALICE]), version({ canary: { share_bp: 9, salt: randomBytes(8), bundle } })]) {
    await accept(file);
    for (let at = 0; at < file.length; at += 1) {
      const changed = Buffer.from(file);
      changed[at] ^= 1 << (at % 8);
      await assert.rejects(async () => accept(changed), `byte ${at}`);
    }
  }
});

test("kills need a key for kill, revivals n keys, and what is wrong with one statement costs only that", async () => {
  const kill = (number, key = "", keys = [KILLER], more = {}) => killStatement({ site: SITE, number, key, ...more }, keys);
  const revive = (number, key = "", keys = [ALICE, BOB]) => killStatement({ site: SITE, number, key, revive: true }, keys);
  const read = async (...statements) => {
    const { everything, campaigns, next } = await readKills(bytesOf(killList(statements)), TERMS);
    return `${everything ? "all " : ""}${[...campaigns].join("+")} ${next}`;
  };
  assert.equal(await read(), " 1");
  assert.equal(await read(kill(1, "summer"), kill(2, "winter")), "summer+winter 3");
  assert.equal(await read(kill(1, "summer"), revive(2, "summer")), " 3");
  assert.equal(await read(kill(1, "summer"), revive(2)), " 3");
  assert.equal(await read(kill(1), kill(2, "summer"), revive(3, "summer")), "all  4");
  assert.equal(await read(kill(1), revive(2), kill(3)), "all  4");
  assert.equal(await read(kill(1, "a"), kill(2, "b", [ALICE]), kill(3, "c")), "a+c 4", "publish is not kill");
  assert.equal(await read(kill(1, "a"), revive(2, "a", [ALICE]), revive(3, "a", [KILLER, BOB])), "a 2");
  assert.equal(await read(kill(2, "a"), kill(2, "b"), kill(1, "c")), "a 3", "numbers ascend");
  assert.equal(await read(kill(1, "a"), kill(2, "b", [KILLER], { site: "another" })), "a 2");
  assert.equal(await read(kill(1, "a"), Buffer.from("nothing"), kill(3, "b")), "a+b 4");
  const asRevival = kill(2, "a");
  asRevival[7] = 1;
  assert.equal(await read(kill(1, "a"), asRevival), "a 2");
  const cut = killList([kill(1, "a"), kill(2, "b")]).subarray(0, -1);
  assert.equal((await readKills(bytesOf(cut), TERMS)).next, 2);
});

test("a head opens under its ring and site only, and what one hand writes the other reads", async () => {
  const head = { v: 1, site: SITE, serial: 7, manifest: "a".repeat(64), before: null, kills: null, withdrawn: [], moment_s: 99 };
  const text = await encodeHead(head, await headKey(RING, SITE));
  assert.equal(text, signedHead(head, RING.split("\n")[1]).toString());
  assert.deepEqual(await openHead(text, { site: SITE, ring: RING }), head);
  assert.deepEqual(await openHead(signedHead(head, RING).toString(), { site: SITE, ring: RING }), head, "every key of the ring verifies");
  await assert.rejects(openHead(text, { site: "another", ring: RING }), /not what ATTUNE_KEYS wrote/);
  await assert.rejects(openHead(text, { site: SITE, ring: `1:sign:${"22".repeat(32)}` }), /not what/);
  await assert.rejects(openHead(text, { site: SITE, ring: `2:sign:${"11".repeat(32)}` }), /key 1/);
  await assert.rejects(openHead(text, { site: SITE, ring: "" }), /ATTUNE_KEYS/);
  for (let at = 0; at < text.length; at += 1) {
    const changed = text.slice(0, at) + (text[at] === "0" ? "1" : "0") + text.slice(at + 1);
    await assert.rejects(openHead(changed, { site: SITE, ring: RING }), `byte ${at}`);
  }
});
