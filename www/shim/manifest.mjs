/** The signed manifest: which artifacts are current. Its bytes are described in SPEC.md. */

import { approvalsOf, hex, openEnvelope, sha256 } from "./signature.mjs";

const PARTS_MAX = 8;
const SITE_BYTES_MAX = 64;
const KIND_CONFIG = 1;
const KIND_CLIENT = 8;
/** Catalogue, and the indexes learned from sessions and from baskets. */
const KINDS_RECOMMEND = [2, 3, 4];
/** Share, salt, and the artifact. */
const CANARY_BYTES = 47;
const CANARY_SHARE_BP_MAX = 5_000;
const EVIDENCE_BYTES_MAX = 16_384;
/** A configuration that an isolate holds beside the present one: a canary's, or a draft's. */
export const SECOND_BYTES_MAX = 4 * 1024 * 1024;
/** By the tag of the file; 2 is a data manifest (data.mjs). @type {{ [tag: number]: Kind | undefined }} */
const KINDS = { 0: "version", 1: "rollback", 3: "draft" };
/** What signatures are for. */
const LABELS = { version: "attune-manifest-1", rollback: "attune-rollback-1", draft: "attune-draft-1" };

/** @typedef {{ kind: number, bytes: number, sha256: string }} Named an artifact: its size, and its hash in hexadecimal */
/** What a manifest is; a draft is there to be looked at, and is never published. @typedef {"version" | "rollback" | "draft"} Kind */
/** A second configuration for a part of the visitors. @typedef {{ share_bp: number, salt: string, config: Named }} Canary */

/**
 * @typedef {object} Manifest
 * @property {Kind} kind
 * @property {string} site
 * @property {number} version
 * @property {string} previous id of the manifest before, in hexadecimal; zeros for the first
 * @property {number} notBefore_s
 * @property {number} expires_s
 * @property {Named[]} artifacts all of them, as they stand
 * @property {Named | undefined} config
 * @property {Named | undefined} client what browsers decide by
 * @property {Named[]} recommend what recommendations are made from, the catalogue first
 * @property {Canary | null} canary
 * @property {Uint8Array<ArrayBuffer> | null} evidence of a rollback: the earlier manifest that its artifacts come from
 * @property {string} listing the list of artifacts as it stands in the body, in hexadecimal
 * @property {import("./signature.mjs").Envelope} envelope what is signed, and by whom
 */

/** The id of none: what the first of a row follows upon. */
export const NONE = "0".repeat(64);

/** What a manifest must be to count. @typedef {{ site: string, keys: string, needed: number, floor: number, now_s: number }} Terms */

/**
 * Every artifact that a version needs, its canary's configuration included.
 * @param {Pick<Manifest, "artifacts" | "canary">} manifest
 */
export function artifactsOf({ artifacts, canary }) {
  return canary === null ? artifacts : [...artifacts, canary.config];
}

/**
 * Reads the manifest of a version or a rollback.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Manifest}
 * @throws {RangeError} when the bytes are not exactly one manifest
 */
export function readManifest(bytes) {
  const manifest = readAny(bytes);
  if (manifest.kind === "draft") throw new RangeError("a draft, which cannot be published");
  return manifest;
}

/**
 * Reads a manifest of any kind.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Manifest}
 * @throws {RangeError} when the bytes are not exactly one manifest
 */
function readAny(bytes) {
  const envelope = openEnvelope(bytes, "ATMF", "a manifest");
  const { body, tag } = envelope;
  const kind = KINDS[tag];
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const siteEnd = 1 + view.getUint8(0);
  if (siteEnd === 1 || siteEnd > 1 + SITE_BYTES_MAX) throw new RangeError("the manifest has no site name of at most 64 bytes");
  const site = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body.subarray(1, siteEnd));
  const count = view.getUint8(siteEnd + 56);
  const end = siteEnd + 57 + count * 37;
  if (!kind || count > PARTS_MAX || body.length < end) throw new RangeError("a manifest of a wrong length");
  const artifacts = Array.from({ length: count }, (_, index) => namedIn(body, siteEnd + 57 + index * 37));
  const rest = body.subarray(end);
  if (kind === "draft" && rest.length > 0) throw new RangeError("a manifest of a wrong length");
  return {
    kind,
    site,
    version: Number(view.getBigUint64(siteEnd, true)),
    previous: hex(body.subarray(siteEnd + 8, siteEnd + 40)),
    notBefore_s: Number(view.getBigUint64(siteEnd + 40, true)),
    expires_s: Number(view.getBigUint64(siteEnd + 48, true)),
    artifacts,
    config: artifacts.find(({ kind }) => kind === KIND_CONFIG),
    client: artifacts.find(({ kind }) => kind === KIND_CLIENT),
    recommend: artifacts.filter(({ kind }) => KINDS_RECOMMEND.includes(kind)).sort((a, b) => a.kind - b.kind),
    canary: tag === 0 && rest.length > 0 ? canaryIn(rest) : null,
    evidence: tag === 1 ? evidenceIn(rest) : null,
    listing: hex(body.subarray(siteEnd + 56, end)),
    envelope,
  };
}

