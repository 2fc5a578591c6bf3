/** The page core: one Wasm instance an isolate, thrown away after a trap. */

import * as bindings from "../../build/page/page.js";
import module from "../../build/page/page_bg.wasm";
import { readAnswer } from "./answer.mjs";
import { warn } from "./log.mjs";
import { moment } from "./moment.mjs";

/** @typedef {import("./answer.mjs").Answer} Answer */
/** @typedef {import("./manifest.mjs").Named} Named */
/**
 * A configuration to decide with.
 * @typedef {object} Bundle
 * @property {Uint8Array} bytes
 * @property {string} sha256 of the bytes, in hexadecimal
 * @property {number} version of the manifest that named it; 0 for the one embedded at deploy
 * @property {string} site of the manifest; empty for the one embedded at deploy
 * @property {Named[]} artifacts what recommendations are made from, the catalogue first
 * @property {string} published the hashes of all that it was published with
 */

/**
 * The configuration that the instance holds.
 * @typedef {object} Loaded
 * @property {Bundle} bundle
 * @property {string} keys
 * @property {bindings.PageCore} page
 * @property {boolean} sendsDecisionHeader whether it tells the origin anything, on any path
 * @property {Uint8Array} outline
 * @property {string} lacks what the bundle has and this build of the core cannot do, in words
 * @property {Named[]} artifacts those that are in it: after a trap none
 */

/**
 * Gives the bytes of an artifact piece by piece; throws at the end when they are not what was signed.
 * @callback Source
 * @param {Named} named
 * @returns {AsyncIterable<Uint8Array>}
 */

/** About this much is checked before a page gets its turn: below a millisecond of work. */
const STEP_BYTES = 256 * 1024;
const TRAPS_MAX = 5;
/** In which the traps are counted, and for which a bundle then rests, unless the deployment says otherwise. */
const BREAKER_MS = 60_000;

/** Whose fault a trap is where no bundle is involved. */
const NO_BUNDLE = { sha256: "none" };

/** The core trapped; the instance that did is gone already. */
export class Trap extends Error {}

class Core {
  /** @see Env.BREAKER_S */
  breaker_ms = BREAKER_MS;
  #started = false;
  /** Another number whenever anything was replaced that decisions depend on. */
  state = 0;
  /** A trap took artifacts along, and nobody has looked after that yet. */
  artifactsLost = false;
  /** The bundle of which was said what this build of the core lacks for it, by hash. */
  #said = "";
  /** @type {Loaded | null} */
  #loaded = null;
  /** The next configuration while it is made, beside the present one. @type {bindings.PageCore | null} */
  #next = null;
  /** What is replaced without a new bundle, by kind: the bytes, and the core that has them. @type {Map<number, { bytes: Uint8Array, page: bindings.PageCore | null }>} */
  #live = new Map();
  /** @type {Map<string, { traps_ms: number[], closedUntil_ms: number }>} by bundle */
  #breakers = new Map();

