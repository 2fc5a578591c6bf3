// What is taken, and what the sums are then.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DAY_S, event, exposure, NOON_S, startLedger, unit } from "./place.mjs";

/** @type {Awaited<ReturnType<typeof startLedger>>} */
let place;
before(async () => {
  place = await startLedger();
});
after(() => place.stop());

let shards = 0;
/** A shard in which nothing has happened. */
function fresh() {
  const shard = place.shard(`take-${(shards += 1)}`);
  return {
    ...shard,
    /** @param {object} report of unit 1 @param {number} [now_s] */
    take: async (report, now_s = NOON_S, counts = {}) => {
      const { status, body } = await shard.post("take", { now_s, counts, units: [{ unit: unit(1), ...report }] });
      assert.equal(status, 200, JSON.stringify(body));
      return Object.fromEntries(Object.entries(body).filter(([, n]) => n !== 0));
    },
    /** The one row of a goal, as far as it is not 0. @param {string} goal */
    sum: async (goal, slice = "") => {
      const found = (await shard.lines("sums")).filter((row) => row.goal === goal && row.slice === slice);
      return total(found);
    },
  };
}

const COLUMNS = ["n", "converters", "y", "yy", "d", "dd", "yd", "x", "xx", "xy", "xd"];
/** @param {any[]} rows */
const total = (rows) => Object.fromEntries(COLUMNS.map((name) => [name, rows.reduce((sum, row) => sum + row[name], 0)]).filter(([, sum]) => sum !== 0));

test("an exposure and an event after it", async () => {
  const shard = fresh();
  const seen = exposure({ slices: { device: "phone", country: "GB" }, x: { value: 300, orders: 2 } });
  assert.deepEqual(await shard.take({ exposures: [seen], events: [event("1", 1999, { d: 2, covariate: "value" })] }), { exposed: 1, counted: 1 });
  const lines = await shard.lines("sums");
  const all = { n: 0, converters: 0, y: 0, yy: 0, d: 0, dd: 0, yd: 0, x: 0, xx: 0, xy: 0, xd: 0 };
  const key = { experiment: "hero/1", arm: "sale", epoch: 0, cohort: 30_000, day: 30_000, slice: "" };
  const purchase = { ...all, converters: 1, y: 1999, yy: 1999 ** 2, d: 2, dd: 4, yd: 3998, xy: 300 * 1999, xd: 600 };
  const figures = [["", { ...all, n: 1 }], ["=orders", { ...all, n: 1, x: 2, xx: 4 }], ["=value", { ...all, n: 1, x: 300, xx: 90_000 }], ["purchase", purchase]];
  const expected = ["", "country=GB", "device=phone"].flatMap((slice) =>
    figures.map(([goal, sums]) => ({ ...key, ...(slice === "" ? {} : { cohort: null, day: null }), slice, goal, .../** @type {object} */ (sums) })),
  );
  assert.deepEqual(lines, expected);
  assert.deepEqual(await shard.lines("experiments"), [{ experiment: "hero/1", arm: "sale", epoch: 0, first_minute: NOON_S / 60, last_minute: NOON_S / 60, n: 1 }]);
});

test("squares are of what a unit has in all, also when it grows on another day", async () => {
  const shard = fresh();
  await shard.take({ exposures: [exposure()], events: [event("1", 10)] });
  await shard.take({ events: [event("2", 5, { at_s: NOON_S + DAY_S })] }, NOON_S + DAY_S);
  const rows = (await shard.lines("sums")).filter(({ goal }) => goal === "purchase");
  assert.deepEqual(rows.map(({ cohort, day, converters, y, yy }) => [cohort, day, converters, y, yy]), [[30_000, 30_000, 1, 10, 100], [30_000, 30_001, 0, 5, 125]]);
});

test("an event counts once, in one message and in another", async () => {
  const shard = fresh();
  assert.deepEqual(await shard.take({ exposures: [exposure()], events: [event("1", 10), event("1", 10)] }), { exposed: 1, counted: 1, duplicates: 1 });
  assert.deepEqual(await shard.take({ exposures: [exposure()], events: [event("1", 99)] }), { known: 1, duplicates: 1 });
  assert.deepEqual(await shard.sum("purchase"), { converters: 1, y: 10, yy: 100 });
});

