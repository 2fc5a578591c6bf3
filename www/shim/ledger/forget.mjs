/** Erases units: their rows are overwritten, then deleted. Sums keep what they have contributed, and say how many are gone. */

import { DAY_S } from "./limits.mjs";
import { rowsOf, run } from "./tables.mjs";

/** As many zeros as the column has letters. @param {string} column */
const zeros = (column) => `${column} = replace(hex(zeroblob(length(${column}))), '00', '0')`;

/** A number that takes as many bytes as the column's: a row of another length would be written beside the old one, which would stay. @param {string} column */
const blank = (column) => `${column} = CASE WHEN ${column} < 2 THEN ${column} WHEN ${column} < 128 THEN 2 WHEN ${column} < 32768 THEN 128
  WHEN ${column} < 8388608 THEN 32768 WHEN ${column} < 2147483648 THEN 8388608 WHEN ${column} < 140737488355328 THEN 2147483648 ELSE 140737488355328 END`;
/** @param {string[]} texts @param {string[]} numbers */
const overwritten = (texts, numbers) => [...texts.map(zeros), ...numbers.map(blank)].join(", ");

const ATTRITION = `INSERT INTO attrition SELECT ?2, experiment, arm, COUNT(*) FROM exposures WHERE unit IN (SELECT value FROM json_each(?1))
  GROUP BY experiment, arm ON CONFLICT DO UPDATE SET n = n + excluded.n`;
const OF_UNITS = "unit IN (SELECT value FROM json_each(?))";
const ORDERS = "SELECT id, units FROM orders WHERE EXISTS (SELECT 1 FROM json_each(units) WHERE value IN (SELECT value FROM json_each(?)))";

/**
 * @param {ObjectStorage} storage
 * @param {{ now_s: number, units: string[] }} message
 */
export function forget(storage, { now_s, units }) {
  const list = JSON.stringify(units);
  return storage.transactionSync(() => {
    run(storage, ATTRITION, list, Math.floor(now_s / DAY_S));
    run(storage, `UPDATE exposures SET ${overwritten(["arm", "slices", "x", "totals"], ["epoch", "minute", "until_s"])} WHERE ${OF_UNITS}`, list);
    run(storage, `UPDATE events SET ${overwritten(["goals"], ["at_s", "version", "until_s"])} WHERE ${OF_UNITS}`, list);
    run(storage, `UPDATE outbox SET ${overwritten(["event"], ["now_s", "made_ms", "version"])} WHERE ${OF_UNITS}`, list);
    let rows = 0;
    for (const table of ["exposures", "events", "outbox"]) rows += run(storage, `DELETE FROM ${table} WHERE ${OF_UNITS}`, list);
    return { rows: rows + leaveOrders(storage, list, units) };
  });
}

/** An order without a unit has nothing left to count. @param {ObjectStorage} storage @param {string} list @param {string[]} units */
function leaveOrders(storage, list, units) {
  const orders = rowsOf(storage, ORDERS, list);
  for (const order of orders) {
    const left = JSON.parse(order.units).filter((/** @type {string} */ unit) => !units.includes(unit));
    run(storage, `UPDATE orders SET ${zeros("units")} WHERE id = ?`, order.id);
    if (left.length > 0) run(storage, "UPDATE orders SET units = ? WHERE id = ?", JSON.stringify(left), order.id);
    else run(storage, "DELETE FROM orders WHERE id = ?", order.id);
  }
  return orders.length;
}
