// Publishing while KV fails, workerd is killed, and others publish: what was committed holds in the end, and nothing else.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { killStatement, newSigningKey, publicKeyHex, signedManifest } from "../../xtask/manifest.mjs";
import { openHead } from "../../www/shim/head.mjs";
import { crash, STEPS } from "./crashes.mjs";
import { KEY_1, startEdge } from "./harness.mjs";
import { hashOf, headOf, publisherOf, until } from "./publisher.mjs";
import { race } from "./races.mjs";

const [ALICE, CAROL] = Array.from({ length: 2 }, newSigningKey);
const KEYS = `${publicKeyHex(ALICE)}:publish+kill,${publicKeyHex(CAROL)}:publish`;
const SITE = "testshop";
const EXPECTED = { site: SITE, ring: KEY_1 };
const bundle = (name) => Buffer.from(`a configuration: ${name}`);

/** @param {{ status: number, code?: string, body: any }} answer @param {number} status @param {string} [code] */
function is(answer, status, code) {
  assert.deepEqual([answer.status, answer.code], [status, code], JSON.stringify(answer.body));
  return answer.body;
}

/** @param {object} [more] of the edge */
const start = (more = {}, bindings = {}) => startEdge({ publish: false, bindings: { MANIFEST_KEYS: KEYS, ...bindings }, ...more });

/**
 * What the publisher writes to KV, in order; a key that `state.fails` names fails, one that `state.holds` names is never answered.
 * @param {Awaited<ReturnType<typeof startEdge>>} edge
 */
function gate(edge, state = { fails: "", holds: "" }) {
  /** @type {string[]} */
  const writes = [];
  edge.origin.on("/write", (request, response) => {
    const key = new URL(request.url, edge.origin.url).searchParams.get("key") ?? "";
    writes.push(key);
    if (state.holds !== "" && key.startsWith(state.holds)) return;
    response.writeHead(state.fails !== "" && key.startsWith(state.fails) ? 500 : 200);
    response.end();
  });
  return { writes, state };
}

test("signed files come first and the head last, and of many publications at once the head is written for some", async () => {
  const edge = await start({ gated: true });
  try {
    const { writes } = gate(edge);
    const alice = publisherOf(edge, ALICE);
    for (let at = 1; at <= 12; at += 1) is((await alice.push(bundle(`${at}`))).answer, 201);
    is(await alice.kill(killStatement({ site: SITE, number: 1, key: "summer" }, [ALICE])), 201);
    const head = await headOf(edge, EXPECTED, 13);
    assert.equal(head.serial, 13);
    const [heads, named] = [writes.filter((key) => key === "head").length, [`manifest:${head.manifest}`, `kills:${head.kills}`]];
    assert.ok(heads < 13, `${heads} heads for 13 publications`);
    for (const key of named) assert.ok(writes.indexOf(key) >= 0 && writes.indexOf(key) < writes.lastIndexOf("head"), `${key}: ${writes}`);
    assert.equal(writes.filter((key) => key.startsWith("manifest:")).length, 12, "each is written once");
  } finally {
    await edge.stop();
  }
});

test("a KV that does not take the head gets it later, without anybody's doing, and the state says so meanwhile", async () => {
  const edge = await start({ gated: true });
  try {
    const { state } = gate(edge);
    const alice = publisherOf(edge, ALICE);
    for (const part of ["head", "manifest:", "kills:"]) {
      state.fails = part;
      is((await alice.push(bundle(part))).answer, 201);
      const { kills: { next } } = await alice.state();
      is(await alice.kill(killStatement({ site: SITE, number: next, key: part }, [ALICE])), 201);
      const { alarms, serial, head } = await until(async () => {
        const now = await alice.state();
        return now.alarms.length > 0 ? now : null;
      });
      assert.deepEqual([alarms[0].kind, (head?.serial ?? 0) < serial], ["kv", true]);
      state.fails = "";
      await headOf(edge, EXPECTED, serial);
      const after = await until(async () => {
        const now = await alice.state();
        return now.alarms.length === 0 ? now : null;
      });
      assert.equal(after.head.serial, serial);
    }
    state.fails = "artifact:";
    is(await alice.upload(bundle("never")), 503, "unavailable");
    state.fails = "";
    assert.deepEqual((await alice.get(`missing?sha256=${hashOf(bundle("never"))}`)).body.missing, [hashOf(bundle("never"))]);
    is(await alice.upload(bundle("never")), 201);
  } finally {
    await edge.stop();
  }
});

test("a crash at any step of a push leaves the old version or the new one, the same push finishes it, and pages go on", async () => {
  const { outcome } = await crash(STEPS.length);
  for (const { name, write } of STEPS) {
    // What KV is told of is committed; an artifact is not yet.
    if (write !== undefined) assert.deepEqual(outcome[name], { kills: 1, committed: write === "artifact:" ? 0 : 1 }, name);
  }
});

test("of two who publish at once one is told of the other, every time, and the chain holds", async () => {
  const { won } = await race(40);
  assert.equal(won[0] + won[1], 40);
});

test("one draft sent and approved by many at once is published once", async () => {
  const edge = await start({}, { MANIFEST_SIGNATURES: "2" });
  try {
    const people = [ALICE, CAROL].map((pem) => publisherOf(edge, pem));
    for (let round = 1; round <= 12; round += 1) {
      await people[0].upload(bundle(`${round}`));
      const what = { site: SITE, version: round, previous: (await people[0].state()).current?.id, bundle: bundle(`${round}`) };
      const files = [ALICE, CAROL].map((pem) => signedManifest(what, [pem]));
      const answers = await Promise.all([...people, ...people].map((one, at) => one.draft(files[at % 2])));
      assert.ok(answers.every(({ status }) => [200, 201, 202].includes(status)) && answers.filter(({ status }) => status === 201).length === 1, JSON.stringify(answers.map(({ body }) => body)));
      assert.deepEqual([(await people[0].state()).serial, (await people[1].state()).drafts], [round, []]);
    }
    assert.equal((await people[0].history()).length, 12);
  } finally {
    await edge.stop();
  }
});

test("the head is renewed while nothing changes, and written anew when the ring gets another key", async () => {
  const persist = mkdtempSync(join(tmpdir(), "attune-publish-"));
  let edge = await start({ persist, variables: { HEAD_RENEW_S: "1" } });
  try {
    is((await publisherOf(edge, ALICE).push(bundle("one"))).answer, 201);
    const { moment_s } = await headOf(edge, EXPECTED, 1);
    const renewed = await until(async () => {
      const head = await openHead(await edge.kv.get("head"), EXPECTED);
      return head.moment_s > moment_s + 1 ? head : null;
    });
    assert.equal(renewed.serial, 1);
    await edge.stop();
    const ring = `2:sign:${"22".repeat(32)}`;
    edge = await start({ persist }, { ATTUNE_KEYS: ring });
    is(await publisherOf(edge, ALICE).get("state"), 200);
    const head = await until(async () => openHead(await edge.kv.get("head"), { site: SITE, ring }).catch(() => null));
    assert.equal(head.serial, 1);
    await edge.stop();
    edge = await start({ persist, site: "another" });
    is(await publisherOf(edge, ALICE).get("state"), 503, "not_configured");
  } finally {
    await edge.stop().catch(() => {});
    rmSync(persist, { recursive: true, force: true });
  }
});
