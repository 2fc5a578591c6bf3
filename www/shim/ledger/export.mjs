/** Rows that are still held, by day, in pages: for the export, which computes from them again what the sums say. */

import { DAY_MINUTES, DAY_S, EXPORT_ROWS_MAX, SCAN_ROWS } from "./limits.mjs";
import { rowsOf } from "./tables.mjs";
import { endOfStretch, keyOf, marksOf, startOf } from "./walk.mjs";

/** The line of a row, its key, and the day that it belongs to: the cohort of an exposure, the moment of an event. */
const KINDS = {
  exposures: {
    line: `json_object('unit', unit, 'experiment', experiment, 'arm', arm, 'epoch', epoch, 'minute', minute, 'slices', json(slices), 'x', json(x),
      'totals', json(totals), 'until_s', until_s)`,
    key: "unit || ' ' || experiment",
    day: `minute / ${DAY_MINUTES}`,
  },
  events: {
    line: "json_object('unit', unit, 'id', id, 'at_s', at_s, 'version', version, 'goals', json(goals), 'until_s', until_s)",
    key: "unit || ' ' || id",
    day: `at_s / ${DAY_S}`,
  },
};

/** @typedef {keyof typeof KINDS} Kind */

/** @param {string | null} kind @returns {kind is Kind} */
export const isKind = (kind) => kind !== null && Object.hasOwn(KINDS, kind);

/**
 * A page, whose last line has the cursor of the next. It may have fewer rows than were asked for, also none, before the last page.
 * @param {ObjectStorage} storage
 * @param {Kind} kind
 * @param {number} day
 * @param {string} after a cursor; empty for the first page
 * @param {number} limit
 */
export function rows(storage, kind, day, after, limit = EXPORT_ROWS_MAX) {
  const { line, key, day: dayOf } = KINDS[kind];
  const start = after === "" ? startOf(kind) : splitCursor(after);
  const end = endOfStretch(storage, kind, start, SCAN_ROWS);
  const upTo = end === null ? "" : `AND ${keyOf(kind)} <= ${marksOf(kind)}`;
  const found = rowsOf(storage, `SELECT ${line} AS line, ${key} AS cursor FROM ${kind} WHERE ${keyOf(kind)} > ${marksOf(kind)} ${upTo} AND ${dayOf} = ?
    ORDER BY ${keyOf(kind).slice(1, -1)} LIMIT ?`, ...start, ...(end ?? []), day, limit);
  const next = found.length === limit ? found[limit - 1].cursor : (end?.join(" ") ?? null);
  const lines = [...found.map((row) => row.line), JSON.stringify({ next })];
  return new Response(`${lines.join("\n")}\n`, { headers: { "Content-Type": "application/x-ndjson", "Cache-Control": "no-store" } });
}

/** A unit has no blank. @param {string} cursor */
function splitCursor(cursor) {
  const end = cursor.indexOf(" ");
  return end === -1 ? [cursor, ""] : [cursor.slice(0, end), cursor.slice(end + 1)];
}
