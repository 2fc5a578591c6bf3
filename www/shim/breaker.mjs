/** A bundle on which the core trapped too often rests: its pages are the origin's. */

import { warn } from "./log.mjs";

const TRAPS_MAX = 5;
/** In which the traps are counted, and for which a bundle then rests, unless the deployment says otherwise. */
const BREAKER_MS = 60_000;
const BUNDLES_MAX = 8;

export class Breaker {
  /** @see Env.BREAKER_S */
  rest_ms = BREAKER_MS;
  /** @type {Map<string, { traps_ms: number[], closedUntil_ms: number }>} by bundle */
  #bundles = new Map();

  /**
   * @param {{ sha256: string }} bundle
   * @param {number} now_ms
   */
  rests({ sha256 }, now_ms) {
    return (this.#bundles.get(sha256)?.closedUntil_ms ?? 0) > now_ms;
  }

  /**
   * @param {{ sha256: string }} bundle on which the core trapped
   * @param {number} now_ms
   */
  record(bundle, now_ms) {
    const known = this.#bundles.get(bundle.sha256);
    const traps_ms = [...(known?.traps_ms ?? []).filter((at_ms) => at_ms > now_ms - this.rest_ms), now_ms];
    if (traps_ms.length > TRAPS_MAX) {
      this.rest(bundle, now_ms);
      warn("pass-through", `more than ${TRAPS_MAX} traps in ${this.rest_ms / 1000} s`, { bundle: bundle.sha256.slice(0, 12) });
    } else {
      this.#keep(bundle, { traps_ms, closedUntil_ms: known?.closedUntil_ms ?? 0 });
    }
  }

  /**
   * @param {{ sha256: string }} bundle
   * @param {number} now_ms
   */
  rest(bundle, now_ms) {
    this.#keep(bundle, { traps_ms: [], closedUntil_ms: now_ms + this.rest_ms });
  }

  /**
   * @param {{ sha256: string }} bundle
   * @param {{ traps_ms: number[], closedUntil_ms: number }} state
   */
  #keep({ sha256 }, state) {
    if (this.#bundles.size > BUNDLES_MAX) this.#bundles.clear();
    this.#bundles.set(sha256, state);
  }
}