test("a later exposure changes nothing, an earlier one moves what the unit has done", async () => {
  const shard = fresh();
  const noon = NOON_S / 60;
  await shard.take({ exposures: [exposure({ minute: noon, arm: "sale", slices: { device: "phone" }, x: { value: 7 } })], events: [event("1", 10, { covariate: "value" })] });
  assert.deepEqual(await shard.take({ exposures: [exposure({ minute: noon + 1, arm: "other", x: { value: 99 } })] }), { known: 1 });
  const earlier = exposure({ minute: noon - 1440, arm: "plain", epoch: 3, slices: { device: "desktop" }, x: { value: 2 } });
  assert.deepEqual(await shard.take({ exposures: [earlier] }), { rebased: 1 });
  const found = (await shard.lines("sums")).filter((row) => Object.keys(total([row])).length > 0);
  assert.deepEqual(found.map(({ arm, epoch, cohort, day, goal, slice }) => [arm, epoch, cohort, day, goal, slice].join()), [
    "plain,3,29999,30000,,", "plain,3,29999,30000,=value,", "plain,3,29999,30000,purchase,",
    "plain,3,,,,device=desktop", "plain,3,,,=value,device=desktop", "plain,3,,,purchase,device=desktop",
  ]);
  assert.deepEqual(await shard.sum("purchase"), { converters: 1, y: 10, yy: 100, xy: 20 });
  assert.deepEqual(await shard.sum("=value"), { n: 1, x: 2, xx: 4 });
});

test("an event before any exposure waits, and an exposure that comes late counts it", async () => {
  const shard = fresh();
  assert.deepEqual(await shard.take({ events: [event("1", 10)] }), { waiting: 1 });
  assert.deepEqual(await shard.lines("sums"), []);
  assert.deepEqual(await shard.take({ exposures: [exposure({ minute: NOON_S / 60 - 5 })] }), { exposed: 1 });
  assert.deepEqual(await shard.sum("purchase"), { converters: 1, y: 10, yy: 100 });
});

test("an event counts from the minute of the exposure to the end of its window", async () => {
  const shard = fresh();
  const minute = NOON_S / 60;
  const at = (/** @type {string} */ id, /** @type {number} */ at_s) => event(id, 1, { at_s, window_s: 600 });
  assert.deepEqual(await shard.take({ exposures: [exposure({ minute })], events: [at("before", NOON_S - 1), at("first", NOON_S), at("last", NOON_S + 599), at("after", NOON_S + 600)] }), { exposed: 1, counted: 2, waiting: 2 });
  // From the minute before, the window begins and ends earlier.
  await shard.take({ exposures: [exposure({ minute: minute - 1 })] });
  const sum = await shard.sum("purchase");
  assert.deepEqual(sum, { converters: 1, y: 2, yy: 4 });
  await shard.take({ exposures: [exposure({ minute: minute - 2 })], events: [at("again", NOON_S + 479)] });
  assert.deepEqual(await shard.sum("purchase"), { converters: 1, y: 3, yy: 9 });
});

test("a cap is on what the unit has in all: also once per visitor, and refunds come out of what was above it", async () => {
  const shard = fresh();
  await shard.take({ exposures: [exposure()], events: [event("1", 1, { goal: "signup", cap: 1 }), event("2", 1, { goal: "signup", cap: 1 }), event("3", 900, { cap: 1000 }), event("4", 400, { cap: 1000 })] });
  assert.deepEqual(await shard.sum("signup"), { converters: 1, y: 1, yy: 1 });
  assert.deepEqual(await shard.sum("purchase"), { converters: 1, y: 1000, yy: 1_000_000 });
  await shard.take({ events: [event("5", -350, { cap: 1000 })] });
  assert.deepEqual(await shard.sum("purchase"), { converters: 1, y: 950, yy: 902_500 });
  await shard.take({ events: [event("6", -950, { cap: 1000 })] });
  assert.deepEqual(await shard.sum("purchase"), {});
  await shard.take({ events: [event("7", -9000, { cap: 1000 })] });
  assert.deepEqual(await shard.sum("purchase"), { y: -1000, yy: 1_000_000 });
});

test("a unit that keeps coming stays the same one, and one that stays away for longer is new", async () => {
  const shard = fresh();
  const days = (/** @type {number} */ n) => NOON_S + n * DAY_S;
  const visit = (/** @type {number} */ day) => shard.take({ exposures: [exposure({ minute: days(day) / 60, arm: day === 0 ? "sale" : "other" })] }, days(day));
  const until = async () => (await shard.rows("exposures")).map(({ arm, until_s }) => [arm, (until_s - NOON_S) / DAY_S]);
  assert.deepEqual(await visit(0), { exposed: 1 });
  assert.deepEqual(await visit(10), { known: 1 });
  assert.deepEqual(await until(), [["sale", 21]], "half of its time is left");
  assert.deepEqual(await visit(11), { known: 1 });
  assert.deepEqual(await until(), [["sale", 32]]);
  // One that was on its way for long shortens nothing.
  assert.deepEqual(await shard.take({ exposures: [exposure({ minute: days(9) / 60 })] }, days(29)), { known: 1 });
  assert.deepEqual(await until(), [["sale", 32]]);
  assert.deepEqual(await visit(31), { known: 1 });
  assert.deepEqual(await until(), [["sale", 52]]);
  assert.deepEqual(await shard.sum(""), { n: 1 });
  assert.deepEqual(await visit(53), { exposed: 1 });
  assert.deepEqual(await shard.sum(""), { n: 2 });
});

