/** `POST /_attune/ofrep/v1/evaluate/flags`, and with `/KEY` behind it: campaigns as flags, in OpenFeature's remote evaluation protocol. */

import { core } from "./core.mjs";
import { planOf } from "./plan.mjs";
import { sha256 } from "./signature.mjs";

const ADDRESS = "/_attune/ofrep/v1/evaluate/flags";
/** In these the visitor takes part, and has no arm. */
const HELD_OUT = ["holdout", "layer-holdout"];
/** What the protocol calls an error; `GENERAL` every other one. @type {Record<string, string>} */
const ERRORS = {
  bad_preview: "INVALID_CONTEXT",
  bad_visitor: "INVALID_CONTEXT",
  broken_body: "PARSE_ERROR",
  malformed: "INVALID_CONTEXT",
  no_targeting_key: "TARGETING_KEY_MISSING",
  not_json: "PARSE_ERROR",
  too_large: "PARSE_ERROR",
};

/**
 * The flag that an address asks for; empty for all flags, `null` where it is another address.
 * @param {string} path
 */
export function flagAt(path) {
  if (!path.startsWith(ADDRESS)) return null;
  const [before, ...rest] = path.slice(ADDRESS.length).split("/");
  if (before !== "") return null;
  const key = rest.join("/");
  try {
    return decodeURIComponent(key);
  } catch {
    // No key has a percent sign.
    return key;
  }
}

/**
 * Every flag, as the page core decides it. The control plane has checked who asks, and says with which request.
 * @param {Response} answer the control plane's
 * @param {import("./core.mjs").Bundle} bundle
 * @param {import("./index.js").Env} env
 * @param {boolean} isKilled everything is switched off
 * @param {import("./preview.mjs").Preview | null} preview
 */
export async function evaluated(answer, bundle, env, isKilled, preview) {
  const { request, locale, server, flags } = /** @type {{ request: string, locale: string, server: boolean, flags: string }} */ (await answer.json());
  const keys = env.ATTUNE_KEYS ?? "";
  const decide = () => (server ? core.channel(bundle, keys, request, locale) : planOf(bundle, keys, request, locale, preview?.loaded ?? null));
  const decided = isKilled ? '{"slots":[]}' : decide();
  if (decided === null) throw new Error("flags cannot be decided");
  /** @type {import("../browser/page.js").AttuneSlot[]} */
  const slots = Object.entries(JSON.parse(decided).slots).map(([slot, decision]) => ({ slot, ...decision }));
  const flagOf = (/** @type {string} */ line) => {
    const [key, number, isBoolean] = line.split(" ");
    const phase = Number(number);
    if (isKilled || core.isKilled(key)) return { key, reason: "DISABLED", metadata: { phase } };
    const found = slots.find(({ campaign }) => campaign === key);
    if (found === undefined) return { key, reason: "DEFAULT", metadata: { phase } };
    const { slot, arm, content, reason: decision } = found;
    const metadata = { phase, slot, decision, ...(content !== null && { content }) };
    if (HELD_OUT.includes(decision)) return { key, reason: "DEFAULT", metadata };
    const value = isBoolean !== undefined ? arm === null || arm === "on" || arm === "true" : arm;
    return arm === null ? { key, value, reason: "TARGETING_MATCH", metadata } : { key, value, variant: arm, reason: "SPLIT", metadata };
  };
  return Response.json({ flags: flags.split("\n").slice(0, -1).map(flagOf) }, answer);
}

/**
 * The protocol's answer.
 * @param {Response} answer all flags, or an error of the API
 * @param {Request} request
 * @param {string} key of the one flag that is asked for; empty: all
 */
export async function ofrep(answer, request, key) {
  const { flags, error } = /** @type {{ flags: { key: string }[], error?: { code: string, message: string } }} */ (await answer.json());
  const refused = (/** @type {string} */ errorCode, /** @type {string} */ errorDetails) => ({ ...(key !== "" && { key }), errorCode, errorDetails });
  if (error !== undefined) return Response.json(refused(ERRORS[error.code] ?? "GENERAL", error.message), answer);
  const headers = new Headers(answer.headers);
  headers.set("Cache-Control", "private, no-cache");
  if (key !== "") {
    const flag = flags.find((flag) => flag.key === key);
    return flag === undefined ? Response.json(refused("FLAG_NOT_FOUND", "there is no campaign of this key"), { status: 404, headers }) : Response.json(flag, { headers });
  }
  const text = JSON.stringify({ flags });
  const tag = `"${(await sha256(new TextEncoder().encode(text))).slice(0, 32)}"`;
  headers.set("ETag", tag);
  // A cache on the way may have made it a weak one.
  const known = (request.headers.get("If-None-Match") ?? "").split(",").map((each) => each.trim().replace(/^W\//, ""));
  return known.includes(tag) || known.includes("*") ? new Response(null, { status: 304, headers }) : new Response(text, { headers });
}
