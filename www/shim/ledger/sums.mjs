/** Changes of sums, gathered over a message and written once: of two hundred events in one arm, each sum is one row. */

import { COLUMNS, EXPOSED } from "./contribution.mjs";
import { DAY_MINUTES } from "./limits.mjs";
import { run } from "./tables.mjs";

/** @typedef {import("./contribution.mjs").Figures} Figures */
/** @typedef {import("./contribution.mjs").Row} Row */
/** @typedef {{ key: (string | number)[], figures: Figures, minutes: [first: number | null, last: number | null] }} Change */

/** The cohort and the day of rows of a slice, which are kept over all days. */
export const ALL_DAYS = -1;

const UPSERT = `INSERT INTO sums (experiment, arm, epoch, goal, slice, cohort, day, ${COLUMNS.join(", ")}, first_minute, last_minute)
  VALUES (${Array(COLUMNS.length + 9).fill("?").join(", ")}) ON CONFLICT DO UPDATE SET
  ${COLUMNS.map((name) => `${name} = ${name} + excluded.${name}`).join(", ")},
  first_minute = coalesce(min(first_minute, excluded.first_minute), first_minute, excluded.first_minute),
  last_minute = coalesce(max(last_minute, excluded.last_minute), last_minute, excluded.last_minute)`;

export class Sums {
  /** @type {Map<string, Change>} */
  #changes = new Map();

  /** @param {number} day of the changes */
  constructor(day) {
    this.day = day;
  }

  /**
   * @param {Row} row whose sums these are
   * @param {string} goal
   * @param {Figures | null} figures
   * @param {1n | -1n} sign
   */
  add(row, goal, figures, sign) {
    if (figures === null) return;
    const whole = this.#change([row.experiment, row.arm, row.epoch, goal, "", Math.floor(row.minute / DAY_MINUTES), this.day]);
    sum(whole.figures, figures, sign);
    if (goal === EXPOSED && sign === 1n) whole.minutes = widened(whole.minutes, row.minute);
    for (const [name, value] of Object.entries(row.slices)) {
      sum(this.#change([row.experiment, row.arm, row.epoch, goal, `${name}=${value}`, ALL_DAYS, ALL_DAYS]).figures, figures, sign);
    }
  }

  /** @param {ObjectStorage} storage */
  write(storage) {
    for (const { key, figures, minutes } of this.#changes.values()) {
      if (figures.every((figure) => figure === 0n)) continue;
      // As text: a number of JavaScript's would lose what is above 2^53. The columns make whole numbers of it again.
      run(storage, UPSERT, ...key, ...figures.map(String), ...minutes);
    }
  }

  /** @param {(string | number)[]} key */
  #change(key) {
    // No text of a message has control characters.
    const name = key.join("\0");
    let change = this.#changes.get(name);
    if (change === undefined) {
      change = { key, figures: COLUMNS.map(() => 0n), minutes: [null, null] };
      this.#changes.set(name, change);
    }
    return change;
  }
}

/** @param {Figures} into @param {Figures} figures @param {1n | -1n} sign */
function sum(into, figures, sign) {
  for (let column = 0; column < into.length; column += 1) into[column] += sign * figures[column];
}

/** @param {Change["minutes"]} minutes @param {number} minute @returns {Change["minutes"]} */
const widened = ([first, last], minute) => [Math.min(first ?? minute, minute), Math.max(last ?? minute, minute)];
