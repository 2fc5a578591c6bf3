// Parquet that DuckDB writes is the log that it was written from, and the pair counts of DuckDB make the same index, byte for byte, as the built-in count of the same log.
import { DuckDBInstance } from "@duckdb/node-api";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gunzipSync } from "node:zlib";

const ROOT = new URL("../../", import.meta.url).pathname;
const SAMPLE = join(ROOT, "tests/data/click-sessions/train.tsv.gz");
const STATEMENT = readFileSync(join(ROOT, "src/learn/pairs.sql"), "utf8");
const PARAMETERS = ["--parameters", "distance=4,neighbours=30"];
let folder;

/** Runs the command line tool: the one that ATTUNE names, or a fresh build. */
function attune(...args) {
  const [command, ...first] = process.env.ATTUNE ? [process.env.ATTUNE] : ["cargo", "run", "--quiet", "-p", "attune", "--"];
  return execFileSync(command, [...first, ...args], { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** A connection to a database in memory, with the sample as the table `log`. */
async function database() {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(`CREATE TABLE log AS SELECT * FROM read_csv('${path("clicks.tsv")}', delim = '\t', header = true, types = { 'ItemId': 'VARCHAR' })`);
  return { connection, close: () => (connection.closeSync(), instance.closeSync()) };
}

const path = (name) => join(folder, name);

before(() => {
  folder = mkdtempSync(join(tmpdir(), "attune-pairs-"));
  writeFileSync(path("clicks.tsv"), gunzipSync(readFileSync(SAMPLE)));
});
after(() => rmSync(folder, { recursive: true, force: true }));

test("DuckDB and the built-in count give the same index", async () => {
  const { connection, close } = await database();
  await connection.run(`CREATE TABLE clicks AS SELECT SessionId AS session, ItemId AS item, CAST(Time AS BIGINT) * 1000 AS time_ms,
    ROW_NUMBER() OVER () AS place FROM log`);
  await connection.run(`COPY (${STATEMENT}) TO '${path("pairs.csv")}' (HEADER, DELIMITER ',')`);
  close();

  attune("learn", "--sessions", path("clicks.tsv"), "--out", path("counted.index"), ...PARAMETERS);
  copyFileSync(path("counted.index.items"), path("pairs.index.items"));
  const report = attune("learn", "--pairs", path("pairs.csv"), "--out", path("pairs.index"), ...PARAMETERS);
  assert.match(report, /^2500 sessions, \d+ products \(0 new\)/);
  assert.ok(readFileSync(path("pairs.index")).equals(readFileSync(path("counted.index"))));
});

test("Parquet and TSV give the same index", async () => {
  const { connection, close } = await database();
  await connection.run(`COPY (SELECT SessionId AS visit, ItemId, make_timestamp(CAST(Time * 1000000 AS BIGINT)) AS clicked FROM log)
    TO '${path("clicks.parquet")}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 4096)`);
  close();
  attune("learn", "--sessions", path("clicks.tsv"), "--out", path("tsv.index"), ...PARAMETERS);
  const columns = ["--columns", "session=visit,time=clicked"];
  attune("learn", "--sessions", path("clicks.parquet"), "--out", path("parquet.index"), ...columns, ...PARAMETERS);
  assert.ok(readFileSync(path("parquet.index")).equals(readFileSync(path("tsv.index"))));
});
