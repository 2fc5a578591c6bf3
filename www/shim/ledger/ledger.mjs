/** The ledger of measurement: a shard is one Durable Object that has the rows of its units and the sums over them. */

import { DurableObject } from "cloudflare:workers";
import { warn } from "../log.mjs";
import { cleanUp, nextCleanUp_ms } from "./clean-up.mjs";
import { isKind, rows } from "./export.mjs";
import { forget } from "./forget.mjs";
import { BODY_BYTES_MAX, DAY_S, EXPORT_ROWS_MAX, MOMENT_S_MAX, REQUESTS_MAX, RETRY_AFTER_S, RETRY_MS_MAX } from "./limits.mjs";
import { applyMessage, forgetMessage, orderMessage, takeMessage } from "./messages.mjs";
import { takeOrder } from "./orders.mjs";
import { deliver, nextDelivery_ms } from "./outbox.mjs";
import { counts, experiments, sums } from "./reading.mjs";
import { json, Refused } from "./refused.mjs";
import { shardOfUnit, shardsOf } from "./shards.mjs";
import { ALL_DAYS } from "./sums.mjs";
import { makeTables } from "./tables.mjs";
import { take, takeVersion } from "./take.mjs";

const DAY_MAX = Math.floor(MOMENT_S_MAX / DAY_S);

export class Ledger extends DurableObject {
  #storage;
  #id;
  #namespace;
  #shards;
  /** Requests that are being answered. */
  #requests = 0;
  /** When the alarm is set for; nothing until it was looked up. @type {number | undefined} */
  #alarm_ms;

  /**
   * @param {{ id: unknown, storage: ObjectStorage }} ctx
   * @param {{ LEDGER: ObjectNamespace, LEDGER_SHARDS?: string }} env
   */
  constructor(ctx, env) {
    super(ctx, env);
    this.#storage = ctx.storage;
    this.#id = ctx.id;
    this.#namespace = env.LEDGER;
    this.#shards = shardsOf(env);
    makeTables(ctx.storage);
  }

  /** @param {Request} request @returns {Promise<Response>} */
  async fetch(request) {
    if (this.#requests >= REQUESTS_MAX) return json(503, { error: "too many requests wait" }, { "Retry-After": String(RETRY_AFTER_S) });
    this.#requests += 1;
    try {
      const { pathname, searchParams } = new URL(request.url);
      if (request.method === "GET") return this.#read(pathname, searchParams);
      if (request.method !== "POST") throw new Refused(`there is no ${request.method} ${pathname}`, 404);
      const message = await bodyOf(request);
      this.#alarm_ms ??= (await this.#storage.getAlarm()) ?? Infinity;
      const answer = this.#change(pathname, message);
      // In the turn of the change, so that both are on disk or neither.
      if (pathname === "/order" || this.#alarm_ms === Infinity) this.#wakeUp();
      // Whoever waits for the disk is counted among the requests.
      await this.#storage.sync();
      return json(200, answer);
    } catch (error) {
      if (error instanceof Refused) return json(error.status, { error: error.message });
      warn("ledger", error);
      return json(500, { error: "this cannot be done now" });
    } finally {
      this.#requests -= 1;
    }
  }

  /** Delivers what waits, and once a day deletes rows whose time is over. */
  async alarm() {
    this.#alarm_ms = Infinity;
    try {
      await deliver(this.#storage, (unit, body) => {
        const shard = this.#namespace.get(this.#shardOf(unit));
        return shard.fetch("https://ledger.invalid/apply", { method: "POST", body });
      });
      if (Date.now() >= nextCleanUp_ms(this.#storage)) await cleanUp(this.#storage, Date.now());
      this.#wakeUp();
    } catch (error) {
      warn("ledger", error);
      await this.#storage.setAlarm(Date.now() + RETRY_MS_MAX);
    }
  }

  /** @param {string} pathname @param {unknown} message */
  #change(pathname, message) {
    switch (pathname) {
      case "/take":
        return take(this.#storage, takeMessage(message));
      case "/order":
        return takeOrder(this.#storage, orderMessage(message), (unit) => this.#shardOf(unit).equals(this.#id));
      case "/apply":
        return takeVersion(this.#storage, applyMessage(message));
      case "/forget":
        return forget(this.#storage, forgetMessage(message));
      default:
        throw new Refused(`there is no POST ${pathname}`, 404);
    }
  }

  /** @param {string} pathname @param {URLSearchParams} query */
  #read(pathname, query) {
    switch (pathname) {
      case "/sums":
        return sums(this.#storage, query.get("experiment"), dayIn(query));
      case "/counts":
        return counts(this.#storage, numberIn(query, "from", 0, DAY_MAX, 0), numberIn(query, "to", 0, DAY_MAX, DAY_MAX));
      case "/experiments":
        return experiments(this.#storage);
      case "/rows": {
        const kind = query.get("kind");
        if (!isKind(kind)) throw new Refused('kind is not "exposures" or "events"');
        return rows(this.#storage, kind, numberIn(query, "day", 0, DAY_MAX), query.get("after") ?? "", numberIn(query, "limit", 1, EXPORT_ROWS_MAX, EXPORT_ROWS_MAX));
      }
      default:
        throw new Refused(`there is no GET ${pathname}`, 404);
    }
  }

  /** @param {string} unit */
  #shardOf(unit) {
    return this.#namespace.idFromName(shardOfUnit(unit, this.#shards));
  }

  /** Sets the alarm where it would come too late. */
  #wakeUp() {
    const now_ms = Date.now();
    const cleanUp_ms = nextCleanUp_ms(this.#storage) || now_ms + DAY_S * 1000;
    const at_ms = Math.max(now_ms, Math.min(nextDelivery_ms(this.#storage) ?? Infinity, cleanUp_ms));
    if (at_ms >= (this.#alarm_ms ?? Infinity)) return;
    this.#alarm_ms = at_ms;
    void this.#storage.setAlarm(at_ms);
  }
}

/** @param {URLSearchParams} query @param {string} name @param {number} min @param {number} max @param {number} [otherwise] where it is not there */
function numberIn(query, name, min, max, otherwise) {
  const text = query.get(name);
  if (text === null && otherwise !== undefined) return otherwise;
  const value = /^\d{1,15}$/.test(text ?? "") ? Number(text) : NaN;
  if (!(value >= min && value <= max)) throw new Refused(`${name} is not a whole number from ${min} to ${max}`);
  return value;
}

/** The day of sums: a number, `all` for those that are kept over all days, or every one. @param {URLSearchParams} query */
function dayIn(query) {
  const text = query.get("day");
  return text === null ? null : text === "all" ? ALL_DAYS : numberIn(query, "day", 0, DAY_MAX);
}

/** @param {Request} request @returns {Promise<unknown>} */
async function bodyOf(request) {
  /** @type {Uint8Array[]} */
  const pieces = [];
  let length = 0;
  for await (const piece of request.body ?? []) {
    length += piece.byteLength;
    if (length > BODY_BYTES_MAX) throw new Refused(`the body has more than ${BODY_BYTES_MAX} bytes`, 413);
    pieces.push(piece);
  }
  try {
    return JSON.parse(await new Blob(/** @type {any} */ (pieces)).text());
  } catch {
    throw new Refused("the body is not JSON");
  }
}
