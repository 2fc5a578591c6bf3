// What the headers of a site say of the site's own address, said of this machine, and back.
import { policiesOf, written } from "../live/policy.mjs";

/** @typedef {import("node:http").OutgoingHttpHeaders} OutgoingHttpHeaders */

/**
 * @typedef {object} Addresses
 * @property {URL} site
 * @property {string} local the origin on this machine, such as `http://localhost:8787`
 */

/** About a connection that this machine does not have, or where browsers are to report what they see. */
const DROPPED = ["strict-transport-security", "alt-svc", "nel", "report-to", "reporting-endpoints"];
const POLICIES = ["content-security-policy", "content-security-policy-report-only"];

/**
 * The headers of a request as the site would have got them.
 * @param {OutgoingHttpHeaders} headers
 * @param {Addresses} addresses
 */
export function toSite(headers, { site, local }) {
  /** @type {OutgoingHttpHeaders} */
  const sent = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith("x-forwarded-") || name.startsWith("cf-")) continue;
    sent[name] = (name === "origin" || name === "referer") && typeof value === "string" && within(value, local) ? site.origin + value.slice(local.length) : value;
  }
  sent.host = site.host;
  return sent;
}

/**
 * The headers of an answer, so that the browser stays on this machine.
 * @param {OutgoingHttpHeaders} headers
 * @param {Addresses} addresses
 */
export function toBrowser(headers, addresses) {
  /** @type {OutgoingHttpHeaders} */
  const kept = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || DROPPED.includes(name)) continue;
    if (name === "set-cookie") kept[name] = [value].flat().map((cookie) => cookieHere(String(cookie)));
    else if (POLICIES.includes(name)) kept[name] = policyHere([value].flat().join(", "), addresses);
    else if (["location", "content-location", "access-control-allow-origin"].includes(name)) kept[name] = addressHere(String(value), addresses);
    else if (name === "refresh") kept[name] = String(value).replace(/(url\s*=\s*["']?)([^"']+)/i, (_, before, url) => before + addressHere(url, addresses));
    else kept[name] = value;
  }
  return kept;
}

/**
 * An address of the site as one of this machine; any other one as it is. Whether it is http or https is the same to this machine.
 * @param {string} address @param {Addresses} addresses
 */
export function addressHere(address, { site, local }) {
  const found = /^(?:https?:)?\/\/([^/?#]+)/i.exec(address);
  return found?.[1].toLowerCase() === site.host ? local + address.slice(found[0].length) : address;
}

/**
 * A cookie that this machine gets: it is not of the site's domain, and has no certificate. Browsers take cookies whose name asks for
 * `Secure` from `localhost`, but only with it.
 * @param {string} cookie
 */
export function cookieHere(cookie) {
  const [pair, ...attributes] = cookie.split(";").map((part) => part.trim());
  const isNamedSecure = /^__(?:Host|Secure)-/i.test(pair);
  const kept = attributes.filter((attribute) => {
    const [name, value = ""] = attribute.toLowerCase().split("=").map((part) => part.trim());
    if (name === "domain") return false;
    return isNamedSecure || !(name === "secure" || name === "partitioned" || (name === "samesite" && value === "none"));
  });
  return [pair, ...kept].join("; ");
}

/**
 * A policy under which this machine may do what the site may.
 * @param {string} header @param {Addresses} addresses
 */
export function policyHere(header, { site, local }) {
  const unwanted = ["upgrade-insecure-requests", "block-all-mixed-content", "report-uri", "report-to"];
  const policies = policiesOf(header).map((policy) => policy.filter(({ name }) => !unwanted.includes(name)));
  for (const directive of policies.flat()) {
    if (directive.sources.some((source) => hasSite(source.toLowerCase(), site))) directive.sources.push(local);
  }
  return written(policies);
}

/** Whether a source of a policy is the site, by its name or with others. @param {string} source @param {URL} site */
function hasSite(source, site) {
  if (source === site.protocol) return true;
  const host = source.replace(/^https?:\/\//, "").replace(/[/].*$/, "").replace(/:(?:\d+|\*)$/, "");
  return host === site.hostname || (host.startsWith("*.") && site.hostname.endsWith(host.slice(1)));
}

/** @param {string} address @param {string} origin */
function within(address, origin) {
  return address === origin || address.startsWith(`${origin}/`);
}
