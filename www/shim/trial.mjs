/**
 * Whether a configuration that is new traps more often than the one beside or before it.
 *
 * It is withdrawn after three traps at least, in five pages at least, when there are more of them than three standard deviations
 * above what the other's rate lets expect. Five is below the six traps after which a bundle rests. A rate below one page in a hundred
 * withdraws nothing: a page that trapped is the origin's, and going back changes every page.
 */

const PAGES_MIN = 5;
const TRAPS_MIN = 3;
const RATE_MIN = 0.01;
const TALLIES_MAX = 8;

/** How many pages a configuration has decided in this isolate, and how often the core trapped. @typedef {{ pages: number, traps: number }} Tally */

/** By what is counted: a manifest, or its canary. @type {Map<string, Tally>} */
const tallies = new Map();

/**
 * The tally of a configuration, also after it was replaced.
 * @param {string} name
 * @returns {Tally}
 */
export function tallyOf(name) {
  const tally = tallies.get(name) ?? { pages: 0, traps: 0 };
  tallies.delete(name);
  tallies.set(name, tally);
  for (const oldest of [...tallies.keys()].slice(0, -TALLIES_MAX)) tallies.delete(oldest);
  return tally;
}

/**
 * Whether a configuration traps more often than another of which as much is known.
 * @param {Tally} tally
 * @param {Tally} other
 */
export function isWorse({ pages, traps }, other) {
  if (pages < PAGES_MIN || other.pages < PAGES_MIN || traps < TRAPS_MIN) return false;
  const expected = pages * Math.max(other.traps / other.pages, RATE_MIN);
  return traps > expected + 3 * Math.sqrt(expected);
}
