// How pair counts grow with the log: rows and processor time of src/learn/pairs.sql in DuckDB, and of `attune learn`, fitted and carried on to a billion
// clicks. Without arguments on generated logs of 50,000 products; `node tests/bench/growth.mjs LOG.tsv` takes parts of a real one.
import { DuckDBInstance } from "@duckdb/node-api";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeClicks } from "./lib/clicks.mjs";

const ROOT = new URL("../../", import.meta.url).pathname;
const STATEMENT = readFileSync(join(ROOT, "src/learn/pairs.sql"), "utf8");
const SESSIONS = [125_000, 250_000, 500_000, 1_000_000];
const PRODUCTS = 50_000;
const BILLION = 1e9;

const folder = mkdtempSync(join(tmpdir(), "attune-growth-"));

/** The command line tool, released: the one that ATTUNE names, or a fresh build. */
function attune(...args) {
  const [command, ...first] = process.env.ATTUNE ? [process.env.ATTUNE] : ["cargo", "run", "--release", "--quiet", "-p", "attune", "--"];
  return execFileSync(command, [...first, ...args], { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}

/** Counts the pairs of a query for clicks. */
async function counted(clicks) {
  const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
  const connection = await instance.connect();
  const one = async (query) => Number((await (await connection.run(query)).getRows())[0][0]);
  await connection.run(`CREATE TABLE clicks AS ${clicks}`);
  const start = process.cpuUsage();
  await connection.run(`CREATE TABLE pairs AS ${STATEMENT}`);
  const { user, system } = process.cpuUsage(start);
  const result = {
    clicks: await one("SELECT count(*) FROM clicks"),
    joined: await one("SELECT sum(sessions) FROM pairs"),
    rows: await one("SELECT count(*) FROM pairs"),
    duckdb_cpu_s: (user + system) / 1e6,
  };
  connection.closeSync();
  instance.closeSync();
  return result;
}

const read = (path) => `SELECT column0 AS session, CAST(column1 AS VARCHAR) AS item, CAST(column2 AS BIGINT) * 1000 AS time_ms, ROW_NUMBER() OVER () AS place
  FROM read_csv('${path}', delim = '\t', skip = 1, header = false)`;

async function generated() {
  const measured = [];
  for (const sessions of SESSIONS) {
    const path = join(folder, `${sessions}.tsv`);
    writeClicks(path, { sessions, items: PRODUCTS });
    const result = await counted(read(path));
    const start = performance.now();
    attune("learn", "--sessions", path, "--out", join(folder, "x.index"), "--new-epoch", "--parameters", "distance=4");
    measured.push({ ...result, learn_s: (performance.now() - start) / 1_000 });
    rmSync(path);
  }
  return measured;
}

async function parts(path) {
  const measured = [];
  // Whole sessions, chosen by a hash: a part in time would have other products.
  for (const share of [8, 4, 2, 1]) measured.push(await counted(`SELECT * FROM (${read(path)}) WHERE hash(session) % ${share} = 0`));
  return measured;
}

/** Exponent and factor of the power law that fits best. */
function fit(measured, name) {
  const points = measured.map((result) => [Math.log(result.clicks), Math.log(result[name])]);
  const mean = (n) => points.reduce((sum, point) => sum + point[n], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const exponent = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  return { exponent, at: (clicks) => Math.exp(y + exponent * (Math.log(clicks) - x)) };
}

const shown = (number) => (number >= 1_000 ? Math.round(number).toLocaleString("en-GB") : number.toFixed(1));
try {
  const logs = process.argv.slice(2);
  const runs = logs.length > 0 ? logs.map((path) => [path, () => parts(path)]) : [[`generated, ${PRODUCTS} products`, generated]];
  for (const [name, run] of runs) {
    const measured = await run();
    console.log(`pair counts, ${name}:`);
    for (const result of measured) console.log(`  ${Object.entries(result).map(([key, value]) => `${key} ${shown(value)}`).join(", ")}`);
    for (const key of ["joined", "rows"]) {
      const law = fit(measured, key);
      console.log(`  ${key} grow as clicks^${law.exponent.toFixed(2)}: ${shown(law.at(BILLION))} for a billion clicks`);
    }
    // The work is that of the joined rows, so it grows as they do; what small logs cost says little about it.
    const last = measured.at(-1);
    for (const key of Object.keys(last).filter((key) => key.endsWith("_s"))) {
      console.log(`  ${key}: ${shown(last[key] * (BILLION / last.clicks))} for a billion clicks at the pace of the largest log`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
