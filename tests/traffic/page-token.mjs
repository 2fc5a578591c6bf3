// The page token by another hand than the core's: SPEC.md, "Page token".
import { createHmac, hkdfSync } from "node:crypto";
import { pae } from "../../xtask/manifest.mjs";

const LABEL = "attune-page-1";
const SIV_BYTES = 16;
/** Format and id of the key. */
const HEAD_BYTES = 2;

/** Number of pieces, then each with its length. @param {...(string | Uint8Array)} pieces */
const encoded = (...pieces) => pae(pieces.map((piece) => Buffer.from(piece)));

/** @param {string} secret of the key, hexadecimal @param {string} site */
export function pageTokens(secret, site) {
  const key = Buffer.from(hkdfSync("sha256", Buffer.from(secret, "hex"), "", encoded(LABEL, site), 32));
  const mac = (/** @type {(string | Uint8Array)[]} */ ...scope) => createHmac("sha256", key).update(encoded(LABEL, site, ...scope)).digest();
  const crypted = (/** @type {Uint8Array} */ siv, /** @type {Buffer} */ content) => {
    const blocks = Array.from({ length: Math.ceil(content.length / 32) }, (_, at) => mac(siv, Buffer.from([at])));
    const stream = Buffer.concat(blocks);
    return Buffer.from(content.map((byte, at) => byte ^ stream[at]));
  };
  return {
    /** The content of a token. @param {string} token */
    open(token) {
      const bytes = Buffer.from(token, "base64url");
      const start = HEAD_BYTES + SIV_BYTES;
      return crypted(bytes.subarray(HEAD_BYTES, start), bytes.subarray(start));
    },
    /** A token of the visitor with this id, of key 1. @param {Buffer} id @param {Buffer} content */
    seal(id, content) {
      const siv = mac(id, content).subarray(0, SIV_BYTES);
      return Buffer.concat([Buffer.from([1, 1]), siv, crypted(siv, content)]).toString("base64url");
    },
  };
}

/** Where the content has what. */
export const FLAGS_AT = 8;
/** Bytes before the first exposure. */
export const FACTS_BYTES = 14;
