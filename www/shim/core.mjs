/** The page core: one Wasm instance an isolate, thrown away after a trap. */

import * as bindings from "../../build/page/page.js";
import module from "../../build/page/page_bg.wasm";
import { readAnswer } from "./answer.mjs";
import { warn } from "./log.mjs";

/** @typedef {import("./answer.mjs").Answer} Answer */
/** @typedef {{ kind: number, sha256: string, bytes: Uint8Array }} Artifact */
/**
 * A configuration to decide with.
 * @typedef {object} Bundle
 * @property {Uint8Array} bytes
 * @property {string} sha256 of the bytes, in hexadecimal
 * @property {number} version of the manifest that named it; 0 for the one embedded at deploy
 * @property {Artifact[]} artifacts what recommendations are made from, the catalogue first
 * @property {Uint8Array | null} overlay live prices and stock
 */

const OVERLAY = 5;
const TRAPS_MAX = 5;
/** In which the traps are counted, and for which a bundle then rests, unless the deployment says otherwise. */
const BREAKER_MS = 60_000;

/** The core trapped; the instance that did is gone already. */
export class Trap extends Error {}

class Core {
  /** @see Env.BREAKER_S */
  breaker_ms = BREAKER_MS;
  #started = false;
  /** @type {{ bundle: Bundle, keys: string, page: bindings.PageCore, announces: boolean, outline: Uint8Array, overlay: Uint8Array | null } | null} */
  #loaded = null;
  /** @type {Map<string, { traps_ms: number[], closedUntil_ms: number }>} by bundle */
  #breakers = new Map();

