/** The publisher: one Durable Object that puts publications in order, keeps their history, and alone writes KV. */

import { DurableObject } from "cloudflare:workers";
import { LIVE, WEIGHTS } from "../live.mjs";
import { warn } from "../log.mjs";
import { hex } from "../signature.mjs";
import { publishData } from "./data.mjs";
import { approve, draft, kill, readDraft } from "./drafts.mjs";
import { HeadWriter } from "./head-writer.mjs";
import { history } from "./history.mjs";
import { preview } from "./previews.mjs";
import { errorAnswer, json, Refusal } from "./refusal.mjs";
import { state } from "./state.mjs";
import { Store } from "./store.mjs";
import { giveUp, keptOf, thrownAway } from "./sweep.mjs";
import { deleteKey, getArtifact, getWeights, missing, putArtifact, putLive } from "./upload.mjs";
import { withdraw, withdrawReported } from "./withdrawal.mjs";

/** @typedef {import("./desk.mjs").Desk} Desk */
/** @typedef {import("./gate.mjs").Question} Question */

const NONCES_MAX = 10_000;
const REPORTED_MAX = 16;

export class Publisher extends DurableObject {
  #store;
  #kv;
  #writer;
  #kept;
  /** The end of the queue of those who change what holds. @type {Promise<unknown>} */
  #last = Promise.resolve();
  /** What is being written to KV now. @type {Set<string>} */
  #uploads = new Set();

  /**
   * @param {{ storage: ObjectStorage }} ctx
   * @param {{ CONFIG: WritableStore, HEAD_RENEW_S?: string, KEPT_VERSIONS?: string, KEPT_DATA?: string, KEPT_DAYS?: string }} env
   */
  constructor(ctx, env) {
    super(ctx, env);
    this.#store = new Store(ctx.storage);
    this.#kv = env.CONFIG;
    this.#kept = keptOf(env);
    this.#writer = new HeadWriter(this.#store, env.CONFIG, env.HEAD_RENEW_S === undefined ? undefined : Number(env.HEAD_RENEW_S));
  }

  /** What requests are signed for: made once, so that a request to another deployment is good for nothing here. @param {string} site */
  async audience(site) {
    const known = this.#store.fact("audience");
    if (known !== undefined) return known;
    const made = `${encodeURIComponent(site)}:${hex(crypto.getRandomValues(new Uint8Array(8)))}`;
    this.#store.setFact("audience", made);
    return made;
  }

  /**
   * @param {Question} question
   * @param {ReadableStream<Uint8Array> | null} stream
   * @returns {Promise<Response>}
   */
  async ask(question, stream) {
    try {
      return await this.#answer(question, stream);
    } catch (error) {
      if (!(error instanceof Refusal)) warn("publish", error);
      return errorAnswer(error);
    }
  }

