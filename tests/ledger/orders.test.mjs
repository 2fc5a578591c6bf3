// Orders and refunds of the shop's server, over several shards.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DAY_S, event, exposure, NOON_S, settled, shardOf, startLedger, unit } from "./place.mjs";

const SHARDS = 4;
/** @type {Awaited<ReturnType<typeof startLedger>>} */
let place;
before(async () => {
  place = await startLedger({ shards: SHARDS });
});
after(() => place.stop());

let orders = 0;
/** An order in shard 0 of a visitor in that shard and of one in another, each exposed in an experiment of this test's own. */
async function fresh() {
  const order = `order-${(orders += 1)}`;
  const units = [SHARDS * 100 * orders, SHARDS * 100 * orders + 1].map((number) => unit(number));
  const experiment = `of-${order}/1`;
  for (const name of units) await ok(shardOf(name, SHARDS), "take", { now_s: NOON_S, units: [{ unit: name, exposures: [exposure({ experiment })] }] });
  const goals = [
    { goal: "revenue", y: "value", d: 1, cap: 3000, window_s: 14 * DAY_S, covariate: null },
    { goal: "orders", y: 1, d: 0, cap: null, window_s: 14 * DAY_S, covariate: null },
  ];
  let keys = 0;
  return {
    order,
    units,
    send: async (/** @type {object} */ more) => (await ok("ledger-0", "order", { now_s: NOON_S, order, key: `${order}-key-${(keys += 1)}`, at_s: NOON_S, ...more })),
    first: { kind: "order", value: 2000, units, goals },
    /** What each shard has: converters, y, d of revenue, y of orders. */
    sums: async () => {
      await settled(place, SHARDS);
      return Promise.all(units.map(async (name) => {
        const lines = await place.shard(shardOf(name, SHARDS)).lines(`sums?experiment=${experiment}`);
        const sum = (/** @type {string} */ goal, /** @type {string} */ column) => lines.filter((row) => row.goal === goal && row.slice === "").reduce((all, row) => all + row[column], 0);
        return [sum("revenue", "converters"), sum("revenue", "y"), sum("revenue", "d"), sum("orders", "y")];
      }));
    },
  };
}

