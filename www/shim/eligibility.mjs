/** Which answers of the origin are pages that can be rewritten. */

/** Encodings in which a byte below 0x80 need not be the ASCII character: never scanned. */
const FOREIGN = /^(?:utf-?16|utf-?32|ucs-?2|iso-10646|unicode|utf-?7|unicode-1-1-utf-7|csunicode|iso-2022-|csiso2022|hz-gb)/;
/** What workerd decodes before the shim reads it, in exactly this spelling; with "", nothing is to be decoded. */
const DECODED = new Set(["", "gzip", "br"]);

/**
 * Whether an answer is one that a visitor's page could be made of.
 * @param {Response} response
 */
export function isPage(response) {
  const [type] = (response.headers.get("Content-Type") ?? "").split(";");
  return response.status === 200 && type.trim().toLowerCase() === "text/html";
}

/**
 * The charset of a page that may be rewritten, lower case, empty when the header does not say; `null` for
 * every other answer.
 * @param {Response} response
 */
export function pageCharset(response) {
  if (!isPage(response) || !DECODED.has((response.headers.get("Content-Encoding") ?? "").replace(/^identity$/i, ""))) return null;
  const [, ...parameters] = (response.headers.get("Content-Type") ?? "").toLowerCase().split(";");
  const charset = parameters.map((parameter) => /^\s*charset\s*=\s*"?([^"\s]*)/.exec(parameter)?.[1]).find(Boolean) ?? "";
  return FOREIGN.test(charset) ? null : charset;
}

/**
 * True when the first bytes say that the page is in an encoding that is never scanned: a byte order mark
 * outranks the header, a `meta` counts only without one.
 * @param {Uint8Array} prelude
 * @param {string} charset of the header
 */
export function isForeign(prelude, charset) {
  const [first, second] = prelude;
  if ((first === 0xfe && second === 0xff) || (first === 0xff && second === 0xfe)) return true;
  if (charset !== "") return false;
  const text = latin1.decode(prelude.subarray(0, 1024));
  const named = /<meta[^>]*charset\s*=\s*["']?\s*([\w-]+)/i.exec(text)?.[1].toLowerCase();
  // A `meta` that names UTF-16 is read as UTF-8 by every browser: the bytes that spell it are ASCII.
  return named !== undefined && FOREIGN.test(named) && !/^utf-?16/.test(named);
}

const latin1 = new TextDecoder("latin1");
