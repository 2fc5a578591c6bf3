/** Hands /_attune/ to the control plane, which is a Worker of its own: a page request starts without it. */

import { core } from "./core.mjs";
import { published } from "./health.mjs";
import { warn } from "./log.mjs";
import { evaluated, flagAt } from "./ofrep.mjs";
import { planned } from "./plan.mjs";
import { requestText } from "./request.mjs";

const NOTHING = new Uint8Array(0);

/**
 * @param {Request} request
 * @param {import("./index.js").Env} env
 * @param {import("./core.mjs").Bundle | null} bundle
 * @param {{ age_ms: number | null, isKilled: boolean }} state how long ago KV was looked at; whether everything is switched off
 * @param {import("./preview.mjs").Preview | null} preview of who asks for a plan or for flags
 * @returns {Promise<Response>}
 */
export async function control(request, env, bundle, { age_ms, isKilled }, preview) {
  try {
    if (env.CONTROL === undefined) throw new Error("the service binding CONTROL is not set");
    const now_ms = Date.now();
    const facts = requestText(request, env, { now_ms, charset: "utf-8", nonce: "", measure: false });
    const { pathname } = new URL(request.url);
    const areFlags = flagAt(pathname) !== null;
    const loaded = bundle === null ? null : core.outlineFor(bundle, env.ATTUNE_KEYS ?? "", facts, areFlags ? preview?.loaded : null);
    const rest = isKilled ? "killed" : bundle === null || core.isTrusted(bundle, now_ms) ? "" : "resting";
    const answer = await env.CONTROL.answer(request, {
      facts,
      outline: loaded?.outline ?? NOTHING,
      state: bundle === null ? `\n\n${age_ms ?? ""}` : `${bundle.sha256}\n${bundle.version}\n${age_ms ?? ""}\n${rest}\n${loaded?.lacks ?? ""}`,
      keys: env.ATTUNE_KEYS ?? "",
      apiKey: env.ATTUNE_API_KEY ?? "",
    });
    if (pathname === "/_attune/health") return health(answer, bundle);
    if (bundle === null || !answer.ok) return answer;
    if (pathname === "/_attune/plan") return await planned(answer, bundle, env, isKilled, preview);
    if (areFlags) return await evaluated(answer, bundle, env, isKilled, preview);
    if (pathname !== "/_attune/decide") return answer;
    if (isKilled) return unavailable("everything is switched off");
    // The control plane has checked and translated the question; the page core has the bundle to decide with.
    const { request: text, locale } = /** @type {{ request: string, locale: string }} */ (await answer.json());
    return new Response(core.channel(bundle, env.ATTUNE_KEYS ?? "", text, locale), answer);
  } catch (error) {
    const answer = notInBuild(error);
    if (answer !== null) return answer;
    warn("control", error);
    return unavailable();
  }
}

/**
 * Hands /_attune/publish/ to the control plane. It takes no bundle: the first one comes this way.
 * @param {Request} request
 * @param {import("./index.js").Env} env
 * @returns {Promise<Response>}
 */
export async function publish(request, env) {
  if (env.CONTROL === undefined) throw new Error("the service binding CONTROL is not set");
  const { ATTUNE_KEYS = "", MANIFEST_KEYS = "", MANIFEST_SIGNATURES = "", MANIFEST_FLOOR = "", SITE = "" } = env;
  return env.CONTROL.publish(request, { keys: ATTUNE_KEYS, manifestKeys: MANIFEST_KEYS, signatures: MANIFEST_SIGNATURES, floor: MANIFEST_FLOOR, site: SITE });
}

/**
 * The answer where the lean page core was asked for what only the full one has; `null` for every other error.
 * @param {unknown} error
 */
export function notInBuild(error) {
  if (!(error instanceof Error && "code" in error && error.code === "lean")) return null;
  const answer = { error: { code: "not_in_build", message: "the lean page core is deployed; this needs the full one" } };
  return Response.json(answer, { status: 501, headers: { "Cache-Control": "no-store" } });
}

/**
 * The control plane's answer, and what this isolate knows of what is published.
 * @param {Response} answer
 * @param {import("./core.mjs").Bundle | null} bundle
 */
async function health(answer, bundle) {
  if (!answer.headers.get("Content-Type")?.startsWith("application/json")) return answer;
  const known = /** @type {object} */ (await answer.json());
  return Response.json("error" in known ? known : { ...known, published: published(bundle) }, answer);
}

/**
 * The answer where something failed that the request is not to blame for.
 * @param {string} [message]
 */
export function unavailable(message = "this cannot be answered now; try again in a minute") {
  const answer = { error: { code: "unavailable", message } };
  return Response.json(answer, { status: 503, headers: { "Cache-Control": "no-store" } });
}
