/** Pages of the site's other hosts: what of /_attune/ they may call, with the visitor's cookies, and how their browsers are told. */

import { core } from "./core.mjs";
import { flagAt } from "./ofrep.mjs";

/** What pages call, and how. @type {ReadonlyMap<string, string>} */
const METHODS = new Map([["consent", "POST"], ["events", "POST"], ["forget", "POST"], ["login", "POST"], ["me", "GET"], ["plan", "POST"], ["recommend", "GET"]]);
/** For how long a browser need not ask again, in seconds: the most that Chromium takes. */
const MAX_AGE_S = "7200";

/** How pages call an address; `undefined` for what is not theirs. @param {URL} url */
const methodOf = ({ pathname }) => (flagAt(pathname) === null ? METHODS.get(pathname.slice("/_attune/".length)) : "POST");

/**
 * The origin of the page that calls, where it may; empty for every other one, and where no page calls.
 * @param {Request} request
 * @param {URL} url of it
 * @param {import("./core.mjs").Bundle | null} bundle
 * @param {import("./index.js").Env} env
 */
export function callerOf(request, url, bundle, env) {
  const origin = request.headers.get("Origin");
  return origin !== null && methodOf(url) !== undefined && bundle !== null && core.allowsOrigin(bundle, env.ATTUNE_KEYS ?? "", origin, url.host) ? origin : "";
}

/**
 * The answer to a browser that asks whether a page may call; `null` where it does not ask that.
 * @param {Request} request
 * @param {URL} url of it
 * @param {string} caller
 */
export function preflight(request, url, caller) {
  const method = methodOf(url);
  if (request.method !== "OPTIONS" || method === undefined || !request.headers.has("Access-Control-Request-Method")) return null;
  if (caller === "") {
    const answer = { error: { code: "cross_site", message: "this is answered to the site's own pages only" } };
    return Response.json(answer, { status: 403, headers: { "Cache-Control": "no-store", Vary: "Origin" } });
  }
  const headers = { "Access-Control-Allow-Methods": method, "Access-Control-Allow-Headers": "Content-Type, If-None-Match", "Access-Control-Max-Age": MAX_AGE_S };
  return opened(new Response(null, { status: 204, headers }), caller);
}

/**
 * An answer that the page which called may read.
 * @param {Response} answer
 * @param {string} caller
 */
export function opened(answer, caller) {
  if (caller === "") return answer;
  const response = new Response(answer.body, answer);
  response.headers.set("Access-Control-Allow-Origin", caller);
  response.headers.set("Access-Control-Allow-Credentials", "true");
  response.headers.set("Access-Control-Expose-Headers", "ETag, Retry-After");
  response.headers.append("Vary", "Origin");
  return response;
}
