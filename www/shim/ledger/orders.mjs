/** Orders of the shop's server, in the shard of the order: what is left of each after its refunds, as versions that its units' shards get. */

import { AMOUNT_MAX, DAY_S, KEYS_KEEP_S, ORDER_UNITS_MAX, WAIT_S } from "./limits.mjs";
import { post } from "./outbox.mjs";
import { Refused } from "./refused.mjs";
import { Sums } from "./sums.mjs";
import { rowsOf, run } from "./tables.mjs";
import { applyVersion } from "./take.mjs";

/** @typedef {import("./messages.mjs").OrderMessage} OrderMessage */
/** @typedef {import("./messages.mjs").OrderGoal} OrderGoal */
/** @typedef {import("./messages.mjs").LedgerEvent} LedgerEvent */
/**
 * @typedef {{ id: string, value: number | null, refunded: number | null, version: number, at_s: number, units: string[], goals: OrderGoal[] }} Order
 * `value` null: only refunds came yet; `refunded` null: all
 */

const UPSERT = `INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value, refunded = excluded.refunded,
  version = excluded.version, at_s = excluded.at_s, units = excluded.units, goals = excluded.goals, until_s = max(until_s, excluded.until_s)`;

/**
 * @param {ObjectStorage} storage
 * @param {OrderMessage} message
 * @param {(unit: string) => boolean} isHere whether this shard has the unit
 */
export function takeOrder(storage, message, isHere) {
  return storage.transactionSync(() => {
    const { now_s } = message;
    const known = storedOrder(storage, message.order);
    const until_s = now_s + KEYS_KEEP_S;
    if (run(storage, "INSERT INTO keys VALUES (?, ?) ON CONFLICT DO NOTHING", message.key, until_s) === 0) return { duplicate: true, version: known?.version ?? 0 };
    const order = changed(known ?? { id: message.order, value: null, refunded: 0, version: 0, at_s: message.at_s, units: [], goals: [] }, message);
    const window_s = Math.max(0, ...order.goals.map((goal) => goal.window_s));
    run(storage, UPSERT, order.id, order.value, order.refunded, order.version, order.at_s, JSON.stringify(order.units), JSON.stringify(order.goals), Math.max(until_s, order.at_s + window_s + WAIT_S));
    if (order.value !== null) spread(storage, order, order.value, now_s, isHere);
    return { duplicate: false, version: order.version };
  });
}

/** @param {Order} order @param {OrderMessage} message @returns {Order} */
function changed(order, { kind, value, at_s, units, goals }) {
  const version = order.version + 1;
  if (kind === "refund") {
    // Refunds of all, and those beyond what was paid, leave nothing.
    const refunded = value === null || order.refunded === null ? null : Math.min(order.refunded + value, AMOUNT_MAX);
    return { ...order, version, refunded };
  }
  const all = [...new Set([...order.units, ...units])];
  if (all.length > ORDER_UNITS_MAX) throw new Refused(`the order has ${all.length} units; ${ORDER_UNITS_MAX} at most`);
  // Said again, an order keeps its moment: that is when the customer decided.
  return { ...order, version, value, units: all, goals, at_s: order.value === null ? at_s : order.at_s };
}

/** Each unit gets the new version: here at once, elsewhere through the outbox. @param {ObjectStorage} storage @param {Order} order @param {number} value @param {number} now_s @param {(unit: string) => boolean} isHere */
function spread(storage, order, value, now_s, isHere) {
  const sums = new Sums(Math.floor(now_s / DAY_S));
  const event = eventOf(order, value);
  for (const unit of order.units) {
    if (isHere(unit)) applyVersion(storage, sums, now_s, unit, event);
    else post(storage, order.id, unit, event, now_s);
  }
  sums.write(storage);
}

/** What is left of an order. @param {Order} order @param {number} value @returns {LedgerEvent} */
function eventOf({ id, version, at_s, refunded, goals }, value) {
  const left = refunded === null ? 0 : Math.max(0, value - refunded);
  const isGone = refunded === null || (refunded > 0 && left === 0);
  /** @param {"value" | 0 | 1} factor */
  const resolved = (factor) => (factor === "value" ? left : isGone ? 0 : factor);
  return { id: `o:${id}`, version, at_s, goals: goals.map((goal) => ({ ...goal, y: resolved(goal.y), d: resolved(goal.d) })) };
}

/** @param {ObjectStorage} storage @param {string} id @returns {Order | undefined} */
function storedOrder(storage, id) {
  const [stored] = rowsOf(storage, "SELECT * FROM orders WHERE id = ?", id);
  return stored && /** @type {Order} */ ({ ...stored, units: JSON.parse(stored.units), goals: JSON.parse(stored.goals) });
}
