/** The head: which signed files hold now. The one value in KV that is written anew, under a MAC. SPEC.md, "Head". */

import { encodePieces, fromHex, hex } from "./signature.mjs";

const LABEL = "attune-head-1";
const BYTES_MAX = 4_096;
const RING_KEYS_MAX = 4;

/**
 * @typedef {object} Head
 * @property {1} v
 * @property {string} site
 * @property {number} serial
 * @property {string | null} manifest id of the manifest that holds; `null` before the first one
 * @property {string | null} before what holds where `manifest` is withdrawn
 * @property {string | null} kills name of the kill list
 * @property {string[]} withdrawn manifests whose canary, or where they have none whose version, must not be used
 * @property {number} moment_s when it was written
 */

/**
 * The head's text.
 * @param {Head} head
 * @param {string} ring the secret ATTUNE_KEYS
 */
export async function encodeHead(head, ring) {
  const keys = readRing(ring);
  const signer = /** @type {typeof keys[0]} */ (keys.find(({ signs }) => signs));
  const line = JSON.stringify(head);
  const mac = await crypto.subtle.sign("HMAC", await deriveKey(signer.secret, head.site), covered(line));
  return `${line}\n${signer.id}:${hex(new Uint8Array(mac))}`;
}

/**
 * A head that a key of the ring has written for this site.
 * @param {string} text
 * @param {{ site: string, ring: string }} expected
 * @returns {Promise<Head>}
 * @throws {Error} with the reason, where it must not be used
 */
export async function openHead(text, { site, ring }) {
  const [, line, id, mac] = /^([^\n]+)\n(\d{1,3}):([0-9a-f]{64})$/.exec(text.length > BYTES_MAX ? "" : text) ?? [];
  if (line === undefined) throw new Error("not a head");
  const key = readRing(ring).find((one) => one.id === id);
  if (key === undefined) throw new Error(`the head is of key ${id}, which ATTUNE_KEYS does not have`);
  if (!(await crypto.subtle.verify("HMAC", await deriveKey(key.secret, site), fromHex(mac), covered(line)))) {
    throw new Error(`the head is not what ATTUNE_KEYS wrote for the site ${site}`);
  }
  const head = /** @type {Head} */ (JSON.parse(line));
  if (head.v !== 1 || head.site !== site) throw new Error("the head is of another version or site");
  return head;
}

/** @param {string} line */
function covered(line) {
  return new TextEncoder().encode(`${LABEL}\n${line}`);
}

/**
 * The keys of the ring, as `src/core/profile/keys.rs` reads them.
 * @param {string} ring
 */
function readRing(ring) {
  const entries = ring.split(/[\n,]/).map((entry) => entry.trim()).filter(Boolean);
  const keys = entries.map((entry) => {
    const [, id, state, secret] = /^([1-9]\d{0,2}):(sign|verify):([0-9a-fA-F]{64})$/.exec(entry) ?? [];
    if (id === undefined || Number(id) > 255) throw new Error("ATTUNE_KEYS has an entry that is not ID:STATE:SECRET");
    return { id, signs: state === "sign", secret: fromHex(secret) };
  });
  if (!keys.some(({ signs }) => signs) || keys.length > RING_KEYS_MAX) throw new Error("ATTUNE_KEYS needs 1 to 4 keys, one of them sign");
  return keys;
}

/**
 * The key of a secret for heads of a site: SPEC.md, "Keys".
 * @param {Uint8Array<ArrayBuffer>} secret
 * @param {string} site
 */
async function deriveKey(secret, site) {
  const info = encodePieces([LABEL, site].map((text) => new TextEncoder().encode(text)));
  const base = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const hkdf = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info };
  return crypto.subtle.deriveKey(hkdf, base, { name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign", "verify"]);
}
