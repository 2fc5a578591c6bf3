/**
 * The data manifest: which catalogue and which indexes are current, signed by one key for data. It takes the place of those that a
 * version names, without a new version. Bytes: SPEC.md, "Data manifest".
 */

import { namedIn, readManifest } from "./manifest.mjs";
import { fromHex, hex, openEnvelope, sha256, signersOf } from "./signature.mjs";

const TAG = 2;
const SITE_BYTES_MAX = 64;
const KIND_CATALOG = 2;
/** Indexes learned from sessions and from baskets. */
const KINDS_LEARNED = [3, 4];
const ENTRY_BYTES = 37;
/** What `baseOf` says of a version that names none. */
const BASE_OF_NONE = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/** By how much the clock of who signs may be ahead. */
const AHEAD_MAX_S = 5 * 60;

/** @typedef {import("./manifest.mjs").Manifest} Manifest */
/** @typedef {import("./manifest.mjs").Named} Named */

/**
 * @typedef {object} Data
 * @property {string} id
 * @property {string} site
 * @property {number} number one more than that of the one before
 * @property {string} previous id of the data manifest before, in hexadecimal; zeros for the first
 * @property {number} made_s
 * @property {number} version the version that was published when it was made
 * @property {string} base what that version names, as `baseOf` says it
 * @property {Named[]} artifacts the catalogue first
 * @property {import("./signature.mjs").Envelope} envelope what is signed, and by whom
 */

/** What a version brings along itself, and since which version. @typedef {{ origin: number, base: string }} Ground */

/** @param {Uint8Array} bytes of a signed file */
export function isData(bytes) {
  return bytes[7] === TAG && String.fromCharCode(...bytes.subarray(0, 4)) === "ATMF";
}

/**
 * Reads a data manifest.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Promise<Data>}
 * @throws {RangeError} when the bytes are not exactly one data manifest
 */
export async function readData(bytes) {
  const envelope = openEnvelope(bytes, "ATMF", "a data manifest");
  const { body, tag } = envelope;
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const at = 1 + view.getUint8(0);
  if (tag !== TAG || at === 1 || at > 1 + SITE_BYTES_MAX) throw new RangeError("not a data manifest");
  const from = at + 89;
  if (body.length !== from + view.getUint8(from - 1) * ENTRY_BYTES) throw new RangeError("a data manifest of a wrong length");
  const artifacts = Array.from({ length: view.getUint8(from - 1) }, (_, index) => namedIn(body, from + index * ENTRY_BYTES));
  const [catalog, ...learned] = artifacts.map(({ kind }) => kind);
  if (catalog !== KIND_CATALOG || learned.some((kind, index) => !KINDS_LEARNED.includes(kind) || kind <= artifacts[index].kind)) {
    throw new RangeError("a data manifest names the catalogue and behind it the indexes");
  }
  return {
    id: await sha256(body),
    site: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body.subarray(1, at)),
    number: Number(view.getBigUint64(at, true)),
    previous: hex(body.subarray(at + 8, at + 40)),
    made_s: Number(view.getBigUint64(at + 40, true)),
    version: Number(view.getBigUint64(at + 48, true)),
    base: hex(body.subarray(at + 56, at + 88)),
    artifacts,
    envelope,
  };
}

/**
 * The keys for data that have signed.
 * @param {Data} data
 * @param {string} keys the variable MANIFEST_KEYS
 */
export function dataSigners({ envelope }, keys) {
  return signersOf(envelope, ["attune-data-1", envelope.body], keys, ["data"]);
}

/**
 * Returns where a data manifest counts.
 * @param {Data} data
 * @param {{ site: string, keys: string, now_s: number }} terms
 * @throws {Error} with the reason, where it must not be used
 */
export async function acceptData(data, { site, keys, now_s }) {
  if (data.site !== site) throw new Error(`the data manifest is for the site ${data.site}`);
  if (data.made_s > now_s + AHEAD_MAX_S) throw new Error(`the data manifest was made ${data.made_s - Math.floor(now_s)} s ahead of now`);
  if ((await dataSigners(data, keys)).length === 0) throw new Error("no key for data has signed the data manifest");
}

/**
 * Which catalogue and indexes a version names: the hash of their entries, in the order of their kinds.
 * @param {Named[]} recommend the catalogue first
 */
export function baseOf(recommend) {
  const out = new Uint8Array(recommend.length * ENTRY_BYTES);
  recommend.forEach(({ kind, bytes, sha256: digits }, index) => {
    const at = index * ENTRY_BYTES;
    out[at] = kind;
    new DataView(out.buffer).setUint32(at + 1, bytes, true);
    out.set(fromHex(digits), at + 5);
  });
  return sha256(out);
}

/**
 * @param {Manifest} manifest
 * @returns {Promise<Ground>} of a rollback: of the version that it goes back to
 */
export async function groundOf({ version, evidence, recommend }) {
  return { origin: evidence === null ? version : Math.min(version, versionIn(evidence)), base: await baseOf(recommend) };
}

/** @param {Uint8Array<ArrayBuffer>} evidence */
function versionIn(evidence) {
  try {
    return readManifest(evidence).version;
  } catch {
    // Then as many people have signed it as sign a version.
    return Infinity;
  }
}

/**
 * Whether a data manifest takes the place of what a version brings along: it does for the version that it was made for and those
 * before it, and for later ones that bring nothing along, or the same as that one.
 * @param {Data} data
 * @param {Ground} ground of the version
 */
export function holdsFor(data, { origin, base }) {
  return origin <= data.version || base === data.base || base === BASE_OF_NONE;
}
