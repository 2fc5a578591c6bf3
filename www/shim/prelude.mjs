/** The first bytes of a page: enough to know its language and its encoding. */

import { BUFFER_BYTES } from "./stream.mjs";

/** A page that has not opened its first element by then has no language that counts. */
const PRELUDE_BYTES_MAX = 1024;

const latin1 = new TextDecoder("latin1");

/**
 * Reads until the first start tag is complete: the first chunk, unless the origin dribbles. The answer is at
 * the start of the one buffer that the whole stream is read through.
 * @param {ReadableStreamBYOBReader} reader
 * @returns {Promise<Uint8Array>}
 */
export async function readPrelude(reader) {
  let buffer = new ArrayBuffer(BUFFER_BYTES);
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read(new Uint8Array(buffer, length));
    if (value !== undefined) {
      buffer = value.buffer;
      length += value.length;
    }
    const prelude = new Uint8Array(buffer, 0, length);
    if (done || length >= PRELUDE_BYTES_MAX || /<[a-z][^>]*>/i.test(latin1.decode(prelude))) return prelude;
  }
}