test("what comes too late, or is too much of one unit, is counted by cause", async () => {
  const shard = fresh();
  const old = exposure({ minute: (NOON_S - 22 * DAY_S) / 60 });
  assert.deepEqual(await shard.take({ exposures: [old], events: [event("1", 1, { at_s: NOON_S - 40 * DAY_S })] }), { late: 2 });
  for (let batch = 0; batch < 8; batch += 1) await shard.take({ exposures: Array.from({ length: 32 }, (_, at) => exposure({ experiment: `e/${batch * 32 + at}` })) });
  assert.deepEqual(await shard.take({ exposures: [exposure({ experiment: "one/more" })] }), { full: 1 });
  const counts = Object.fromEntries((await shard.lines("counts?from=0")).map(({ name, n }) => [name, n]));
  assert.deepEqual(counts, { "refused/too_late": 2, "refused/too_many_of_one": 1 });
});

test("sums above 2^53 are exact", async () => {
  const shard = fresh();
  const big = 94_906_267;
  for (let number = 1; number <= 3; number += 1) await shard.take({ unit: unit(number), exposures: [exposure()], events: [event("1", big + number)] });
  const { text } = await place.call("GET", `/take-${shards}/sums`);
  const yy = [1n, 2n, 3n].reduce((sum, number) => sum + (BigInt(big) + number) ** 2n, 0n);
  assert.ok(yy > 2n ** 53n);
  assert.match(text, new RegExp(`"goal":"purchase".*"yy":${yy},`));
});

test("sums beyond 64 bits lose their last digits and nothing else", async () => {
  const shard = fresh();
  for (let number = 1; number <= 3; number += 1) await shard.take({ unit: unit(number), exposures: [exposure()], events: [event("1", 1e12)] });
  await shard.take({ unit: unit(3), events: [event("2", -1e12)] });
  const sum = await shard.sum("purchase");
  assert.deepEqual([sum.converters, sum.y], [2, 2e12]);
  assert.ok(Math.abs(sum.yy / 2e24 - 1) < 1e-15, String(sum.yy));
});

test("counters are by day, and have a limit of names", async () => {
  const shard = fresh();
  await shard.take({}, NOON_S, { "seen/hero/1/sale": 2, "refused/no_profile": 1, nothing: 0 });
  await shard.take({}, NOON_S, { "seen/hero/1/sale": 3 });
  await shard.take({}, NOON_S + DAY_S, { "seen/hero/1/sale": 1 });
  assert.deepEqual(await shard.lines("counts?from=0&to=30000"), [{ day: 30_000, name: "refused/no_profile", n: 1 }, { day: 30_000, name: "seen/hero/1/sale", n: 5 }]);
  assert.deepEqual(await shard.lines("counts?from=30001&to=30001"), [{ day: 30_001, name: "seen/hero/1/sale", n: 1 }]);
});

test("what comes after its time is not counted", async () => {
  const shard = fresh();
  await shard.take({ exposures: [exposure()] });
  // The window of 14 days and 7 more.
  assert.deepEqual(await shard.take({ events: [event("1", 5)] }, NOON_S + 21 * DAY_S - 1), { counted: 1 });
  assert.deepEqual(await shard.take({ events: [event("2", 5)] }, NOON_S + 21 * DAY_S), { late: 1 });
  assert.deepEqual(await shard.take({ exposures: [exposure()] }, NOON_S + 21 * DAY_S), { late: 1 });
  assert.deepEqual(await shard.sum("purchase"), { converters: 1, y: 5, yy: 25 });
  assert.deepEqual(await shard.sum(""), { n: 1 });
});

test("an exposure of more than 7 days ago does not rebase", async () => {
  const shard = fresh();
  const now_s = NOON_S + 8 * DAY_S;
  await shard.take({ exposures: [exposure({ minute: now_s / 60 })] }, now_s);
  assert.deepEqual(await shard.take({ exposures: [exposure({ minute: NOON_S / 60 })] }, now_s), { late: 1 });
  assert.deepEqual(await shard.take({ exposures: [exposure({ minute: NOON_S / 60 + 1440 })] }, now_s), { rebased: 1 });
});
