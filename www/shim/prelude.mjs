/** The first bytes of a page: enough to know what it is, its language and its encoding; of a small page, all of them. */

/** How long it is waited for that a page shows how it opens, after the first bytes; the core says in how many bytes. */
const PRELUDE_MS_MAX = 1_000;
/** Size of the one buffer that a body is read through whose length is not known. */
const BUFFER_BYTES = 64 * 1024;
/** Of the read that finds the end. */
const END_BYTES = 4096;
/** A body up to this size is read into a buffer of its own size: it is whole in the first read, if it comes at once. */
const WHOLE_BYTES_MAX = 256 * 1024;

/**
 * What was read of a body. Bytes that were read at once are at the start of the one buffer that the whole stream is read
 * through.
 * @typedef {object} Prelude
 * @property {Uint8Array} bytes
 * @property {boolean} isWhole nothing comes after them
 * @property {Promise<ReadableStreamReadResult<Uint8Array>> | null} next the read that is still under way, if any: its bytes come next
 */

/**
 * Decides a page by its first bytes.
 * @callback Open
 * @param {Uint8Array} bytes
 * @param {{ isWhole: boolean, mayWait: boolean }} rest `mayWait`: more bytes can be had before it is decided
 * @returns {boolean} false: they do not show how the page opens, so nothing was decided; only where it may wait
 */

/**
 * Reads until the first bytes show how the page opens, and has it decided: with the first chunk, unless the origin sends
 * that later. No browser can do anything with what is held back: it is white space, comments and a doctype.
 * @param {ReadableStreamBYOBReader} reader
 * @param {{ length: number, isExact: boolean }} size of the body as its headers say, NaN where they do not; `isExact`: no other can arrive
 * @param {Open} open
 * @returns {Promise<Prelude>}
 */
export async function readPrelude(reader, { length, isExact }, open) {
  const room = length > 0 && length <= WHOLE_BYTES_MAX ? length : BUFFER_BYTES;
  let read = await reader.read(new Uint8Array(room));
  let bytes = read.value ?? new Uint8Array(0);
  /** @type {ReturnType<typeof timer> | undefined} */
  let late;
  try {
    for (;;) {
      if (bytes.length === length) {
        if (isExact) {
          open(bytes, { isWhole: true, mayWait: false });
          return { bytes, isWhole: true, next: null };
        }
        // The buffer may be full. An origin in the same process may say a wrong length: the end is where a read finds it.
        const end = await reader.read(new Uint8Array(END_BYTES));
        open(bytes, { isWhole: end.done, mayWait: false });
        return { bytes, isWhole: end.done, next: end.done ? null : Promise.resolve(end) };
      }
      if (open(bytes, { isWhole: read.done, mayWait: !read.done })) return { bytes, isWhole: read.done, next: null };
      late ??= timer(PRELUDE_MS_MAX);
      // A read takes its buffer away for as long as it lasts.
      const held = bytes.slice();
      const next = reader.read(new Uint8Array(bytes.buffer, bytes.length));
      const more = await Promise.race([next, late.over]);
      if (more?.value === undefined) {
        const isWhole = more !== null;
        open(held, { isWhole, mayWait: false });
        return { bytes: held, isWhole, next: isWhole ? null : next };
      }
      read = more;
      bytes = new Uint8Array(more.value.buffer, 0, held.length + more.value.length);
    }
  } finally {
    late?.stop();
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
