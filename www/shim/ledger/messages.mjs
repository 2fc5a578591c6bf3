/** What is sent to the ledger, field by field. A message with a flaw is refused whole: it is written by the control plane, never by a visitor. */

import { entries, formed, list, record, text, whole } from "./fields.mjs";
import * as limits from "./limits.mjs";
import { Refused } from "./refused.mjs";

/**
 * What an event adds to a goal.
 * @typedef {{ goal: string, y: number, d: number, cap: number | null, after_s: number, window_s: number, covariate: string | null }} GoalPart
 */
/** @typedef {{ id: string, at_s: number, version: number, goals: GoalPart[] }} LedgerEvent `version`: 0, or that of an order */
/**
 * The first moment of a unit in an experiment.
 * @typedef {{ experiment: string, arm: string, epoch: number, minute: number, slices: Record<string, string>, x: Record<string, number>, keep_s: number }} Exposure
 */
/** @typedef {{ unit: string, exposures: Exposure[], events: LedgerEvent[] }} UnitReport */
/** @typedef {{ now_s: number, counts: [name: string, times: number][], units: UnitReport[] }} TakeMessage */
/** @typedef {{ goal: string, y: "value" | 0 | 1, d: "value" | 0 | 1, cap: number | null, after_s: number, window_s: number, covariate: string | null }} OrderGoal */
/**
 * @typedef {{ now_s: number, order: string, key: string, kind: "order" | "refund", value: number | null, at_s: number, units: string[], goals: OrderGoal[] }} OrderMessage `value` null: a refund of all
 */

const UNIT = /^[vc]:[0-9a-f]{32}$/;

/** @param {unknown} value @returns {TakeMessage} */
export function takeMessage(value) {
  const message = record(value, "the message", ["now_s"], ["counts", "units"]);
  const now_s = moment(message.now_s, "now_s");
  return {
    now_s,
    counts: entries(message.counts ?? {}, "counts", limits.COUNTS_MAX, limits.COUNT_LENGTH_MAX, (times, path) => whole(times, path, 0, limits.AMOUNT_MAX)),
    units: list(message.units ?? [], "units", limits.UNITS_MAX, (unit, path) => unitReport(unit, path, now_s)),
  };
}

/** @param {unknown} value @returns {{ now_s: number, unit: string, event: LedgerEvent }} */
export function applyMessage(value) {
  const message = record(value, "the message", ["now_s", "unit", "event"]);
  const now_s = moment(message.now_s, "now_s");
  const fields = record(message.event, "event", ["id", "version", "at_s", "goals"]);
  const version = whole(fields.version, "event.version", 1, Number.MAX_SAFE_INTEGER);
  return { now_s, unit: unitName(message.unit, "unit"), event: { ...ledgerEvent(fields, "event", now_s), version } };
}

/** @param {unknown} body @returns {OrderMessage} */
export function orderMessage(body) {
  const message = record(body, "the message", ["now_s", "order", "key", "kind", "at_s"], ["value", "units", "goals"]);
  const now_s = moment(message.now_s, "now_s");
  if (message.kind !== "order" && message.kind !== "refund") throw new Refused('kind is not "order" or "refund"');
  const value = message.value ?? null;
  if (message.kind === "order" && value === null) throw new Refused("an order needs a value");
  return {
    now_s,
    // Its event has two letters more.
    order: text(message.order, "order", limits.NAME_LENGTH_MAX - 2),
    key: text(message.key, "key"),
    kind: message.kind,
    value: value === null ? null : whole(value, "value", 0, limits.AMOUNT_MAX),
    at_s: past(message.at_s, "at_s", now_s),
    units: unitNames(message.units ?? [], limits.ORDER_UNITS_MAX),
    goals: goalsOf(message.goals ?? [], "goals", orderFactor),
  };
}

/** @param {unknown} value @returns {{ now_s: number, units: string[] }} */
export function forgetMessage(value) {
  const message = record(value, "the message", ["now_s", "units"]);
  return { now_s: moment(message.now_s, "now_s"), units: unitNames(message.units, limits.UNITS_MAX) };
}

