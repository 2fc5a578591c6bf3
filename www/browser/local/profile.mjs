/** The profile as bytes, and as the text that they are kept in. */

/** @param {string} text base64 with `-` and `_`, without padding */
export const bytesOf = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));

/** @param {Uint8Array} bytes */
export const textOf = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