  /**
   * The configuration, as a page needs it: at once. After a trap its artifacts are not there until `prepare` has
   * brought them back.
   * @param {Bundle} bundle
   * @param {string} keys
   * @returns {Loaded}
   */
  load(bundle, keys) {
    // Whichever is present: the caller may have waited for the origin since it looked.
    if (this.#loaded?.keys === keys) return this.#loaded;
    this.#start();
    return this.#guard(bundle, () => this.#use(bundle, keys, new bindings.PageCore(bundle.bytes, keys, bundle.sha256), []));
  }

  /**
   * Whether a bundle is the present one, with everything that it names.
   * @param {Bundle} bundle
   * @param {string} keys
   */
  holds(bundle, keys) {
    const present = this.#loaded;
    return present?.bundle === bundle && present.keys === keys && present.artifacts.length === bundle.artifacts.length;
  }

  /**
   * Makes a bundle the one that the instance holds, in turns: pages go on with the present one meanwhile. What both
   * name is not loaded again. An artifact that is refused is missing: slots that need it keep the origin's content.
   * @param {Bundle} bundle
   * @param {string} keys
   * @param {Source} source
   * @param {(named: Named, error: unknown) => void} refused
   */
  async prepare(bundle, keys, source, refused) {
    this.#start();
    this.#drop();
    const present = this.#loaded;
    const isPresent = present?.bundle.sha256 === bundle.sha256 && present.keys === keys;
    const page = this.#guard(bundle, () => (isPresent ? present.page.beside() : new bindings.PageCore(bundle.bytes, keys, bundle.sha256)));
    this.#next = page;
    // What the present core has the next one takes over; what is learned for another catalogue is checked anew.
    const [catalog] = bundle.artifacts;
    const there = this.#loaded?.artifacts.some(({ sha256 }) => sha256 === catalog?.sha256) ? this.#loaded : null;
    const artifacts = [];
    for (const named of bundle.artifacts) {
      try {
        if (there?.artifacts.some(({ kind, sha256 }) => kind === named.kind && sha256 === named.sha256)) page.adopt(there.page, named.kind);
        else await this.#receive(bundle, page, named, source(named));
        artifacts.push(named);
      } catch (error) {
        if (this.#next !== page) throw error;
        refused(named, error);
        // Without the catalogue the core would refuse the others, and that would not be their fault.
        if (named === catalog) break;
      }
    }
    this.#next = null;
    const before = this.#loaded;
    this.#use(bundle, keys, page, artifacts);
    if (before !== null && before !== this.#loaded) before.page.free();
  }

  /**
   * Brings one artifact into the next core, a step a turn.
   * @param {Bundle} bundle
   * @param {bindings.PageCore} page
   * @param {Named} named
   * @param {AsyncIterable<Uint8Array>} pieces
   */
  async #receive(bundle, page, named, pieces) {
    const call = (/** @type {() => boolean | void} */ work) => {
      // A trap meanwhile took the whole instance along.
      if (this.#next !== page) throw new Error("the instance is gone");
      return this.#guard(bundle, work);
    };
    call(() => page.begin(named.kind, named.bytes));
    let fed = 0;
    for await (const piece of pieces) {
      for (let at = 0; at < piece.length; at += STEP_BYTES) {
        const part = piece.subarray(at, at + STEP_BYTES);
        call(() => page.feed(part));
        fed += part.length;
        if (fed < STEP_BYTES) continue;
        fed = 0;
        await moment();
      }
    }
    while (!call(() => page.step(STEP_BYTES))) await moment();
  }

  /**
   * @param {Bundle} bundle
   * @param {string} keys
   * @param {bindings.PageCore} page
   * @param {Named[]} artifacts
   */
  #use(bundle, keys, page, artifacts) {
    this.state++;
    const lacks = page.lacks();
    this.#loaded = { bundle, keys, page, sendsDecisionHeader: page.sends_decision_header(""), outline: page.outline(), lacks, artifacts };
    if (lacks && this.#said !== bundle.sha256) warn("lean", `the lean page core is deployed; the bundle needs ${lacks}`, { bundle: bundle.sha256.slice(0, 12) });
    this.#said = bundle.sha256;
    for (const kind of this.#live.keys()) this.#put(kind);
    return this.#loaded;
  }

  /** Gives up the next core, if one is being made. */
  #drop() {
    const page = this.#next;
    this.#next = null;
    page?.free();
  }

  /**
   * Replaces what needs no new bundle: live prices and stock, posteriors of strategies.
   * @param {number} kind
   * @param {Uint8Array} bytes
   */
  put(kind, bytes) {
    const known = this.#live.get(kind)?.bytes;
    if (known?.length === bytes.length && known.every((byte, at) => byte === bytes[at])) return;
    this.#live.set(kind, { bytes, page: null });
    this.#put(kind);
  }

  /** @param {number} kind */
  #put(kind) {
    const [live, loaded] = [this.#live.get(kind), this.#loaded];
    if (live === undefined || loaded === null || live.page === loaded.page) return;
    live.page = loaded.page;
    try {
      this.#guard(loaded.bundle, () => loaded.page.put(kind, live.bytes));
      this.state++;
    } catch (error) {
      warn("artifact", error, { kind });
    }
  }

  /**
   * Whether a path is on a list of patterns, one a line.
   * @param {string} patterns
   * @param {string} path
   */
  isListed(patterns, path) {
    this.#start();
    return this.#guard(NO_BUNDLE, () => bindings.is_listed(patterns, path));
  }

  /**
   * Decides one page by its first bytes, and scans them.
   * @param {Bundle} bundle
   * @param {string} keys
   * @param {string} request
   * @param {Uint8Array} bytes
   * @param {{ isWhole: boolean, mayWait: boolean }} rest whether nothing comes after them; whether more can be had first
   * @returns {Answer | null} `null`: they do not show what it is; only where it may wait
   */
  begin(bundle, keys, request, bytes, { isWhole, mayWait }) {
    const { page } = this.load(bundle, keys);
    const answer = this.#guard(bundle, () => page.begin_page(request, bytes, isWhole, mayWait));
    return answer.length === 0 ? null : readAnswer(answer);
  }

  /**
   * Whether the origin is told the decision of a path.
   * @param {Bundle} bundle
   * @param {string} keys
   * @param {string} path
   * @returns {boolean}
   */
  sendsDecisionHeader(bundle, keys, path) {
    const { sendsDecisionHeader, page } = this.load(bundle, keys);
    return sendsDecisionHeader && this.#guard(bundle, () => page.sends_decision_header(path));
  }

  /**
   * The `Attune-Decision` header of a request; empty where the origin is not told.
   * @param {Bundle} bundle
   * @param {string} keys
   * @param {string} request
   * @returns {string}
   */
  decisionHeader(bundle, keys, request) {
    const { page } = this.load(bundle, keys);
    return this.#guard(bundle, () => page.decision_header(request));
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

  /**
   * @template T
   * @param {{ sha256: string }} bundle
   * @param {() => T} call
   * @returns {T}
   */
  #guard(bundle, call) {
    try {
      return call();
    } catch (error) {
      // An answer of the core has a code; whatever has none is a trap, and the instance cannot be trusted.
      if (error instanceof Error && "code" in error) throw error;
      this.artifactsLost ||= (this.#loaded?.artifacts.length ?? 0) > 0;
      this.#loaded = this.#next = null;
      bindings.__wbg_reset_state();
      this.#record(bundle, Date.now());
      warn("trap", error, { bundle: bundle.sha256.slice(0, 12) });
      throw new Trap(error instanceof Error ? error.message : String(error));
    }
  }

  /**
   * @param {{ sha256: string }} bundle
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

/** The isolate's own. Nothing runs before the first request: workerd allows no work at start. */
export const core = new Core();
