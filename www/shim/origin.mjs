/** The request to the origin. */

import { withoutOwn } from "./cookies.mjs";

/** The variable ORIGIN that was read last. @type {{ variable: string, url: URL } | null} */
let known = null;

/** A part of a page, or "not modified", cannot be personalized: the whole page is asked for. */
const PARTIAL = ["If-None-Match", "If-Modified-Since", "If-Match", "If-Unmodified-Since", "If-Range", "Range"];

/**
 * Asks the origin. On the list of routes it sees no cookie of Attune's, and of decisions only Attune's own. Of any other
 * address it gets the request as it is, but for a header that poses as a decision.
 * @param {Request} request
 * @param {import("./index.js").Env} env
 * @param {URL} url of the request
 * @param {"other" | "listed" | "page"} address not on the list; on it; on it, and its answer may be rewritten
 * @param {string} [decision] what the origin is told; empty: nothing
 * @returns {Promise<Response>}
 */
export function fetchOrigin(request, env, url, address, decision = "") {
  const headers = new Headers(request.headers);
  // With an underscore, too: many servers give a program both under one name.
  for (const name of ["Attune-Decision", "Attune_Decision"]) headers.delete(name);
  if (decision !== "") headers.set("Attune-Decision", decision);
  if (address !== "other") {
    const cookie = headers.get("Cookie");
    const kept = cookie === null ? null : withoutOwn(cookie);
    if (kept === null) headers.delete("Cookie");
    else if (kept !== cookie) headers.set("Cookie", kept);
  }
  if (address === "page") {
    for (const name of PARTIAL) headers.delete(name);
    // What workerd can decode; anything else would have to pass untouched.
    headers.set("Accept-Encoding", "gzip, br");
  }
  // An answer to a decision must not come from a cache, nor get into one. Redirects are the browser's to follow, and
  // the origin's to make.
  /** @type {RequestInit} */
  const init = { headers, redirect: "manual", ...(decision === "" ? {} : { cache: "no-store" }) };
  if (!env.ORIGIN && env.ASSETS) return env.ASSETS.fetch(request, { headers, redirect: "manual" });
  if (!env.ORIGIN) return fetch(request, init);
  if (known?.variable !== env.ORIGIN) known = { variable: env.ORIGIN, url: new URL(env.ORIGIN) };
  if (url.host !== known.url.host) {
    // The origin sees its own name in `Host`; the public one is here, for links, redirects and cookies.
    headers.set("X-Forwarded-Host", url.host);
    headers.set("X-Forwarded-Proto", url.protocol.slice(0, -1));
  }
  const there = known.url.origin + url.pathname + url.search;
  if (address !== "page") return fetch(there, new Request(request, init));
  // It has no body. A request made of another one would copy all headers once more.
  return fetch(there, { ...init, method: request.method });
}
