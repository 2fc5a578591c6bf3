/** One line for people: what was left undone, and why. */

/**
 * @param {string} what stable name of the event
 * @param {unknown} why an error, or a short text
 * @param {Record<string, string | number>} [facts] further values; never anything of a visitor
 */
export function warn(what, why, facts = {}) {
  const reason = why instanceof Error ? `${why.name}: ${why.message}` : String(why);
  console.warn(JSON.stringify({ attune: what, reason: reason.slice(0, 300), ...facts }));
}
