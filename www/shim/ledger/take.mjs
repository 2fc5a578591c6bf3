/** Takes what beacons and servers report: all of one message, or nothing. */

import { COUNT_NAMES_MAX, DAY_S } from "./limits.mjs";
import { Sums } from "./sums.mjs";
import { run } from "./tables.mjs";
import { Unit } from "./unit.mjs";

/** A name beyond the limit of a day counts under this one. */
const OTHER_NAMES = "refused/too_many_names";
const COUNT = `INSERT INTO counts SELECT ?1, ?2, ?3
  WHERE EXISTS (SELECT 1 FROM counts WHERE day = ?1 AND name = ?2) OR (SELECT COUNT(*) FROM counts WHERE day = ?1) < ?4
  ON CONFLICT DO UPDATE SET n = n + excluded.n`;

/**
 * @param {ObjectStorage} storage
 * @param {import("./messages.mjs").TakeMessage} message
 */
export function take(storage, { now_s, counts, units }) {
  const answer = { exposed: 0, counted: 0, duplicates: 0, waiting: 0, rebased: 0, known: 0, late: 0, full: 0 };
  const day = Math.floor(now_s / DAY_S);
  storage.transactionSync(() => {
    const sums = new Sums(day);
    for (const report of units) {
      const unit = new Unit(storage, report.unit, now_s);
      for (const exposure of report.exposures) answer[unit.expose(exposure)] += 1;
      for (const event of report.events) answer[unit.count(event)] += 1;
      unit.save(sums);
    }
    sums.write(storage);
    for (const [name, n] of [...counts, ...refusals(answer)]) {
      if (n > 0 && run(storage, COUNT, day, name, n, COUNT_NAMES_MAX) === 0) run(storage, COUNT, day, OTHER_NAMES, n, Number.MAX_SAFE_INTEGER);
    }
  });
  return answer;
}

/** What the ledger itself refuses. @param {{ late: number, full: number }} answer @returns {[string, number][]} */
const refusals = ({ late, full }) => [["refused/too_late", late], ["refused/too_many_of_one", full]];

/**
 * A version of an order, as the shard of the order sends it.
 * @param {ObjectStorage} storage
 * @param {{ now_s: number, unit: string, event: import("./messages.mjs").LedgerEvent }} message
 */
export function takeVersion(storage, { now_s, unit, event }) {
  return storage.transactionSync(() => {
    const sums = new Sums(Math.floor(now_s / DAY_S));
    const outcome = applyVersion(storage, sums, now_s, unit, event);
    sums.write(storage);
    return { outcome };
  });
}

/**
 * The same in the transaction of the caller, who writes the sums.
 * @param {ObjectStorage} storage
 * @param {Sums} sums
 * @param {number} now_s
 * @param {string} name of the unit
 * @param {import("./messages.mjs").LedgerEvent} event
 */
export function applyVersion(storage, sums, now_s, name, event) {
  const unit = new Unit(storage, name, now_s);
  const outcome = unit.replace(event);
  unit.save(sums);
  return outcome;
}
