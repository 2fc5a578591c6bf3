/** Erases units: their rows are overwritten, then deleted. Sums keep what they have contributed, and say how many are gone. */

import { DAY_S } from "./limits.mjs";
import { rowsOf, run } from "./tables.mjs";

/** As many zeros as the column has letters. @param {string} column */
const zeros = (column) => `${column} = replace(hex(zeroblob(length(${column}))), '00', '0')`;

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
    run(storage, `UPDATE exposures SET ${["arm", "slices", "x", "totals"].map(zeros).join(", ")}, epoch = 0, minute = 0, until_s = 0 WHERE ${OF_UNITS}`, list);
    run(storage, `UPDATE events SET ${zeros("goals")}, at_s = 0, version = 0, until_s = 0 WHERE ${OF_UNITS}`, list);
    run(storage, `UPDATE outbox SET ${zeros("event")}, now_s = 0, made_ms = 0, version = 0 WHERE ${OF_UNITS}`, list);
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
