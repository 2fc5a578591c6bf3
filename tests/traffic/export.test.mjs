// `attune export` on a shop after a rush: whole, in two formats, in any number of runs, and without whoever was forgotten.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { breakingProxy } from "../edge/attune.mjs";
import { add, COLUMNS, comparable } from "./books.mjs";
import { databases } from "../ledger/files.mjs";
import { startLedger } from "../ledger/place.mjs";
import { rush } from "./run.mjs";
import { openShop } from "./shop.mjs";
import { Shopper } from "./shopper.mjs";

/** @type {import("./shop.mjs").Shop} */
let shop;
let isOpen = true;
/** @type {string} */
let persist;
before(async () => {
  persist = mkdtempSync(join(tmpdir(), "attune-export-"));
  shop = await openShop({ persist });
  await rush(shop, { seed: 2, shoppers: 60, forged: 64 });
});
after(async () => {
  if (isOpen) await shop?.close();
  rmSync(persist, { recursive: true, force: true });
});

/** @param {string} out @param {string[]} words @param {string} [url] */
const exported = (out, words = [], url = shop.edge.url.origin) => shop.place.run(["export", "--from", url, "--key", "read.key", "--out", out, ...words]);
/** @param {string} out @param {string[]} [words] */
async function ok(out, words) {
  const { code, out: said, err } = await exported(out, words);
  assert.equal(code, 0, err);
  return said;
}

/** Every file below a folder, with its text. @param {string} folder */
function files(folder) {
  const names = readdirSync(shop.place.path(folder), { recursive: true, encoding: "utf8" }).filter((name) => statSync(join(shop.place.path(folder), name)).isFile()).sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(shop.place.path(folder), name), "latin1")]));
}

/** @param {string} folder @param {(rows: (sql: string) => Promise<any[]>) => Promise<void>} body */
async function inDuck(folder, body) {
  const duck = await (await DuckDBInstance.create(":memory:", { autoinstall_known_extensions: "false" })).connect();
  try {
    await duck.run(`SET file_search_path = '${shop.place.path(folder)}'`);
    await duck.run(readFileSync(join(shop.place.path(folder), "results.sql"), "utf8"));
    await body(async (sql) => (await duck.runAndReadAll(sql)).getRowObjectsJson());
  } finally {
    duck.closeSync();
  }
}

/** @param {any[]} rows */
function sumsOf(rows) {
  /** @type {Map<string, bigint[]>} */
  const sums = new Map();
  for (const row of rows) add(sums, [row.experiment, row.arm, row.epoch, row.slice, row.goal].join(" "), COLUMNS.map((name) => BigInt(row[name])));
  return sums;
}

for (const format of ["ndjson", "parquet"]) {
  test(`an export in ${format} has every row and every sum, and its SQL computes these from those`, async () => {
    const said = await ok(format, ["--format", format]);
    assert.match(said, /^wrote {4}\d+ files with [\d,]+ rows to /);
    const expected = await shop.sums();
    await inDuck(format, async (rows) => {
      assert.deepEqual(comparable(sumsOf(await rows("SELECT * FROM recomputed"))), comparable(expected));
      const read = format === "ndjson" ? `read_json('sums/*/*.ndjson', format = 'newline_delimited', columns = {experiment: 'VARCHAR', arm: 'VARCHAR', epoch: 'INTEGER', goal: 'VARCHAR', slice: 'VARCHAR', ${COLUMNS.map((name) => `${name}: 'BIGINT'`).join(", ")}})` : "read_parquet('sums/*/*.parquet')";
      assert.deepEqual(comparable(sumsOf(await rows(`SELECT * FROM ${read}`))), comparable(expected));
      const [{ exposures }] = await rows("SELECT count(*) AS exposures FROM exposures");
      assert.equal(Number(exposures), (await shop.rows("exposures")).length);
      const results = await rows("SELECT * FROM results WHERE experiment = 'hero/1' AND goal = 'revenue'");
      assert.deepEqual(results.map(({ arm, covariate }) => [arm, covariate]), [["control", "value"], ["holdout", "value"], ["sale", "value"]]);
    });
  });
}

