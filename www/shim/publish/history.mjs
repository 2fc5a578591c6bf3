/** The history: a chain of entries, each with the hash of the one before. An entry and all that it says come true in one transaction. */

import { sha256 } from "../signature.mjs";
import { Refusal } from "./refusal.mjs";

const PAGE_MAX = 200;
const PAGE_BYTES_MAX = 1024 * 1024;
/** The alarm that makes up for a crash before the head was written. */
const GUARD_MS = 1000;

/** @typedef {import("./desk.mjs").Desk} Desk */
/** @typedef {"publish" | "rollback" | "canary" | "promote" | "withdraw" | "kill" | "revive" | "data"} Action */
/** @typedef {{ by: string[], action: Action, version?: number, manifest?: string, statement?: string, message: string, diff?: string }} Event `diff` is JSON, `statement` a file in base64 */

/**
 * Adds an entry and makes the changes that go with it. Nothing else may happen to the publisher meanwhile: it is done in turn.
 * @param {Pick<Desk, "store" | "now_s" | "writer">} desk
 * @param {Event} event
 * @param {(serial: number) => void} change
 * @returns {Promise<number>} the serial
 */
export async function commit({ store, now_s, writer }, { by, action, version, manifest, statement, message, diff = "null" }, change) {
  const { serial: last, hash: previous } = store.present();
  const serial = last + 1;
  const entry = { serial, at_s: now_s, by, action, version: version ?? null, manifest: manifest ?? null, statement: statement ?? null, message, diff: JSON.parse(diff), previous };
  const text = JSON.stringify(entry);
  const hash = await sha256(new TextEncoder().encode(text));
  store.storage.transactionSync(() => {
    if (store.present().serial !== last) throw new Error("something else was committed meanwhile");
    store.sql.exec("INSERT INTO history VALUES (?, ?, ?)", serial, hash, text);
    change(serial);
    store.setPresent({ serial, hash });
  });
  // In the same turn, so that it is kept with the transaction or not at all.
  void store.storage.setAlarm(Date.now() + GUARD_MS);
  writer.start();
  return serial;
}

/**
 * @param {import("./store.mjs").Store} store
 * @param {number} after
 * @param {number} limit
 */
export function entriesAfter(store, after, limit) {
  const entries = store.rows("SELECT text, hash FROM history WHERE serial > ? ORDER BY serial LIMIT ?", after, limit + 1);
  let bytes = 0;
  const fitting = entries.slice(0, limit).filter(({ text }, at) => (bytes += text.length) <= PAGE_BYTES_MAX || at === 0);
  return { entries: fitting, more: fitting.length < entries.length };
}

/**
 * @param {Desk} desk
 * @param {Record<string, string>} query
 */
export function history({ store }, { after = "0", limit = "50" }) {
  if (!/^\d{1,15}$/.test(after) || !/^\d{1,3}$/.test(limit) || Number(limit) < 1 || Number(limit) > PAGE_MAX) {
    throw new Refusal("malformed", `after is a serial, limit a number from 1 to ${PAGE_MAX}`);
  }
  return entriesAfter(store, Number(after), Number(limit));
}
