/**
 * What is replaced in KV without a new manifest: live prices and stock, posteriors of strategies, weights of bandits. Signed with a
 * key for data, or for weights, so that who can write to KV cannot change what pages show. Bytes: SPEC.md, "Live data".
 */

import { countSignatures, openEnvelope } from "./signature.mjs";

/** By how much the clock of who signs may be ahead. */
const AHEAD_MAX_S = 5 * 60;
/** An overlay of 200,000 products; `LIVE_BYTES_MAX` of the core. */
const BODY_BYTES_MAX = 32 + 16 * 200_000;
/** With the header and eight signatures. */
export const LIVE_FILE_BYTES_MAX = BODY_BYTES_MAX + 12 + 8 * 72;
/** Those of weights, with the header and eight signatures. */
export const WEIGHTS_FILE_BYTES_MAX = 512 * 1024 + 12 + 8 * 72;
/** All kinds have the moment at which they were made here; what is shorter has none. */
const MADE_AT = 20;
const HEAD_BYTES = 32;

/** @typedef {{ name: string, kind: number, role: string }} Live key in KV, kind for the core, and the role of the key that signs it */

/** What recommendations need. @type {Live[]} */
export const LIVE = [{ name: "overlay", kind: 5, role: "data" }, { name: "posteriors", kind: 6, role: "data" }];
/** What bandits follow. @type {Live} */
export const WEIGHTS = { name: "weights", kind: 9, role: "weights" };

/**
 * The body of live data that a key of the role has signed.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {{ live: Live, site: string, keys: string, now_s: number, newest_s: number }} expected `newest_s` is when the present one was made
 * @returns {Promise<{ body: Uint8Array<ArrayBuffer>, made_s: number }>}
 * @throws {Error} when it must not be used
 */
export async function readLive(bytes, { live: { kind, role }, site, keys, now_s, newest_s }) {
  const envelope = openEnvelope(bytes, "ATLV", "signed live data");
  const { body, tag } = envelope;
  if (tag !== kind || body.length < HEAD_BYTES || body.length > BODY_BYTES_MAX) throw new Error("live data of another kind, or too large");
  const signed = ["attune-live-1", site, Uint8Array.of(kind), body];
  if ((await countSignatures(envelope, signed, keys, role)) === 0) throw new Error(`no key for ${role} has signed it for the site ${site}`);
  const made_s = new DataView(body.buffer, body.byteOffset).getUint32(MADE_AT, true);
  if (made_s > now_s + AHEAD_MAX_S) throw new Error(`it was made ${made_s - Math.floor(now_s)} s ahead of now`);
  if (made_s < newest_s) throw new Error(`it was made ${newest_s - made_s} s before the present one`);
  return { body, made_s };
}

/**
 * Whether posteriors were made longer ago than they are good for.
 * @param {Uint8Array<ArrayBuffer>} body
 * @param {number} now_s
 */
export function isOld(body, now_s) {
  const view = new DataView(body.buffer, body.byteOffset);
  return view.getUint32(MADE_AT, true) + view.getUint32(MADE_AT + 4, true) < now_s;
}
