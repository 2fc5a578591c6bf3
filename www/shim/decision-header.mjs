/** Tells the origin the decision before it is asked, on the pages of [decision_header]. */

import { presentBundle } from "./bundle.mjs";
import { core, Trap } from "./core.mjs";
import { warn } from "./log.mjs";
import { randomHex, requestText } from "./request.mjs";

/** @typedef {import("./core.mjs").Bundle} Bundle */
/**
 * What the origin is told of one request, and from what it was decided.
 * @typedef {object} Told
 * @property {string} header empty: it could not be decided
 * @property {number} state of the core that decided
 * @property {number} now_ms
 * @property {string} random
 */

/**
 * The decision for the origin; `null` where it is not told, or nothing is loaded yet.
 * @param {Request} request
 * @param {import("./index.js").Env} env
 * @param {string} path
 * @returns {Told | null}
 */
export function decisionHeader(request, env, path) {
  const bundle = presentBundle();
  const now_ms = Date.now();
  if (bundle === null || !core.isTrusted(bundle, now_ms)) return null;
  const keys = env.ATTUNE_KEYS ?? "";
  const told = { header: "", state: -1, now_ms, random: "" };
  try {
    if (!core.sendsDecisionHeader(bundle, keys, path)) return null;
    told.random = randomHex();
    const text = requestText(request, env, { now_ms, random: told.random, charset: "", nonce: "", measure: false });
    told.header = core.decisionHeader(bundle, keys, text);
    told.state = core.state;
  } catch (error) {
    if (!(error instanceof Trap)) warn("decision-header", error);
  }
  return told;
}

/**
 * Whether a page may be decided: what it shows has to be what the origin was told.
 * @param {Told | null} told
 * @param {Bundle} bundle
 * @param {import("./index.js").Env} env
 * @param {string} path
 */
export function agrees(told, bundle, env, path) {
  if (told === null) return !core.sendsDecisionHeader(bundle, env.ATTUNE_KEYS ?? "", path);
  return told.header !== "" && told.state === core.state;
}
