/** What the core may know of a request: only what the platform vouches for. */

import { utcOffsetMinutes } from "./timezone.mjs";

/** A score below this is "likely automated" in the platform's own words. */
const BOT_SCORE_HUMAN_MIN = 30;

/**
 * The request text of the page call: one field a line, in a fixed order (SPEC.md).
 * @param {Request} request
 * @param {import("./index.js").Env} env
 * @param {{ now_ms: number, charset: string, nonce: string, measure: boolean, local?: boolean, random?: string }} moment
 * @param {URL} [url] of the page, where the request is not for it
 */
export function requestText(request, env, moment, url = new URL(request.url)) {
  const place = env.PLACE === "off" ? {} : placeOf(request);
  const { headers } = request;
  const header = (/** @type {string} */ name) => headers.get(name) ?? "";
  const known = /^[A-Z]{2}$/.test(place.country ?? "") && place.country !== "XX" && place.country !== "T1";
  const offset = place.timezone ? utcOffsetMinutes(place.timezone, moment.now_ms) : null;
  return [
    "1",
    moment.now_ms,
    flags(request, place, moment),
    url.host,
    url.pathname,
    url.search.slice(1),
    header("Cookie"),
    header("Referer"),
    header("User-Agent"),
    header("Accept-Language"),
    known ? place.country : "",
    known ? (place.regionCode ?? "") : "",
    known ? (place.continent ?? "") : "",
    known ? (place.isEUCountry === "1" ? "1" : "0") : "",
    offset ?? "",
    moment.nonce,
    moment.random ?? randomHex(),
    known ? `${place.latitude ?? ""} ${place.longitude ?? ""} ${place.city ?? ""}` : "",
  ].map((field) => (typeof field === "string" && field.includes("\n") ? field.replaceAll("\n", " ") : field)).join("\n");
}

/**
 * @param {Request} request
 * @returns {import("./index.js").RequestPlace}
 */
function placeOf(request) {
  return /** @type {{ cf?: import("./index.js").RequestPlace }} */ (request).cf ?? {};
}

/**
 * @param {Request} request
 * @param {import("./index.js").RequestPlace} place
 * @param {{ charset: string, measure: boolean, local?: boolean }} moment
 */
function flags(request, place, moment) {
  const { headers } = request;
  const purpose = headers.get("Sec-Purpose") ?? headers.get("Purpose") ?? headers.get("X-Moz") ?? "";
  const verified = place.botManagement?.verifiedBot === true || !!place.verifiedBotCategory;
  const automated = (place.botManagement?.score ?? 100) < BOT_SCORE_HUMAN_MIN;
  return (
    (request.method === "GET" ? destinationFlag(headers) : "") +
    (/prefetch|prerender/i.test(purpose) ? "p" : "") +
    (headers.has("HX-Request") && !headers.has("HX-Boosted") ? "h" : "") +
    (headers.get("Sec-GPC") === "1" ? "g" : "") +
    (moment.charset === "utf-8" || moment.charset === "utf8" ? "u" : "") +
    (verified ? "b" : "") +
    (automated ? "a" : "") +
    (moment.measure ? "m" : "") +
    (moment.local ? "l" : "")
  );
}

/** What `Sec-Fetch-Dest` calls a page inside another one. */
const FRAMES = ["iframe", "frame", "object", "embed"];

/**
 * What asks for a page, as its flag: `d` a navigation, `f` a frame, `x` a script that fetches; empty: anything else.
 * @param {Headers} headers
 */
function destinationFlag(headers) {
  const destination = headers.get("Sec-Fetch-Dest") ?? "";
  const mode = headers.get("Sec-Fetch-Mode") ?? "";
  if (destination === "document") return "d";
  if (FRAMES.includes(destination)) return "f";
  if (destination !== "" && destination !== "empty") return "";
  // A service worker that passes a navigation on has no destination any more. Old browsers and tools say nothing at all.
  const silent = destination === "" && mode === "" && !headers.has("Sec-Fetch-Site");
  return silent || mode === "navigate" ? "d" : "x";
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** 32 hexadecimal digits. */
export function randomHex() {
  let text = "";
  for (const byte of crypto.getRandomValues(new Uint8Array(16))) text += HEX[byte];
  return text;
}
