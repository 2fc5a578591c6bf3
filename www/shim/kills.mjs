/** What is switched off: signed statements that kill a campaign or everything, or lift that again. Bytes: SPEC.md, "Kill statements". */

import { warn } from "./log.mjs";
import { approvalsOf, openEnvelope, signersOf } from "./signature.mjs";

export const STATEMENTS_MAX = 256;

/**
 * @typedef {object} Statement
 * @property {"kill" | "revive"} kind
 * @property {string} site
 * @property {number} number
 * @property {number} made_s
 * @property {string} key of a campaign; empty: everything
 * @property {import("./signature.mjs").Envelope} envelope
 */

/** @typedef {{ site: string, keys: string, needed: number }} Terms */
/** @typedef {{ everything: boolean, campaigns: Set<string>, next: number }} Kills `next` is the lowest number that the next statement may have */

/**
 * Reads a statement.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Statement}
 * @throws {Error} when the bytes are not exactly one statement
 */
export function readStatement(bytes) {
  const envelope = openEnvelope(bytes, "ATKL", "a kill statement");
  const { body, tag } = envelope;
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const siteEnd = 1 + view.getUint8(0);
  const keyAt = siteEnd + 17;
  if (tag > 1 || siteEnd === 1 || keyAt + view.getUint8(keyAt - 1) !== body.length) throw new RangeError("a kill statement of a wrong length");
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  return {
    kind: tag === 0 ? "kill" : "revive",
    site: decoder.decode(body.subarray(1, siteEnd)),
    number: Number(view.getBigUint64(siteEnd, true)),
    made_s: Number(view.getBigUint64(siteEnd + 8, true)),
    key: decoder.decode(body.subarray(keyAt)),
    envelope,
  };
}

/**
 * Who has signed a statement with a key that may, and whether they are enough: one key for kill, or as many as a version needs for a
 * revival.
 * @param {Statement} statement
 * @param {Terms} terms
 */
export async function statementApprovals({ kind, envelope }, { keys, needed }) {
  const pieces = ["attune-kill-1", Uint8Array.of(envelope.tag), envelope.body];
  if (kind === "kill") {
    const by = await signersOf(envelope, pieces, keys, ["kill"]);
    return { by, needed: 1, isEnough: by.length > 0 };
  }
  const { by, hasPublisher } = await approvalsOf(envelope, pieces, keys);
  return { by, needed, isEnough: hasPublisher && by.length >= needed };
}

/**
 * The kills that hold. What is wrong with a statement costs that statement, and is said.
 * @param {Uint8Array<ArrayBuffer>} bytes the kill list
 * @param {Terms} terms
 * @returns {Promise<Kills>}
 */
export async function readKills(bytes, terms) {
  /** @type {Kills} */
  const kills = { everything: false, campaigns: new Set(), next: 1 };
  try {
    for (const piece of splitKills(bytes)) {
      try {
        const statement = readStatement(piece);
        const { site, number } = statement;
        if (site !== terms.site) throw new Error(`statement ${number} is for the site ${site}`);
        if (number < kills.next) throw new Error(`statement ${number} comes behind ${kills.next - 1}`);
        const { by, isEnough, needed } = await statementApprovals(statement, terms);
        if (!isEnough) throw new Error(`statement ${number} has ${by.length} valid signatures, ${needed} needed`);
        apply(kills, statement);
      } catch (error) {
        warn("kills", error);
      }
    }
  } catch (error) {
    warn("kills", error);
  }
  return kills;
}

/**
 * Numbers ascend, so that whatever a revival finds is older.
 * @param {Kills} kills
 * @param {Statement} statement
 */
function apply(kills, { kind, key, number }) {
  if (key === "") {
    kills.everything = kind === "kill";
    if (kind === "revive") kills.campaigns.clear();
  } else if (kind === "kill") kills.campaigns.add(key);
  else kills.campaigns.delete(key);
  kills.next = number + 1;
}

/**
 * The statements of a list, each as a file.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @throws {RangeError} where the list ends inside a statement, or is too long
 */
function* splitKills(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0, count = 1; at < bytes.length; count += 1) {
    const end = at + 4 + (at + 4 <= bytes.length ? view.getUint32(at, true) : 0);
    if (at + 4 > bytes.length || end > bytes.length || count > STATEMENTS_MAX) throw new RangeError("a kill list of a wrong length");
    yield bytes.slice(at + 4, end);
    at = end;
  }
}

/**
 * A list of statements.
 * @param {Uint8Array[]} statements
 */
export function joinKills(statements) {
  const out = new Uint8Array(statements.reduce((bytes, { length }) => bytes + 4 + length, 0));
  let at = 0;
  for (const statement of statements) {
    new DataView(out.buffer).setUint32(at, statement.length, true);
    out.set(statement, at + 4);
    at += 4 + statement.length;
  }
  return out;
}

/** Whether a signed file is a statement of the kill list. @param {Uint8Array} file */
export function isStatement(file) {
  return String.fromCharCode(...file.subarray(0, 4)) === "ATKL";
}
