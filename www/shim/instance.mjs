/** The Wasm instance of an isolate, thrown away after a trap. */

import * as bindings from "../../build/page/page.js";
import module from "../../build/page/page_bg.wasm";
import { Breaker } from "./breaker.mjs";
import { warn } from "./log.mjs";

/** @typedef {{ sha256: string, tally?: import("./trial.mjs").Tally, draft?: string }} Blamed whose fault a trap is */

/** Where no bundle is involved. */
const NO_BUNDLE = { sha256: "none" };

/** The core trapped; the instance that did is gone already. */
export class Trap extends Error {}

class Instance {
  breaker = new Breaker();
  #started = false;
  /** Called when the instance is gone, and everything in it. */
  onLoss = () => {};
  /** Called after that, with the bundle on which it trapped. @type {(bundle: Blamed) => void} */
  onTrap = () => {};

  /** Nothing runs before the first request: workerd allows no work at start. */
  start() {
    if (this.#started) return;
    bindings.initSync({ module });
    this.#started = true;
  }

  /**
   * @template T
   * @param {Blamed} bundle
   * @param {() => T} call
   * @returns {T}
   */
  guard(bundle, call) {
    try {
      return call();
    } catch (error) {
      // An answer of the core has a code; whatever has none is a trap, and the instance cannot be trusted.
      if (error instanceof Error && "code" in error) throw error;
      this.onLoss();
      bindings.__wbg_reset_state();
      warn("trap", error, { bundle: bundle.sha256.slice(0, 12) });
      this.breaker.record(bundle, Date.now());
      if (bundle.tally) bundle.tally.traps++;
      this.onTrap(bundle);
      throw new Trap(error instanceof Error ? error.message : String(error));
    }
  }

  /** How large the Wasm memory is; it never shrinks. */
  memory_bytes() {
    this.start();
    return bindings.memory_pages() * 65_536;
  }

  /**
   * Whether a path is on a list of patterns, one a line.
   * @param {string} patterns
   * @param {string} path
   */
  isListed(patterns, path) {
    this.start();
    return this.guard(NO_BUNDLE, () => bindings.is_listed(patterns, path));
  }

  /**
   * Scans one chunk; see stream.mjs for the answer.
   * @param {Blamed} bundle
   * @param {Uint8Array} state
   * @param {Uint8Array} chunk
   * @param {boolean} last
   * @returns {Uint8Array}
   */
  scan(bundle, state, chunk, last) {
    this.start();
    return this.guard(bundle, () => bindings.scan(state, chunk, last));
  }

  /**
   * Edits elements inside one slot.
   * @param {Blamed} bundle
   * @param {Uint8Array} held the origin's content of the slot
   * @param {Uint8Array} edits
   * @returns {Uint8Array}
   */
  edit(bundle, held, edits) {
    this.start();
    return this.guard(bundle, () => bindings.edit(held, edits));
  }
}

/** The isolate's own. */
export const instance = new Instance();
