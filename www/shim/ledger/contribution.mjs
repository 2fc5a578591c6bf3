/** What one unit adds to the sums of its experiment: a function of its row alone, so that a change of the row is a difference of two. */

/** Goal to what the unit did in its window. @typedef {Record<string, { y: number, d: number, cap: number | null, covariate: string | null }>} Totals */
/**
 * A unit in an experiment.
 * @typedef {{ experiment: string, arm: string, epoch: number, minute: number, slices: Record<string, string>, x: Record<string, number>, totals: Totals, until_s: number }} Row
 */

/** The columns of a sum, in the order of the table. @typedef {bigint[]} Figures */
export const COLUMNS = ["n", "converters", "y", "yy", "d", "dd", "yd", "x", "xx", "xy", "xd"];

/** The goal of the rows that count units. */
export const EXPOSED = "";

/** The goal of the rows of a covariate. @param {string} covariate */
export const ofCovariate = (covariate) => `=${covariate}`;

/**
 * What the exposure itself adds: the unit, and each of its covariates.
 * @param {Row} row
 * @returns {[goal: string, figures: Figures][]}
 */
export function exposed(row) {
  const covariates = Object.entries(row.x).map(([name, value]) => /** @type {[string, Figures]} */ ([ofCovariate(name), covariate(BigInt(value))]));
  return [[EXPOSED, unit()], ...covariates];
}

/** @returns {Figures} */
const unit = () => [1n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n];

/** @param {bigint} x @returns {Figures} */
const covariate = (x) => [1n, 0n, 0n, 0n, 0n, 0n, 0n, x, x * x, 0n, 0n];

/**
 * What a goal of the unit adds. Squares of what a unit has in all are not sums of squares of its events: that is why rows are kept.
 * @param {Row} row
 * @param {string} goal
 * @returns {Figures | null} nothing where it has not happened
 */
export function reached(row, goal) {
  const total = row.totals[goal];
  if (total === undefined) return null;
  const cap = total.cap ?? Infinity;
  const y = BigInt(Math.max(-cap, Math.min(total.y, cap)));
  const d = BigInt(total.d);
  const x = total.covariate === null ? 0n : BigInt(row.x[total.covariate] ?? 0);
  return [0n, y > 0n ? 1n : 0n, y, y * y, d, d * d, y * d, 0n, 0n, x * y, x * d];
}
