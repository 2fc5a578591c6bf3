/** The first bytes of a page: enough to know what it is, its language and its encoding. */

import { BUFFER_BYTES } from "./stream.mjs";

/** In how many bytes a page has to show how it opens, and how long it is waited for after the first of them. */
export const PRELUDE_BYTES_MAX = 16 * 1024;
const PRELUDE_MS_MAX = 1_000;

/**
 * What was read of a body, and the read that is still under way, if any: its bytes come next.
 * @typedef {{ bytes: Uint8Array, next: Promise<ReadableStreamReadResult<Uint8Array>> | null }} Prelude
 */

/**
 * Reads until the first bytes show how the page opens: the first chunk, unless the origin sends that later. No browser
 * can do anything with what is held back: it is white space, comments and a doctype. Bytes that were read at once are
 * at the start of the one buffer that the whole stream is read through.
 * @param {ReadableStreamBYOBReader} reader
 * @param {(bytes: Uint8Array) => boolean} isEnough
 * @returns {Promise<Prelude>}
 */
export async function readPrelude(reader, isEnough) {
  const first = await reader.read(new Uint8Array(BUFFER_BYTES));
  let bytes = first.value ?? new Uint8Array(BUFFER_BYTES).subarray(0, 0);
  if (first.done || isEnough(bytes.subarray(0, PRELUDE_BYTES_MAX))) return { bytes, next: null };
  const late = timer(PRELUDE_MS_MAX);
  try {
    while (bytes.length < PRELUDE_BYTES_MAX) {
      // A read takes its buffer away for as long as it lasts.
      const held = bytes.slice();
      const next = reader.read(new Uint8Array(bytes.buffer, bytes.length));
      const read = await Promise.race([next, late.over]);
      if (read === null) return { bytes: held, next };
      if (read.value === undefined) return { bytes: held, next: null };
      bytes = new Uint8Array(read.value.buffer, 0, held.length + read.value.length);
      if (read.done || isEnough(bytes.subarray(0, PRELUDE_BYTES_MAX))) break;
    }
    return { bytes, next: null };
  } finally {
    late.stop();
  }
}

/** @param {number} ms */
function timer(ms) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let id;
  /** @type {Promise<null>} */
  const over = new Promise((resolve) => (id = setTimeout(resolve, ms, null)));
  return { over, stop: () => clearTimeout(id) };
}
