// Publishing catalogue and indexes: a key for data is enough, beside every version, and through crashes and races.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import { fileId, killStatement, newSigningKey, publicKeyHex, signedData, signedManifest } from "../../xtask/manifest.mjs";
import { openHead } from "../../www/shim/head.mjs";
import { goods, offered, serveShop } from "./goods.mjs";
import { KEY_1, startEdge } from "./harness.mjs";
import { hashOf, headOf, publisherOf, until } from "./publisher.mjs";
import { EAGER } from "./shelf.mjs";

const [ALICE, NIGHT, OTHER, READER] = Array.from({ length: 4 }, newSigningKey);
const KEYS = [[ALICE, "publish+kill"], [NIGHT, "data"], [OTHER, "data"], [READER, "read"]].map(([pem, roles]) => `${publicKeyHex(pem)}:${roles}`).join(", ");
const SITE = "testshop";
const EXPECTED = { site: SITE, ring: KEY_1 };

/** @type {Awaited<ReturnType<typeof goods>>} */
let all;
before(async () => {
  all = await goods();
});

/** @param {{ status: number, code?: string, body: any }} answer @param {number} status @param {string} [code] */
function is(answer, status, code) {
  assert.deepEqual([answer.status, answer.code], [status, code], JSON.stringify(answer.body));
  return answer.body;
}

const start = (more = {}) => startEdge({ publish: false, bindings: { ...EAGER, MANIFEST_KEYS: KEYS }, ...more });

/** A job that publishes data. @param {Awaited<ReturnType<typeof start>>} edge @param {string} [pem] */
function jobOf(edge, pem = NIGHT) {
  const client = publisherOf(edge, pem);
  /**
   * The next data manifest: it follows upon what the state says.
   * @param {{ kind: number, bytes: Uint8Array }[]} artifacts @param {{ kind: number, bytes: Uint8Array }[]} base of the present version @param {object} [more]
   */
  async function next(artifacts, base, more = {}, keys = [pem]) {
    const { site, current, data } = await client.state();
    return signedData({ site, number: (data?.number ?? 0) + 1, previous: data?.id, version: current?.version ?? 0, base, artifacts, ...more }, keys);
  }
  const send = (/** @type {Uint8Array} */ file, message = "the night") => client.post("data", { data: Buffer.from(file).toString("base64"), message });
  return { client, next, send };
}

test("a key for data publishes catalogue and indexes beside a version, and a page shows them", async () => {
  const edge = await start();
  try {
    serveShop(edge);
    const { bundle, coloured, catalogs: [first, second, third], index } = all;
    const [alice, { client: night, next, send }] = [publisherOf(edge, ALICE), jobOf(edge)];
    const early = await next([second], []);
    await night.upload(second.bytes);
    assert.match(is(await send(early), 409, "conflict").error.message, /no version is published yet/);
    await alice.upload(first.bytes);
    const { file: one } = await alice.push(bundle, { artifacts: [first] });
    assert.equal(await until(async () => (await offered(edge)) === "1.00" && "1.00"), "1.00");
    assert.equal((await night.state()).data, null);

    is(await night.upload(index.bytes), 201);
    const file = await next([second, index], [first]);
    const { published } = is(await send(file), 201);
    assert.deepEqual(published, { serial: 2, number: 1, data: fileId(file) });
    assert.deepEqual(is(await send(file), 200).published, published, "the same again");
    assert.equal((await headOf(edge, EXPECTED, 2)).data, fileId(file));
    assert.equal(await offered(edge), "2.00");
    const { data, current } = await night.state();
    assert.deepEqual([data.id, data.number, data.version, data.holds, data.artifacts.map(({ kind }) => kind), current.version], [fileId(file), 1, 1, true, [2, 4], 1]);
    assert.deepEqual((await publisherOf(edge, READER).get(`manifest/${data.id}`)).bytes, Buffer.from(file));

    // Neither a push, nor a kill, nor a rollback brings the old ones back; a push that brings others does.
    await alice.push(coloured, { artifacts: [first] });
    await headOf(edge, EXPECTED, 3);
    assert.equal(await offered(edge), "2.00 red");
    is(await alice.kill(killStatement({ site: SITE, number: 1, key: "either" }, [ALICE])), 201);
    is(await alice.kill(killStatement({ site: SITE, number: 2, key: "either", revive: true }, [ALICE])), 201);
    await alice.upload(third.bytes);
    await alice.push(bundle, { artifacts: [third] });
    await headOf(edge, EXPECTED, 6);
    assert.equal(await offered(edge), "3.00");
    assert.equal((await night.state()).data.holds, false);
    const back = await alice.next({ bundle, artifacts: [first], evidence: one });
    is(await alice.draft(back), 201);
    assert.equal((await headOf(edge, EXPECTED, 7)).data, fileId(file));
    assert.deepEqual([await offered(edge), (await night.state()).data.holds], ["2.00", true]);
    const entries = await publisherOf(edge, READER).history();
    assert.deepEqual(entries.map(({ action, version }) => [action, version]), [["publish", 1], ["data", null], ["publish", 2], ["kill", null], ["revive", null], ["publish", 3], ["rollback", 4]]);
    assert.deepEqual([entries[1].by.length, entries[1].manifest, entries[1].message], [1, fileId(file), "the night"]);
  } finally {
    await edge.stop();
  }
});

