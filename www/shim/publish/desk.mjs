/** What every answer of the publisher is made from. */

import { Refusal } from "./refusal.mjs";

/**
 * @typedef {object} Desk
 * @property {import("./store.mjs").Store} store
 * @property {import("./head-writer.mjs").HeadWriter} writer
 * @property {WritableStore} kv
 * @property {number} now_s
 * @property {import("./gate.mjs").Terms} terms
 * @property {{ id: string, roles: string[] }} key of who asks
 */

/**
 * The JSON object in a body, with these fields; what is not there is `undefined`.
 * @template {string} Name
 * @param {Uint8Array | null} bytes
 * @param {readonly Name[]} names
 * @returns {Record<Name, unknown>}
 */
export function fieldsOf(bytes, names) {
  try {
    const value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes ?? new Uint8Array(0)));
    if (typeof value === "object" && value !== null && Object.keys(value).every((name) => names.includes(/** @type {Name} */ (name)))) return value;
  } catch {
    // Said below.
  }
  throw new Refusal("malformed", `the body is not a JSON object of ${names.join(", ")}`);
}

/**
 * @param {unknown} value
 * @param {string} name of the field
 */
export function bytesOf(value, name) {
  try {
    if (typeof value === "string") return Uint8Array.from(atob(value), (byte) => byte.charCodeAt(0));
  } catch {
    // Said below.
  }
  throw new Refusal("malformed", `${name} is not base64`);
}

/** @param {Uint8Array} bytes */
export function base64(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

const MESSAGE_CHARACTERS_MAX = 500;

/** @param {unknown} value */
export function messageOf(value = "") {
  if (typeof value === "string" && value.length <= MESSAGE_CHARACTERS_MAX) return value;
  throw new Refusal("malformed", `message is not a text of at most ${MESSAGE_CHARACTERS_MAX} characters`);
}

/** @param {unknown} value @param {string} name of the field */
export function idOf(value, name) {
  if (typeof value === "string" && /^[0-9a-f]{64}$/.test(value)) return value;
  throw new Refusal("malformed", `${name} is not an id of 64 hexadecimal digits`);
}
