/** The headers of a page that depends on its visitor. */

/** They describe the origin's bytes. The body is decoded here and not compressed again; the platform does that. */
const DESCRIBING = new Set([
  "accept-ranges", "content-length", "content-encoding", "content-md5", "digest", "content-digest", "repr-digest",
]);
/** They tell a cache to keep an answer, or how to ask whether it is still good. */
const SHARING = new Set([
  "etag", "last-modified", "age", "expires", "pragma", "surrogate-control", "surrogate-key", "cache-tag", "edge-control", "edge-cache-tag",
  "x-accel-expires", "x-litespeed-tag", "netlify-cache-tag", "netlify-vary", "vercel-cache-tag", "cf-cache-status",
]);

/**
 * How many bytes a body has as its headers say; NaN where they do not, or say it of packed bytes.
 * @param {Headers} headers
 */
export function bodyLength(headers) {
  const length = headers.get("Content-Length");
  return length === null || headers.has("Content-Encoding") ? NaN : Number(length);
}

/**
 * The headers of a page that is put together for its visitor: without what describes the origin's bytes, and for no cache.
 * @param {Response} origin
 */
export function pageHeaders(origin) {
  const headers = new Headers(origin.headers);
  unshare(headers, DESCRIBING);
  return headers;
}

/**
 * A page of a personalized route, whatever is decided, and with its bytes as they are: a page that is the same for
 * everybody today must not be in a cache tomorrow, and a control arm that caches serve would bias every result.
 * @param {Response} origin
 */
export function unshared(origin) {
  const response = new Response(origin.body, origin);
  unshare(response.headers);
  return response;
}

/**
 * @param {Headers} headers
 * @param {Set<string>} [others] that go, too
 */
function unshare(headers, others) {
  for (const name of [...headers.keys()]) {
    // Each vendor of a cache has its own: CDN-, Vercel-CDN-, Akamai-, X-LiteSpeed-...
    if (SHARING.has(name) || others?.has(name) || name.endsWith("-cache-control")) headers.delete(name);
  }
  const rules = (headers.get("Cache-Control") ?? "").toLowerCase().split(",").map((directive) => directive.trim());
  const rule = rules.includes("no-store") ? "no-store" : "private, no-cache";
  headers.set("Cache-Control", rules.includes("no-transform") ? `${rule}, no-transform` : rule);
  const vary = (headers.get("Vary") ?? "").toLowerCase().split(",").map((name) => name.trim());
  if (!vary.includes("cookie") && !vary.includes("*")) headers.append("Vary", "Cookie");
}

/**
 * Adds what the core answered.
 * @param {Headers} headers
 * @param {import("./core.mjs").Decided} decided
 * @param {{ decision_ms: number, timing: boolean }} cost
 */
export function addAnswer(headers, { answer, bundle, arm }, cost) {
  if (answer.setCookie !== "") headers.append("Set-Cookie", answer.setCookie);
  const [summary, explanation] = answer.summary.split("\n");
  headers.set("Attune", `${summary}; decision_ms=${cost.decision_ms}; version=${bundle.version}${arm && `; arm=${arm}`}`);
  // Only for the holder of a preview token; empty where it would be too long for a header.
  if (explanation) headers.set("Attune-Explain", explanation);
  // The overlay reads it: a script cannot read the other headers of its page.
  if (cost.timing || explanation !== undefined) headers.append("Server-Timing", `attune;dur=${cost.decision_ms}`);
}
