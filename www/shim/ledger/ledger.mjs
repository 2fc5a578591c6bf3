/** The ledger of measurement: a shard is one Durable Object that has the rows of its units and the sums over them. */

import { DurableObject } from "cloudflare:workers";
import { warn } from "../log.mjs";
import { BODY_BYTES_MAX, REQUESTS_MAX, RETRY_AFTER_S } from "./limits.mjs";
import { takeMessage } from "./messages.mjs";
import { counts, experiments, sums } from "./reading.mjs";
import { json, Refused } from "./refused.mjs";
import { makeTables } from "./tables.mjs";
import { take } from "./take.mjs";

export class Ledger extends DurableObject {
  #storage;
  /** Requests that are being answered. */
  #requests = 0;

  /**
   * @param {{ storage: ObjectStorage }} ctx
   * @param {unknown} env
   */
  constructor(ctx, env) {
    super(ctx, env);
    this.#storage = ctx.storage;
    makeTables(ctx.storage);
  }

  /** @param {Request} request @returns {Promise<Response>} */
  async fetch(request) {
    if (this.#requests >= REQUESTS_MAX) return json(503, { error: "too many requests wait" }, { "Retry-After": String(RETRY_AFTER_S) });
    this.#requests += 1;
    try {
      const answer = await this.#answer(request);
      // Who waits for the disk waits here, and is counted.
      if (request.method === "POST") await this.#storage.sync();
      return answer;
    } catch (error) {
      if (error instanceof Refused) return json(error.status, { error: error.message });
      warn("ledger", error);
      return json(500, { error: "this cannot be done now" });
    } finally {
      this.#requests -= 1;
    }
  }

  /** @param {Request} request @returns {Promise<Response>} */
  async #answer(request) {
    const { pathname, searchParams } = new URL(request.url);
    switch (`${request.method} ${pathname}`) {
      case "POST /take":
        return json(200, take(this.#storage, takeMessage(await bodyOf(request))));
      case "GET /sums":
        return sums(this.#storage, searchParams.get("experiment"));
      case "GET /counts":
        return counts(this.#storage, Number(searchParams.get("from")), Number(searchParams.get("to")));
      case "GET /experiments":
        return experiments(this.#storage);
      default:
        throw new Refused(`there is no ${request.method} ${pathname}`, 404);
    }
  }
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
