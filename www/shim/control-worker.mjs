/** The control plane's Worker: its Wasm module, revived after a panic, and the orders. Only a binding reaches it. */

import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import * as edge from "../../build/edge/edge.js";
import { headKey } from "./head.mjs";
import { publish } from "./publish/gate.mjs";
import { Refusal, errorAnswer } from "./publish/refusal.mjs";

export { Ledger } from "./ledger/ledger.mjs";
export { Publisher } from "./publish/publisher.mjs";

const state = edge.__worker_init_state();

/** A fresh instance when the last one was left broken by a panic. */
function revive() {
  if (!state.criticalError) return;
  edge.__wbg_reset_state();
  state.criticalError = false;
  state.instanceId += 1;
}

/** What the page Worker's binding calls. */
export class Control extends WorkerEntrypoint {
  /**
   * @param {Request} request
   * @param {import("./index.js").ControlCall} call
   * @returns {Promise<Response>}
   */
  answer(request, call) {
    revive();
    // The secrets come with the call: they are kept in one place, and a rotation reaches both Workers at once.
    const env = { ORDERS: this.env.ORDERS, LEDGER: this.env.LEDGER, LEDGER_SHARDS: this.env.LEDGER_SHARDS, ATTUNE_KEYS: call.keys, ATTUNE_API_KEY: call.apiKey || undefined };
    return edge.control(request, /** @type {any} */ (env), call.facts, call.outline, call.state);
  }

  /**
   * @param {Request} request
   * @param {import("./index.js").PublishCall} call
   * @returns {Promise<Response>}
   */
  async publish(request, call) {
    const { PUBLISHER } = this.env;
    if (PUBLISHER === undefined) return errorAnswer(new Refusal("not_configured", "the control Worker has no binding PUBLISHER"));
    revive();
    return publish(request, call, PUBLISHER.get(PUBLISHER.idFromName("publisher")), edge.preview_token, this.env);
  }

  /**
   * @param {import("./index.js").PageReport} call
   * @returns {Promise<void>}
   */
  async report(call) {
    const { PUBLISHER } = this.env;
    if (PUBLISHER === undefined || call.site === "") return;
    await PUBLISHER.get(PUBLISHER.idFromName("publisher")).report(call, await headKey(call.keys, call.site));
  }
}

/** The Durable Object that keeps orders until their visitor comes by. */
export class Orders extends DurableObject {
  /** @type {edge.Orders} */
  #object;
  #instance;

  /**
   * @param {unknown} ctx
   * @param {unknown} env
   */
  constructor(ctx, env) {
    super(ctx, env);
    revive();
    this.#object = new edge.Orders(/** @type {any} */ (ctx), /** @type {any} */ (env));
    this.#instance = state.instanceId;
  }

  #alive() {
    revive();
    if (this.#instance !== state.instanceId) {
      this.#object = new edge.Orders(/** @type {any} */ (this.ctx), /** @type {any} */ (this.env));
      this.#instance = state.instanceId;
    }
    return this.#object;
  }

  /** @param {Request} request */
  fetch(request) {
    return this.#alive().fetch(request);
  }

  alarm() {
    return this.#alive().alarm();
  }
}

export default {
  /** Nobody's address: the public one is the page Worker's /_attune/. */
  fetch: () => new Response("there is nothing at this address\n", { status: 404 }),
};
