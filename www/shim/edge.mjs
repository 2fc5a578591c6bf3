/**
 * The Worker: personalizes the pages on its list, answers /_attune/, and leaves everything else alone.
 * Rust decides; what is here moves bytes.
 */

import { agrees, decisionHeader } from "./decision-header.mjs";
import { bundleAge_ms, isKilled, loadedBundle, refreshBundle, servingBundle } from "./bundle.mjs";
import { clientBundle } from "./client.mjs";
import { control, publish, unavailable } from "./control.mjs";
import { core } from "./core.mjs";
import { Policies } from "./csp.mjs";
import { REPLACED, TRAPPED } from "./drafts.mjs";
import { isForeign, isPage, pageCharset } from "./eligibility.mjs";
import { instance, Trap } from "./instance.mjs";
import { warn } from "./log.mjs";
import { flagAt, ofrep } from "./ofrep.mjs";
import { fetchOrigin } from "./origin.mjs";
import { callerOf, opened, preflight } from "./origins.mjs";
import { readPrelude } from "./prelude.mjs";
import { asPersona, bannerOf, choices, followed, keepPageIn, previewOf } from "./preview.mjs";
import { requestText } from "./request.mjs";
import { addAnswer, bodyLength, pageHeaders, unshared } from "./response.mjs";
import { isListed } from "./route.mjs";
import { recommended } from "./recommend.mjs";
import { pump, Splicer } from "./stream.mjs";

/** @typedef {import("./core.mjs").Bundle} Bundle */
/** @typedef {import("./index.js").Env} Env */
/** @typedef {import("./index.js").Context} Context */

const NOTHING = new Uint8Array(0);
const ASSETS = ["/_attune/page.js", "/_attune/log.js", "/_attune/vitals.js", "/_attune/local.js", "/_attune/local.wasm", "/_attune/local-full.wasm", "/_attune/overlay.js"];

