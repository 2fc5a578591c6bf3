/** `POST /_attune/plan`: what a page has to show that does not pass through this Worker. */

import { core } from "./core.mjs";
import { Trap } from "./instance.mjs";
import { warn } from "./log.mjs";

/**
 * The control plane's answer, and with it the plan: it has taken what happened, and says with which request the page is decided.
 * Whatever fails from here on, nothing is lost of that: the page shows what is its own.
 * @param {Response} answer
 * @param {import("./core.mjs").Bundle} bundle
 * @param {import("./index.js").Env} env
 * @param {boolean} isKilled everything is switched off
 * @param {import("./preview.mjs").Preview | null} preview
 */
export async function planned(answer, bundle, env, isKilled, preview) {
  const { answer: taken, request, lang, bare } = /** @type {{ answer: object, request: string, lang: string, bare: object }} */ (await answer.json());
  const plan = isKilled ? null : planOf(bundle, env.ATTUNE_KEYS ?? "", request, lang, preview?.loaded ?? null);
  return new Response(`${JSON.stringify(taken).slice(0, -1)},"plan":${plan ?? JSON.stringify(bare)}}`, answer);
}

/**
 * The plan as JSON; `null` where nothing can be decided.
 * @param {import("./core.mjs").Bundle} bundle
 * @param {string} keys
 * @param {string} request
 * @param {string} lang
 * @param {import("./loaded.mjs").Loaded | null} draft of a preview
 * @returns {string | null}
 */
export function planOf(bundle, keys, request, lang, draft) {
  const usable = core.usable(draft);
  try {
    return core.isTrusted(bundle, Date.now()) ? core.plan(bundle, keys, request, lang, usable) : null;
  } catch (error) {
    if (error instanceof Trap && usable !== null) return planOf(bundle, keys, request, lang, null);
    if (!(error instanceof Trap)) warn("plan", error);
    return null;
  }
}
