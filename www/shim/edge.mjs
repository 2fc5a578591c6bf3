/**
 * The Worker: personalizes the pages on its list, answers /_attune/, and leaves everything else alone.
 * Rust decides; what is here moves bytes.
 */

import { agrees, decisionHeader } from "./decision-header.mjs";
import { bundleAge_ms, loadedBundle, presentBundle, refreshBundle } from "./bundle.mjs";
import { control, unavailable } from "./control.mjs";
import { core, Trap } from "./core.mjs";
import { Policies } from "./csp.mjs";
import { isForeign, isPage, pageCharset } from "./eligibility.mjs";
import { warn } from "./log.mjs";
import { fetchOrigin } from "./origin.mjs";
import { PRELUDE_BYTES_MAX, readPrelude } from "./prelude.mjs";
import { requestText } from "./request.mjs";
import { addAnswer, pageHeaders, unshared } from "./response.mjs";
import { isListed } from "./route.mjs";
import { recommended } from "./recommend.mjs";
import { pump, Splicer } from "./stream.mjs";

/** @typedef {import("./index.js").Env} Env */
/** @typedef {import("./index.js").Context} Context */

export default {
  /**
   * @param {Request} request
   * @param {Env} env
   * @param {Context} ctx
   * @returns {Promise<Response>}
   */
  async fetch(request, env, ctx) {
    ctx.passThroughOnException();
    if (env.BREAKER_S !== undefined) core.breaker_ms = Number(env.BREAKER_S) * 1000;
    const path = new URL(request.url).pathname;
    if (path.startsWith("/_attune/")) return controlled(request, env, path);
    if (!isListed(path, env.ROUTES)) return fetchOrigin(request, env, "other");
    if (isSocket(request) || !["GET", "HEAD"].includes(request.method)) return listed(await fetchOrigin(request, env, "listed"));
    const told = decisionHeader(request, env, path);
    const [answered] = await Promise.all([fetchOrigin(request, env, "page", told?.header), refreshed(env, ctx)]);
    // What the origin answers to a decision is the visitor's own, whatever it is.
    const response = told === null ? listed(answered) : unshared(answered);
    try {
      // Looked at only now: while the origin was at work, the first bundle may have arrived.
      return await personalized(request, response, told, presentBundle(), env, ctx);
    } catch (error) {
      warn("page", error);
      // Thrown before the body was touched: the origin's answer is still whole.
      if (!response.bodyUsed) return response;
      throw error;
    }
  },
};

/** @param {Request} request */
function isSocket(request) {
  return /^\s*websocket\s*$/i.test(request.headers.get("Upgrade") ?? "");
}

/**
 * What the origin answered on a path of the list: no cache keeps its pages, also while nothing is personalized.
 * @param {Response} response
 */
function listed(response) {
  return isPage(response) ? unshared(response) : response;
}

/**
 * @param {Request} request
 * @param {Env} env
 * @param {string} path
 */
async function controlled(request, env, path) {
  try {
    if ((path === "/_attune/page.js" || path === "/_attune/overlay.js") && env.ASSETS) return await env.ASSETS.fetch(request);
    const bundle = await loadedBundle(env);
    if (path === "/_attune/recommend") return recommended(request, env, bundle);
    return await control(request, env, bundle, bundleAge_ms());
  } catch (error) {
    // Thrown on, it would send a request that is Attune's own to the origin.
    warn("control", error);
    return unavailable();
  }
}

/**
 * @param {Env} env
 * @param {Context} ctx
 */
async function refreshed(env, ctx) {
  try {
    await refreshBundle(env, ctx);
  } catch (error) {
    warn("bundle", error);
  }
}

/**
 * The page with its content, or the origin's answer as it is where it is not a page.
 * @param {Request} request
 * @param {Response} response
 * @param {import("./decision-header.mjs").Told | null} told
 * @param {import("./core.mjs").Bundle | null} bundle
 * @param {Env} env
 * @param {Context} ctx
 */
async function personalized(request, response, told, bundle, env, ctx) {
  const charset = pageCharset(response);
  if (charset === null || bundle === null || !core.isTrusted(bundle, Date.now())) return response;
  if (!agrees(told, bundle, env, new URL(request.url).pathname)) return response;
  const headers = pageHeaders(response.headers);
  const init = { status: response.status, statusText: response.statusText };
  if (response.body === null || request.method === "HEAD") return new Response(null, { ...init, headers });
  const timing = env.SERVER_TIMING === "on";
  const reader = response.body.getReader({ mode: "byob" });
  const { readable, writable } = new IdentityTransformStream();
  const writer = writable.getWriter();
  let prelude;
  try {
    prelude = await readPrelude(reader, (bytes) => showsOpening(bundle, bytes));
  } catch (error) {
    // The origin broke off: so does the page.
    warn("read", error);
    ctx.waitUntil(writer.abort(error).catch(() => {}));
    return new Response(readable, { ...init, headers });
  }
  let splicer = null;
  if (!isForeign(prelude.bytes, charset)) {
    try {
      const policies = new Policies(response.headers, request.url);
      policies.see(prelude.bytes);
      const nonce = policies.nonce();
      const start_ms = performance.now();
      const { now_ms = Date.now(), random } = told ?? {};
      const text = requestText(request, env, { now_ms, random, charset, nonce, measure: env.MEASURE !== "off" });
      const answer = core.open(bundle, env.ATTUNE_KEYS ?? "", text, prelude.bytes.subarray(0, PRELUDE_BYTES_MAX));
      addAnswer(headers, answer, { decision_ms: performance.now() - start_ms, timing });
      if (answer.state.length > 0) splicer = new Splicer(bundle, answer, policies);
    } catch (error) {
      if (!(error instanceof Trap)) warn("open", error);
      if (timing) headers.append("Server-Timing", `attune;desc="${error instanceof Trap ? "trap" : "error"}"`);
    }
  }
  ctx.waitUntil(pump(reader, writer, prelude, splicer));
  return new Response(readable, { ...init, headers });
}

/**
 * Whether enough of a page is there to decide it; after a trap there will not be more to know.
 * @param {import("./core.mjs").Bundle} bundle
 * @param {Uint8Array} bytes
 */
function showsOpening(bundle, bytes) {
  try {
    return core.showsOpening(bundle, bytes);
  } catch {
    return true;
  }
}
