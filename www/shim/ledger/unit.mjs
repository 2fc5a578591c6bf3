/** A unit while a message changes it: its rows are read once, changed in memory, and written with the difference to the sums. */

import { exposed, reached } from "./contribution.mjs";
import { EVENTS_HELD_MAX, EXPOSURES_HELD_MAX, WAIT_S } from "./limits.mjs";
import { rowsOf, run } from "./tables.mjs";

/** @typedef {import("./contribution.mjs").Row} Row */
/** @typedef {import("./messages.mjs").Exposure} Exposure */
/** @typedef {import("./messages.mjs").LedgerEvent} LedgerEvent */
/** @typedef {import("./messages.mjs").GoalPart} GoalPart */
/** What became of an exposure or an event. @typedef {"exposed" | "rebased" | "known" | "counted" | "waiting" | "duplicates" | "late" | "full"} Outcome */

const UPSERT_ROW = `INSERT INTO exposures VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET arm = excluded.arm, epoch = excluded.epoch,
  minute = excluded.minute, slices = excluded.slices, x = excluded.x, totals = excluded.totals, until_s = excluded.until_s`;
const UPSERT_EVENT = `INSERT INTO events VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET at_s = excluded.at_s, version = excluded.version,
  goals = excluded.goals, until_s = excluded.until_s`;

export class Unit {
  /** By experiment. @type {Map<string, { row: Row, before: Row | null }>} */
  #rows = new Map();
  /** How many events are held; -1 until somebody asks. */
  #held = -1;

  /**
   * @param {ObjectStorage} storage
   * @param {string} name
   * @param {number} now_s
   */
  constructor(storage, name, now_s) {
    this.storage = storage;
    this.name = name;
    this.now_s = now_s;
    for (const stored of rowsOf(storage, "SELECT * FROM exposures WHERE unit = ? AND until_s > ?", name, now_s)) {
      const row = /** @type {Row} */ ({ ...stored, slices: JSON.parse(stored.slices), x: JSON.parse(stored.x), totals: JSON.parse(stored.totals) });
      this.#rows.set(row.experiment, { row, before: row });
    }
  }

