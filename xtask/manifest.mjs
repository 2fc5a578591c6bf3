// Writes signed files and heads, as the edge reads them (SPEC.md), for local runs and for the tests.
import { createHash, createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, hkdfSync, sign } from "node:crypto";

/** A new signing key: the private half as PEM, the public half as 64 hex digits. */
export function newSigningKey() {
  const { privateKey } = generateKeyPairSync("ed25519");
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/** @param {string} pem */
export function publicKeyHex(pem) {
  const jwk = createPublicKey(createPrivateKey(pem)).export({ format: "jwk" });
  return Buffer.from(jwk.x, "base64url").toString("hex");
}

/**
 * What a manifest names.
 * @typedef {object} Version
 * @property {string} site
 * @property {number} version
 * @property {string} [previous] id of the manifest before
 * @property {Uint8Array} [bundle]
 * @property {{ kind: number, bytes: Uint8Array }[]} [artifacts] catalogue (2), indexes (3, 4), sources (7), client bundle (8)
 * @property {number} [notBefore_s]
 * @property {number} [expires_s]
 * @property {{ share_bp: number, salt: Uint8Array, bundle: Uint8Array }} [canary]
 * @property {Uint8Array} [evidence] the earlier manifest that a rollback's artifacts come from: it makes this a rollback
 */

/**
 * The bytes of a manifest: a version, or with evidence a rollback.
 * @param {Version} what
 * @param {string[]} keys PEM, one a signature
 */
export function signedManifest(what, keys) {
  const body = manifestBody(what);
  const [tag, label] = what.evidence === undefined ? [0, "attune-manifest-1"] : [1, "attune-rollback-1"];
  return envelope("ATMF", tag, body, [Buffer.from(label), body], keys);
}

/**
 * The bytes of a draft: a configuration that is there to be looked at.
 * @param {{ site: string, bundle: Uint8Array }} what
 * @param {string[]} keys PEM, one a signature
 */
export function signedDraft({ site, bundle }, keys) {
  const body = manifestBody({ site, version: 0, bundle });
  return envelope("ATMF", 3, body, [Buffer.from("attune-draft-1"), body], keys);
}

/** @param {Version} what */
function manifestBody({ site, version, previous = "", bundle, artifacts = [], notBefore_s = 0, expires_s = 4_102_444_800, canary, evidence }) {
  const name = Buffer.from(site);
  return Buffer.concat([
    Buffer.from([name.length]), name, u64(version), Buffer.from(previous.padStart(64, "0"), "hex"), u64(notBefore_s), u64(expires_s),
    ...listOf([...(bundle === undefined ? [] : [{ kind: 1, bytes: bundle }]), ...artifacts]),
    ...(canary === undefined ? [] : [u16(canary.share_bp), canary.salt, listed({ kind: 1, bytes: canary.bundle })]),
    ...(evidence === undefined ? [] : [u32(evidence.length), evidence]),
  ]);
}

/**
 * A data manifest: the catalogue and the indexes beside a version.
 * @param {{ site: string, number: number, previous?: string, made_s?: number, version: number, base: { kind: number, bytes: Uint8Array }[], artifacts: { kind: number, bytes: Uint8Array }[] }} what `base`: what the version itself names
 * @param {string[]} keys PEM, one a signature
 */
export function signedData({ site, number, previous = "", made_s = Math.floor(Date.now() / 1000), version, base, artifacts }, keys) {
  const name = Buffer.from(site);
  const body = Buffer.concat([
    Buffer.from([name.length]), name, u64(number), Buffer.from(previous.padStart(64, "0"), "hex"), u64(made_s), u64(version),
    createHash("sha256").update(Buffer.concat(base.map(listed))).digest(),
    Buffer.from([artifacts.length]), ...artifacts.map(listed),
  ]);
  return envelope("ATMF", 2, body, [Buffer.from("attune-data-1"), body], keys);
}

/** A list of artifacts behind its length. @param {{ kind: number, bytes: Uint8Array }[]} artifacts */
const listOf = (artifacts) => [Buffer.from([artifacts.length]), ...artifacts.map(listed)];

/**
 * A client bundle as it is served: the signed manifest behind its length, and the artifacts.
 * @param {Uint8Array} manifest @param {Uint8Array[]} artifacts
 */
export const packOf = (manifest, ...artifacts) => Buffer.concat([u32(manifest.length), manifest, ...artifacts]);

/** An entry of a list of artifacts. @param {{ kind: number, bytes: Uint8Array }} artifact */
function listed({ kind, bytes }) {
  return Buffer.concat([Buffer.from([kind]), u32(bytes.length), createHash("sha256").update(bytes).digest()]);
}

/** The id of a signed file: the hash of its body. @param {Uint8Array} bytes */
export function fileId(bytes) {
  return createHash("sha256").update(bodyOf(bytes)).digest("hex");
}

/**
 * A statement that kills a campaign, or everything where the key is empty; or lifts that again.
 * @param {{ site: string, number: number, key?: string, revive?: boolean, made_s?: number }} what
 * @param {string[]} keys PEM, one a signature
 */
export function killStatement({ site, number, key = "", revive = false, made_s = Math.floor(Date.now() / 1000) }, keys) {
  const [name, campaign] = [Buffer.from(site), Buffer.from(key)];
  const body = Buffer.concat([Buffer.from([name.length]), name, u64(number), u64(made_s), Buffer.from([campaign.length]), campaign]);
  const tag = revive ? 1 : 0;
  return envelope("ATKL", tag, body, [Buffer.from("attune-kill-1"), Buffer.from([tag]), body], keys);
}

/** A kill list. @param {Uint8Array[]} statements */
export function killList(statements) {
  return Buffer.concat(statements.flatMap((bytes) => [u32(bytes.length), bytes]));
}

/**
 * A head under the first key of a ring, by another hand than the edge's.
 * @param {{ site: string, serial: number, manifest: string | null, data?: string | null, before?: string | null, kills?: string | null, withdrawn?: string[], moment_s?: number }} what
 * @param {string} ring ID:STATE:HEX
 */
export function signedHead({ site, serial, manifest, data, before = null, kills = null, withdrawn = [], moment_s = Math.floor(Date.now() / 1000) }, ring) {
  const [id, , secret] = ring.split(/[\n,]/)[0].trim().split(":");
  const line = JSON.stringify({ v: 1, site, serial, manifest, data, before, kills, withdrawn, moment_s });
  const key = hkdfSync("sha256", Buffer.from(secret, "hex"), Buffer.alloc(0), pae([Buffer.from("attune-head-1"), Buffer.from(site)]), 32);
  return Buffer.from(`${line}\n${id}:${createHmac("sha256", Buffer.from(key)).update(`attune-head-1\n${line}`).digest("hex")}`);
}

/**
 * An overlay (5), posteriors (6) or weights (9) with signatures around it.
 * @param {{ site: string, kind: number, body: Uint8Array }} what
 * @param {string[]} keys PEM, one a signature
 */
export function signedLive({ site, kind, body }, keys) {
  return envelope("ATLV", kind, body, [Buffer.from("attune-live-1"), Buffer.from(site), Buffer.from([kind]), body], keys);
}

/** What the signatures of a file are around. @param {Uint8Array} bytes */
export function bodyOf(bytes) {
  const { buffer, byteOffset } = bytes;
  return bytes.subarray(12, 12 + new DataView(buffer, byteOffset).getUint32(8, true));
}

/**
 * @param {string} magic
 * @param {number} tag
 * @param {Uint8Array} body
 * @param {Uint8Array[]} pieces what a signature covers
 * @param {string[]} keys PEM, one a signature
 */
function envelope(magic, tag, body, pieces, keys) {
  const signed = pae(pieces);
  const signatures = keys.map((pem) => Buffer.concat([Buffer.from(keyId(pem), "hex"), sign(null, signed, pem)]));
  return Buffer.concat([Buffer.from(magic), Buffer.from([1, 0, signatures.length, tag]), u32(body.length), body, ...signatures]);
}

/** The id of a key. @param {string} pem */
export function keyId(pem) {
  return createHash("sha256").update(Buffer.from(publicKeyHex(pem), "hex")).digest("hex").slice(0, 16);
}

/** @param {Uint8Array[]} pieces */
export function pae(pieces) {
  return Buffer.concat([u64(pieces.length), ...pieces.flatMap((piece) => [u64(piece.length), piece])]);
}

/** The KV key of a bundle. @param {Uint8Array} bundle */
export function artifactKey(bundle) {
  return `artifact:${createHash("sha256").update(bundle).digest("hex")}`;
}

/** @param {number} value */
function u16(value) {
  const out = Buffer.alloc(2);
  out.writeUInt16LE(value);
  return out;
}

/** @param {number} value */
function u32(value) {
  const out = Buffer.alloc(4);
  out.writeUInt32LE(value);
  return out;
}

/** @param {number} value */
function u64(value) {
  const out = Buffer.alloc(8);
  out.writeBigUInt64LE(BigInt(value));
  return out;
}
