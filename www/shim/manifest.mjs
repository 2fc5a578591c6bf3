/** The signed manifest: which artifact is current. Its bytes are described in SPEC.md. */

import { countSignatures, hex, openEnvelope } from "./signature.mjs";

const PARTS_MAX = 8;
const SITE_BYTES_MAX = 64;
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
 * @property {Named[]} recommend what recommendations are made from, the catalogue first
 * @property {import("./signature.mjs").Envelope} envelope what is signed, and by whom
 */

/**
 * Reads a manifest.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Manifest}
 * @throws {RangeError} when the bytes are not exactly one manifest
 */
export function readManifest(bytes) {
  const envelope = openEnvelope(bytes, "ATMF", "a manifest");
  const { body, tag } = envelope;
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const siteEnd = 1 + view.getUint8(0);
  if (siteEnd === 1 || siteEnd > 1 + SITE_BYTES_MAX) throw new RangeError("the manifest has no site name of at most 64 bytes");
  const site = new TextDecoder("utf-8", { fatal: true }).decode(body.subarray(1, siteEnd));
  const version = Number(view.getBigUint64(siteEnd, true));
  const notBefore_s = Number(view.getBigUint64(siteEnd + 40, true));
  const expires_s = Number(view.getBigUint64(siteEnd + 48, true));
  const count = view.getUint8(siteEnd + 56);
  if (tag !== 0 || count > PARTS_MAX || body.length !== siteEnd + 57 + count * 37) throw new RangeError("a manifest of a wrong length");
  const artifacts = Array.from({ length: count }, (_, index) => {
    const at = siteEnd + 57 + index * 37;
    return { kind: view.getUint8(at), bytes: view.getUint32(at + 1, true), sha256: hex(body.subarray(at + 5, at + 37)) };
  });
  const recommend = artifacts.filter(({ kind }) => KINDS_RECOMMEND.includes(kind)).sort((a, b) => a.kind - b.kind);
  return { site, version, notBefore_s, expires_s, config: artifacts.find(({ kind }) => kind === KIND_CONFIG), recommend, envelope };
}

/**
 * How many of the keys for publishing have signed a manifest.
 * @param {Manifest} manifest
 * @param {string} keys the variable MANIFEST_KEYS
 */
export function countPublishers({ envelope }, keys) {
  return countSignatures(envelope, ["attune-manifest-1", envelope.body], keys, "publish");
}
