/** Signatures of people and jobs: who may sign what, and whether they did. Bytes: SPEC.md, "Manifest" and "Live data". */

/** What a key may be for. Nobody asks yet for approve, kill and read. */
const ROLES = ["publish", "approve", "kill", "data", "read"];
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
 * How many of the keys of a role have signed.
 * @param {Envelope} envelope
 * @param {(string | Uint8Array)[]} pieces what a signature covers
 * @param {string} keys the variable MANIFEST_KEYS
 * @param {string} role
 */
export async function countSignatures({ signatures }, pieces, keys, role) {
  const signed = encodePieces(pieces.map((piece) => (typeof piece === "string" ? new TextEncoder().encode(piece) : piece)));
  let valid = 0;
  for (const text of keysOf(keys, role)) {
    const raw = Uint8Array.from(text.match(/../g) ?? [], (digits) => parseInt(digits, 16));
    const id = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", raw)).subarray(0, 8));
    const signature = signatures.find(({ key }) => key === id);
    if (signature === undefined) continue;
    const key = await crypto.subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]);
    if (await crypto.subtle.verify({ name: "Ed25519" }, key, signature.bytes, signed)) valid += 1;
  }
  return valid;
}

/**
 * The keys that have a role, each once. An entry is the key in hexadecimal and, behind a colon, its roles with `+` between them;
 * a key without roles may publish and nothing else.
 * @param {string} text
 * @param {string} role
 * @throws {RangeError} when an entry cannot be read: a slip must not be a key less, unnoticed
 */
function keysOf(text, role) {
  const keys = new Set();
  for (const entry of text.toLowerCase().split(/[\s,]+/).filter(Boolean)) {
    const [key, list = "publish", ...rest] = entry.split(":");
    const roles = list.split("+");
    if (!/^[0-9a-f]{64}$/.test(key) || rest.length > 0 || !roles.every((name) => ROLES.includes(name))) {
      throw new RangeError(`MANIFEST_KEYS: write HEX:publish+data; roles are ${ROLES.join(", ")}`);
    }
    if (roles.includes(role)) keys.add(key);
  }
  return keys;
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
