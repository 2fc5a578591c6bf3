/** `window.attune`: what a page may ask of the script, and the calls that were made before it came. */

import { complain, get, safely } from "./safely.mjs";

/** @typedef {import("./page.js").AttuneApi} Api */

/** @type {Record<string, ((value: any) => unknown)[]>} */
const listeners = { plan: [], slot: [], consent: [] };

/** Calls the listeners, or only one; whether one of them says `true`. @param {keyof import("./page.js").AttuneNews} type @param {unknown} value @param {((value: any) => unknown)[]} [to] */
export const tell = (type, value, to = listeners[type]) => to.map((listener) => safely(() => listener(value), (error) => complain("callback", error))).includes(true);

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
      if (!listeners[type].includes(listener)) listeners[type].push(listener);
      for (const news of known(type)) tell(type, news, [listener]);
      return () => (listeners[type] = listeners[type].filter((other) => other !== listener));
    },
  };
  window.attune = api;
  for (const call of waiting) {
    safely(() => {
      const [name, args, done] = call;
      done(/** @type {any} */ (api)[name](...args));
    }, (error) => complain(`call ${get(call, 0)}`, error));
  }
};