test("what is not signed for it, names what is not there, or does not follow, is refused with what to do", async () => {
  const edge = await start();
  try {
    const { bundle, catalogs: [first, second], index } = all;
    const [alice, { client: night, next, send }] = [publisherOf(edge, ALICE), jobOf(edge)];
    await alice.upload(first.bytes);
    await alice.push(bundle, { artifacts: [first] });
    const file = await next([second], [first]);
    const asked = { data: Buffer.from(file).toString("base64") };
    for (const pem of [ALICE, READER]) is(await publisherOf(edge, pem).post("data", asked), 403, "role");
    is(await publisherOf(edge, READER).upload(second.bytes), 403, "role");
    is(await publisherOf(edge, NIGHT).draft(await alice.next({ bundle }, [NIGHT])), 403, "role");
    assert.deepEqual(is(await send(file), 409, "missing_artifacts").error.missing, [hashOf(second.bytes)]);
    await night.upload(second.bytes);
    const refused = {
      "another site's": [await next([second], [first], { site: "another" }), 422, "invalid_data"],
      "signed by a key for publish": [await next([second], [first], {}, [ALICE]), 422, "invalid_data"],
      "signed by nobody": [await next([second], [first], {}, []), 422, "invalid_data"],
      "made tomorrow": [await next([second], [first], { made_s: Math.floor(Date.now() / 1000) + 86_400 }), 422, "invalid_data"],
      "without a catalogue": [await next([index], [first]), 422, "invalid_data"],
      "with a bundle": [await next([second, { kind: 1, bytes: bundle }], [first]), 422, "invalid_data"],
      "a version": [signedManifest({ site: SITE, version: 2, bundle }, [NIGHT]), 422, "invalid_data"],
      "an older number": [await next([second], [first], { number: 0 }), 409, "conflict"],
      "a number left out": [await next([second], [first], { number: 2 }), 409, "conflict"],
      "behind another one": [await next([second], [first], { previous: "ab".repeat(32) }), 409, "conflict"],
      "for another version": [await next([second], [first], { version: 7 }), 409, "conflict"],
      "for other artifacts of that version": [await next([second], [second]), 409, "conflict"],
    };
    for (const [what, [sent, status, code]] of Object.entries(refused)) {
      const answer = await send(sent);
      assert.deepEqual([answer.status, answer.code], [status, code], `${what}: ${JSON.stringify(answer.body)}`);
      assert.ok(answer.body.error.remedy.length > 0);
    }
    is(await alice.draft(file), 422, "invalid_manifest");
    for (let at = 12; at < file.length; at += 1) {
      const changed = Buffer.from(file);
      changed[at] ^= 1 << (at % 8);
      const { status } = await send(changed);
      assert.ok(status === 422, `byte ${at}: ${status}`);
    }
    assert.equal((await night.history()).length, 1, "nothing of it was published");
    is(await send(file), 201);
  } finally {
    await edge.stop();
  }
});

