/** The request to the origin. */

import { withoutOwn } from "./cookies.mjs";

/** A part of a page, or "not modified", cannot be personalized: the whole page is asked for. */
const PARTIAL = ["If-None-Match", "If-Modified-Since", "If-Match", "If-Unmodified-Since", "If-Range", "Range"];

/**
 * Asks the origin. On the list of routes it sees no cookie of Attune's, and of decisions only Attune's own. Of any other
 * address it gets the request as it is, but for a header that poses as a decision.
 * @param {Request} request
 * @param {import("./index.js").Env} env
 * @param {"other" | "listed" | "page"} address not on the list; on it; on it, and its answer may be rewritten
 * @param {string} [decision] what the origin is told; empty: nothing
 * @returns {Promise<Response>}
 */
export function fetchOrigin(request, env, address, decision = "") {
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
  if (!env.ORIGIN && env.ASSETS) return env.ASSETS.fetch(new Request(request, { headers, redirect: "manual" }));
  if (!env.ORIGIN) return fetch(new Request(request, init));
  const from = new URL(request.url);
  const to = new URL(env.ORIGIN);
  if (from.host !== to.host) {
    // The origin sees its own name in `Host`; the public one is here, for links, redirects and cookies.
    headers.set("X-Forwarded-Host", from.host);
    headers.set("X-Forwarded-Proto", from.protocol.slice(0, -1));
  }
  const url = to.origin + from.pathname + from.search;
  return fetch(new Request(url, new Request(request, init)));
}
