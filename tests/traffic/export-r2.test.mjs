// `attune export --r2`: the control Worker writes what the command writes to a folder, in steps that can break off anywhere.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { newSigningKey, publicKeyHex } from "../../xtask/manifest.mjs";
import { breakingProxy } from "../edge/attune.mjs";
import { KEYS, startEdge } from "../edge/harness.mjs";
import { publisherOf } from "../edge/publisher.mjs";
import { exposure, unit } from "../ledger/place.mjs";
import { Part } from "../../www/shim/ledger/part.mjs";
import { rush } from "./run.mjs";
import { openShop } from "./shop.mjs";

const MIB = 1024 * 1024;
const DAY_S = 86_400;

/** @type {import("./shop.mjs").Shop} */
let shop;
/** @type {any} */
let bucket;
/** @type {ReturnType<typeof publisherOf>} */
let asked;
before(async () => {
  shop = await openShop({ bucket: true });
  bucket = await shop.edge.mf.getR2Bucket("EXPORT", "attune-control");
  asked = publisherOf(shop.edge, shop.reader);
  await rush(shop, { seed: 3, shoppers: 16, forged: 0 });
});
after(() => shop?.close());

/** @param {string[]} words @param {string} [url] */
const exported = (words, url = shop.edge.url.origin) => shop.place.run(["export", "--from", url, "--key", "read.key", ...words]);
/** @param {string[]} words */
async function ok(...words) {
  const { code, out, err } = await exported(words);
  assert.equal(code, 0, err);
  return out;
}

/** Every file of rows below a folder, with its text. @param {string} folder */
function files(folder) {
  const names = readdirSync(shop.place.path(folder), { recursive: true, encoding: "utf8" }).filter((name) => statSync(join(shop.place.path(folder), name)).isFile() && name !== "results.sql").sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(shop.place.path(folder), name), "utf8")]));
}

/** Every object of the bucket, with its text. @returns {Promise<Record<string, string>>} */
async function objects() {
  const names = (await bucket.list()).objects.map((/** @type {any} */ { key }) => key).sort();
  return Object.fromEntries(await Promise.all(names.map(async (/** @type {string} */ name) => [name, await (await bucket.get(name)).text()])));
}

async function empty() {
  for (const name of Object.keys(await objects())) await bucket.delete(name);
}

test("the bucket has the objects that the folder has as files, byte for byte", async () => {
  const said = await ok("--r2", "--sql", "results.sql");
  await ok("--out", "whole");
  const found = await objects();
  assert.deepEqual(found, files("whole"));
  assert.ok(Object.entries(found).filter(([name, text]) => name.startsWith("exposures/") && text !== "").length > 1);
  const rows = Object.entries(found).filter(([name]) => name.endsWith(".ndjson")).flatMap(([, text]) => text.split("\n").filter(Boolean)).length;
  assert.match(said, new RegExp(`^wrote {4}${Object.keys(found).length} objects with ${rows} rows to the bucket of http`));
  const duck = await (await DuckDBInstance.create(":memory:", { autoinstall_known_extensions: "false" })).connect();
  try {
    await duck.run(`SET VARIABLE folder = '${shop.place.path("whole")}/'`);
    await duck.run(readFileSync(shop.place.path("results.sql"), "utf8"));
    const [{ count }] = (await duck.runAndReadAll("SELECT count(*)::INTEGER AS count FROM exposures")).getRowObjectsJson();
    assert.equal(count, (await shop.rows("exposures")).length);
  } finally {
    duck.closeSync();
  }
  const labels = await bucket.head("sums/all/shard-0.ndjson");
  assert.equal(labels.httpMetadata.contentType, "application/x-ndjson");
  await empty();
});