  /** The earliest exposure counts. @param {Exposure} exposure @returns {Outcome} */
  expose({ keep_s, ...first }) {
    const until_s = first.minute * 60 + keep_s;
    if (until_s <= this.now_s) return "late";
    const known = this.#rows.get(first.experiment);
    if (known === undefined) {
      if (this.#rows.size >= EXPOSURES_HELD_MAX) return "full";
      const row = { ...first, totals: {}, until_s };
      for (const event of this.#events()) this.#apply(row, event, (part) => (isWithin(row.minute, event, part) ? 1 : 0));
      this.#rows.set(first.experiment, { row, before: null });
      return "exposed";
    }
    if (first.minute >= known.row.minute) {
      // Who keeps coming stays the same unit. A page in half of the row's time renews it, so that few pages write.
      if (known.row.until_s - this.now_s < keep_s / 2 && until_s > known.row.until_s) known.row = { ...known.row, until_s };
      return "known";
    }
    // Of an earlier time, events that would have to be counted may be gone.
    if (first.minute * 60 < this.now_s - WAIT_S) return "late";
    const { minute, totals } = known.row;
    const row = { ...first, totals, until_s: Math.max(until_s, known.row.until_s) };
    for (const event of this.#events()) this.#apply(row, event, (part) => Number(isWithin(row.minute, event, part)) - Number(isWithin(minute, event, part)));
    known.row = row;
    return "rebased";
  }

  /** An event that nobody changes later. @param {LedgerEvent} event @returns {Outcome} */
  count(event) {
    const until_s = endOf(event);
    if (until_s <= this.now_s) return "late";
    if (this.#held === -1) this.#held = rowsOf(this.storage, "SELECT COUNT(*) AS held FROM events WHERE unit = ?", this.name)[0].held;
    const stored = this.#held < EVENTS_HELD_MAX && run(this.storage, "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", this.name, event.id, event.at_s, event.version, JSON.stringify(event.goals), until_s);
    if (stored === false) return this.#event(event.id) === undefined ? "full" : "duplicates";
    if (stored === 0) return "duplicates";
    this.#held += 1;
    return this.#everywhere(event, 1) ? "counted" : "waiting";
  }

  /** An event that has taken the place of its older version. @param {LedgerEvent} event @returns {Outcome} */
  replace(event) {
    const until_s = endOf(event);
    if (until_s <= this.now_s) return "late";
    const older = this.#event(event.id);
    if (older !== undefined && older.version >= event.version) return "duplicates";
    if (older !== undefined) this.#everywhere(older, -1);
    run(this.storage, UPSERT_EVENT, this.name, event.id, event.at_s, event.version, JSON.stringify(event.goals), until_s);
    return this.#everywhere(event, 1) ? "counted" : "waiting";
  }

  /** Writes what has changed, and gives the difference to the sums. @param {import("./sums.mjs").Sums} sums */
  save(sums) {
    for (const { row, before } of this.#rows.values()) {
      if (row === before) continue;
      if (before !== null && before.minute === row.minute) {
        for (const goal of Object.keys(row.totals).filter((goal) => row.totals[goal] !== before.totals[goal])) {
          sums.add(before, goal, reached(before, goal), -1n);
          sums.add(row, goal, reached(row, goal), 1n);
        }
        run(this.storage, "UPDATE exposures SET totals = ?, until_s = ? WHERE unit = ? AND experiment = ?", JSON.stringify(row.totals), row.until_s, this.name, row.experiment);
        continue;
      }
      if (before !== null) addAll(sums, before, -1n);
      addAll(sums, row, 1n);
      run(this.storage, UPSERT_ROW, this.name, row.experiment, row.arm, row.epoch, row.minute, JSON.stringify(row.slices), JSON.stringify(row.x), JSON.stringify(row.totals), row.until_s);
    }
  }

  /** @param {string} id @returns {LedgerEvent | undefined} */
  #event(id) {
    return rowsOf(this.storage, "SELECT * FROM events WHERE unit = ? AND id = ?", this.name, id).map(eventOf)[0];
  }

  #events() {
    return rowsOf(this.storage, "SELECT * FROM events WHERE unit = ? AND until_s > ?", this.name, this.now_s).map(eventOf);
  }

  /** Whether the event is in a window of any row. @param {LedgerEvent} event @param {1 | -1} sign */
  #everywhere(event, sign) {
    let isCounted = false;
    for (const known of this.#rows.values()) {
      const { minute } = known.row;
      if (!event.goals.some((part) => isWithin(minute, event, part))) continue;
      isCounted = true;
      known.row = { ...known.row };
      this.#apply(known.row, event, (part) => (isWithin(minute, event, part) ? sign : 0));
    }
    return isCounted;
  }

  /** @param {Row} row @param {LedgerEvent} event @param {(part: GoalPart) => number} times how often each part is added */
  #apply(row, { goals }, times) {
    for (const part of goals) {
      const sign = times(part);
      if (sign === 0) continue;
      const { y, d } = row.totals[part.goal] ?? { y: 0, d: 0 };
      // What it replaces is compared with it: rows are not changed in place.
      row.totals = { ...row.totals, [part.goal]: { y: y + sign * part.y, d: d + sign * part.d, cap: part.cap, covariate: part.covariate } };
    }
  }
}

/** Its own window is the goal's. @param {number} minute @param {LedgerEvent} event @param {GoalPart} part */
const isWithin = (minute, { at_s }, { after_s, window_s }) => minute * 60 + after_s <= at_s && at_s < minute * 60 + window_s;

/** Until when an event is held. @param {LedgerEvent} event */
const endOf = ({ at_s, goals }) => at_s + Math.max(0, ...goals.map(({ window_s }) => window_s)) + WAIT_S;

/** @param {Record<string, any>} stored @returns {LedgerEvent} */
const eventOf = ({ id, at_s, version, goals }) => ({ id, at_s, version, goals: JSON.parse(goals) });

/** @param {import("./sums.mjs").Sums} sums @param {Row} row @param {1n | -1n} sign */
function addAll(sums, row, sign) {
  for (const [goal, figures] of exposed(row)) sums.add(row, goal, figures, sign);
  for (const goal of Object.keys(row.totals)) sums.add(row, goal, reached(row, goal), sign);
}
