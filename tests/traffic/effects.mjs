// Effects that are known, since the shoppers are made so, and the intervals that the ledger's sums give for them.
import assert from "node:assert/strict";
import { COLUMNS } from "./books.mjs";
import { chance } from "./chance.mjs";
import { mean, orderValues } from "./orders.mjs";
import { inParallel } from "./parallel.mjs";
import { Shopper } from "./shopper.mjs";

/** How likely a shopper buys, and by how much the treatment raises that and the value of the order. */
const BUYS = { control: 0.25, sale: 0.35 };
const DEARER = 1.2;
const SHOPPERS = 400;
/** The 97.5th percentile of the normal distribution: with 160 visitors an arm, Student's is 1.967. */
const Z = 1.967;
/** What a value times DEARER may be and still be below the goal's cap. */
const LARGEST = 25_000;
const ENOUGH = 0.89;

/** @typedef {import("./shop.mjs").Shop} Shop */

/** Sums of one arm and goal. @param {Map<string, bigint[]>} sums @param {string} arm @param {string} goal */
function figures(sums, arm, goal) {
  const found = sums.get(`hero/1 ${arm} 0  ${goal}`);
  return Object.fromEntries(COLUMNS.map((name, at) => [name, Number(found?.[at] ?? 0n)]));
}

/** Mean of an arm and its standard error squared. @param {Map<string, bigint[]>} sums @param {string} arm @param {string} goal */
function armOf(sums, arm, goal) {
  const { n } = figures(sums, arm, "");
  const { y, yy } = figures(sums, arm, goal);
  return { mean: y / n, error: (yy - (y * y) / n) / (n - 1) / n };
}

/** The interval of 95 % for the difference of the means: Welch. @param {Map<string, bigint[]>} sums @param {string} goal */
function interval(sums, goal) {
  const [control, sale] = [armOf(sums, "control", goal), armOf(sums, "sale", goal)];
  const [difference, half] = [sale.mean - control.mean, Z * Math.sqrt(control.error + sale.error)];
  return { from: difference - half, to: difference + half };
}

/** What one seed adds to the sums. @param {Shop} shop @param {number} seed */
async function crowd(shop, seed) {
  const values = orderValues(LARGEST);
  const before = await shop.sums();
  await inParallel(SHOPPERS, async (at) => {
    const luck = chance(seed * 7_919 + at + 500_000_000);
    const shopper = await new Shopper(shop).consent();
    await shopper.load();
    await shopper.report({ name: "page_view" }, shopper.exposure());
    const value = luck.of(values);
    if (!luck.is(shopper.isTreated ? BUYS.sale : BUYS.control)) return;
    await shopper.order(shopper.isTreated ? Math.round(value * DEARER) : value);
  });
  const after = await shop.settled();
  return new Map([...after].map(([key, sums]) => [key, sums.map((sum, at) => sum - (before.get(key)?.[at] ?? 0n))]));
}

/** Says in how many seeds the intervals contain what was planted. @param {Shop} shop @param {number} seeds @param {(line: string) => void} [say] */
export async function recovered(shop, seeds, say = console.log) {
  const values = orderValues(LARGEST);
  const planted = {
    buyers: BUYS.sale - BUYS.control,
    revenue: BUYS.sale * mean(values.map((value) => Math.round(value * DEARER))) - BUYS.control * mean(values),
  };
  /** @type {Record<string, number>} */
  const hits = { buyers: 0, revenue: 0 };
  for (let seed = 1; seed <= seeds; seed += 1) {
    const sums = await crowd(shop, seed);
    for (const [goal, effect] of Object.entries(planted)) {
      const { from, to } = interval(sums, goal);
      if (from <= effect && effect <= to) hits[goal] += 1;
      else say(`seed ${seed}: ${goal} is ${effect.toFixed(3)}, the interval goes from ${from.toFixed(3)} to ${to.toFixed(3)}`);
    }
  }
  for (const [goal, times] of Object.entries(hits)) say(`${goal}: the planted effect ${planted[/** @type {keyof typeof planted} */ (goal)].toFixed(3)} is in the interval in ${times} of ${seeds} seeds`);
  for (const times of Object.values(hits)) assert.ok(times >= ENOUGH * seeds, `${times} of ${seeds}`);
  return hits;
}
