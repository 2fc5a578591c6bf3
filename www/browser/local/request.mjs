/** The page as the core in the browser asks for it: the request text of SPEC.md. */

import { hex } from "../../shim/signature.mjs";

/**
 * What the server says of the visitor's place, or nothing: languages, country, region, continent, EU, minutes from UTC, place.
 * @typedef {string[]} Facts
 */

/** What is known here: no place, and the clock of the device. @returns {Facts} */
export const ownFacts = () => [navigator.languages.join(","), "", "", "", "", String(-new Date().getTimezoneOffset()), ""];

/**
 * @param {import("../page.js").AttunePlanAsk} ask
 * @param {number} now_ms
 * @param {Facts} facts
 */
export const requestText = ({ url, referrer = "", frame, viewed }, now_ms, [languages, country, region, continent, eu, offset, place]) => {
  const [path, query = ""] = url.split(/\?(.*)/s);
  const { globalPrivacyControl } = /** @type {{ globalPrivacyControl?: boolean }} */ (navigator);
  const flags = (frame ? "f" : "d") + (document.prerendering ? "p" : "") + (globalPrivacyControl ? "g" : "") + (viewed ? "v" : "") + "m";
  const random = hex(crypto.getRandomValues(new Uint8Array(16)));
  const fields = ["1", now_ms, flags, location.host, path, query, "", referrer, navigator.userAgent, languages, country, region, continent, eu, offset, "", random, place];
  return fields.map((field) => String(field).replaceAll("\n", " ")).join("\n");
};
