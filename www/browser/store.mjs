/** The log of what happened, which all tabs share. */

import { safely } from "./safely.mjs";

/** @typedef {import("./page.js").AttuneLog} Log */
/** @typedef {import("./page.js").AttuneEntry} Entry */

const STORE = "attune:log";
/** In the log, and in a beacon. */
export const ENTRIES_MAX = 32;

/** @type {string | null | undefined} the log, where storage is refused or full */
let memory;
/** Of the log that this tab writes to. */
export let id = "";
/** @type {Entry[]} what this tab wrote, and nobody has sent yet */
export let written = [];

/** A log that can be used; nothing for any other text. @param {string} text @returns {Log | undefined} */
const logIn = (text) =>
  safely(() => {
    const log = JSON.parse(text);
    const first = log.next - log.entries.length;
    log.last ||= 0;
    log.mail ||= 0;
    const isValid = /^[0-9a-f]{8}$/.test(log.id) && log.next >>> 0 === log.next && first > 0;
    if (isValid && log.entries.every((/** @type {Entry} */ { n }, /** @type {number} */ at) => n === first + at)) return log;
  });

/** A new log, without entries. @returns {Log} */
const blank = () => ({ id: crypto.getRandomValues(new Uint32Array(1))[0].toString(16).padStart(8, "0"), next: 1, mail: 0, last: 0, entries: [] });

export const stored = () => safely(() => logIn(memory ?? localStorage.getItem(STORE) ?? ""));

/** @param {Log} log */
export const save = (log) => {
  memory = JSON.stringify(log);
  safely(() => {
    localStorage.setItem(STORE, /** @type {string} */ (memory));
    memory = undefined;
  });
};

export const load = () => {
  const log = stored() ?? blank();
  // Another one, or none: it was erased, and nothing is carried over.
  if (log.id !== id) written = [];
  id = log.id;
  return log;
};

/** Begins another log: what was before is forgotten. */
export const renew = () => {
  memory = undefined;
  save(blank());
};

export const erase = () => {
  memory = undefined;
  written = [];
  safely(() => localStorage.removeItem(STORE));
};

/** Calls back when another tab erased the log. @param {() => void} erased */
export const onErased = (erased) => addEventListener("storage", ({ key, newValue }) => key === STORE && newValue === null && erased());

/** @param {Log} log @param {Omit<Entry, "n">} event */
export const append = (log, event) => {
  const entry = { ...event, n: log.next++ };
  log.entries = [...log.entries, entry].slice(-ENTRIES_MAX);
  written.push(entry);
};

/** Somebody sends the entry with this number. @param {number} number */
export const isSent = (number) => {
  written = written.filter(({ n }) => n !== number);
};

/** Takes what the cookie has as sent. @param {Log} log @param {number} last */
export const settle = (log, last) => {
  log.last = last;
  // The browser ended before it had kept the newest entries, and the cookie knows them.
  if (last >= log.next) Object.assign(log, { next: last + 1, entries: [] });
};

/** A tab sees a little late what another one wrote, and may write over it: what is missing comes in again. */
export const repaired = () => {
  const log = load();
  const { next, entries } = log;
  const mine = written;
  written = [];
  for (const entry of mine) {
    const at = entry.n - next + entries.length;
    const kept = entries[at];
    if (JSON.stringify(kept) === JSON.stringify(entry)) entry.n > log.last && written.push(entry);
    else if (at >= 0 && kept?.name !== "void") append(log, entry);
  }
  if (log.next > next) save(log);
  return log.next > next;
};