test("a run that breaks off goes on at the next object", async () => {
  const whole = files("whole");
  const versions = async () => Object.fromEntries((await bucket.list()).objects.map((/** @type {any} */ { key, version }) => [key, version]));
  let [runs, kept] = [0, 0];
  for (let code; code !== 0; runs += 1) {
    assert.ok(runs < 20);
    const before = await versions();
    const proxy = await breakingProxy(shop.edge.url, 20 + 4 * runs);
    const ran = await exported(["--r2"], proxy.url);
    await proxy.stop();
    ({ code } = ran);
    if (code !== 0) assert.match(ran.err, /the connection to .* failed/);
    for (const [name, text] of Object.entries(await objects())) if (name !== "unfinished") assert.equal(text, whole[name], name);
    // The answer to the end of a run may be lost, and then nothing is unfinished.
    if (before.unfinished === undefined) continue;
    const now = await versions();
    for (const [name, version] of Object.entries(before)) if (name.endsWith(".ndjson")) assert.equal(now[name], version, name), (kept += 1);
  }
  assert.ok(runs > 2 && kept > 5, `${runs} runs, ${kept} kept`);
  assert.deepEqual(await objects(), whole);
});

test("an object of a day that is settled is not written again, but where that is asked for", async () => {
  const early = ["--r2", "--kind", "sums", "--kind", "events", "--day", "2026-01-02"];
  assert.match(await ok(...early), /wrote {4}6 objects with 0 rows/);
  assert.match(await ok(...early), /wrote {4}0 objects .*\nkept {5}6 objects/);
  assert.match(await ok(...early, "--again"), /wrote {4}6 objects/);
  // Of today, every run writes it.
  const today = ["--r2", "--kind", "events", "--day", new Date().toISOString().slice(0, 10)];
  assert.match(await ok(...today), /wrote {4}3 objects/);
  assert.match(await ok(...today), /wrote {4}3 objects/);
  // It was begun before the day was settled: late events may have come since.
  await bucket.put("events/2026-01-02/shard-1.ndjson", "", { customMetadata: { run: "before", begun_s: String(Date.parse("2026-01-10T23:00:00Z") / 1000) } });
  assert.match(await ok(...early), /wrote {4}1 object .*\nkept {5}5 objects/);
});

test("who is forgotten is in the bucket until it is written again", async () => {
  const [{ unit: known }] = await shop.rows("exposures");
  const holds = async () => Object.values(await objects()).some((text) => text.includes(known));
  assert.ok(await holds());
  const namespace = await shop.edge.mf.getDurableObjectNamespace("LEDGER", "attune-control");
  for (let shard = 0; shard < shop.shards; shard += 1) {
    await told(namespace, shard, "forget", { now_s: Math.floor(Date.now() / 1000), units: [known] });
  }
  assert.ok(await holds());
  await ok("--r2", "--again");
  assert.equal(await holds(), false);
});

/** What a shard is told, past the Worker. @param {any} namespace @param {number} shard @param {string} what @param {object} message */
async function told(namespace, shard, what, message) {
  const answer = await namespace.get(namespace.idFromName(`ledger-${shard}`)).fetch(`https://ledger.invalid/${what}`, { method: "POST", body: JSON.stringify(message) });
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  return JSON.parse(text);
}

/** @param {string} word @param {number} number */
const long = (word, number) => `${word}${number}`.padEnd(128, "-");
/** As long as they may be. */
const SLICES = Object.fromEntries([0, 1, 2, 3].map((number) => [long("slice", number), long("value", number)]));

/**
 * Puts exposures into shard 0, of 32 experiments for each unit.
 * @param {number} units @param {number} day @param {(number: number, experiment: number) => object} more
 */
async function seed(units, day, more) {
  const namespace = await shop.edge.mf.getDurableObjectNamespace("LEDGER", "attune-control");
  const now_s = Math.floor(Date.now() / 1000);
  for (let first = 0; first < units; first += 5) {
    const message = Array.from({ length: 5 }, (_, at) => ({
      unit: unit(first + at),
      exposures: Array.from({ length: 32 }, (_, number) => exposure({ experiment: long(`day${day}/`, number), minute: day * 1440, keep_s: 90 * DAY_S, slices: SLICES, ...more(first + at, number) })),
    }));
    assert.equal((await told(namespace, 0, "take", { now_s, units: message })).exposed, 160);
  }
}

