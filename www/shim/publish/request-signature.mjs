/**
 * HTTP Message Signatures (RFC 9421) of exactly one form: one label, one list of components, Ed25519. What could be written in two ways
 * is refused in all but one. SPEC.md, "Signed requests".
 */

import { isSignedBy } from "../signature.mjs";
import { Refusal } from "./refusal.mjs";

const LIFETIME_MAX_S = 60;
/** By how much the clock of who signs may be ahead. */
const AHEAD_MAX_S = 30;
const COMPONENTS = ["@method", "@path", "@query", "content-digest", "attune-audience"];
const LIST = `(${COMPONENTS.map((name) => `"${name}"`).join(" ")})`;
const PARAMETERS = /^;created=(\d{1,11});expires=(\d{1,11});nonce="([0-9a-f]{32})";keyid="([0-9a-f]{16})";alg="ed25519"$/;

/** @typedef {import("../signature.mjs").Key} Key */
/**
 * A request whose signature is right. Its audience, its nonce and its body are for the caller to look at.
 * @typedef {object} Signed
 * @property {Key} key
 * @property {string} nonce
 * @property {number} expires_s
 * @property {string} audience
 * @property {string} digest of the body, SHA-256 in base64
 */

/**
 * Whether a request has no signature at all.
 * @param {Headers} headers
 */
export function isUnsigned(headers) {
  return !headers.has("Signature") && !headers.has("Signature-Input");
}

/**
 * @param {Request} request
 * @param {Key[]} keys of the deployment
 * @param {number} now_s
 * @returns {Promise<Signed>}
 * @throws {Refusal}
 */
export async function verifyRequest(request, keys, now_s) {
  const { headers, method } = request;
  const [, parameters] = field(headers, "Signature-Input", /^attune=(.*)$/);
  const [, text] = field(headers, "Signature", /^attune=:([A-Za-z0-9+/]{85}[AQgw]==):$/);
  const [contentDigest, digest] = field(headers, "Content-Digest", /^sha-256=:([A-Za-z0-9+/]{43}=):$/);
  const [audience] = field(headers, "Attune-Audience", /^[\x21-\x7e]{1,300}$/);
  const [, created, expires, nonce, id] = (parameters.startsWith(LIST) && PARAMETERS.exec(parameters.slice(LIST.length))) || [];
  if (id === undefined) throw malformed("Signature-Input");
  const [created_s, expires_s] = [Number(created), Number(expires)];
  if (expires_s < created_s || expires_s - created_s > LIFETIME_MAX_S) throw new Refusal("malformed_signature", "the signature is for more than 60 seconds");
  if (created_s > now_s + AHEAD_MAX_S) throw new Refusal("clock", `the signature was made ${created_s - now_s} s ahead of the time here`, { now_s });
  if (expires_s < now_s) throw new Refusal("stale", `the signature expired ${now_s - expires_s} s ago by the time here`, { now_s });
  const key = keys.find((one) => one.id === id);
  if (key === undefined) throw new Refusal("unknown_key", `no key of the deployment has the id ${id}`);
  const { pathname, search } = new URL(request.url);
  const values = [method, pathname, search || "?", contentDigest, audience];
  const base = [...COMPONENTS.map((name, at) => `"${name}": ${values[at]}`), `"@signature-params": ${parameters}`].join("\n");
  const signature = Uint8Array.from(atob(text), (byte) => byte.charCodeAt(0));
  if (!(await isSignedBy(key, signature, new TextEncoder().encode(base)))) throw new Refusal("bad_signature", `key ${id} has not signed this request`);
  return { key, nonce, expires_s, audience, digest };
}

/**
 * @param {Headers} headers
 * @param {string} name
 * @param {RegExp} form
 */
function field(headers, name, form) {
  const found = form.exec(headers.get(name) ?? "");
  if (found === null) throw malformed(name);
  return found;
}

/** @param {string} name of the header */
function malformed(name) {
  return new Refusal("malformed_signature", `the header ${name} is missing, or not of the one form that is read`);
}
