/** Takes back, in this isolate, what traps more often than the configuration beside or before it. */

import { core } from "./core.mjs";
import { instance } from "./instance.mjs";
import { warn } from "./log.mjs";
import { isWithdrawn, withdraw } from "./publication.mjs";
import { isWorse, tallyOf } from "./trial.mjs";

/** @typedef {import("./core.mjs").Bundle} Bundle */
/** @typedef {import("./trial.mjs").Tally} Tally */
/** @typedef {{ manifest: string, pages: number, traps: number, other: Tally }} Withdrawal */

/** What the publisher has not been told yet. @type {Withdrawal[]} */
const waiting = [];

/** What the publisher has not been told yet; whoever has told it empties the list. */
export function withdrawals() {
  return waiting;
}

/**
 * Withdraws a configuration on which the core has trapped, where that is due. A canary is compared with the present bundle, and
 * goes at once. A version is compared with the one before it, if this isolate has served that, too; its pages are the origin's
 * until that one is back.
 * @param {import("./instance.mjs").Blamed} blamed
 * @param {Bundle | null} current
 * @param {import("./publication.mjs").Publication | null} publication of the current bundle
 * @returns {boolean} whether something was withdrawn
 */
export function judge(blamed, current, publication) {
  const canary = core.canary;
  if (current === null || publication === null || isWithdrawn(publication.id)) return false;
  if (canary !== null && blamed.tally === canary.bundle.tally) {
    if (!isWorse(canary.bundle.tally, current.tally)) return false;
    core.putCanary(null);
    takeBack(publication.id, canary.bundle.tally, current.tally);
    return true;
  }
  if (blamed.tally !== current.tally || publication.canary !== null || publication.before === null) return false;
  const before = tallyOf(publication.before);
  if (!isWorse(current.tally, before)) return false;
  instance.breaker.rest(current, Date.now());
  takeBack(publication.id, current.tally, before);
  return true;
}

/**
 * @param {string} manifest
 * @param {Tally} tally
 * @param {Tally} other
 */
function takeBack(manifest, { pages, traps }, other) {
  withdraw(manifest);
  waiting.push({ manifest, pages, traps, other: { ...other } });
  warn("withdrawn", `${traps} traps on ${pages} pages, the other has ${other.traps} on ${other.pages}`, { manifest: manifest.slice(0, 12) });
}