test("a large object is written in steps and parts, and a run goes on within it", async () => {
  await empty();
  const day = Math.floor(Date.now() / 1000 / DAY_S) - 20;
  await seed(400, day, () => ({ arm: long("arm", 0) }));
  const name = new Date(day * DAY_S * 1000).toISOString().slice(0, 10);
  await ok("--out", "large", "--kind", "exposures", "--day", name);
  const key = `exposures/${name}/shard-0.ndjson`;
  const expected = files("large")[key];
  assert.ok(expected.length > 17 * MIB, `${expected.length}`);

  const begin = async () => (await asked.ask("PUT", "export/run")).body.run;
  const step = async (/** @type {string} */ run) => (await asked.ask("PUT", `export/object?run=${run}&kind=exposures&day=${day}&shard=0`)).body;
  const run = await begin();
  const first = await step(run);
  assert.equal(first.state, "part");
  assert.ok(first.bytes >= 16 * MIB && first.bytes < 18 * MIB && first.rows > 10_000, JSON.stringify(first));
  assert.deepEqual(Object.keys(await objects()), [`${key}.part`, "unfinished"]);
  // Whoever comes next goes on: with the run, and with its object.
  assert.equal(await begin(), run);
  assert.deepEqual(await step(run), { state: "whole", bytes: expected.length, rows: 12_800 });
  assert.deepEqual(Object.keys(await objects()), [key, "unfinished"]);
  assert.equal((await objects())[key], expected);
  assert.deepEqual(await step(run), { state: "kept", bytes: expected.length });

  // Two at a time do not spoil each other's object.
  await bucket.delete(key);
  await Promise.all([step(run), step(run)]);
  for (let state; state !== "kept"; ) ({ state } = await step(run));
  assert.equal((await objects())[key], expected);

  // A beginning of another run may have visitors who were forgotten since.
  await bucket.delete(key);
  assert.equal((await step(run)).state, "part");
  await told(await shop.edge.mf.getDurableObjectNamespace("LEDGER", "attune-control"), 0, "forget", { now_s: Math.floor(Date.now() / 1000), units: [unit(1)] });
  const { run: old } = JSON.parse((await objects()).unfinished);
  await bucket.put("unfinished", JSON.stringify({ run: old, begun_s: Math.floor(Date.now() / 1000) - DAY_S }));
  assert.match(await ok("--r2", "--kind", "exposures", "--day", name), /wrote {4}3 objects with 12,768 rows/);
  assert.equal((await objects())[key], expected.split("\n").filter((line) => !line.includes(unit(1))).join("\n"));
});

test("two that begin at a time have one run", async () => {
  assert.equal(await bucket.head("unfinished"), null);
  const begun = await Promise.all([1, 2, 3, 4].map(() => asked.ask("PUT", "export/run")));
  const runs = begun.flatMap(({ status, body }) => (status === 200 ? [body.run] : []));
  assert.deepEqual(begun.filter(({ status }) => status !== 200).map(({ code }) => code).filter((code) => code !== "busy"), []);
  assert.deepEqual([...new Set(runs)], [JSON.parse((await objects()).unfinished).run]);
  await bucket.delete("unfinished");
});

test("of two that write the same object at a time, the later one is refused", async () => {
  const open = () => Part.open(bucket, "two", "run", 0);
  const [first, second] = [await open(), await open()];
  await first.add(Buffer.from("one\n"));
  await second.add(Buffer.from("two\n"));
  await first.save("next");
  await assert.rejects(second.save("next"), /another run writes this object/);
  const third = await open();
  await first.save("later");
  await assert.rejects(third.save("later"), /another run writes this object/);
  const last = await open();
  assert.deepEqual([last.next, last.size], ["later", { bytes: 4, rows: 1 }]);
  await last.finish();
  assert.equal(await (await bucket.get("two")).text(), "one\n");
  assert.equal(await bucket.head("two.part"), null);
});

test("what somebody has copied into the bucket from a folder does not stop a run", async () => {
  await bucket.put("unfinished", "attune export\n");
  await bucket.put("events/2026-01-02/shard-0.ndjson.part", '{"unit":"v:1"}\n{"unit"');
  await bucket.put("events/2026-01-02/shard-1.ndjson.part", "");
  assert.match(await ok("--r2", "--kind", "events", "--day", "2026-01-02", "--again"), /wrote {4}3 objects with 0 rows/);
  assert.deepEqual(Object.keys(await objects()).filter((name) => name.endsWith(".part") || name === "unfinished"), []);
});

