/** What is wrong with what is published: for the log at every look, for the health check while it lasts, and once for the publisher. */

import { warn } from "./log.mjs";

/** @typedef {"expired" | "refused" | "stale" | "missing"} Kind */
/** @typedef {{ what: string, kind: Kind, text: string }} Alarm */

/** A text that was reported is reported again after this long. */
const AGAIN_MS = 3_600_000;
const TEXTS_MAX = 32;

/** What cannot be used, and in which way. */
export class Unusable extends Error {
  /**
   * @param {Kind} kind
   * @param {string} text
   */
  constructor(kind, text) {
    super(text);
    this.kind = kind;
  }
}

/** Those that last, by what failed. @type {Map<string, Alarm>} */
const present = new Map();
/** Texts that the publisher was told, and when. @type {Map<string, number>} */
const told_ms = new Map();

/**
 * Does something; what fails is an alarm, until it succeeds.
 * @param {string} what stable name of the event
 * @param {() => Promise<void> | void} work
 * @param {Record<string, string | number>} [facts]
 */
export async function attempt(what, work, facts) {
  try {
    await work();
    settle(what);
  } catch (error) {
    raise(what, error, facts);
  }
}

/**
 * Something is wrong until it is settled.
 * @param {string} what stable name of the event
 * @param {unknown} error
 * @param {Record<string, string | number>} [facts]
 */
export function raise(what, error, facts) {
  const text = error instanceof Error ? error.message : String(error);
  present.set(what, { what, kind: error instanceof Unusable ? error.kind : "refused", text });
  warn(what, error, facts);
}

/** @param {string} what is right again */
export function settle(what) {
  present.delete(what);
}

/** Why the newest is not served. @returns {Alarm[]} */
export function alarms() {
  return [...present.values()];
}

/**
 * Those that the publisher has not been told lately.
 * @param {number} now_ms
 */
export function untold(now_ms) {
  return alarms().filter(({ text }) => now_ms - (told_ms.get(text) ?? -Infinity) >= AGAIN_MS);
}

/**
 * @param {Alarm[]} list of what the publisher was told
 * @param {number} now_ms
 */
export function tell(list, now_ms) {
  for (const { text } of list) told_ms.set(text, now_ms);
  for (const text of [...told_ms.keys()].slice(0, -TEXTS_MAX)) told_ms.delete(text);
}
