/** Versions of orders on their way to the shards of their units: kept until the other shard has said that it has them. */

import { warn } from "../log.mjs";
import { DELIVERIES_MAX, RETRY_MS_MAX, RETRY_MS_MIN } from "./limits.mjs";
import { rowsOf, run } from "./tables.mjs";

/** @typedef {{ id: string, unit: string, version: number, event: string, now_s: number, made_ms: number, attempts: number }} Waiting */

const UPSERT = `INSERT INTO outbox VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, 0) ON CONFLICT DO UPDATE SET version = excluded.version, event = excluded.event,
  now_s = excluded.now_s, made_ms = excluded.made_ms, due_ms = excluded.due_ms, attempts = 0`;

/**
 * In the transaction that changes the order. A newer version takes the place of one that waits.
 * @param {ObjectStorage} storage
 * @param {string} order
 * @param {string} unit
 * @param {import("./messages.mjs").LedgerEvent} event
 * @param {number} now_s
 */
export function post(storage, order, unit, event, now_s) {
  run(storage, UPSERT, order, unit, event.version, JSON.stringify(event), now_s, Date.now());
}

/** When the next delivery is due; nothing without one. @param {ObjectStorage} storage @returns {number | null} */
export const nextDelivery_ms = (storage) => rowsOf(storage, "SELECT min(due_ms) AS due_ms FROM outbox")[0].due_ms;

/**
 * Delivers what is due.
 * @param {ObjectStorage} storage
 * @param {(unit: string, message: string) => Promise<Response>} send to the shard of a unit
 */
export async function deliver(storage, send) {
  for (;;) {
    const due = /** @type {Waiting[]} */ (rowsOf(storage, "SELECT * FROM outbox WHERE due_ms <= ? ORDER BY due_ms LIMIT ?", Date.now(), DELIVERIES_MAX));
    if (due.length === 0) return;
    await Promise.all(due.map((waiting) => deliverOne(storage, waiting, send)));
  }
}

/** @param {ObjectStorage} storage @param {Waiting} waiting @param {(unit: string, message: string) => Promise<Response>} send */
async function deliverOne(storage, { id, unit, version, event, now_s, made_ms, attempts }, send) {
  // The moment of the delivery, by the clock of the message.
  const moment_s = now_s + Math.max(0, Math.floor((Date.now() - made_ms) / 1000));
  const done = await send(unit, JSON.stringify({ now_s: moment_s, unit, event: JSON.parse(event) })).then(isDone, (error) => (warn("ledger", error), false));
  // By then it may be a newer version that waits.
  if (done) run(storage, "DELETE FROM outbox WHERE id = ? AND unit = ? AND version = ?", id, unit, version);
  else run(storage, "UPDATE outbox SET attempts = ?, due_ms = ? WHERE id = ? AND unit = ? AND version = ?", attempts + 1, Date.now() + pause_ms(attempts), id, unit, version);
}

/** @param {Response} answer */
async function isDone(answer) {
  const text = await answer.text();
  // It would be refused for ever.
  if (answer.status === 400) warn("ledger", `a version of an order was refused: ${text}`);
  return answer.status === 200 || answer.status === 400;
}

/** @param {number} attempts before this one */
const pause_ms = (attempts) => Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** Math.min(attempts, 30));
