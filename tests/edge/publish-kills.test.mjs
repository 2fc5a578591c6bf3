// Kills and revivals: one key switches off, n switch on again, and no publication in between changes that.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileId, keyId, killStatement, newSigningKey, publicKeyHex } from "../../xtask/manifest.mjs";
import { readKills } from "../../www/shim/kills.mjs";
import { KEY_1, startEdge } from "./harness.mjs";
import { hashOf, headOf, publisherOf } from "./publisher.mjs";

const [ALICE, BOB, KILLER] = Array.from({ length: 3 }, newSigningKey);
const KEYS = `${publicKeyHex(ALICE)}:publish,${publicKeyHex(BOB)}:approve,${publicKeyHex(KILLER)}:kill`;
const SITE = "testshop";
const EXPECTED = { site: SITE, ring: KEY_1 };
const TERMS = { site: SITE, keys: KEYS, needed: 2 };
const bundle = Buffer.from("a configuration");

/** @param {(people: any) => Promise<void>} run */
async function withSite(run) {
  const edge = await startEdge({ publish: false, bindings: { MANIFEST_KEYS: KEYS, MANIFEST_SIGNATURES: "2" } });
  try {
    const [alice, bob, killer] = [ALICE, BOB, KILLER].map((pem) => publisherOf(edge, pem));
    /** What KV says is off, once it is what was committed. @param {number} serial */
    const off = async (serial) => {
      const head = await headOf(edge, EXPECTED, serial);
      const list = new Uint8Array(await edge.kv.get(`kills:${head.kills}`, "arrayBuffer"));
      assert.equal(hashOf(list), head.kills);
      const { everything, campaigns } = await readKills(list, TERMS);
      return [everything ? "all" : "", ...campaigns].join(" ").trim();
    };
    await run({ edge, alice, bob, killer, off });
    await alice.history();
  } finally {
    await edge.stop();
  }
}

const statement = (number, key, keys = [KILLER], more = {}) => killStatement({ site: SITE, number, key, ...more }, keys);

/** @param {{ status: number, code?: string, body: any }} answer @param {number} status @param {string} [code] */
function is(answer, status, code) {
  assert.deepEqual([answer.status, answer.code], [status, code], JSON.stringify(answer.body));
  return answer.body;
}

test("a kill takes one key for kill, before anything is published, and publications keep it", () =>
  withSite(async ({ alice, killer, off }) => {
    const first = statement(1, "summer");
    assert.deepEqual(is(await killer.kill(first, "wrong price"), 201), { serial: 1 });
    assert.deepEqual(is(await killer.kill(first), 200), { serial: 1 }, "the same again is done already");
    assert.equal(await off(1), "summer");
    is((await alice.push(bundle, {}, [ALICE, BOB])).answer, 201);
    assert.equal(await off(2), "summer");
    is(await killer.kill(statement(2, "")), 201);
    assert.equal(await off(3), "all", "what says everything takes the place of the others");
    const { kills, current } = await alice.state();
    assert.deepEqual([kills, current.version], [{ next: 3, everything: true, campaigns: [], statements: 1 }, 1]);
    const [entry] = await alice.history();
    assert.deepEqual([entry.action, entry.by, entry.message, entry.manifest, entry.statement], ["kill", [keyId(KILLER)], "wrong price", null, first.toString("base64")]);
  }));

test("a statement that is not a key's for kill, or not the next one, is refused and told the next number", () =>
  withSite(async ({ alice, bob, killer }) => {
    is(await alice.kill(statement(1, "a")), 403, "role");
    is(await killer.kill(statement(1, "a", [ALICE])), 422, "invalid_statement");
    is(await killer.kill(statement(1, "a", [])), 422, "invalid_statement");
    is(await killer.kill(statement(1, "a", [KILLER], { site: "another" })), 422, "invalid_statement");
    is(await killer.kill(statement(1, "a", [KILLER], { made_s: 4_000_000_000 })), 422, "invalid_statement");
    is(await killer.kill(statement(1, "k".repeat(65))), 422, "invalid_statement");
    is(await killer.kill(Buffer.from("nothing")), 422, "invalid_statement");
    for (const number of [0, 2, 2 ** 52]) assert.equal(is(await killer.kill(statement(number, "a")), 422, "invalid_statement").error.next, 1);
    is(await killer.kill(statement(1, "a", [ALICE, BOB], { revive: true })), 403, "role");
    is(await bob.kill(statement(1, "a")), 403, "role");
    assert.equal((await alice.state()).serial, 0);
    is(await killer.kill(statement(1, "k".repeat(64))), 201);
  }));

test("reviving takes n keys: it waits as a draft, and an earlier revival does not lift a later kill", () =>
  withSite(async ({ alice, bob, killer, off }) => {
    is(await killer.kill(statement(1, "a")), 201);
    is(await killer.kill(statement(2, "b")), 201);
    const made_s = Math.floor(Date.now() / 1000);
    const revival = (number, key, keys) => statement(number, key, keys, { revive: true, made_s });
    const { draft } = is(await alice.kill(revival(3, "a", [ALICE])), 202);
    assert.deepEqual(draft, { id: fileId(revival(3, "a", [])), signatures: 1, needed: 2 });
    const { drafts: [waiting] } = await bob.state();
    assert.deepEqual([waiting.kind, waiting.campaign, waiting.version], ["revive", "a", null]);
    assert.deepEqual(Buffer.from(is(await bob.get(`draft/${draft.id}`), 200).statement, "base64"), revival(3, "a", [ALICE]));
    is(await killer.kill(statement(3, "c")), 201);
    assert.equal(is(await bob.approve(revival(3, "a", [BOB])), 422, "invalid_statement").error.next, 4);
    is(await alice.kill(revival(4, "a", [ALICE])), 202);
    is(await bob.approve(revival(4, "a", [ALICE])), 202);
    assert.deepEqual(is(await bob.approve(revival(4, "a", [BOB])), 201), { serial: 4 });
    assert.equal(await off(4), "b c");
    is(await alice.kill(revival(5, "", [ALICE, BOB])), 201);
    assert.equal(await off(5), "");
    is(await killer.kill(statement(1, "a")), 422, "invalid_statement");
    assert.deepEqual((await alice.history()).map(({ action }) => action), ["kill", "kill", "kill", "revive", "revive"]);
  }));

test("a kill list has 256 statements at most, everything can be killed also then", () =>
  withSite(async ({ alice, killer, off }) => {
    for (let number = 1; number <= 254; number += 1) is(await killer.kill(statement(number, `c${number}`)), 201);
    is(await alice.kill(statement(255, "c1", [ALICE, BOB], { revive: true })), 201);
    for (const number of [256, 257]) is(await killer.kill(statement(number, `c${number}`)), 201);
    is(await killer.kill(statement(258, "c258")), 201);
    is(await killer.kill(statement(259, "c259")), 409, "too_many_kills");
    assert.equal((await off(258)).split(" ").length, 256);
    is(await killer.kill(statement(259, "")), 201);
    assert.equal(await off(259), "all");
  }));
