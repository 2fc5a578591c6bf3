/** `window.attune`: what a page may ask of the script, and the calls that were made before it came. */

import { complain, safely } from "./safely.mjs";

/** @typedef {import("./page.js").AttuneApi} Api */

/** @type {Record<string, Set<(value: any) => unknown>>} */
const listeners = { plan: new Set(), slot: new Set(), consent: new Set() };

/** Calls the listeners; whether one of them says `true`. @param {keyof import("./page.js").AttuneNews} type @param {unknown} value */
export const tell = (type, value) => [...listeners[type]].map((listener) => safely(() => listener(value), (error) => complain("callback", error))).includes(true);

/**
 * Puts the functions into the page's `window.attune`, and makes the calls that wait there.
 * @param {Omit<Api, "on">} functions
 * @param {(type: string, listener: (value: any) => unknown) => void} replay tells a new listener what is already known
 */
export const offer = (functions, replay) => {
  const { q: waiting = [] } = window.attune ?? {};
  /** @type {Api} */
  const api = {
    ...functions,
    on(type, listener) {
      listeners[type].add(listener);
      replay(type, listener);
      return () => listeners[type].delete(listener);
    },
  };
  window.attune = api;
  for (const [name, args, done] of waiting) safely(() => done(/** @type {any} */ (api)[name](...args)), (error) => complain("call", name, error));
};