test("parts that R2 has thrown away are written again", async () => {
  const day = Math.floor(Date.now() / 1000 / DAY_S) - 20;
  const key = `exposures/${new Date(day * DAY_S * 1000).toISOString().slice(0, 10)}/shard-0.ndjson`;
  const { [key]: expected } = await objects();
  await empty();
  const { run } = (await asked.ask("PUT", "export/run")).body;
  const step = () => asked.ask("PUT", `export/object?run=${run}&kind=exposures&day=${day}&shard=0`);
  assert.equal((await step()).body.state, "part");
  const [state] = (await objects())[`${key}.part`].split("\n", 1);
  await bucket.resumeMultipartUpload(key, JSON.parse(state).upload).abort();
  assert.equal((await step()).code, "unavailable");
  assert.equal((await step()).body.state, "part");
  assert.equal((await step()).body.state, "whole");
  assert.equal((await objects())[key], expected);
});

test("sums that are too many for one call cost no other object, leave nothing behind, and are said", async () => {
  await empty();
  const x = Object.fromEntries([0, 1, 2, 3, 4, 5, 6, 7].map((number) => [long("covariate", number), number]));
  await seed(45, Math.floor(Date.now() / 1000 / DAY_S) - 10, (number) => ({ arm: long("arm", number), x }));
  const { code, out, err } = await exported(["--r2", "--kind", "sums", "--since", new Date().toISOString().slice(0, 10)]);
  assert.equal(code, 2);
  assert.match(err, /1 object could not be written:\n {2}sums\/all\/shard-0.ndjson: it has more than 33554432 bytes\n {2}help: export these to a folder/);
  assert.match(out, /wrote {4}5 objects/);
  const names = Object.keys(await objects());
  assert.equal(names.filter((name) => name.startsWith("sums/2")).length, 3);
  assert.ok(!names.includes("unfinished"));
  assert.deepEqual(names.filter((name) => name.startsWith("sums/all/shard-0") || name.endsWith(".part")), []);
});

test("who may write to the bucket, and what cannot be written, is said", async () => {
  const refused = async (/** @type {string} */ path, /** @type {string} */ code, /** @type {RegExp} */ why) => {
    const answer = await asked.ask("PUT", path);
    assert.deepEqual([answer.code, why.test(answer.body.error.message)], [code, true], JSON.stringify(answer.body));
  };
  const run = "0".repeat(36);
  await refused(`export/object?run=${run}&kind=clicks&day=20000&shard=0`, "malformed", /kind is not/);
  await refused(`export/object?run=${run}&kind=events&day=all&shard=0`, "malformed", /day is not/);
  await refused(`export/object?run=${run}&kind=events&day=9999999&shard=0`, "malformed", /day is not/);
  await refused(`export/object?run=${run}&kind=events&day=20000&shard=3`, "malformed", /shard is a number from 0 to 2/);
  await refused("export/object?run=x&kind=events&day=20000&shard=0", "malformed", /run is what/);
  await refused("export/everything", "not_found", /there is no PUT/);
  assert.equal((await asked.ask("PUT", "export/end", Buffer.from("{}"))).code, "too_large");
  assert.equal((await asked.ask("PUT", "export/run", Buffer.from("{}"))).code, "too_large");
  assert.equal((await asked.ask("PUT", "export/run", undefined, { audience: "another" })).code, "audience");
  for (const words of [["--out", "x"], ["--format", "parquet"]]) assert.match((await exported(["--r2", ...words])).err, /cannot be used with/);
  assert.match((await exported([])).err, /--out <FOLDER>/);
});

test("a Worker without a bucket says what to add, and a key without the role may not write", async () => {
  const [reader, data] = [newSigningKey(), newSigningKey()];
  const edge = await startEdge({ bindings: { MANIFEST_KEYS: `${KEYS}, ${publicKeyHex(reader)}:read, ${publicKeyHex(data)}:data` } });
  try {
    const { status, body } = await publisherOf(edge, reader).ask("PUT", "export/run");
    assert.deepEqual([status, body.error.code, body.error.message], [409, "no_bucket", "the control Worker has no binding EXPORT"]);
    assert.match(body.error.remedy, /add the R2 binding EXPORT to control\.toml, as docs\/export\.md has it/);
    for (const path of ["export/run", "export/object", "export/end"]) assert.equal((await publisherOf(edge, data).ask("PUT", path)).code, "role");
  } finally {
    await edge.stop();
  }
});