test("of two jobs, or a job and a push, that come at once one is told what came between, and goes on from there", async () => {
  const edge = await start();
  try {
    const { bundle, coloured, catalogs: [first, ...others] } = all;
    const [alice, ...jobs] = [publisherOf(edge, ALICE), jobOf(edge), jobOf(edge, OTHER)];
    for (const { bytes } of [first, ...others]) await alice.upload(bytes);
    await alice.push(bundle, { artifacts: [first] });
    let serial = 1;
    for (let round = 1; round <= 20; round += 1) {
      const files = await Promise.all(jobs.map(({ next }, at) => next([others[(round + at) % 3]], [first])));
      const answers = await Promise.all(jobs.map(({ send }, at) => send(files[at])));
      assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409], `round ${round}`);
      const [won, lost] = answers[0].status === 201 ? [0, 1] : [1, 0];
      const { data, between } = answers[lost].body.error;
      assert.deepEqual([data.id, data.number, between.length, JSON.parse(between[0].text).action], [fileId(files[won]), round, 1, "data"]);
      serial += 1;
    }
    for (let round = 1; round <= 10; round += 1) {
      const [job, push] = [await jobs[0].next([others[round % 3]], [first]), await alice.next({ bundle: round % 2 ? coloured : bundle, artifacts: [first] })];
      await alice.upload(coloured);
      const [sent, pushed] = await Promise.all([jobs[0].send(job), alice.draft(push)]);
      is(pushed, 201);
      if (sent.status === 201) serial += 2;
      else {
        const { between } = is(sent, 409, "conflict").error;
        assert.equal(JSON.parse(between.at(-1).text).manifest, fileId(push));
        is(await jobs[0].send(await jobs[0].next([others[round % 3]], [first])), 201);
        serial += 2;
      }
    }
    const entries = await jobs[1].client.history();
    assert.equal(entries.length, serial);
    const ids = entries.filter(({ action }) => action === "data").map(({ manifest }) => manifest);
    assert.equal(ids.length, 30);
    assert.equal((await headOf(edge, EXPECTED, serial)).data, ids.at(-1));
  } finally {
    await edge.stop();
  }
});

/** Ends workerd as a power cut would. Only processes that this one has started. */
function cut() {
  for (const pid of execFileSync("pgrep", ["-P", String(process.pid), "workerd"], { encoding: "utf8" }).trim().split("\n")) process.kill(Number(pid), "SIGKILL");
}

test("a crash at any step leaves the old data or the new ones, and the same job again finishes it", async () => {
  const persist = mkdtempSync(join(tmpdir(), "attune-data-"));
  const { bundle, catalogs: [first, second, third, fourth] } = all;
  /** What the publisher writes to KV; a key that is held is never answered. @param {any} edge */
  const gate = (edge, state = { holds: "" }) => {
    /** @type {string[]} */
    const writes = [];
    edge.origin.on("/write", (request, response) => {
      const key = new URL(request.url, edge.origin.url).searchParams.get("key") ?? "";
      writes.push(key);
      if (state.holds === "" || !key.startsWith(state.holds)) response.writeHead(200).end();
    });
    return { writes, state };
  };
  let edge = await start({ gated: true, persist });
  try {
    gate(edge);
    const alice = publisherOf(edge, ALICE);
    await alice.upload(first.bytes);
    await alice.push(bundle, { artifacts: [first] });
    await headOf(edge, EXPECTED, 1);
    let [current, serial] = [/** @type {string | null} */ (null), 1];
    for (const [step, catalog] of /** @type {const} */ ([["artifact:", second], ["manifest:", third], ["head", fourth]])) {
      const { state, writes } = gate(edge, { holds: step });
      let job = jobOf(edge);
      const file = await job.next([catalog], [first]);
      const uploaded = job.client.upload(catalog.bytes).catch(() => null);
      if (step === "artifact:") await until(async () => writes.length > 0);
      else {
        is(await uploaded, 201);
        is(await job.send(file), 201);
        await until(async () => writes.some((key) => key.startsWith(step)));
      }
      cut();
      await uploaded;
      await edge.stop().catch(() => {});
      state.holds = "";
      edge = await start({ gated: true, persist });
      serveShop(edge);
      gate(edge);
      job = jobOf(edge);
      assert.ok([current, fileId(file)].includes((await openHead(await edge.kv.get("head"), EXPECTED)).data), "the old ones or the new ones");
      // What was committed comes to KV without anybody's doing.
      if (step !== "artifact:") assert.equal((await headOf(edge, EXPECTED, serial + 1)).data, fileId(file));
      assert.ok([200, 201].includes((await job.client.upload(catalog.bytes)).status));
      is(await job.send(file), step === "artifact:" ? 201 : 200);
      serial += 1;
      current = fileId(file);
      assert.equal((await headOf(edge, EXPECTED, serial)).data, current);
      const price = `${all.catalogs.indexOf(catalog) + 1}.00`;
      assert.equal(await offered(edge), price);
      assert.equal((await job.client.history()).length, serial);
    }
  } finally {
    await edge.stop().catch(() => {});
    rmSync(persist, { recursive: true, force: true });
  }
});
