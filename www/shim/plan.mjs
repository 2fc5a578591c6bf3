/** `POST /_attune/plan`: what a page has to show that does not pass through this Worker. */

import { addressOf } from "./client.mjs";
import { core } from "./core.mjs";
import { Trap } from "./instance.mjs";
import { warn } from "./log.mjs";
import { termsOf } from "./publication.mjs";

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
  const { answer: taken, request, lang, local, bare } = /** @type {{ answer: object, request: string, lang: string, local: boolean, bare: object }} */ (await answer.json());
  const isLocal = local && bundle.client !== null && preview === null;
  const text = isLocal ? request.replace(/^.*\n.*\n.*/, "$&l") : request;
  const plan = isKilled ? null : planOf(bundle, env.ATTUNE_KEYS ?? "", text, lang, preview?.loaded ?? null);
  const more = isLocal ? { ...taken, local: handout(bundle, env, request) } : taken;
  return new Response(`${JSON.stringify(more).slice(0, -1)},"plan":${plan ?? JSON.stringify(bare)}}`, answer);
}

/**
 * What a browser cannot know that decides the next pages itself.
 * @param {import("./core.mjs").Bundle} bundle
 * @param {import("./index.js").Env} env
 * @param {string} request text of the page call
 */
function handout(bundle, env, request) {
  const [, now_ms, ...fields] = request.split("\n");
  const { keys, needed } = termsOf(env, 0);
  return { facts: [...fields.slice(7, 13), fields[15]], now_ms: Number(now_ms), pack: addressOf(bundle), keys, needed };
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
