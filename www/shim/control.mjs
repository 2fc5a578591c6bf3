/** Hands /_attune/ to the control plane's own Wasm module, and revives that after a panic. */

import { DurableObject } from "cloudflare:workers";
import * as edge from "../../build/edge/edge.js";
import { core } from "./core.mjs";
import { requestText } from "./request.mjs";

const NOTHING = new Uint8Array(0);
const state = edge.__worker_init_state();

/** A fresh instance when the last one was left broken by a panic. */
function revive() {
  if (!state.criticalError) return;
  edge.__wbg_reset_state();
  state.criticalError = false;
  state.instanceId += 1;
}

/**
 * @param {Request} request
 * @param {import("./index.js").Env} env
 * @param {import("./core.mjs").Bundle | null} bundle
 * @param {number | null} age_ms how long ago the manifest was read
 * @returns {Promise<Response>}
 */
export function control(request, env, bundle, age_ms) {
  revive();
  const text = requestText(request, env, { now_ms: Date.now(), charset: "utf-8", nonce: "", measure: false });
  const outline = bundle === null ? NOTHING : core.load(bundle, env.ATTUNE_KEYS ?? "").outline;
  const loader = bundle === null ? `\n\n${age_ms ?? ""}` : `${bundle.sha256}\n${bundle.version}\n${age_ms ?? ""}`;
  return edge.control(request, /** @type {any} */ (env), text, outline, loader);
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
