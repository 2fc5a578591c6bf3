/** `GET /_attune/recommend?slot=NAME&page=/p/22423&lang=en-GB`: the products of one slot, for a front end that draws its own. */

import { notInBuild } from "./control.mjs";
import { core } from "./core.mjs";
import { requestText } from "./request.mjs";

/**
 * @param {Request} request
 * @param {import("./index.js").Env} env
 * @param {import("./core.mjs").Bundle | null} bundle
 * @param {boolean} isKilled everything is switched off
 * @param {import("./preview.mjs").Preview | null} preview
 * @returns {Response}
 */
export function recommended(request, env, bundle, isKilled, preview) {
  if (request.method !== "GET") return refusal(405, "method", "recommendations are asked for with GET", { Allow: "GET" });
  const url = new URL(request.url);
  const slot = url.searchParams.get("slot");
  const page = pageOf(url);
  if (!slot) return refusal(400, "slot", "the parameter slot is missing");
  if (page === null) return refusal(400, "page", "the parameter page is not a path of this site");
  if (bundle === null) return refusal(503, "no_bundle", "there is no configuration yet");
  if (isKilled) return refusal(503, "killed", "everything is switched off");
  const text = requestText(request, env, { now_ms: Date.now(), charset: "utf-8", nonce: "", measure: false }, page);
  try {
    const body = core.recommend(bundle, env.ATTUNE_KEYS ?? "", text, slot, url.searchParams.get("lang") ?? "", preview?.loaded);
    return new Response(body, { headers: { "Content-Type": "application/json", "Cache-Control": "private, no-store" } });
  } catch (error) {
    const answer = notInBuild(error);
    if (answer === null) throw error;
    return answer;
  }
}

/**
 * The page that a request is about; `null` where the parameter `page` is not a path of this site.
 * @param {URL} url
 */
export function pageOf(url) {
  const path = url.searchParams.get("page") ?? "/";
  // A URL reads `/\` as `//`, and what follows as a host.
  if (!/^\/(?![/\\])/.test(path) || !URL.canParse(path, url)) return null;
  const page = new URL(path, url);
  // `/.//host` has two slashes only once it is resolved, and as an address of its own it leads to that host.
  return page.origin === url.origin && !page.pathname.startsWith("//") ? page : null;
}

/**
 * @param {number} status
 * @param {string} code
 * @param {string} message
 * @param {Record<string, string>} [headers]
 */
function refusal(status, code, message, headers = {}) {
  return Response.json({ error: { code, message } }, { status, headers: { "Cache-Control": "no-store", ...headers } });
}
