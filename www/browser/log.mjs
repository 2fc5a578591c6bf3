/** The log of what happened, as it is kept. */

import { safely } from "./safely.mjs";

/** @typedef {import("./page.js").AttuneLog} Log */
/** @typedef {import("./page.js").AttuneEntry} Entry */

/** A log that can be used; nothing for any other text. @param {string} text @returns {Log | undefined} */
export const logIn = (text) =>
  safely(() => {
    const log = JSON.parse(text);
    const first = log.next - log.entries.length;
    log.last ||= 0;
    log.mail ||= 0;
    const isValid = /^[0-9a-f]{8}$/.test(log.id) && log.next >>> 0 === log.next && first > 0;
    if (isValid && log.entries.every((/** @type {Entry} */ { n }, /** @type {number} */ at) => n === first + at)) return log;
  });

/** A new log, without entries. @returns {Log} */
export const blank = () => ({ id: crypto.getRandomValues(new Uint32Array(1))[0].toString(16).padStart(8, "0"), next: 1, mail: 0, last: 0, entries: [] });
