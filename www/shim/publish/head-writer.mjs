/** Brings KV to what was committed: signed files first, the head last, one head a second. An alarm makes up for whatever fails or breaks off. */

import { encodeHead } from "../head.mjs";
import { joinKills } from "../kills.mjs";
import { warn } from "../log.mjs";
import { within } from "./patience.mjs";

/** KV takes one write a second of a key. */
const PAUSE_MS = 1000;
/** A head is good for two days. */
const RENEW_S = 24 * 3600;
const RETRY_MS_MAX = 60_000;
/** KV keeps nothing for less. */
const KV_TTL_MIN_S = 60;
/** A write that was given up may come true behind a later one: the head is written once more. */
const DOUBT_MS = 60_000;

export class HeadWriter {
  #failures = 0;
  /** When it may be tried again. */
  #restsUntil_ms = 0;
  /** @type {Promise<void> | null} */
  #running = null;

  /**
   * @param {import("./store.mjs").Store} store
   * @param {WritableStore} kv
   * @param {number} renew_s
   */
  constructor(store, kv, renew_s = RENEW_S) {
    this.store = store;
    this.kv = kv;
    this.renew_ms = renew_s * 1000;
  }

  /** Begins, if it is not at work already; who asked need not wait. */
  start() {
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /**
   * The key that heads are written with; another one than before makes the head due.
   * @param {string} site
   * @param {import("../head.mjs").HeadKey} key
   */
  use(site, key) {
    const known = this.store.fact("head key");
    if (known?.key !== key.key || known.id !== key.id) {
      this.store.setFact("head key", key);
      const { head } = this.store.present();
      if (head !== null) this.store.setPresent({ head: { ...head, renewAt_ms: 0 } });
    }
    if (this.store.fact("site") !== site) this.store.setFact("site", site);
    if (this.#isDue()) this.start();
  }

  /** A draft that was taken back; where this fails, KV's own clock does it. @param {string} id */
  forget(id) {
    this.kv.delete(`draft:${id}`).catch((error) => warn("publish", error));
  }

  #isDue() {
    const { serial, head } = this.store.present();
    if (serial === 0) return false;
    return head === null || head.serial < serial || Date.now() >= head.renewAt_ms;
  }

  /** Until KV has what holds, or it has to wait: then the alarm is set. */
  async #run() {
    for (;;) {
      const at_ms = this.#nextTime();
      if (at_ms > Date.now()) {
        void this.store.storage.setAlarm(at_ms);
        return;
      }
      try {
        await this.#files();
        if (this.#isDue()) await this.#head();
        await this.#drafts();
        this.#failures = 0;
        this.store.clearAlarm("kv");
      } catch (error) {
        this.#failures += 1;
        this.#restsUntil_ms = Date.now() + Math.min(RETRY_MS_MAX, PAUSE_MS * 2 ** (this.#failures - 1));
        this.store.alarm("kv", `KV could not be written: ${error instanceof Error ? error.message : error}`, Math.floor(Date.now() / 1000));
        warn("publish", error, { failures: this.#failures });
      }
    }
  }

  /** When there is something to write again. */
  #nextTime() {
    const isWaiting = this.store.rows("SELECT 1 FROM drafts WHERE stored = 0 LIMIT 1").length > 0;
    if (isWaiting) return this.#restsUntil_ms;
    const { at_ms, renewAt_ms } = this.store.present().head ?? { at_ms: 0, renewAt_ms: Date.now() + this.renew_ms };
    return Math.max(this.#restsUntil_ms, this.#isDue() ? at_ms + PAUSE_MS : renewAt_ms);
  }

  /** The signed files that the head will name: each stands under its hash, and is written once. */
  async #files() {
    for (const { id, bytes } of this.store.rows("SELECT id, bytes FROM manifests WHERE stored = 0 ORDER BY serial")) {
      await within(this.kv.put(`manifest:${id}`, bytes));
      this.store.sql.exec("UPDATE manifests SET stored = 1 WHERE id = ?", id);
    }
    const { kills, killsStored } = this.store.present();
    if (kills === null || kills === killsStored) return;
    const list = joinKills(this.store.statements().map(({ file }) => file));
    await within(this.kv.put(`kills:${kills}`, list));
    if (killsStored !== null) this.store.sql.exec("INSERT OR REPLACE INTO kill_lists VALUES (?, ?)", killsStored, Math.floor(Date.now() / 1000));
    this.store.setPresent({ killsStored: kills });
  }

  async #head() {
    const { serial, manifest, data, before, kills, killsStored, withdrawn, head: last } = this.store.present();
    // Too early; or something was committed while files were written, and the next round writes its files.
    if (Date.now() < (last?.at_ms ?? 0) + PAUSE_MS || kills !== killsStored || this.store.rows("SELECT 1 FROM manifests WHERE stored = 0").length > 0) return;
    const key = this.store.fact("head key");
    const at_ms = Date.now();
    const moment_s = Math.floor(at_ms / 1000);
    const head = { v: /** @type {const} */ (1), site: this.store.fact("site"), serial, manifest, data, before, kills, withdrawn, moment_s };
    await within(this.kv.put("head", await encodeHead(head, key)));
    this.store.setPresent({ head: { serial, moment_s, at_ms, renewAt_ms: at_ms + (this.#failures > 0 ? DOUBT_MS : this.renew_ms) } });
  }

  /** Drafts are looked at before they are approved; they expire by KV's own clock. */
  async #drafts() {
    for (const waiting of this.store.rows("SELECT * FROM drafts WHERE stored = 0")) await this.show(/** @type {any} */ (waiting));
  }

  /** A draft that waits, so that it can be looked at. @param {import("./store.mjs").Draft} waiting */
  async show({ id, file, expires_s }) {
    await within(this.kv.put(`draft:${id}`, file, { expirationTtl: Math.max(KV_TTL_MIN_S, expires_s - Math.floor(Date.now() / 1000)) }));
    this.store.sql.exec("UPDATE drafts SET stored = 1 WHERE id = ?", id);
    // It may have been taken back, or published, while KV wrote it.
    if (this.store.rows("SELECT id FROM drafts WHERE id = ? UNION SELECT id FROM previews WHERE id = ?", id, id).length === 0) this.forget(id);
  }
}
