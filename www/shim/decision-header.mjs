/** Tells the origin the decision before it is asked, on the pages of [decision_header]. */

import { servingBundle } from "./bundle.mjs";
import { core } from "./core.mjs";
import { Trap } from "./instance.mjs";
import { warn } from "./log.mjs";
import { randomHex, requestText } from "./request.mjs";

/** @typedef {import("./core.mjs").Bundle} Bundle */
/**
 * What the origin is sent of one request, and from what it was decided.
 * @typedef {object} SentDecision
 * @property {string} header empty: it could not be decided, or is not needed
 * @property {boolean} isNeeded by the configuration of this visitor; that of others may tell the origin nothing
 * @property {number} state of the core that decided
 * @property {number} now_ms
 * @property {string} random
 * @property {Loaded | null} draft of a preview, by which it was decided
 */
/** @typedef {import("./loaded.mjs").Loaded} Loaded */

/**
 * The decision for the origin; `null` where it is not sent, or nothing is loaded yet.
 * @param {Request} request
 * @param {import("./index.js").Env} env
 * @param {string} path
 * @param {Loaded | null} draft of a preview
 * @returns {SentDecision | null}
 */
export function decisionHeader(request, env, path, draft) {
  const bundle = servingBundle();
  const now_ms = Date.now();
  if (bundle === null || !core.isTrusted(bundle, now_ms)) return null;
  const keys = env.ATTUNE_KEYS ?? "";
  const sent = { header: "", isNeeded: true, state: -1, now_ms, random: "", draft };
  try {
    if (!core.sendsDecisionHeader(bundle, keys, path, draft)) return null;
    sent.random = randomHex();
    const text = requestText(request, env, { now_ms, random: sent.random, charset: "", nonce: "", measure: false });
    const header = core.decisionHeader(bundle, keys, text, path, draft);
    sent.header = header ?? "";
    sent.isNeeded = header !== null;
    sent.state = core.state;
  } catch (error) {
    if (!(error instanceof Trap)) warn("decision-header", error);
  }
  return sent;
}

/**
 * Whether a page may be decided: what it shows has to be what the origin was sent.
 * @param {SentDecision | null} sent
 * @param {Bundle} bundle
 * @param {import("./index.js").Env} env
 * @param {string} path
 * @param {Loaded | null} draft of a preview
 */
export function agrees(sent, bundle, env, path, draft) {
  if (sent === null) return !core.sendsDecisionHeader(bundle, env.ATTUNE_KEYS ?? "", path, draft);
  return sent.draft === core.usable(draft) && (sent.header !== "" || !sent.isNeeded) && sent.state === core.state;
}