/**
 * An entry of a list of artifacts.
 * @param {Uint8Array<ArrayBuffer>} body
 * @param {number} at
 * @returns {Named}
 */
export function namedIn(body, at) {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  return { kind: view.getUint8(at), bytes: view.getUint32(at + 1, true), sha256: hex(body.subarray(at + 5, at + 37)) };
}

/**
 * @param {Uint8Array<ArrayBuffer>} rest of the body
 * @returns {Canary}
 */
function canaryIn(rest) {
  if (rest.length !== CANARY_BYTES) throw new RangeError("a canary of a wrong length");
  const share_bp = rest[0] + 256 * rest[1];
  const config = namedIn(rest, 10);
  if (share_bp < 1 || share_bp > CANARY_SHARE_BP_MAX || config.kind !== KIND_CONFIG) {
    throw new RangeError("not a canary: a share of 1 to 5,000 basis points, a salt, and a configuration");
  }
  return { share_bp, salt: hex(rest.subarray(2, 10)), config };
}

/** @param {Uint8Array<ArrayBuffer>} rest of the body */
function evidenceIn(rest) {
  const length = rest.length < 4 ? -1 : new DataView(rest.buffer, rest.byteOffset).getUint32(0, true);
  if (length !== rest.length - 4 || length > EVIDENCE_BYTES_MAX) throw new RangeError("a rollback of a wrong length");
  return rest.slice(4);
}

/**
 * What a manifest is named by: one changed byte of the body is another id, one more signature is not.
 * @param {Manifest} manifest
 */
export function manifestId({ envelope }) {
  return sha256(envelope.body);
}

/**
 * Who has signed a manifest, and whether a key for publish is among them.
 * @param {Manifest} manifest
 * @param {string} keys the variable MANIFEST_KEYS
 */
export function manifestApprovals({ kind, envelope }, keys) {
  return approvalsOf(envelope, [LABELS[kind], envelope.body], keys);
}

/**
 * Whether enough keys have signed: as many as are needed, or one where a rollback brings evidence that these artifacts were approved.
 * @param {Manifest} manifest
 * @param {Terms} terms
 */
export async function isApproved(manifest, terms) {
  const { by, hasPublisher } = await manifestApprovals(manifest, terms.keys);
  return hasPublisher && (by.length >= terms.needed || (await hasEvidence(manifest, terms)));
}

/**
 * Whether the earlier manifest that a rollback carries is valid today, has no canary, and names the same artifacts.
 * @param {Manifest} manifest
 * @param {Terms} terms
 */
async function hasEvidence({ evidence, site, version, listing }, terms) {
  if (evidence === null) return false;
  try {
    const earlier = readManifest(evidence);
    await acceptManifest(earlier, { ...terms, site });
    return earlier.kind === "version" && earlier.canary === null && earlier.version < version && earlier.listing === listing;
  } catch {
    return false;
  }
}

/**
 * Returns where a manifest counts.
 * @param {Manifest} manifest
 * @param {Terms} terms
 * @throws {Error} with the reason, where it must not be used
 */
export async function acceptManifest(manifest, terms) {
  checkTerms(manifest, terms);
  if (await isApproved(manifest, terms)) return;
  const { by, hasPublisher } = await manifestApprovals(manifest, terms.keys);
  throw new Error(`${by.length} valid signatures${by.length > 0 && !hasPublisher ? " and none of a key for publish" : ""}, ${terms.needed} needed`);
}

/**
 * All that must be true of a manifest whoever has signed it.
 * @param {Manifest} manifest
 * @param {Terms} terms
 */
export function checkTerms({ site, version, notBefore_s, expires_s, config }, terms) {
  if (terms.site && site !== terms.site) throw new Error(`the manifest is for the site ${site}`);
  if (!(version >= terms.floor)) throw new Error(`version ${version} is below the floor`);
  if (terms.now_s < notBefore_s) throw new Error("the manifest is not valid yet");
  if (terms.now_s > expires_s) throw new Error("the manifest has expired");
  if (config === undefined) throw new Error("the manifest names no configuration");
}

/**
 * Reads what somebody may look at before it is published: a draft, or a version that waits for signatures.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {string | null} id that it must have; `null`: whichever it has
 * @param {Terms} terms
 * @returns {Promise<{ id: string, config: Named, isApproved: boolean }>} the configuration that it would bring
 * @throws {Error} with the reason, where it must not be looked at
 */
export async function readPreviewed(bytes, id, terms) {
  const manifest = readAny(bytes);
  const found = await manifestId(manifest);
  if (id !== null && found !== id) throw new Error("it is not the draft that the link is of");
  checkTerms(manifest, { ...terms, now_s: Math.max(terms.now_s, manifest.notBefore_s), floor: 0 });
  const { by } = await manifestApprovals(manifest, terms.keys);
  if (by.length === 0) throw new Error("no key for publish or approve has signed it");
  const config = manifest.canary?.config ?? /** @type {Named} */ (manifest.config);
  if (config.bytes > SECOND_BYTES_MAX) throw new Error(`its configuration has ${config.bytes} bytes, and ${SECOND_BYTES_MAX} are the most that can be previewed`);
  return { id: found, config, isApproved: await isApproved(manifest, terms) };
}
