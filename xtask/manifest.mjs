// Writes signed manifests, as the edge reads them (SPEC.md), for local runs and for the tests.
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";

const PURPOSE = Buffer.from("attune-manifest-1");

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
  const signed = Buffer.concat([u64(2), u64(PURPOSE.length), PURPOSE, u64(body.length), body]);
  const signatures = keys.map((pem) => {
    const id = createHash("sha256").update(Buffer.from(publicKeyHex(pem), "hex")).digest().subarray(0, 8);
    return Buffer.concat([id, sign(null, signed, pem)]);
  });
  const head = Buffer.from([0x41, 0x54, 0x4d, 0x46, 1, 0, signatures.length, 0]);
  return Buffer.concat([head, u32(body.length), body, ...signatures]);
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
