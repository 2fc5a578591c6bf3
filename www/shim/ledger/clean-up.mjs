/** Deletes the rows whose time is over, once a day. Sums stay as they are. */

import { COUNTS_KEEP_S, DAY_S, PAGE_ROWS } from "./limits.mjs";
import { rowsOf, run } from "./tables.mjs";
import { endOfStretch, keyOf, marksOf, startOf } from "./walk.mjs";

/** @typedef {import("./walk.mjs").Walked} Walked */

/** When it is due again. @param {ObjectStorage} storage @returns {number} milliseconds */
export function nextCleanUp_ms(storage) {
  const [last] = rowsOf(storage, "SELECT value FROM facts WHERE name = 'cleaned_ms'");
  return last === undefined ? 0 : last.value + DAY_S * 1000;
}

/** @param {ObjectStorage} storage @param {number} now_ms */
export async function cleanUp(storage, now_ms) {
  const now_s = Math.floor(now_ms / 1000);
  for (const table of /** @type {Walked[]} */ (["exposures", "events", "orders", "keys"])) await cleanTable(storage, table, now_s);
  for (const table of ["counts", "attrition"]) run(storage, `DELETE FROM ${table} WHERE day < ?`, Math.floor((now_s - COUNTS_KEEP_S) / DAY_S));
  run(storage, "INSERT INTO facts VALUES ('cleaned_ms', ?) ON CONFLICT DO UPDATE SET value = excluded.value", now_ms);
}

/** @param {ObjectStorage} storage @param {Walked} table @param {number} now_s */
async function cleanTable(storage, table, now_s) {
  const [key, marks] = [keyOf(table), marksOf(table)];
  /** @type {import("./walk.mjs").Key | null} */
  let after = startOf(table);
  while (after !== null) {
    const end = endOfStretch(storage, table, after, PAGE_ROWS);
    if (end === null) run(storage, `DELETE FROM ${table} WHERE ${key} > ${marks} AND until_s <= ?`, ...after, now_s);
    else run(storage, `DELETE FROM ${table} WHERE ${key} > ${marks} AND ${key} <= ${marks} AND until_s <= ?`, ...after, ...end, now_s);
    after = end;
    // Messages that came meanwhile are taken between two stretches.
    await new Promise((resolve) => setTimeout(resolve));
  }
}