/** @param {unknown} value @param {string} path @param {number} now_s @returns {UnitReport} */
function unitReport(value, path, now_s) {
  const fields = record(value, path, ["unit"], ["exposures", "events"]);
  return {
    unit: unitName(fields.unit, `${path}.unit`),
    exposures: list(fields.exposures ?? [], `${path}.exposures`, limits.EXPOSURES_MAX, (item, at) => exposure(item, at, now_s)),
    events: list(fields.events ?? [], `${path}.events`, limits.EVENTS_MAX, (item, at) => ({ ...ledgerEvent(record(item, at, ["id", "at_s", "goals"]), at, now_s), version: 0 })),
  };
}

/** @param {unknown} value @param {string} path @param {number} now_s @returns {Exposure} */
function exposure(value, path, now_s) {
  const fields = record(value, path, ["experiment", "arm", "epoch", "minute", "keep_s"], ["slices", "x"]);
  return {
    experiment: text(fields.experiment, `${path}.experiment`),
    arm: text(fields.arm, `${path}.arm`),
    epoch: whole(fields.epoch, `${path}.epoch`, 0, limits.EPOCH_MAX),
    minute: whole(fields.minute, `${path}.minute`, 0, Math.floor((now_s + limits.AHEAD_S_MAX) / 60)),
    slices: Object.fromEntries(entries(fields.slices ?? {}, `${path}.slices`, limits.SLICES_MAX, limits.NAME_LENGTH_MAX, (item, at) => text(item, at))),
    x: Object.fromEntries(entries(fields.x ?? {}, `${path}.x`, limits.COVARIATES_MAX, limits.NAME_LENGTH_MAX, (item, at) => whole(item, at, 0, limits.AMOUNT_MAX))),
    keep_s: whole(fields.keep_s, `${path}.keep_s`, limits.WAIT_S, limits.KEEP_S_MAX),
  };
}

/** @param {Record<string, unknown>} fields @param {string} path @param {number} now_s */
function ledgerEvent(fields, path, now_s) {
  return { id: text(fields.id, `${path}.id`), at_s: past(fields.at_s, `${path}.at_s`, now_s), goals: goalsOf(fields.goals, `${path}.goals`, amount) };
}

/**
 * @template T
 * @param {unknown} value
 * @param {string} path
 * @param {(value: unknown, path: string) => T} factor reads y and d
 */
function goalsOf(value, path, factor) {
  const goals = list(value, path, limits.GOALS_MAX, (item, at) => {
    const fields = record(item, at, ["goal", "y", "d", "window_s"], ["cap", "covariate", "after_s"]);
    return {
      goal: goalName(fields.goal, `${at}.goal`),
      y: factor(fields.y, `${at}.y`),
      d: factor(fields.d, `${at}.d`),
      cap: (fields.cap ?? null) === null ? null : whole(fields.cap, `${at}.cap`, 0, limits.AMOUNT_MAX),
      after_s: whole(fields.after_s ?? 0, `${at}.after_s`, 0, limits.WINDOW_S_MAX),
      window_s: whole(fields.window_s, `${at}.window_s`, 1, limits.WINDOW_S_MAX),
      covariate: (fields.covariate ?? null) === null ? null : text(fields.covariate, `${at}.covariate`),
    };
  });
  if (new Set(goals.map(({ goal }) => goal)).size < goals.length) throw new Refused(`${path} names a goal twice`);
  return goals;
}

/** Rows of sums whose goal begins with `=` are those of covariates. @param {unknown} value @param {string} path */
function goalName(value, path) {
  const name = text(value, path);
  if (name.startsWith("=")) throw new Refused(`${path} begins with "="`);
  return name;
}

/** @param {unknown} value @param {string} path @returns {"value" | 0 | 1} */
function orderFactor(value, path) {
  if (value !== "value" && value !== 0 && value !== 1) throw new Refused(`${path} is not "value", 1 or 0`);
  return value;
}

/** A value of an event may be less than nothing: it can be a refund. @param {unknown} value @param {string} path */
const amount = (value, path) => whole(value, path, -limits.AMOUNT_MAX, limits.AMOUNT_MAX);

/** @param {unknown} value @param {string} path */
const moment = (value, path) => whole(value, path, 0, limits.MOMENT_S_MAX);

/** @param {unknown} value @param {string} path @param {number} now_s */
const past = (value, path, now_s) => whole(value, path, 0, now_s + limits.AHEAD_S_MAX);

/** @param {unknown} value @param {string} path */
const unitName = (value, path) => formed(value, path, UNIT, "v: or c: with 32 hexadecimal digits");

/** @param {unknown} value @param {number} count_max */
const unitNames = (value, count_max) => [...new Set(list(value, "units", count_max, unitName))];
