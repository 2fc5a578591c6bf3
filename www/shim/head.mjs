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
 * @property {string | null} [data] id of the data manifest that holds; heads of earlier publishers do not have it
 * @property {string | null} before what holds where `manifest` is withdrawn
 * @property {string | null} kills name of the kill list
 * @property {string[]} withdrawn manifests whose canary, or where they have none whose version, must not be used
 * @property {number} moment_s when it was written
 */

/** What heads of a site are written with; it is good for nothing else. @typedef {{ id: string, key: string }} HeadKey */

/**
 * The key that signs heads of a site: of the first key of the ring that signs.
 * @param {string} ring the secret ATTUNE_KEYS
 * @param {string} site
 * @returns {Promise<HeadKey>}
 */
export async function headKey(ring, site) {
  const { id, secret } = /** @type {RingKey} */ (readRing(ring).find(({ signs }) => signs));
  return { id, key: hex(await derive(secret, site)) };
}

/**
 * The head's text.
 * @param {Head} head
 * @param {HeadKey} key
 */
export async function encodeHead(head, { id, key }) {
  const line = JSON.stringify(head);
  const mac = await crypto.subtle.sign("HMAC", await macKey(fromHex(key)), covered(line));
  return `${line}\n${id}:${hex(new Uint8Array(mac))}`;
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
  if (!(await crypto.subtle.verify("HMAC", await macKey(await derive(key.secret, site)), fromHex(mac), covered(line)))) {
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

/** @typedef {{ id: string, signs: boolean, secret: Uint8Array<ArrayBuffer> }} RingKey */

/**
 * The keys of the ring, as `src/core/profile/keys.rs` reads them.
 * @param {string} ring
 * @returns {RingKey[]}
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
async function derive(secret, site) {
  const info = encodePieces([LABEL, site].map((text) => new TextEncoder().encode(text)));
  const base = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info }, base, 256));
}

/** @param {Uint8Array<ArrayBuffer>} key */
function macKey(key) {
  return crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
}