  /**
   * What isolates of the page Worker say: alarms, and what they have withdrawn because it trapped.
   * @param {import("../index.js").PageReport} report
   * @param {import("../head.mjs").HeadKey} headKey
   */
  async report({ site, withdrawn, alarms }, headKey) {
    if (site !== this.#store.fact("site")) return;
    const now_s = Math.floor(Date.now() / 1000);
    for (const { kind, text } of alarms.slice(0, REPORTED_MAX)) this.#store.alarm(kind, text, now_s);
    this.#writer.use(site, headKey);
    const desk = { store: this.#store, writer: this.#writer, kv: this.#kv, now_s };
    await this.#inTurn(() => withdrawReported(desk, withdrawn.slice(0, REPORTED_MAX)));
  }

  /** After a crash, a failure of KV, or a day: whatever KV lacks. */
  async alarm() {
    await this.#writer.start();
    try {
      await this.#sweep();
    } catch (error) {
      // The next alarm goes on.
      warn("publish", error);
    }
  }

  /** As often as the head is renewed: what nothing refers to any more leaves KV. */
  async #sweep() {
    const now_ms = Date.now();
    if (now_ms >= (this.#store.fact("swept_ms") ?? 0) + this.#writer.renew_ms) {
      await this.#inTurn(() => giveUp(this.#store, this.#kept, Math.floor(now_ms / 1000)));
      this.#store.setFact("swept_ms", now_ms);
    }
    for (const key of thrownAway(this.#store)) {
      const name = key.replace("artifact:", "");
      if (!this.#uploads.has(name)) await this.#alone(name, () => deleteKey({ store: this.#store, kv: this.#kv }, key));
    }
  }

  /**
   * @param {Question} question
   * @param {ReadableStream<Uint8Array> | null} stream
   */
  async #answer({ route, id, query, key, audience, nonce, expires_s, terms, headKey, bytes, length }, stream) {
    const now_s = Math.floor(Date.now() / 1000);
    const own = await this.audience(terms.site);
    if (this.#kv === undefined) throw new Refusal("not_configured", "the control Worker has no binding CONFIG");
    const site = this.#store.fact("site");
    if (site !== terms.site && this.#store.present().serial > 0) throw new Refusal("not_configured", `this control plane publishes for the site ${site}; SITE is ${terms.site}`);
    if (audience !== own) throw new Refusal("audience", "the request was signed for another control plane", { audience: own });
    if (nonce !== "") this.#remember(nonce, expires_s, now_s);
    this.#writer.use(terms.site, headKey);
    /** @type {Desk} */
    const desk = { store: this.#store, writer: this.#writer, kv: this.#kv, now_s, terms, key };
    switch (route) {
      case "GET state":
        return json(200, await state(desk, own));
      case "GET missing":
        return json(200, missing(desk, query));
      case "GET history":
        return json(200, history(desk, query));
      case "GET manifest/{id}":
        return this.#manifest(id);
      case "GET artifact/{id}":
        return getArtifact(desk, id);
      case "GET draft/{id}":
        return readDraft(desk, id);
      case "PUT artifact/{id}":
        return this.#alone(id, () => putArtifact(desk, id, length, stream));
      case "PUT live/overlay":
      case "PUT live/posteriors":
      case "PUT live/weights": {
        const live = /** @type {import("../live.mjs").Live} */ ([...LIVE, WEIGHTS].find(({ name }) => route.endsWith(`/${name}`)));
        return this.#alone(live.name, () => putLive(desk, live, /** @type {Uint8Array<ArrayBuffer>} */ (bytes)));
      }
      case "GET live/weights":
        return getWeights(desk);
      case "POST draft":
        return this.#inTurn(() => draft(desk, bytes));
      case "POST preview":
        return preview(desk, bytes);
      case "POST approve":
        return this.#inTurn(() => approve(desk, bytes));
      case "POST withdraw":
        return this.#inTurn(() => withdraw(desk, bytes));
      case "POST data":
        return this.#inTurn(() => publishData(desk, bytes));
      case "POST kill":
        return this.#inTurn(() => kill(desk, bytes));
      default:
        throw new Refusal("not_found", `there is no ${route}`);
    }
  }

  /**
   * A request changes something once.
   * @param {string} nonce
   * @param {number} expires_s
   * @param {number} now_s
   */
  #remember(nonce, expires_s, now_s) {
    const { sql } = this.#store;
    sql.exec("DELETE FROM nonces WHERE expires_s < ?", now_s);
    if (this.#store.rows("SELECT 1 FROM nonces WHERE nonce = ?", nonce).length > 0) throw new Refusal("replayed", "this very request was made before");
    const [{ count }] = this.#store.rows("SELECT COUNT(*) AS count FROM nonces");
    if (count >= NONCES_MAX) throw new Refusal("unavailable", "too many requests in a minute");
    sql.exec("INSERT INTO nonces VALUES (?, ?)", nonce, expires_s);
  }

  /** @param {string} id */
  #manifest(id) {
    const found = this.#store.manifest(id);
    if (found === undefined) throw new Refusal("not_found", `there is no published manifest ${id}`);
    return new Response(found.bytes, { headers: { "Content-Type": "application/octet-stream", "Cache-Control": "no-store" } });
  }

  /**
   * One change behind the other: between what it compares and what it commits there is no other.
   * @template T
   * @param {() => Promise<T>} change
   * @returns {Promise<T>}
   */
  #inTurn(change) {
    const result = this.#last.then(change);
    this.#last = result.catch(() => {});
    return result;
  }

  /**
   * @template T
   * @param {string} name of what is written
   * @param {() => Promise<T>} write
   */
  async #alone(name, write) {
    if (this.#uploads.has(name)) throw new Refusal("busy", `${name} is being written already`);
    this.#uploads.add(name);
    try {
      return await write();
    } finally {
      this.#uploads.delete(name);
    }
  }
}
