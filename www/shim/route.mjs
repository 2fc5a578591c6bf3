/** The allow-list: which paths are personalized at all. */

/** @typedef {(string | null)[]} Pattern segments between the slashes; `null` is any one segment */
/** @typedef {{ segments: Pattern, rest: boolean }} Route */

/** @type {{ source: unknown, routes: Route[] } | null} */
let compiled = null;

/**
 * True when a path is on the list. Without a list nothing is personalized.
 * @param {string} path
 * @param {string | readonly string[] | undefined} list patterns, as in `[pages]`: `/p/{sku}`, `/c/*`
 */
export function isListed(path, list) {
  if (compiled === null || compiled.source !== list) compiled = { source: list, routes: parse(list) };
  const segments = split(path);
  return compiled.routes.some((route) => matches(route, segments));
}

/**
 * @param {string | readonly string[] | undefined} list
 * @returns {Route[]}
 */
function parse(list) {
  const patterns = typeof list === "string" ? list.split(/[\s,]+/) : (list ?? []);
  return patterns.filter((pattern) => pattern.startsWith("/")).map((pattern) => {
    const parts = split(pattern);
    const rest = parts.at(-1) === "*";
    if (rest) parts.pop();
    return { segments: parts.map((part) => (part === "*" || /^\{[^}]*\}$/.test(part) ? null : part)), rest };
  });
}

/**
 * The segments of a path; one slash at its end makes no difference, as in the page patterns.
 * @param {string} path
 */
function split(path) {
  const inner = path.replace(/^\//, "").replace(/\/$/, "");
  return inner === "" ? [] : inner.split("/");
}

/**
 * @param {Route} route
 * @param {string[]} segments
 */
function matches(route, segments) {
  const enough = route.rest ? segments.length >= route.segments.length : segments.length === route.segments.length;
  return enough && route.segments.every((wanted, at) => (wanted === null ? segments[at] !== "" : segments[at] === wanted));
}