export default {
  /**
   * @param {Request} request
   * @param {Env} env
   * @param {Context} ctx
   * @returns {Promise<Response>}
   */
  async fetch(request, env, ctx) {
    ctx.passThroughOnException();
    if (env.BREAKER_S !== undefined) instance.breaker.rest_ms = Number(env.BREAKER_S) * 1000;
    const url = new URL(request.url);
    const path = url.pathname;
    if (path.startsWith("/_attune/")) return controlled(request, env, url);
    if (!isListed(path, env.ROUTES)) return fetchOrigin(request, env, url, "other");
    if (isSocket(request) || !["GET", "HEAD"].includes(request.method)) return listed(await fetchOrigin(request, env, url, "listed"));
    // The overlay compares a page with what it is without Attune.
    if (request.headers.get("Attune-Preview") === "default") return listed(await fetchOrigin(request, env, url, "page"));
    const preview = await previewOf(request, env);
    const sent = decisionHeader(request, env, path, preview?.loaded ?? null);
    const [answered] = await Promise.all([fetchOrigin(request, env, url, "page", sent?.header), refreshed(env, ctx)]);
    try {
      // Looked at only now: while the origin was at work, the first bundle may have arrived.
      const page = await personalized({ request, url, sent, preview }, answered, servingBundle(), env, ctx);
      if (page !== null) return page;
    } catch (error) {
      warn("page", error);
      // Thrown once the body was touched: the origin's answer is not whole any more.
      if (answered.bodyUsed) throw error;
    }
    // What the origin answers to a decision is the visitor's own, whatever it is.
    return sent === null ? listed(answered) : unshared(answered);
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
 * What is asked at an address of the API.
 * @param {Request} request
 * @param {Env} env
 * @param {Bundle | null} bundle
 * @param {string} path
 * @returns {Promise<Response>}
 */
async function answered(request, env, bundle, path) {
  const flag = flagAt(path);
  const preview = flag !== null || /\/(?:plan|recommend)$/.test(path) ? await previewOf(request, env) : null;
  if (path === "/_attune/recommend") return recommended(request, env, bundle, isKilled(), preview);
  const answer = await control(request, env, bundle, { age_ms: bundleAge_ms(), isKilled: isKilled() }, preview);
  return flag === null ? answer : ofrep(answer, request, flag);
}

/**
 * @param {Request} request
 * @param {Env} env
 * @param {URL} url of the request
 */
async function controlled(request, env, url) {
  const path = url.pathname;
  try {
    if (ASSETS.includes(path) && env.ASSETS) return await env.ASSETS.fetch(request);
    if (path.startsWith("/_attune/publish/")) return await publish(request, env);
    const bundle = await loadedBundle(env);
    if (path === "/_attune/preview") {
      if (request.method === "GET") return url.search === "" ? choices(request, env, bundle) : followed(request, env, bundle);
      request = asPersona(request, env, bundle);
    }
    if (path === "/_attune/client.attune" && request.method === "GET") return await clientBundle(request, env, bundle);
    const caller = callerOf(request, url, bundle, env);
    return preflight(request, url, caller) ?? opened(await answered(request, env, bundle, path), caller);
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
 * What a page is asked for with.
 * @typedef {object} Asked
 * @property {Request} request
 * @property {URL} url of the request
 * @property {import("./decision-header.mjs").SentDecision | null} sent
 * @property {import("./preview.mjs").Preview | null} preview
 */

/**
 * The page with its content; `null` where the origin's answer is to stay as it is, untouched.
 * @param {Asked} asked
 * @param {Response} response the origin's
 * @param {Bundle | null} bundle
 * @param {Env} env
 * @param {Context} ctx
 */
async function personalized(asked, response, bundle, env, ctx) {
  const { request, url, sent, preview } = asked;
  const charset = pageCharset(response);
  if (charset === null || bundle === null || !core.isTrusted(bundle, Date.now())) return null;
  if (!agrees(sent, bundle, env, url.pathname, preview?.loaded ?? null)) return null;
  const { body, status, statusText } = response;
  const headers = pageHeaders(response);
  if (preview !== null) keepPageIn(headers);
  const init = { status, statusText, headers };
  if (body === null || request.method === "HEAD") return new Response(null, init);
  const reader = body.getReader({ mode: "byob" });
  // Over HTTP a connection ends a body where its length says, or breaks it off.
  const size = { length: bodyLength(response.headers), isExact: !!env.ORIGIN };
  /** @type {Opened | null} */
  let opened = null;
  let prelude;
  try {
    prelude = await readPrelude(reader, size, (bytes, rest) => {
      opened = isForeign(bytes, charset) ? { splicer: null } : open({ ...asked, headers, charset, bytes, ...rest }, bundle, env);
      return opened !== null;
    });
  } catch (error) {
    // The origin broke off: so does the page.
    warn("read", error);
    const { readable, writable } = new IdentityTransformStream();
    ctx.waitUntil(writable.abort(error).catch(() => {}));
    return new Response(readable, init);
  }
  const splicer = /** @type {Opened | null} */ (opened)?.splicer ?? null;
  if (prelude.isWhole) {
    const whole = splicer === null ? prelude.bytes : splicer.first(prelude.bytes);
    return new Response(/** @type {Uint8Array<ArrayBuffer>} */ (whole), init);
  }
  const { readable, writable } = new IdentityTransformStream();
  ctx.waitUntil(pump(reader, writable.getWriter(), prelude, splicer));
  return new Response(readable, init);
}

/** A page that is decided. @typedef {{ splicer: Splicer | null }} Opened */

/**
 * A page by its first bytes: of the answer its headers, whether nothing comes after the bytes, and whether more of them can be had
 * before it is decided.
 * @typedef {Asked & { headers: Headers, charset: string, bytes: Uint8Array, isWhole: boolean, mayWait: boolean }} Page
 */

/**
 * Decides a page by its first bytes, and says so in its headers. Whatever fails, it is the origin's page.
 * @param {Page} page
 * @param {Bundle} bundle
 * @param {Env} env
 * @returns {Opened | null} `null`: it takes more bytes to decide it
 */
function open(page, bundle, env) {
  const { request, url, headers, charset, sent, preview, bytes } = page;
  const draft = core.usable(preview?.loaded ?? null);
  const timing = env.SERVER_TIMING === "on";
  try {
    const policies = new Policies(headers, url);
    policies.see(bytes);
    const nonce = policies.nonce();
    const start_ms = performance.now();
    const { now_ms = preview?.now_ms ?? Date.now(), random } = sent ?? {};
    const text = requestText(request, env, { now_ms, random, charset, nonce, measure: env.MEASURE !== "off", local: bundle.client !== null }, url);
    const decided = core.begin(bundle, env.ATTUNE_KEYS ?? "", text, bytes, page, draft);
    if (decided === null) return null;
    addAnswer(headers, decided, { decision_ms: performance.now() - start_ms, timing });
    const { answer } = decided;
    const isReplaced = draft === null && preview?.loaded != null;
    const banner = preview === null ? NOTHING : bannerOf(isReplaced ? { ...preview, why: REPLACED } : preview, decided, url);
    return { splicer: answer.scanned.length > 0 ? new Splicer(decided.bundle, answer, policies, banner) : null };
  } catch (error) {
    // What the origin was not told can be decided once more, by what is published.
    if (error instanceof Trap && preview !== null && draft !== null && sent === null) return open({ ...page, preview: { ...preview, loaded: null, why: TRAPPED } }, bundle, env);
    if (!(error instanceof Trap)) warn("open", error);
    if (timing) headers.append("Server-Timing", `attune;desc="${error instanceof Trap ? "trap" : "error"}"`);
    return { splicer: null };
  }
}
