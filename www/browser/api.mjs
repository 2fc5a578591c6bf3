/** `window.attune`: what a page may ask of the script, and the calls that were made before it came. */

import { complain, safely } from "./safely.mjs";

/** @typedef {import("./page.js").AttuneApi} Api */

/** @type {Record<string, Set<(value: any) => unknown>>} */
const listeners = { plan: new Set(), slot: new Set(), consent: new Set() };

/** Calls the listeners, or only one; whether one of them says `true`. @param {keyof import("./page.js").AttuneNews} type @param {unknown} value @param {Iterable<(value: any) => unknown>} [to] */
export const tell = (type, value, to = listeners[type]) => [...to].map((listener) => safely(() => listener(value), (error) => complain("callback", error))).includes(true);

/**
 * Puts the functions into the page's `window.attune`, and makes the calls that wait there.
 * @param {Omit<Api, "on">} functions
 * @param {(type: keyof import("./page.js").AttuneNews) => unknown[]} known what a new listener is told at once
 */
export const offer = (functions, known) => {
  const { q: waiting = [] } = window.attune ?? {};
  /** @type {Api} */
  const api = {
    ...functions,
    on(type, listener) {
      listeners[type].add(listener);
      for (const news of known(type)) tell(type, news, [listener]);
      return () => listeners[type].delete(listener);
    },
  };
  window.attune = api;
  for (const [name, args, done] of waiting) safely(() => done(/** @type {any} */ (api)[name](...args)), (error) => complain("call", name, error));
};
