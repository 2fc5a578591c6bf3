/** The signed manifest: which artifact is current. Its bytes are described in SPEC.md. */

const MAGIC = 0x464d5441; // "ATMF"
const PARTS_MAX = 8;
const SITE_BYTES_MAX = 64;
const PURPOSE = new TextEncoder().encode("attune-manifest-1");
const KIND_CONFIG = 1;
/** Catalogue, and the indexes learned from sessions and from baskets. */
const KINDS_RECOMMEND = [2, 3, 4];

/** @typedef {{ kind: number, bytes: number, sha256: string }} Named an artifact: its size, and its hash in hexadecimal */

/**
 * @typedef {object} Manifest
 * @property {string} site
 * @property {number} version
 * @property {number} notBefore_s
 * @property {number} expires_s
 * @property {{ bytes: number, sha256: string } | undefined} config
 * @property {Named[]} shelf what recommendations are made from, the catalogue first
 * @property {Uint8Array<ArrayBuffer>} body what is signed
 * @property {{ key: string, bytes: Uint8Array<ArrayBuffer> }[]} signatures
 */

/**
 * Reads a manifest.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Manifest}
 * @throws {RangeError} when the bytes are not exactly one manifest
 */
export function readManifest(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== MAGIC || view.getUint16(4, true) !== 1) throw new RangeError("not a manifest of format 1");
  const count = view.getUint8(6);
  const bodyEnd = 12 + view.getUint32(8, true);
  if (count > PARTS_MAX || bytes.length !== bodyEnd + count * 72) throw new RangeError("the manifest has a wrong length");
  const signatures = Array.from({ length: count }, (_, index) => {
    const at = bodyEnd + index * 72;
    return { key: hex(bytes.subarray(at, at + 8)), bytes: bytes.slice(at + 8, at + 72) };
  });
  return { ...readBody(bytes.slice(12, bodyEnd)), signatures };
}

/** @param {Uint8Array<ArrayBuffer>} body */
function readBody(body) {
  const view = new DataView(body.buffer);
  const siteEnd = 1 + view.getUint8(0);
  if (siteEnd === 1 || siteEnd > 1 + SITE_BYTES_MAX) throw new RangeError("the manifest has no site name of at most 64 bytes");
  const site = new TextDecoder("utf-8", { fatal: true }).decode(body.subarray(1, siteEnd));
  const version = Number(view.getBigUint64(siteEnd, true));
  const notBefore_s = Number(view.getBigUint64(siteEnd + 40, true));
  const expires_s = Number(view.getBigUint64(siteEnd + 48, true));
  const count = view.getUint8(siteEnd + 56);
  if (count > PARTS_MAX || body.length !== siteEnd + 57 + count * 37) throw new RangeError("the manifest has a wrong length");
  const artifacts = Array.from({ length: count }, (_, index) => {
    const at = siteEnd + 57 + index * 37;
    return { kind: view.getUint8(at), bytes: view.getUint32(at + 1, true), sha256: hex(body.subarray(at + 5, at + 37)) };
  });
  const shelf = artifacts.filter(({ kind }) => KINDS_RECOMMEND.includes(kind)).sort((a, b) => a.kind - b.kind);
  return { site, version, notBefore_s, expires_s, config: artifacts.find(({ kind }) => kind === KIND_CONFIG), shelf, body };
}

/**
 * How many of the trusted keys have signed a manifest.
 * @param {Manifest} manifest
 * @param {string} keys 64 hex digits each, comma separated
 */
export async function countSignatures(manifest, keys) {
  const signed = encodePieces([PURPOSE, manifest.body]);
  let valid = 0;
  for (const text of new Set(keys.toLowerCase().split(/[\s,]+/).filter(Boolean))) {
    const raw = unhex(text);
    const id = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", raw)).subarray(0, 8));
    const signature = manifest.signatures.find(({ key }) => key === id);
    if (signature === undefined) continue;
    const key = await crypto.subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]);
    if (await crypto.subtle.verify({ name: "Ed25519" }, key, signature.bytes, signed)) valid += 1;
  }
  return valid;
}

/**
 * Pre-authentication encoding: the count, then each piece behind its length, in eight bytes, little endian.
 * @param {Uint8Array[]} pieces
 */
export function encodePieces(pieces) {
  const out = new Uint8Array(8 + pieces.reduce((bytes, piece) => bytes + 8 + piece.length, 0));
  const view = new DataView(out.buffer);
  view.setBigUint64(0, BigInt(pieces.length), true);
  let at = 8;
  for (const piece of pieces) {
    view.setBigUint64(at, BigInt(piece.length), true);
    out.set(piece, at + 8);
    at += 8 + piece.length;
  }
  return out;
}

/** @param {Uint8Array} bytes */
export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {string} text */
function unhex(text) {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new RangeError("a public key is 64 hexadecimal digits");
  return Uint8Array.from(text.match(/../g) ?? [], (digits) => parseInt(digits, 16));
}