test("Parquet has the rows of the lines, in columns with types", () =>
  inDuck("parquet", async (rows) => {
    const same = async (/** @type {string} */ kind) => {
      const lines = Object.entries(files("ndjson")).filter(([name]) => name.startsWith(kind)).flatMap(([, text]) => text.split("\n").filter(Boolean)).map((line) => JSON.parse(line));
      const found = (await rows(`SELECT to_json(r) AS line FROM ${kind} AS r`)).map(({ line }) => JSON.parse(line)).map(({ day, exposed_at, happened_at, ...row }) => row);
      const sorted = (/** @type {any[]} */ list) => list.map((row) => JSON.stringify(inOrder(row))).sort();
      assert.ok(lines.length > 20);
      assert.deepEqual(sorted(found), sorted(lines));
    };
    await same("exposures");
    await same("events");
    const types = Object.fromEntries((await rows("DESCRIBE exposures")).map((row) => [row.column_name, row.column_type]));
    assert.deepEqual(types, {
      day: "DATE", exposed_at: "TIMESTAMP WITH TIME ZONE", unit: "VARCHAR", experiment: "VARCHAR", arm: "VARCHAR", epoch: "INTEGER", minute: "BIGINT",
      slices: "MAP(VARCHAR, VARCHAR)", x: "MAP(VARCHAR, BIGINT)", totals: "MAP(VARCHAR, STRUCT(y BIGINT, d BIGINT, cap BIGINT, covariate VARCHAR))", until_s: "BIGINT",
    });
    const [{ away }] = await rows("SELECT count(*) AS away FROM exposures WHERE day <> exposed_at::DATE OR epoch_ms(exposed_at) <> minute * 60000");
    assert.equal(Number(away), 0);
    const sums = Object.fromEntries((await rows("DESCRIBE SELECT * FROM read_parquet('sums/*/*.parquet')")).map((row) => [row.column_name, row.column_type]));
    assert.deepEqual([sums.cohort, sums.day, sums.yy], ["DATE", "DATE", "DOUBLE"]);
  }));

/** With the names of every record in order. @param {any} value @returns {any} */
function inOrder(value) {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, entry]) => [name, inOrder(entry)]));
}

test("runs that break off go on where they stopped, and the files are those of one whole run", async () => {
  await ok("whole");
  const whole = files("whole");
  let runs = 0;
  for (let code; code !== 0; runs += 1) {
    assert.ok(runs < 40);
    // Each run gets no further than a few files.
    const proxy = await breakingProxy(shop.edge.url, 24 + runs);
    const ran = await exported("broken", [], proxy.url);
    await proxy.stop();
    code = ran.code;
    if (code !== 0) assert.match(ran.err, /the connection to .* failed/);
    // A broken run leaves whole files under their names, and beginnings under others.
    for (const [name, text] of Object.entries(existsSync(shop.place.path("broken")) ? files("broken") : {})) {
      if (!name.includes(".part") && name !== "unfinished") assert.equal(text, whole[name], name);
    }
  }
  assert.ok(runs > 2, `${runs} runs`);
  assert.deepEqual(files("broken"), whole);
});

test("a beginning goes on at its cursor, and what was written behind it is not trusted", async () => {
  const day = new Date().toISOString().slice(0, 10);
  const name = `exposures/${day}/shard-0.ndjson`;
  const lines = files("whole")[name].split("\n").filter(Boolean);
  assert.ok(lines.length > 4);
  const { unit, experiment } = JSON.parse(lines[1]);
  const kept = `${lines.slice(0, 2).join("\n")}\n`;
  mkdirSync(shop.place.path(`begun/exposures/${day}`), { recursive: true });
  const part = shop.place.path(`begun/${name}.part`);
  writeFileSync(part, `${kept}{"half a li`);
  const state = { next: `${unit} ${experiment}`, bytes: Buffer.byteLength(kept), rows: 2, begun_s: Math.floor(Date.now() / 1000) - 60 };
  writeFileSync(`${part}.json`, JSON.stringify(state));
  await ok("begun", ["--kind", "exposures", "--day", day]);
  assert.equal(files("begun")[name], files("whole")[name]);
  assert.deepEqual(Object.keys(files("begun")).filter((file) => file.includes(".part")), []);
  // What is of the day before yesterday is begun anew.
  writeFileSync(part, "nonsense\n");
  writeFileSync(`${part}.json`, JSON.stringify({ ...state, bytes: 9, begun_s: state.begun_s - 2 * 86_400 }));
  await ok("begun", ["--kind", "exposures", "--day", day]);
  assert.equal(files("begun")[name], files("whole")[name]);
});

test("a day that cannot change any more is kept, and read again where that is asked for", async () => {
  const early = "2026-01-02";
  assert.match(await ok("old", ["--kind", "sums", "--kind", "events", "--day", early]), /wrote {4}6 files with 0 rows/);
  assert.match(await ok("old", ["--kind", "sums", "--kind", "events", "--day", early]), /wrote {4}0 files .*\nkept {5}6 files/);
  assert.match(await ok("old", ["--kind", "sums", "--day", early, "--again"]), /wrote {4}3 files/);
  // Read before the day was settled: late events may have come since.
  const file = shop.place.path(`old/events/${early}/shard-1.ndjson`);
  const soon = Date.parse(`${early}T00:00:00Z`) / 1000 + 86_400 * 8;
  utimesSync(file, soon, soon);
  assert.match(await ok("old", ["--kind", "events", "--day", early]), /wrote {4}1 file .*\nkept {5}2 files/);
});

