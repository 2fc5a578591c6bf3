// Writes signed manifests and signed live data, as the edge reads them (SPEC.md), for local runs and for the tests.
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";

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
 * The bytes of a manifest that names a bundle, and what recommendations are made from: catalogue (2), indexes (3, 4).
 * @param {{ site: string, version: number, bundle: Uint8Array, artifacts?: { kind: number, bytes: Uint8Array }[], notBefore_s?: number, expires_s?: number }} what
 * @param {string[]} keys PEM, one a signature
 */
export function signedManifest({ site, version, bundle, artifacts = [], notBefore_s = 0, expires_s = 4_102_444_800 }, keys) {
  const name = Buffer.from(site);
  const body = Buffer.concat([
    Buffer.from([name.length]), name, u64(version), Buffer.alloc(32), u64(notBefore_s), u64(expires_s),
    Buffer.from([1 + artifacts.length]),
    ...[{ kind: 1, bytes: bundle }, ...artifacts].map(({ kind, bytes }) => Buffer.concat([Buffer.from([kind]), u32(bytes.length), createHash("sha256").update(bytes).digest()])),
  ]);
  return envelope("ATMF", 0, body, [Buffer.from("attune-manifest-1"), body], keys);
}

/**
 * An overlay (5) or posteriors (6) with signatures around it.
 * @param {{ site: string, kind: number, body: Uint8Array }} what
 * @param {string[]} keys PEM, one a signature
 */
export function signedLive({ site, kind, body }, keys) {
  return envelope("ATLV", kind, body, [Buffer.from("attune-live-1"), Buffer.from(site), Buffer.from([kind]), body], keys);
}

/** What `signedLive` and the command line tool put signatures around. @param {Uint8Array} bytes */
export function liveBody(bytes) {
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
  const signed = Buffer.concat([u64(pieces.length), ...pieces.flatMap((piece) => [u64(piece.length), piece])]);
  const signatures = keys.map((pem) => {
    const id = createHash("sha256").update(Buffer.from(publicKeyHex(pem), "hex")).digest().subarray(0, 8);
    return Buffer.concat([id, sign(null, signed, pem)]);
  });
  return Buffer.concat([Buffer.from(magic), Buffer.from([1, 0, signatures.length, tag]), u32(body.length), body, ...signatures]);
}

/** The KV key of a bundle. @param {Uint8Array} bundle */
export function artifactKey(bundle) {
  return `artifact:${createHash("sha256").update(bundle).digest("hex")}`;
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