  /**
   * Makes a bundle the one that the instance holds. A new bundle gets a fresh instance, because the memory
   * of an instance never shrinks.
   * @param {Bundle} bundle
   * @param {string} keys
   */
  load(bundle, keys) {
    if (this.#loaded?.bundle === bundle && this.#loaded.keys === keys) {
      if (this.#loaded.overlay !== bundle.overlay) this.#overlay(this.#loaded);
      return this.#loaded;
    }
    this.#fresh();
    return this.#guard(bundle, () => {
      const page = new bindings.PageCore(bundle.bytes, keys);
      for (const { kind, bytes, sha256 } of bundle.artifacts) put(page, kind, bytes, sha256);
      this.#loaded = { bundle, keys, page, announces: page.announces(""), outline: page.outline(), overlay: null };
      if (bundle.overlay !== null) this.#overlay(this.#loaded);
      return this.#loaded;
    });
  }

  /**
   * Decides one page.
   * @param {Bundle} bundle
   * @param {string} keys
   * @param {string} request
   * @param {Uint8Array} prelude
   * @returns {Answer}
   */
  open(bundle, keys, request, prelude) {
    const { page } = this.load(bundle, keys);
    return this.#guard(bundle, () => readAnswer(page.open(request, prelude)));
  }

  /**
   * Whether the origin is told the decision of a path.
   * @param {Bundle} bundle
   * @param {string} keys
   * @param {string} path
   * @returns {boolean}
   */
  announces(bundle, keys, path) {
    const { announces, page } = this.load(bundle, keys);
    return announces && this.#guard(bundle, () => page.announces(path));
  }

  /**
   * The `Attune-Decision` header of a request; empty where the origin is not told.
   * @param {Bundle} bundle
   * @param {string} keys
   * @param {string} request
   * @returns {string}
   */
  announce(bundle, keys, request) {
    const { page } = this.load(bundle, keys);
    return this.#guard(bundle, () => page.announce(request));
  }

  /**
   * The products of one slot, as JSON.
   * @param {Bundle} bundle
   * @param {string} keys
   * @param {string} request
   * @param {string} slot
   * @param {string} lang
   * @returns {string}
   */
  recommend(bundle, keys, request, slot, lang) {
    const { page } = this.load(bundle, keys);
    return this.#guard(bundle, () => page.recommend(request, slot, lang));
  }

  /** @param {{ bundle: Bundle, page: bindings.PageCore, overlay: Uint8Array | null }} loaded */
  #overlay(loaded) {
    const { overlay } = loaded.bundle;
    loaded.overlay = overlay;
    if (overlay !== null) this.#guard(loaded.bundle, () => put(loaded.page, OVERLAY, overlay, "overlay"));
  }

  /**
   * Decides for what is no page.
   * @param {Bundle} bundle
   * @param {string} keys
   * @param {string} request
   * @param {string} locale
   * @returns {string} JSON
   */
  channel(bundle, keys, request, locale) {
    const { page } = this.load(bundle, keys);
    return this.#guard(bundle, () => page.channel(request, locale));
  }

  /**
   * Scans one chunk; see stream.mjs for the answer.
   * @param {Bundle} bundle whose fault a trap is
   * @param {Uint8Array} state
   * @param {Uint8Array} chunk
   * @param {boolean} last
   * @returns {Uint8Array}
   */
  scan(bundle, state, chunk, last) {
    this.#start();
    return this.#guard(bundle, () => bindings.scan(state, chunk, last));
  }

  /**
   * Edits elements inside one slot.
   * @param {Bundle} bundle whose fault a trap is
   * @param {Uint8Array} held the origin's content of the slot
   * @param {Uint8Array} edits
   * @returns {Uint8Array}
   */
  edit(bundle, held, edits) {
    this.#start();
    return this.#guard(bundle, () => bindings.edit(held, edits));
  }

  /**
   * False while a bundle has trapped too often.
   * @param {Bundle} bundle
   * @param {number} now_ms
   */
  isTrusted(bundle, now_ms) {
    return (this.#breakers.get(bundle.sha256)?.closedUntil_ms ?? 0) <= now_ms;
  }

  #start() {
    if (this.#started) return;
    bindings.initSync({ module });
    this.#started = true;
  }

  #fresh() {
    if (this.#loaded !== null && this.#started) bindings.__wbg_reset_state();
    this.#loaded = null;
    this.#start();
  }

  /**
   * @template T
   * @param {Bundle} bundle
   * @param {() => T} call
   * @returns {T}
   */
  #guard(bundle, call) {
    try {
      return call();
    } catch (error) {
      // An answer of the core has a code; whatever has none is a trap, and the instance cannot be trusted.
      if (error instanceof Error && "code" in error) throw error;
      this.#loaded = null;
      bindings.__wbg_reset_state();
      this.#record(bundle, Date.now());
      warn("trap", error, { bundle: bundle.sha256.slice(0, 12) });
      throw new Trap(error instanceof Error ? error.message : String(error));
    }
  }

  /**
   * @param {Bundle} bundle
   * @param {number} now_ms
   */
  #record(bundle, now_ms) {
    const breaker = this.#breakers.get(bundle.sha256) ?? { traps_ms: [], closedUntil_ms: 0 };
    breaker.traps_ms = [...breaker.traps_ms.filter((at_ms) => at_ms > now_ms - this.breaker_ms), now_ms];
    if (breaker.traps_ms.length > TRAPS_MAX) {
      breaker.traps_ms = [];
      breaker.closedUntil_ms = now_ms + this.breaker_ms;
      warn("pass-through", `more than ${TRAPS_MAX} traps in ${this.breaker_ms / 1000} s`, { bundle: bundle.sha256.slice(0, 12) });
    }
    if (this.#breakers.size > 8) this.#breakers.clear();
    this.#breakers.set(bundle.sha256, breaker);
  }
}

/**
 * An artifact that is refused is missing: slots that need it keep the origin's content.
 * @param {bindings.PageCore} page
 * @param {number} kind
 * @param {Uint8Array} bytes
 * @param {string} name
 */
function put(page, kind, bytes, name) {
  try {
    page.put(kind, bytes);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    warn("artifact", error, { artifact: name.slice(0, 12) });
  }
}

/** The isolate's own. Nothing runs before the first request: workerd allows no work at start. */
export const core = new Core();
