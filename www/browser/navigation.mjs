/** Navigations of a single-page app: the URL changes, and the document stays. */

import { guarded, hear } from "./safely.mjs";

/** @param {() => void} moved after each change of the URL */
export const onNavigation = (moved) => {
  const { navigation } = /** @type {{ navigation?: EventTarget }} */ (/** @type {unknown} */ (window));
  if (navigation) return hear("currententrychange", moved, navigation);
  hear("popstate", moved);
  const after = guarded(moved);
  for (const name of /** @type {const} */ (["pushState", "replaceState"])) {
    const change = history[name];
    history[name] = (...args) => (change.apply(history, args), after());
  }
};
