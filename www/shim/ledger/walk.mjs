/** Tables walked in the order of their keys, a stretch at a time: no turn takes longer than its stretch. */

import { rowsOf } from "./tables.mjs";

/** @typedef {(string | number)[]} Key */

/** The columns of the keys that are walked. */
const KEYS = /** @type {const} */ ({ exposures: ["unit", "experiment"], events: ["unit", "id"], orders: ["id"], keys: ["key"] });
/** @typedef {keyof typeof KEYS} Walked */

/** Before every key. @param {Walked} table @returns {Key} */
export const startOf = (table) => KEYS[table].map(() => "");

/** Key columns as SQL compares them. @param {Walked} table */
export const keyOf = (table) => `(${KEYS[table].join(", ")})`;

/** @param {Walked} table */
export const marksOf = (table) => `(${KEYS[table].map(() => "?").join(", ")})`;

/**
 * The last key of the next stretch; nothing where the table ends before it is full.
 * @param {ObjectStorage} storage
 * @param {Walked} table
 * @param {Key} after
 * @param {number} rows of a stretch
 * @returns {Key | null}
 */
export function endOfStretch(storage, table, after, rows) {
  const columns = KEYS[table].join(", ");
  const [end] = rowsOf(storage, `SELECT ${columns} FROM ${table} WHERE ${keyOf(table)} > ${marksOf(table)} ORDER BY ${columns} LIMIT 1 OFFSET ?`, ...after, rows - 1);
  return end === undefined ? null : Object.values(end);
}