test("what cannot be exported says why", async () => {
  await shop.place.key("other.key");
  const refused = async (/** @type {string[]} */ words, /** @type {RegExp} */ why) => {
    const { code, err } = await shop.place.run(["export", "--from", shop.edge.url.origin, "--out", "none", ...words]);
    assert.equal(code, 2, err);
    assert.match(err, why);
  };
  await refused(["--key", "other.key"], /unknown_key|MANIFEST_KEYS/);
  await refused(["--key", "read.key", "--day", "yesterday"], /give a day such as 2026-11-29/);
  await refused(["--key", "read.key", "--day", "2026-11-02", "--since", "2026-11-01"], /cannot be used with/);
  await refused(["--key", "read.key", "--kind", "clicks"], /possible values: exposures, events, sums/);
  assert.equal(existsSync(shop.place.path("none/results.sql")), false);
});

test("who is forgotten is in no answer, no export and no result; what they did stays in the sums", async () => {
  const shopper = await new Shopper(shop).consent();
  await shopper.load();
  await shopper.look();
  // Orders are in shards of their own: of six, some are in another than their visitor's.
  const orders = [];
  for (let order = 0; order < 6; order += 1) orders.push(await shopper.order(7_654_321));
  await shopper.report(shopper.purchase(7_654_321));
  const before = comparable(await shop.settled());
  const { unit } = shopper.account;
  const other = (await shop.rows("exposures")).find((row) => row.unit !== unit).unit;
  const rows = async (/** @type {string} */ name) => [await shop.rows("exposures"), await shop.rows("events")].map((kind) => kind.filter((row) => row.unit === name).length);
  const [[exposures, events], others] = [await rows(unit), await rows(other)];
  assert.ok(exposures >= 1 && events >= 8, `${exposures}, ${events}`);
  await ok("forgetful");
  const holds = (/** @type {string} */ name) => Object.values(files("forgetful")).some((text) => text.includes(name));
  assert.ok(holds(unit));
  assert.ok(traces(unit).filter((times) => times > 0).length > 1, "orders are in several shards");

  const { status } = await shop.web.post("/_attune/forget", {}, { jar: shopper.jar });
  assert.equal(status, 200);
  assert.deepEqual([await rows(unit), await rows(other)], [[0, 0], others]);
  for (const what of ["sums", "counts", "experiments"]) assert.equal(JSON.stringify(await shop.lines(what)).includes(unit), false, what);
  assert.deepEqual(comparable(await shop.sums()), before, "sums keep what was contributed");
  const attrition = (await shop.lines("counts")).filter(({ attrition: times }) => times > 0);
  assert.equal(attrition.reduce((sum, { attrition: times }) => sum + times, 0), exposures);
  await ok("forgetful", ["--again"]);
  assert.equal(holds(unit), false);
  assert.ok(holds(other));
  await inDuck("forgetful", async (duck) => {
    for (const view of ["exposures", "events", "reached"]) assert.equal(Number((await duck(`SELECT count(*) AS found FROM ${view} WHERE unit = '${unit}'`))[0].found), 0, view);
  });
  // What is said of their orders later brings nothing back.
  for (const order of orders) await shopper.refund(order, 100);
  assert.deepEqual(comparable(await shop.settled()), before);
  assert.deepEqual(await rows(unit), [0, 0]);

  // The tables themselves, as another workerd finds them.
  await shop.close();
  isOpen = false;
  const place = await startLedger({ shards: shop.shards, name: "attune-control", persist: join(persist, "objects") });
  try {
    for (let shard = 0; shard < shop.shards; shard += 1) {
      for (const table of ["exposures", "events", "orders", "outbox"]) assert.equal(JSON.stringify(await place.shard(`ledger-${shard}`).rows(table)).includes(unit), false, table);
    }
    assert.ok((await place.shard("ledger-0").rows("orders")).length > 0);
  } finally {
    await place.stop();
  }
});

/** How often bytes are in each database file, with what is not merged into it yet. @param {string} text */
const traces = (text) => databases(persist).map((file) => [file, `${file}-wal`].reduce((sum, name) => sum + (existsSync(name) ? readFileSync(name, "latin1").split(text).length - 1 : 0), 0));
