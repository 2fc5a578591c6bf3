/**
 * The configurations beside the present one: the canary, and drafts that somebody previews. They share what recommendations are
 * made from.
 *
 * There are two at most. The canary is for visitors, who must not go back and forth, so that drafts make room for it and for each
 * other: the one that was looked at longest ago leaves.
 */

import { PageCore } from "../../build/page/page.js";
import { instance } from "./instance.mjs";
import { loadedOf } from "./loaded.mjs";

/** @typedef {import("./core.mjs").Bundle} Bundle */
/** @typedef {import("./loaded.mjs").Loaded} Loaded */
/** A second configuration, and for whom. @typedef {{ bundle: Bundle, share_bp: number, salt: string }} Canary */
/**
 * A draft that is loaded.
 * @typedef {object} HeldDraft
 * @property {Loaded} loaded
 * @property {boolean} isInert
 * @property {number} checked_ms when KV said last that it is still a draft
 * @property {number} room_bytes of the Wasm memory that are free again without it
 */

/** What a second configuration takes over: catalogue, indexes, overlay, posteriors, weights. */
const SHARED_KINDS = [2, 3, 4, 5, 6, 9];
const SECONDS_MAX = 2;
/** A draft is not loaded where the Wasm memory could become larger. An isolate may have 128 MiB. */
const MEMORY_BYTES_MAX = 96 * 1024 * 1024;
/** What a byte of a bundle may cost in Wasm memory while it is loaded: `tests/bench/memory.mjs`, a bundle of segments only. */
const COST_MAX = 13;

/** There is no room for a draft. */
export class NoRoom extends Error {}

export class Seconds {
  /** The canary, and once it is needed the core that has it. @type {{ canary: Canary, loaded: Loaded | null } | null} */
  #second = null;
  /** By id, the one that was looked at longest ago first. @type {Map<string, HeldDraft>} */
  #drafts = new Map();
  /** What drafts have left free in the Wasm memory, which never shrinks. */
  #spare_bytes = 0;

  /** The canary beside the present bundle, if there is one. */
  get canary() {
    return this.#second?.canary ?? null;
  }

  /** Every second configuration that is loaded. */
  *loaded() {
    if (this.#second?.loaded) yield this.#second.loaded;
    for (const { loaded } of this.#drafts.values()) yield loaded;
  }

  /** The instance is gone, and everything in it. */
  lose() {
    if (this.#second !== null) this.#second.loaded = null;
    this.#drafts.clear();
    this.#spare_bytes = 0;
  }

  /** @param {Canary | null} canary */
  putCanary(canary) {
    this.#second?.loaded?.page.free();
    this.#second = canary && { canary, loaded: null };
    if (canary !== null) this.#keepDrafts(SECONDS_MAX - 1);
  }

  /**
   * The canary's core; `null` where there is no canary. It is made when it is asked for: at first, and after a trap.
   * @param {string} keys
   * @param {string} killed
   * @param {PageCore | undefined} present
   */
  loadCanary(keys, killed, present) {
    const second = this.#second;
    if (second === null || second.loaded?.keys === keys) return second?.loaded ?? null;
    const { bundle } = second.canary;
    // So that one that always traps is withdrawn: to load it counts as a page.
    bundle.tally.pages++;
    this.#spare_bytes = 0;
    return instance.guard(bundle, () => {
      const loaded = this.#made(bundle, bundle.bytes, keys, killed, present);
      second.loaded?.page.free();
      second.loaded = loaded;
      return loaded;
    });
  }

  /**
   * A draft that is loaded.
   * @param {string} id
   * @param {string} keys
   */
  draft(id, keys) {
    const held = this.#drafts.get(id);
    if (held === undefined || held.loaded.keys !== keys) return null;
    this.#drafts.delete(id);
    this.#drafts.set(id, held);
    return held;
  }

  /** Whether a draft is loaded still. @param {Loaded} loaded */
  holds(loaded) {
    return [...this.#drafts.values()].some((held) => held.loaded === loaded);
  }

  /**
   * Loads a draft, in the place of the one that was looked at longest ago where there are two.
   * @param {{ id: string, bundle: Bundle, isInert: boolean }} draft `isInert`: contents that could run scripts are left out
   * @param {Uint8Array} bytes of its bundle
   * @param {{ keys: string, killed: string, present: PageCore | undefined, now_ms: number }} beside
   * @throws {NoRoom}
   */
  loadDraft({ id, bundle, isInert }, bytes, { keys, killed, present, now_ms }) {
    this.dropDraft(id);
    this.#keepDrafts(SECONDS_MAX - 1 - (this.#second === null ? 0 : 1));
    const before = instance.memory_bytes();
    if (before - this.#spare_bytes + bytes.length * COST_MAX > MEMORY_BYTES_MAX) {
      throw new NoRoom("the site has no room for it at the moment: make it smaller, or try again later");
    }
    const loaded = instance.guard(bundle, () => {
      const made = this.#made(bundle, bytes, keys, killed, present);
      if (isInert) made.page.leave_out_scripts();
      return made;
    });
    const held = { loaded, isInert, checked_ms: now_ms, room_bytes: instance.memory_bytes() - before + this.#spare_bytes };
    this.#spare_bytes = 0;
    this.#drafts.set(id, held);
    return held;
  }

  /** @param {string} id */
  dropDraft(id) {
    const held = this.#drafts.get(id);
    if (held === undefined) return;
    this.#drafts.delete(id);
    held.loaded.page.free();
    this.#spare_bytes += held.room_bytes;
  }

  /** Another configuration comes in: it may take the room that drafts have. */
  dropDrafts() {
    this.#keepDrafts(0);
    this.#spare_bytes = 0;
  }

  /** @param {number} count */
  #keepDrafts(count) {
    for (const id of [...this.#drafts.keys()].slice(0, Math.max(0, this.#drafts.size - count))) this.dropDraft(id);
  }

  /**
   * @param {Bundle} bundle
   * @param {Uint8Array} bytes
   * @param {string} keys
   * @param {string} killed
   * @param {PageCore | undefined} present
   */
  #made(bundle, bytes, keys, killed, present) {
    const loaded = loadedOf(bundle, keys, new PageCore(bytes, keys, bundle.sha256), bundle.artifacts);
    loaded.page.kill(killed);
    if (present !== undefined) for (const kind of SHARED_KINDS) loaded.page.adopt(present, kind);
    return loaded;
  }

  /**
   * Lets them have what the present core has.
   * @param {PageCore} present
   * @param {number[]} kinds
   */
  share(present, kinds = SHARED_KINDS) {
    for (const { page } of this.loaded()) for (const kind of kinds) page.adopt(present, kind);
  }
}
