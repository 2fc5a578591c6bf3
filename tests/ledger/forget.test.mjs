// Erasure, the export, and the clean-up.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { databases, merged } from "./files.mjs";
import { DAY_S, event, exposure, NOON_S, settled, startLedger, unit } from "./place.mjs";

/** @type {Awaited<ReturnType<typeof startLedger>>} */
let place;
before(async () => {
  place = await startLedger({ shards: 2 });
});
after(() => place.stop());

/** @param {ReturnType<typeof place.shard>} shard @param {string} what @param {object} message */
async function ok(shard, what, message) {
  const { status, body } = await shard.post(what, message);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

const report = (/** @type {number} */ number, more = {}) => ({ unit: unit(number), exposures: [exposure(more)], events: [event("1", 100 + number)] });
const GOALS = [{ goal: "purchase", y: "value", d: 0, cap: null, window_s: 14 * DAY_S, covariate: null }];

test("who is forgotten leaves no row, and the sums stay and say how many are gone", async () => {
  const shard = place.shard("ledger-0");
  const other = place.shard("ledger-1");
  await ok(shard, "take", { now_s: NOON_S, units: [report(2), report(4, { arm: "plain" })] });
  await ok(other, "take", { now_s: NOON_S, units: [report(3)] });
  await ok(shard, "order", { now_s: NOON_S, order: "both", key: "1", kind: "order", value: 50, at_s: NOON_S, units: [unit(2), unit(3)], goals: GOALS });
  await ok(shard, "order", { now_s: NOON_S, order: "one", key: "2", kind: "order", value: 70, at_s: NOON_S, units: [unit(2)], goals: GOALS });
  await settled(place, 2);
  const before = await shard.lines("sums");
  const message = { now_s: NOON_S + DAY_S, units: [unit(2), unit(99)] };
  // An exposure, three events, two orders.
  assert.deepEqual([await ok(shard, "forget", message), await ok(other, "forget", message)], [{ rows: 6 }, { rows: 0 }]);
  assert.deepEqual(await shard.lines("sums"), before);
  assert.deepEqual((await shard.lines("counts")).filter(({ attrition }) => attrition !== undefined), [{ day: 30_001, experiment: "hero/1", arm: "sale", attrition: 1 }]);
  for (const table of ["exposures", "events", "orders", "outbox"]) assert.equal(JSON.stringify(await shard.rows(table)).includes(unit(2)), false, table);
  for (const kind of ["exposures", "events"]) assert.equal(JSON.stringify(await shard.lines(`rows?kind=${kind}&day=30000`)).includes(unit(2)), false, kind);
  // What is said of the order later reaches who is left.
  await ok(shard, "order", { now_s: NOON_S + DAY_S, order: "both", key: "3", kind: "refund", value: 20, at_s: NOON_S, units: [], goals: [] });
  await settled(place, 2);
  const sumOf = async (/** @type {typeof shard} */ of) => (await of.lines("sums")).filter(({ goal, arm }) => goal === "purchase" && arm === "sale").reduce((sum, { y }) => sum + y, 0);
  assert.deepEqual([await sumOf(shard), await sumOf(other)], [102 + 50 + 70, 103 + 30]);
  // Who comes again is new.
  assert.equal((await ok(shard, "take", { now_s: NOON_S + DAY_S, units: [report(2)] })).exposed, 1);
});

test("what stood in the rows of who is forgotten is overwritten where it stood; their keys stay in the free space of the page", async () => {
  const persist = mkdtempSync(join(tmpdir(), "attune-forget-"));
  try {
    const own = await startLedger({ persist });
    const seen = exposure({ arm: "the-arm", slices: { device: "the-device" }, x: { value: 424_242 } });
    try {
      const shard = own.shard("ledger-0");
      await ok(shard, "take", { now_s: NOON_S, units: [{ unit: unit(1), exposures: [seen], events: Array.from({ length: 12 }, (_, number) => event(`event-${number}`, 7_654_321)) }] });
      await ok(shard, "forget", { now_s: NOON_S, units: [unit(1)] });
    } finally {
      await own.stop();
    }
    const [file, ...others] = databases(persist).map(merged);
    assert.equal(others.length, 0);
    // The arm, the slice and the totals are in the sums, too, and in those only.
    const times = (/** @type {string} */ text) => file.split(text).length - 1;
    assert.deepEqual(['{"device":"the-device"}', '{"value":424242}', '"y":7654321', "000000000000000"].map((text) => times(text) > 0), [false, false, false, true]);
    assert.ok(times(unit(1)) > 0);
  } finally {
    rmSync(persist, { recursive: true, force: true });
  }
});

test("a version on its way to somebody who is forgotten does not go", async () => {
  const shard = place.shard("ledger-0");
  await place.call("POST", "/ledger-1/test/fail", "1");
  await ok(shard, "order", { now_s: NOON_S, order: "waits", key: "4", kind: "order", value: 50, at_s: NOON_S, units: [unit(5)], goals: GOALS });
  const end = Date.now() + 10_000;
  while (!(await shard.rows("outbox")).some(({ attempts }) => attempts > 0)) assert.ok(Date.now() < end);
  assert.deepEqual(await ok(shard, "forget", { now_s: NOON_S, units: [unit(5)] }), { rows: 2 });
  assert.deepEqual(await shard.rows("outbox"), []);
  await shard.alarm();
  assert.equal((await place.shard("ledger-1").rows("events")).some(({ unit: name }) => name === unit(5)), false);
});

test("rows go out by day, in pages", async () => {
  const shard = place.shard("export");
  const units = Array.from({ length: 12 }, (_, number) => report(number + 1, { minute: NOON_S / 60 - (number % 2) * 1440 }));
  await ok(shard, "take", { now_s: NOON_S, units });
  /** @type {any[]} */
  const found = [];
  let pages = 0;
  for (let next = ""; next !== null; pages += 1) {
    const lines = await shard.lines(`rows?kind=exposures&day=29999&limit=4&after=${encodeURIComponent(next)}`);
    next = lines.pop().next;
    found.push(...lines);
  }
  assert.deepEqual([found.length, pages], [6, 2]);
  const totals = { purchase: { y: 102, d: 0, cap: null, covariate: null } };
  assert.deepEqual(found[0], { unit: unit(2), experiment: "hero/1", arm: "sale", epoch: 0, minute: NOON_S / 60 - 1440, slices: {}, x: {}, totals, until_s: NOON_S - DAY_S + 21 * DAY_S });
  const [first, ...rest] = await shard.lines("rows?kind=events&day=30000");
  assert.deepEqual(first, { unit: unit(1), ...event("1", 101), version: 0, until_s: NOON_S + 21 * DAY_S });
  assert.deepEqual([rest.length, rest.at(-1)], [12, { next: null }]);
});

test("rows whose time is over are deleted by the alarm, and the sums stay", async () => {
  const shard = place.shard("clean");
  const now_s = Math.floor(Date.now() / 1000);
  const day = Math.floor(now_s / DAY_S);
  const old_s = now_s - 30 * DAY_S;
  const at = (/** @type {number} */ at_s, /** @type {string} */ name) => ({ now_s: at_s, counts: { [name]: 1 }, units: [{ unit: unit(1), exposures: [exposure({ experiment: name, minute: Math.floor(at_s / 60) })], events: [event(name, 5, { at_s })] }] });
  await ok(shard, "take", at(old_s, "old/1"));
  await ok(shard, "take", { now_s: now_s - 401 * DAY_S, counts: { ancient: 1 } });
  await ok(shard, "order", { now_s: now_s - 91 * DAY_S, order: "old", key: "old", kind: "refund", at_s: now_s - 91 * DAY_S });
  await ok(shard, "take", at(now_s, "new/1"));
  const sums = await shard.lines("sums");
  await shard.alarm();
  assert.deepEqual((await shard.rows("exposures")).map(({ experiment }) => experiment), ["new/1"]);
  assert.deepEqual((await shard.rows("events")).map(({ id }) => id), ["new/1"]);
  assert.deepEqual([await shard.rows("orders"), await shard.rows("keys")], [[], []]);
  assert.deepEqual((await shard.lines("counts")).map(({ name }) => name).sort(), ["new/1", "old/1"]);
  assert.deepEqual(await shard.lines("sums"), sums);
  assert.ok(sums.every((row) => [day, day - 30].includes(row.day)));
  // The next is in a day.
  const [{ value }] = await shard.rows("facts");
  assert.ok(value >= now_s * 1000);
});

test("after a clean-up of many rows, every row that has time is there", async () => {
  const shard = place.shard("stretches");
  const now_s = Math.floor(Date.now() / 1000);
  // More than two stretches of 5,000 rows; of each unit, one event in two is over.
  for (let batch = 0; batch < 12; batch += 1) {
    const units = Array.from({ length: 50 }, (_, number) => ({
      unit: unit(batch * 50 + number),
      events: Array.from({ length: 20 }, (_, id) => event(`${id}`, 1, { at_s: now_s - (id % 2) * 40 * DAY_S })),
    }));
    const { status, body } = await shard.post("take", { now_s: now_s - 30 * DAY_S, units: units.map((one) => ({ ...one, events: one.events.filter(({ at_s }) => at_s < now_s) })) });
    assert.equal(status, 200, JSON.stringify(body));
    await ok(shard, "take", { now_s, units: units.map((one) => ({ ...one, events: one.events.filter(({ at_s }) => at_s === now_s) })) });
  }
  assert.equal((await shard.rows("events")).length, 12_000);
  await shard.alarm();
  const left = await shard.rows("events");
  assert.deepEqual([left.length, left.every(({ at_s }) => at_s === now_s)], [6_000, true]);
});
