// The SQL of SPEC.md, run on DuckDB as it is printed there, against the hash vectors and against `attune assign`.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";

const ROOT = new URL("../..", import.meta.url).pathname;
const SITE = join(ROOT, "tests/sql/site");
const NOW = "2026-11-21T12:00:00Z";
const VISITORS = 4_000;

/** The SQL blocks of a section of SPEC.md, in order. @param {string} heading */
function sqlOf(heading) {
  const section = readFileSync(join(ROOT, "SPEC.md"), "utf8").split(/^## /m).find((part) => part.startsWith(heading));
  const blocks = [...(section ?? "").matchAll(/^```sql\n([\s\S]*?)^```$/gm)].map((match) => match[1]);
  assert.equal(blocks.length, 2, `${heading} has a macro and a query`);
  return blocks;
}

/** @type {import("@duckdb/node-api").DuckDBConnection} */
let duck;
/** @type {string} */
let folder;
const [macro, query] = sqlOf("Assignment");

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "attune-sql-"));
  const instance = await DuckDBInstance.create(":memory:", { autoinstall_known_extensions: "false", autoload_known_extensions: "false" });
  duck = await instance.connect();
  await duck.run(macro);
});
after(() => {
  duck?.closeSync();
  rmSync(folder, { recursive: true, force: true });
});

/** @param {string} sql */
const rows = async (sql) => (await duck.runAndReadAll(sql)).getRowObjectsJson();
/** @param {string} text */
const quoted = (text) => `'${text.replaceAll("'", "''")}'`;

/** @param {string[]} options @param {string} [input] */
function attune(options, input) {
  const run = spawnSync(process.env.CARGO ?? "cargo", ["run", "--quiet", "-p", "attune", "--", ...options], { cwd: ROOT, encoding: "utf8", input, maxBuffer: 1 << 26 });
  assert.equal(run.status, 0, run.stderr);
  return run.stdout;
}

test("buckets are those of the vectors", async () => {
  const { cases } = JSON.parse(readFileSync(join(ROOT, "tests/vectors/bucket.json"), "utf8"));
  assert.ok(cases.length > 10);
  for (const { salt, key, phase, unit, bucket } of cases) {
    const [row] = await rows(`SELECT attune_bucket(${quoted(salt)}, ${quoted(key)}, ${phase}, ${quoted(unit)}) AS bucket`);
    assert.equal(Number(row.bucket), bucket, `${salt}:${key}:${phase}:${unit}`);
  }
});

/** The hash of a customer, as the query of SPEC.md writes it. */
const HASH = /substr\(sha256\('customer:' \|\| u\.unit\), 1, 32\)/.exec(query)?.[0] ?? "";

test("a customer's unit is that of the vectors", async () => {
  const { customers } = JSON.parse(readFileSync(join(ROOT, "tests/vectors/bucket.json"), "utf8"));
  assert.ok(customers.length > 3);
  for (const { customer, unit, salt, key, phase, bucket } of customers) {
    const [row] = await rows(`SELECT ${HASH} AS hashed, attune_bucket(${quoted(salt)}, ${quoted(key)}, ${phase}, hashed) AS bucket FROM (SELECT ${quoted(customer)} AS unit) AS u`);
    assert.deepEqual([row.hashed, Number(row.bucket)], [unit, bucket], customer);
  }
});

test("assignments are those of attune assign", async () => {
  // Compiling writes the lock; the one in the repository must be the one that goes with the files.
  const site = join(folder, "site");
  cpSync(SITE, site, { recursive: true });
  attune(["compile", site, "--out", join(folder, "bundle")]);
  const lock = readFileSync(join(site, "attune.lock"), "utf8");
  assert.equal(lock, readFileSync(join(SITE, "attune.lock"), "utf8"));

  // Ids without a pattern that are the same in every run, minted over 60 days around every change of weights.
  const minted = (/** @type {number} */ n) => Date.parse("2026-10-01T00:00:00Z") / 1000 + ((n * 7919) % (51 * 86_400));
  const visitors = Array.from({ length: VISITORS }, (_, n) => [createHash("md5").update(`visitor ${n}`).digest("hex"), minted(n)]);
  const customers = Array.from({ length: 500 }, (_, n) => [`K-${n}: é`, 0]);
  copyFileSync(join(site, "attune.lock"), join(folder, "attune.lock"));
  const { experiments } = JSON.parse(lock);
  assert.deepEqual(experiments.map((/** @type {any} */ e) => e.campaign), ["alone", "customers", "first", "second"]);
  const found = new Map();
  for (const { campaign, unit } of experiments) {
    const units = unit === "customer" ? customers : visitors;
    writeFileSync(join(folder, "units.csv"), `unit,minted\n${units.map((pair) => pair.join(",")).join("\n")}\n`);
    const input = units.map(([id, at]) => (unit === "customer" ? id : `${id},${at}`)).join("\n");
    const expected = attune(["assign", site, "--campaign", campaign, "--now", NOW], input).trim().split("\n").slice(1);
    const sql = query.replace("'attune.lock'", quoted(join(folder, "attune.lock"))).replace("'units.csv'", quoted(join(folder, "units.csv")))
      .replace("'summer-hero'", quoted(campaign)).replace("TIMESTAMP '2026-11-21 12:00:00'", `TIMESTAMP ${quoted(NOW.slice(0, 19).replace("T", " "))}`);
    const answers = new Map((await rows(sql)).map((row) => [row.unit, `${row.unit},${row.assignment},${row.arm ?? ""}`]));
    assert.equal(answers.size, units.length);
    for (const line of expected) {
      const id = line.split(",")[0];
      assert.equal(answers.get(id), line);
      const outcome = `${campaign} ${line.slice(id.length + 1)}`;
      found.set(outcome, (found.get(outcome) ?? 0) + 1);
    }
  }
  // Every outcome was there to be compared.
  const outcomes = ["first site-holdout,", "first layer-holdout,", "first other-in-layer,", "first holdout,", "first in,control", "first in,a", "first in,b",
    "second not-covered,", "second in,control", "second in,sale", "alone not-covered,", "alone holdout,", "alone in,", "customers in,control", "customers in,sale"];
  for (const outcome of outcomes) assert.ok(found.get(outcome) > 20, `${outcome}: ${found.get(outcome)}`);
});
