/** What the ledger says: sums, counters and experiments as NDJSON, a page of rows a turn. */

import { ALL_DAYS } from "./sums.mjs";
import { COLUMNS } from "./contribution.mjs";
import { PAGE_ROWS } from "./limits.mjs";
import { rowsOf } from "./tables.mjs";

/** SQL writes the JSON: whole numbers above 2^53 stay whole. @param {string[]} names of columns */
const object = (names) => `json_object(${names.map((name) => `'${name}', ${name}`).join(", ")})`;

const SUMS_KEY = "experiment, slice, arm, epoch, cohort, day, goal";
const SUMS = `SELECT ${SUMS_KEY}, json_object('experiment', experiment, 'arm', arm, 'epoch', epoch, 'cohort', nullif(cohort, ${ALL_DAYS}),
  'day', nullif(day, ${ALL_DAYS}), 'goal', goal, 'slice', slice, ${COLUMNS.map((name) => `'${name}', ${name}`).join(", ")}) AS line
  FROM sums WHERE (${SUMS_KEY}) > (?2, ?3, ?4, ?5, ?6, ?7, ?8) AND (?1 IS NULL OR experiment = ?1) AND (?9 IS NULL OR day = ?9) ORDER BY ${SUMS_KEY} LIMIT ${PAGE_ROWS}`;

/**
 * @param {ObjectStorage} storage
 * @param {string | null} experiment one only
 * @param {number | null} day one only: what messages of that day have changed; `ALL_DAYS` for slices
 */
export function sums(storage, experiment, day) {
  const start = [experiment ?? "", "", "", -1, -2, -2, ""];
  return pages((after) => {
    const rows = rowsOf(storage, SUMS, experiment, ...after, day);
    return { lines: rows.map(({ line }) => line), next: nextOf(rows, ({ line: _, ...key }) => Object.values(key)) };
  }, start);
}

/** Counters and erasures. @param {ObjectStorage} storage @param {number} from first day @param {number} to last day */
export function counts(storage, from, to) {
  const counters = `SELECT day, name, ${object(["day", "name", "n"])} AS line FROM counts
    WHERE (day, name) > (?1, ?2) AND day <= ?3 ORDER BY day, name LIMIT ${PAGE_ROWS}`;
  const erased = `SELECT json_object('day', day, 'experiment', experiment, 'arm', arm, 'attrition', n) AS line FROM attrition
    WHERE day BETWEEN ? AND ? ORDER BY day, experiment, arm`;
  return pages(([day, name]) => {
    const rows = rowsOf(storage, counters, day, name, to);
    const next = nextOf(rows, (last) => [last.day, last.name]);
    const more = next === null ? rowsOf(storage, erased, from, to) : [];
    return { lines: [...rows, ...more].map(({ line }) => line), next };
  }, [from, ""]);
}

/** Every arm that has seen a unit, and when the first and the last unit came. @param {ObjectStorage} storage */
export function experiments(storage) {
  const found = rowsOf(storage, `SELECT json_object('experiment', experiment, 'arm', arm, 'epoch', epoch, 'first_minute', min(first_minute),
    'last_minute', max(last_minute), 'n', sum(n)) AS line FROM sums WHERE goal = '' AND slice = '' GROUP BY experiment, arm, epoch`);
  return pages(() => ({ lines: found.map(({ line }) => line), next: null }), []);
}

/**
 * @template T
 * @param {Record<string, any>[]} rows
 * @param {(last: Record<string, any>) => T} key
 */
const nextOf = (rows, key) => (rows.length < PAGE_ROWS ? null : key(rows[rows.length - 1]));

/**
 * @param {(after: any[]) => { lines: string[], next: any[] | null }} read a page behind a key
 * @param {any[]} start
 */
function pages(read, start) {
  const encoder = new TextEncoder();
  /** @type {any[] | null} */
  let after = start;
  const body = new ReadableStream({
    pull(controller) {
      if (after === null) return controller.close();
      const { lines, next } = read(after);
      after = next;
      if (lines.length > 0) controller.enqueue(encoder.encode(`${lines.join("\n")}\n`));
      if (next === null) controller.close();
    },
  }, { highWaterMark: 0 });
  return new Response(body, { headers: { "Content-Type": "application/x-ndjson", "Cache-Control": "no-store" } });
}
