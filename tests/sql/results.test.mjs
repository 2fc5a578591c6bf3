// The SQL of an export, run on DuckDB, against the sums of the ledger that the rows come from.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { DAY_S, exposure, settled, shardOf, shardOfOrder, startLedger, unit } from "../ledger/place.mjs";
import { COLUMNS, keyOf, queries } from "./results.mjs";
import { chance } from "../traffic/chance.mjs";

const SHARDS = 3;
const KINDS = ["exposures", "events"];
/** Rows whose time is over are deleted by the real clock: what happens here happened in the last days. */
const START_S = Math.floor(Date.now() / 1000) - 4 * DAY_S;
/** @type {Awaited<ReturnType<typeof startLedger>>} */
let place;
/** @type {string} */
let folder;
before(async () => {
  place = await startLedger({ shards: SHARDS });
  folder = mkdtempSync(join(tmpdir(), "attune-results-"));
});
after(async () => {
  await place?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const EXPERIMENTS = { "hero/1": ["control", "sale"], "site/0": ["personalized", "holdout"], "grid/3": ["campaign", "holdout"] };
/** A goal that is capped, one that is a ratio, one per visitor, one of few hours, and one that counts from some hours on. */
const GOALS = [
  { goal: "revenue", y: "value", d: 1, cap: 250_000, window_s: 5 * DAY_S, covariate: "value" },
  { goal: "basket", y: "value", d: "value", cap: null, window_s: 5 * DAY_S, covariate: "orders" },
  { goal: "signup", y: 1, d: 0, cap: 1, window_s: 3 * DAY_S, covariate: null },
  { goal: "quick", y: 1, d: 1, cap: 2, window_s: 7_200, covariate: "visits" },
  { goal: "stays", y: 1, d: 0, cap: 1, after_s: DAY_S / 4, window_s: 4 * DAY_S, covariate: null },
];

const TURNS = 250;
/** Four days of everything that the ledger takes, in an order that no shop would have. @param {number} seed */
async function traffic(seed) {
  const { below, of } = chance(seed);
  const post = async (/** @type {string} */ shard, /** @type {string} */ what, /** @type {object} */ message) => {
    const { status, body } = await place.shard(shard).post(what, message);
    assert.equal(status, 200, JSON.stringify(body));
  };
  const units = Array.from({ length: 60 }, (_, number) => unit(seed * 1000 + number, number % 5 === 0 ? "c" : "v"));
  /** @type {string[]} */
  const orders = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const now_s = START_S + Math.floor((turn / TURNS) * 4 * DAY_S);
    const name = of(units);
    const earlier_s = now_s - below(2 * DAY_S);
    const kind = below(10);
    if (kind < 4) {
      const experiment = of(Object.keys(EXPERIMENTS));
      const seen = exposure({
        experiment, arm: of(EXPERIMENTS[/** @type {keyof typeof EXPERIMENTS} */ (experiment)]), epoch: below(2), minute: Math.floor(earlier_s / 60),
        slices: { device: of(["phone", "desktop"]), ...(below(2) === 0 ? { country: of(["GB", "DE"]) } : {}) },
        x: { value: below(500) * 100, orders: below(5), ...(below(3) === 0 ? {} : { visits: below(9) }) }, keep_s: 12 * DAY_S,
      });
      await post(shardOf(name, SHARDS), "take", { now_s, units: [{ unit: name, exposures: [seen] }] });
    } else if (kind < 7) {
      const goals = GOALS.filter(() => below(2) === 0).map((goal) => ({ ...goal, y: goal.y === "value" ? below(120_000) - 10_000 : goal.y, d: goal.d === "value" ? below(40) : goal.d }));
      const id = `${seed}-${below(5) === 0 ? below(turn + 1) : turn}`;
      await post(shardOf(name, SHARDS), "take", { now_s, units: [{ unit: name, events: [{ id, at_s: earlier_s, goals }] }] });
    } else {
      const isRefund = kind === 9 && orders.length > 0;
      const order = isRefund ? of(orders) : `${seed}-order-${turn}`;
      if (!isRefund) orders.push(order);
      const more = isRefund ? { kind: "refund", value: of([null, 100, below(60_000)]) } : { kind: "order", value: below(200_000), units: [name, of(units)], goals: GOALS.slice(0, 3) };
      await post(shardOfOrder(order, SHARDS), "order", { now_s, order, key: `${seed}-${turn}`, at_s: isRefund ? now_s : earlier_s, ...more });
    }
  }
  await settled(place, SHARDS);
}

/** Writes what the shards have, as the command does. @param {number} limit rows a page */
async function exported(limit) {
  for (let shard = 0; shard < SHARDS; shard += 1) {
    for (const kind of KINDS) {
      for (let number = Math.floor(START_S / DAY_S) - 2; number < START_S / DAY_S + 5; number += 1) {
        const target = join(folder, kind, new Date(number * DAY_S * 1000).toISOString().slice(0, 10));
        mkdirSync(target, { recursive: true });
        let text = "";
        for (let after = ""; after !== null; ) {
          const page = await place.call("GET", `/ledger-${shard}/rows?kind=${kind}&day=${number}&limit=${limit}&after=${encodeURIComponent(after)}`);
          assert.equal(page.status, 200, page.text);
          const lines = page.text.trimEnd().split("\n");
          after = JSON.parse(lines.pop() ?? "").next;
          text += lines.map((line) => `${line}\n`).join("");
        }
        writeFileSync(join(target, `shard-${shard}.ndjson`), text);
      }
    }
  }
}

test("sums computed from exported rows are those of the ledger, to the last digit", async () => {
  for (const seed of [1, 2, 3]) await traffic(seed);
  await exported(20);
  const duck = await (await DuckDBInstance.create(":memory:", { autoinstall_known_extensions: "false" })).connect();
  try {
    await duck.run(`SET file_search_path = '${folder}'`);
    await duck.run(queries("ndjson"));
    const found = new Map((await duck.runAndReadAll("SELECT * FROM recomputed")).getRowObjectsJson().map((row) => [keyOf(row), COLUMNS.map((name) => BigInt(String(row[name])))]));
    /** @type {Map<string, bigint[]>} */
    const expected = new Map();
    for (let shard = 0; shard < SHARDS; shard += 1) {
      for (const row of await place.shard(`ledger-${shard}`).lines("sums")) {
        const known = expected.get(keyOf(row)) ?? COLUMNS.map(() => 0n);
        expected.set(keyOf(row), known.map((sum, at) => sum + BigInt(row[COLUMNS[at]])));
      }
    }
    const kept = (/** @type {Map<string, bigint[]>} */ sums) => [...sums].filter(([, figures]) => figures.some((figure) => figure !== 0n)).sort(([a], [b]) => (a < b ? -1 : 1));
    assert.deepEqual(kept(found), kept(expected));
    assert.ok(kept(expected).length > 100, `${kept(expected).length} rows`);

    // Everything was there to be compared.
    const [scope] = (await duck.runAndReadAll("SELECT count(*) FILTER (version > 1) AS refunds, count(*) FILTER (unit LIKE 'c:%') AS customers FROM events")).getRowObjectsJson();
    assert.ok(Number(scope.refunds) > 20 && Number(scope.customers) > 20, JSON.stringify(scope));
    const [capped] = (await duck.runAndReadAll("SELECT count(*) AS units FROM exposures WHERE totals['revenue'].y > totals['revenue'].cap")).getRowObjectsJson();
    assert.ok(Number(capped.units) > 3, JSON.stringify(capped));

    // One row for each experiment, arm, epoch and goal: what is of all units is beside what is of the goal.
    const results = (await duck.runAndReadAll("SELECT * FROM results")).getRowObjectsJson();
    // Three experiments with two arms and two epochs; a goal of few hours may have been reached in not all of them.
    assert.ok(results.length >= 3 * 2 * 2 * (GOALS.length - 1), `${results.length} results`);
    for (const row of results) {
      const of = (/** @type {string} */ goal) => expected.get(keyOf({ ...row, goal, slice: "" })) ?? COLUMNS.map(() => 0n);
      const [own, all, x] = [of(String(row.goal)), of(""), row.covariate === null ? COLUMNS.map(() => 0n) : of(`=${row.covariate}`)];
      const whole = COLUMNS.map((name, at) => (name === "n" ? all : ["x", "xx"].includes(name) ? x : own)[at]);
      assert.deepEqual(COLUMNS.map((name) => BigInt(String(row[name]))), whole, keyOf(row));
    }
  } finally {
    duck.closeSync();
  }
});

test("sums of one day are those that its messages have changed", async () => {
  const shard = place.shard("days");
  for (const now_s of [START_S, START_S + DAY_S]) await shard.post("take", { now_s, units: [{ unit: unit(now_s % 1000), exposures: [exposure({ minute: Math.floor(now_s / 60), slices: { device: "phone" } })] }] });
  const all = await shard.lines("sums");
  const last = Math.floor(START_S / DAY_S) + 1;
  assert.equal(all.length, 3);
  assert.deepEqual(await shard.lines(`sums?day=${last}`), all.filter(({ day }) => day === last));
  assert.deepEqual(await shard.lines("sums?day=all"), all.filter(({ day }) => day === null));
  assert.equal((await shard.lines(`sums?day=${last + 1}`)).length, 0);
  assert.equal((await place.call("GET", "/days/sums?day=some")).status, 400);
});

