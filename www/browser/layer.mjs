/** The shop's data layer: Google's `{ event, ecommerce }` objects and the arguments of `gtag`. */

import { get, safely } from "./safely.mjs";

const ENTRIES_MAX = 10_000; // that are looked at

/** Hands each entry over once, and gives the function that looks for those that no call of `push` brought. @param {(entry: object) => void} take */
export const dataLayer = (take) => {
  /** @type {WeakSet<object>} */
  const known = new WeakSet();
  /** @type {WeakSet<object>} */
  const wrapped = new WeakSet();
  /** @param {any} entry */
  const once = (entry) => {
    if (Object(entry) !== entry || known.has(entry)) return;
    known.add(entry);
    take(entry);
  };
  // The array may be another one, and its `push` somebody else's.
  return () =>
    safely(() => {
      const layer = (window.dataLayer ??= []);
      if (!wrapped.has(layer)) {
        wrapped.add(layer);
        const { push } = layer;
        layer.push = (...entries) => {
          const length = push.apply(layer, entries);
          safely(() => entries.forEach(once));
          return length;
        };
      }
      for (let at = 0; at < Math.min(layer.length, ENTRIES_MAX); at++) once(get(layer, at));
    });
};
