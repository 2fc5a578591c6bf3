/** Signatures of people and jobs: who may sign what, and whether they did. Bytes: SPEC.md, "Manifest" and "Live data". */

/** What a key may be for. */
const ROLES = ["publish", "approve", "kill", "data", "read", "weights"];
const SIGNATURES_MAX = 8;
const SIGNATURE_BYTES = 72;
const HEADER_BYTES = 12;

/** @typedef {{ key: string, bytes: Uint8Array<ArrayBuffer> }} Signature the id of its key, and the signature itself */
/**
 * What is signed, and by whom.
 * @typedef {object} Envelope
 * @property {number} tag the header's last byte: 0 in a manifest, the kind in live data
 * @property {Uint8Array<ArrayBuffer>} body
 * @property {Signature[]} signatures
 */

/**
 * Takes an envelope apart.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {string} magic the first four characters
 * @param {string} name of the kind of file, for messages
 * @returns {Envelope}
 * @throws {RangeError} when the bytes are not exactly one envelope
 */
export function openEnvelope(bytes, magic, name) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = bytes[6];
  if (bytes.length < HEADER_BYTES || String.fromCharCode(...bytes.subarray(0, 6)) !== `${magic}\x01\0`) throw new RangeError(`not ${name} of format 1`);
  const end = HEADER_BYTES + view.getUint32(8, true);
  if (count > SIGNATURES_MAX || bytes.length !== end + count * SIGNATURE_BYTES) throw new RangeError(`${name} of a wrong length`);
  const signatures = Array.from({ length: count }, (_, index) => {
    const at = end + index * SIGNATURE_BYTES;
    return { key: hex(bytes.subarray(at, at + 8)), bytes: bytes.slice(at + 8, at + SIGNATURE_BYTES) };
  });
  return { tag: bytes[7], body: bytes.subarray(HEADER_BYTES, end), signatures };
}

/**
 * The keys that have one of these roles and have signed, by their ids, each once.
 * @param {Envelope} envelope
 * @param {(string | Uint8Array)[]} pieces what a signature covers
 * @param {string} keys the variable MANIFEST_KEYS
 * @param {string[]} roles
 * @returns {Promise<string[]>}
 */
export async function signersOf({ signatures }, pieces, keys, roles) {
  const signed = encodePieces(pieces.map((piece) => (typeof piece === "string" ? new TextEncoder().encode(piece) : piece)));
  const signers = [];
  for (const key of await readKeys(keys)) {
    const signature = key.roles.some((role) => roles.includes(role)) && signatures.find(({ key: id }) => id === key.id);
    if (signature && (await isSignedBy(key, signature.bytes, signed))) signers.push(key.id);
  }
  return signers;
}

/**
 * How many of the keys of a role have signed.
 * @param {Envelope} envelope
 * @param {(string | Uint8Array)[]} pieces what a signature covers
 * @param {string} keys the variable MANIFEST_KEYS
 * @param {string} role
 */
export async function countSignatures(envelope, pieces, keys, role) {
  return (await signersOf(envelope, pieces, keys, [role])).length;
}

/**
 * Who approves of what is signed: keys for publish and for approve; and whether one of them may publish.
 * @param {Envelope} envelope
 * @param {(string | Uint8Array)[]} pieces what a signature covers
 * @param {string} keys the variable MANIFEST_KEYS
 */
export async function approvalsOf(envelope, pieces, keys) {
  const by = await signersOf(envelope, pieces, keys, ["publish", "approve"]);
  const hasPublisher = by.length > 0 && (await signersOf(envelope, pieces, keys, ["publish"])).length > 0;
  return { by, hasPublisher };
}

/** A public key of the deployment. @typedef {{ id: string, raw: Uint8Array<ArrayBuffer>, roles: string[] }} Key */

/**
 * @param {Key} key
 * @param {Uint8Array<ArrayBuffer>} signature
 * @param {Uint8Array<ArrayBuffer>} signed
 */
export async function isSignedBy({ raw }, signature, signed) {
  const key = await crypto.subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]);
  return crypto.subtle.verify({ name: "Ed25519" }, key, signature, signed);
}

/**
 * The public keys of the deployment, each once. An entry is the key in hexadecimal and, behind a colon, its roles with `+` between
 * them; a key without roles may publish and nothing else.
 * @param {string} text the variable MANIFEST_KEYS
 * @returns {Promise<Key[]>}
 * @throws {RangeError} when an entry cannot be read: a slip must not be a key less, unnoticed
 */
export async function readKeys(text) {
  /** @type {Map<string, Key>} */
  const keys = new Map();
  for (const entry of text.toLowerCase().split(/[\s,]+/).filter(Boolean)) {
    const [digits, list = "publish", ...rest] = entry.split(":");
    const roles = list.split("+");
    if (!/^[0-9a-f]{64}$/.test(digits) || rest.length > 0 || !roles.every((name) => ROLES.includes(name))) {
      throw new RangeError(`MANIFEST_KEYS: write HEX:publish+data; roles are ${ROLES.join(", ")}`);
    }
    const raw = fromHex(digits);
    const id = (await sha256(raw)).slice(0, 16);
    keys.set(digits, { id, raw, roles: [...new Set([...(keys.get(digits)?.roles ?? []), ...roles])] });
  }
  return [...keys.values()];
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

/** @param {string} text pairs of hexadecimal digits */
export function fromHex(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (digits) => parseInt(digits, 16));
}

/**
 * The SHA-256 of bytes, in hexadecimal: what a file is named by.
 * @param {Uint8Array<ArrayBuffer> | ArrayBuffer} bytes
 */
export async function sha256(bytes) {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}