/** @param {string} shard @param {string} what @param {object} message */
async function ok(shard, what, message) {
  const { status, body } = await place.shard(shard).post(what, message);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

const both = (/** @type {number[]} */ ...figures) => [figures, figures];

test("an order reaches its units in their shards, once for each key", async () => {
  const { send, first, sums } = await fresh();
  assert.deepEqual(await send({ ...first, key: "the-same" }), { duplicate: false, version: 1 });
  assert.deepEqual(await send({ ...first, key: "the-same", value: 9 }), { duplicate: true, version: 1 });
  assert.deepEqual(await sums(), both(1, 2000, 1, 1));
});

test("a refund leaves the rest, and a refund of the rest leaves nothing", async () => {
  const { send, first, sums } = await fresh();
  await send(first);
  assert.deepEqual(await send({ kind: "refund", value: 500 }), { duplicate: false, version: 2 });
  assert.deepEqual(await sums(), both(1, 1500, 1, 1));
  await send({ kind: "refund", value: 1500 });
  assert.deepEqual(await sums(), both(0, 0, 0, 0));
  await send({ kind: "refund", value: 1500 });
  assert.deepEqual(await sums(), both(0, 0, 0, 0));
});

test("a refund without a value is one of all", async () => {
  const { send, first, sums } = await fresh();
  await send(first);
  assert.deepEqual(await send({ kind: "refund", value: null }), { duplicate: false, version: 2 });
  assert.deepEqual(await sums(), both(0, 0, 0, 0));
});

test("a refund waits for its order", async () => {
  const part = await fresh();
  assert.deepEqual(await part.send({ kind: "refund", value: 500 }), { duplicate: false, version: 1 });
  assert.deepEqual(await part.sums(), both(0, 0, 0, 0));
  assert.deepEqual(await part.send(part.first), { duplicate: false, version: 2 });
  assert.deepEqual(await part.sums(), both(1, 1500, 1, 1));
  const all = await fresh();
  await all.send({ kind: "refund" });
  await all.send(all.first);
  assert.deepEqual(await all.sums(), both(0, 0, 0, 0));
});

test("an order that costs nothing counts", async () => {
  const { send, first, sums } = await fresh();
  await send({ ...first, value: 0 });
  assert.deepEqual(await sums(), both(0, 0, 1, 1));
});

test("an order that is said again has its new value and its old moment, and keeps its units", async () => {
  const { send, first, units, sums } = await fresh();
  await send(first);
  await send({ ...first, value: 2500, units: [units[0]], at_s: NOON_S - DAY_S });
  assert.deepEqual(await sums(), both(1, 2500, 1, 1));
  const { status, body } = await place.shard("ledger-0").post("order", { now_s: NOON_S, order: `order-${orders}`, key: "too-many", at_s: NOON_S, ...first, units: Array.from({ length: 7 }, (_, number) => unit(number)) });
  assert.deepEqual([status, body], [400, { error: "the order has 9 units; 8 at most" }]);
  assert.equal((await send({ kind: "refund", key: "too-many" })).duplicate, false, "what was refused has used no key");
});

test("a version that comes late or twice changes nothing", async () => {
  const { units, sums } = await fresh();
  const apply = async (/** @type {number} */ version, /** @type {number} */ y) =>
    (await ok(shardOf(units[1], SHARDS), "apply", { now_s: NOON_S, unit: units[1], event: { ...event("o:late", y, { goal: "revenue" }), version } })).outcome;
  assert.equal(await apply(2, 700), "counted");
  assert.equal(await apply(1, 900), "duplicates");
  assert.equal(await apply(2, 800), "duplicates");
  assert.deepEqual((await sums())[1], [1, 700, 0, 0]);
  assert.equal(await apply(3, 100), "counted");
  assert.deepEqual((await sums())[1], [1, 100, 0, 0]);
});

test("a delivery is counted on the day on which it arrives", async () => {
  const { send, first, units } = await fresh();
  await send({ ...first, now_s: NOON_S + DAY_S });
  await settled(place, SHARDS);
  const lines = await place.shard(shardOf(units[1], SHARDS)).lines(`sums?experiment=of-order-${orders}/1`);
  assert.deepEqual(lines.filter(({ goal }) => goal === "revenue").map(({ cohort, day }) => [cohort, day]), [[30_000, 30_001]]);
});

test("what the other shard does not take waits, and goes later", async () => {
  const { send, first, units, sums } = await fresh();
  const shard = shardOf(units[1], SHARDS);
  const other = place.shard(shard);
  await place.call("POST", `/${shard}/test/fail`, "2");
  await send(first);
  await until(async () => (await place.shard("ledger-0").rows("outbox")).some(({ attempts }) => attempts > 0));
  assert.equal((await other.rows("events")).filter(({ unit: name }) => name === units[1]).length, 0);
  assert.deepEqual(await sums(), both(1, 2000, 1, 1));
});

test("a newer version takes the place of one that waits", async () => {
  const { send, first, units, sums } = await fresh();
  await place.call("POST", `/${shardOf(units[1], SHARDS)}/test/fail`, "1");
  await send(first);
  await until(async () => (await place.shard("ledger-0").rows("outbox")).some(({ attempts }) => attempts > 0));
  await send({ kind: "refund", value: 1900 });
  assert.deepEqual(await sums(), both(1, 100, 1, 1));
});

/** @param {() => Promise<boolean>} isSo */
async function until(isSo) {
  const end = Date.now() + 10_000;
  while (!(await isSo())) assert.ok(Date.now() < end, "it takes too long");
}
