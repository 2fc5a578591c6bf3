/** The allow-list: which paths are personalized at all. */

import { instance } from "./instance.mjs";
import { warn } from "./log.mjs";

/** The patterns of the list that was asked last, one a line. @type {{ list: unknown, lines: string }} */
let known = { list: undefined, lines: "" };

/**
 * True when a path is on the list. Without a list nothing is personalized. The matcher is the core's, as for `[pages]`.
 * @param {string} path
 * @param {string | readonly string[] | undefined} list patterns, as in `[pages]`: `/p/{sku}`, `/c/*`
 */
export function isListed(path, list) {
  if (known.list !== list) known = { list, lines: lines(list) };
  if (known.lines === "") return false;
  try {
    return instance.isListed(known.lines, path);
  } catch (error) {
    warn("routes", error);
    return false;
  }
}

/** @param {string | readonly string[] | undefined} list */
function lines(list) {
  const patterns = typeof list === "string" ? list.split(/[\s,]+/) : (list ?? []);
  return patterns.filter((pattern) => pattern.startsWith("/")).join("\n");
}
