// Writes rows.ndjson: made-up visitors with known effects, summed as the ledger sums them.
// node tests/data/results/make.mjs > tests/data/results/rows.ndjson

const FIRST = 20_758; // 2026-11-01
const DAYS = 14;
let state = 20_261_101;
/** A number from 0 to 1, the same on every run (mulberry32). */
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
}

/** @type {Map<string, any>} */
const sums = new Map();
function add(key, figures) {
  const name = JSON.stringify(key);
  if (!sums.has(name)) sums.set(name, { ...key });
  const row = sums.get(name);
  for (const [column, value] of Object.entries(figures)) if (value !== 0) row[column] = (row[column] ?? 0) + value;
}

/** Adds to the sums of all units and to those of the unit's device. */
function count(unit, day, goal, figures) {
  const { experiment, arm, cohort, device } = unit;
  const own = { experiment, arm, epoch: 0 };
  add({ ...own, cohort, day, goal, slice: "" }, figures);
  add({ ...own, cohort: null, day: null, goal, slice: `device=${device}` }, figures);
}

/** Units of an arm, with the share that orders. */
function arm(experiment, name, unitsADay, share, mean) {
  for (let cohort = FIRST; cohort < FIRST + DAYS; cohort += 1) {
    const units = Math.round(unitsADay * (0.9 + 0.2 * random()));
    for (let number = 0; number < units; number += 1) {
      const unit = { experiment, arm: name, cohort, device: random() < 0.6 ? "phone" : "desktop" };
      const visits = Math.floor(-3 * Math.log(1 - random()));
      const value = random() < 0.3 ? Math.round(12_000 * random()) : 0;
      count(unit, cohort, "", { n: 1 });
      count(unit, cohort, "=visits", { n: 1, x: visits, xx: visits ** 2 });
      count(unit, cohort, "=value", { n: 1, x: value, xx: value ** 2 });
      if (random() >= share * (0.7 + visits / 10)) continue;
      const lag = Math.floor(4 * random() ** 2);
      if (cohort + lag >= FIRST + DAYS) continue;
      const spent = Math.min(30_000, Math.round(mean * 100 * -Math.log(1 - random()) + value / 4));
      count(unit, cohort + lag, "orders", { converters: 1, y: 1, yy: 1, xy: visits });
      count(unit, cohort + lag, "revenue", { converters: 1, y: spent, yy: spent ** 2, xy: spent * value });
    }
  }
}

arm("summer-hero/1", "control", 900, 0.04, 48);
arm("summer-hero/1", "sale", 900, 0.056, 47);
arm("summer-hero/1", "holdout", 200, 0.04, 48);
arm("free-delivery/1", "campaign", 600, 0.041, 50);
arm("free-delivery/1", "holdout", 400, 0.04, 48);
arm("site/0", "personalized", 1900, 0.047, 48);
arm("site/0", "holdout", 100, 0.04, 48);
arm("winter-hero/3", "control", 20, 0.04, 48);

for (const row of sums.values()) console.log(JSON.stringify(row));
const last = FIRST + DAYS - 1;
for (const [name, n] of Object.entries({
  "consent/both": 41_200, "consent/personalization": 1_900, "consent/none": 16_900,
  "seen/summer-hero/control": 11_020, "seen/summer-hero/sale": 10_480, "lost/summer-hero/sale": 451, "seen/free-delivery/": 5_210,
  "strategy/for-you/hero/popular/seen": 8_400, "strategy/for-you/hero/popular/clicked": 310,
  "source/for-you/hero/goes-with/seen": 21_300, "source/for-you/hero/goes-with/clicked": 241, "source/for-you/hero/popular/seen": 12_300,
  "source/for-you/hero/popular/clicked": 62, "source/for-you/hero/unknown/clicked": 7,
  "refused/no_consent": 18_800, "refused/robot_or_preview": 2_140, "refused/token_expired": 212, "refused/token_not_of_this_visitor": 3,
})) console.log(JSON.stringify({ day: last, name, n }));
console.log(JSON.stringify({ day: last, experiment: "summer-hero/1", arm: "sale", attrition: 14 }));
console.log(JSON.stringify({ day: last, experiment: "summer-hero/1", arm: "control", attrition: 11 }));
