/** Moves a page from the origin to the visitor, and puts the content in on the way. */

import { Held } from "./held.mjs";
import { instance, Trap } from "./instance.mjs";
import { warn } from "./log.mjs";

/** @typedef {import("./answer.mjs").Answer} Answer */
/** @typedef {import("./core.mjs").Bundle} Bundle */

const NOTHING = new Uint8Array(0);
/** Kinds of a step, in the low half of its first word; the slot is in the high half. */
const SEND = 0;
const FILL = 1;
const INSERT = 2;

/**
 * Writes a whole body: first what was read already, then the rest. A read error aborts the writer, a write
 * error cancels the reader. A client that goes away ends the request without running anything more here, so
 * nothing outside this function's own values may need cleaning up.
 * @param {ReadableStreamBYOBReader} reader
 * @param {WritableStreamDefaultWriter<Uint8Array>} writer
 * @param {import("./prelude.mjs").Prelude} prelude what was read already; more comes after it
 * @param {Splicer | null} splicer `null` to send the bytes as they are
 */
export async function pump(reader, writer, prelude, splicer) {
  let chunk = prelude.bytes;
  let reading = prelude.next;
  // It is awaited only when the first bytes are on their way.
  reading?.catch(() => {});
  let out = splicer === null ? chunk : splicer.first(chunk);
  let writing = false;
  try {
    for (;;) {
      if (out.length > 0) {
        writing = true;
        await writer.write(out);
        writing = false;
      }
      // The write is over, so nobody looks at the buffer any more.
      const next = await (reading ?? reader.read(new Uint8Array(chunk.buffer)));
      reading = null;
      chunk = next.value ?? NOTHING;
      splicer?.see(chunk);
      out = splicer === null ? chunk : splicer.push(chunk, next.done);
      if (next.done) break;
    }
    writing = true;
    // Nothing is read into the buffer any more, so that the end need not wait for the write.
    await Promise.all([out.length > 0 ? writer.write(out) : null, writer.close()]);
  } catch (error) {
    if (writing) await reader.cancel(error).catch(() => {});
    else await writer.abort(error).catch(() => {});
    warn(writing ? "write" : "read", error);
  }
}

/** Turns the origin's chunks into the page's. Whatever fails, the bytes that are left are the origin's. */
export class Splicer {
  #bundle;
  #answer;
  /** Of the scanner, after what was scanned last. @type {Uint8Array} */
  #state = NOTHING;
  #policies;
  #banner;
  #held = new Held();
  #scanning = true;

  /**
   * @param {Bundle} bundle
   * @param {Answer} answer
   * @param {import("./csp.mjs").Policies} policies of the page, which has to let the script in
   * @param {Uint8Array} banner of a preview, which needs nobody's leave
   */
  constructor(bundle, answer, policies, banner) {
    this.#banner = banner;
    this.#bundle = bundle;
    this.#answer = answer;
    this.#policies = policies;
  }

  /**
   * Looks at a chunk that comes after the first bytes, by which the page was decided.
   * @param {Uint8Array} chunk
   */
  see(chunk) {
    if (this.#answer.tail.length > 0) this.#policies.see(chunk);
  }

  /**
   * What to send for the bytes by which the page was decided, as `push` says.
   * @param {Uint8Array} bytes
   */
  first(bytes) {
    return this.#spliced(bytes, () => this.#answer.scanned);
  }

  /**
   * What to send for a chunk: a view of the chunk itself where nothing changes, valid until the next call.
   * @param {Uint8Array} chunk
   * @param {boolean} last nothing comes after this chunk
   * @returns {Uint8Array}
   */
  push(chunk, last) {
    return this.#spliced(chunk, () => instance.scan(this.#bundle, this.#state, chunk, last));
  }

  /**
   * @param {Uint8Array} chunk
   * @param {() => Uint8Array} scan gives the steps, and then the state
   */
  #spliced(chunk, scan) {
    const pending = this.#held.join(chunk);
    if (!this.#scanning) return pending;
    /** @type {Uint8Array[]} */
    const pieces = [];
    let taken = 0;
    try {
      const scanned = scan();
      const steps = new DataView(scanned.buffer, scanned.byteOffset, scanned.byteLength);
      const end = 4 + steps.getUint32(0, true) * 8;
      for (let at = 4; at < end; at += 8) {
        const head = steps.getUint32(at, true);
        const length = steps.getUint32(at + 4, true);
        const kind = head & 0xffff;
        if (kind === SEND) {
          pieces.push(pending.subarray(taken, taken + length));
          taken += length;
        } else if (kind === FILL) {
          pieces.push(this.#fill(head >>> 16, pending.subarray(taken, taken + length)));
          taken += length;
        } else if (kind === INSERT) {
          pieces.push(this.#banner);
          if (this.#policies.letScriptIn()) pieces.push(this.#answer.tail);
        }
      }
      this.#state = scanned.subarray(end);
    } catch {
      // The core trapped, and said so in the log. What was not sent yet goes out as the origin wrote it.
      this.#scanning = false;
      pieces.push(pending.subarray(taken));
      taken = pending.length;
    }
    const out = joined(pieces);
    this.#held.keep(pending, taken, out);
    return out;
  }

  /**
   * @param {number} slot
   * @param {Uint8Array} content the origin's
   */
  #fill(slot, content) {
    const fill = this.#answer.fills[slot];
    if (fill === undefined) return content;
    if (!fill.edits) return fill.bytes;
    try {
      return instance.edit(this.#bundle, content, fill.bytes);
    } catch (error) {
      if (error instanceof Trap) throw error;
      warn("edit", error);
      return content;
    }
  }
}

/**
 * One view for neighbouring pieces, else one copy of all: a write costs more than copying a chunk.
 * @param {Uint8Array[]} pieces
 */
function joined(pieces) {
  /** @type {Uint8Array[]} */
  const merged = [];
  for (const piece of pieces) {
    const before = merged.at(-1);
    if (before?.buffer === piece.buffer && before.byteOffset + before.length === piece.byteOffset) {
      merged[merged.length - 1] = new Uint8Array(piece.buffer, before.byteOffset, before.length + piece.length);
    } else if (piece.length > 0) {
      merged.push(piece);
    }
  }
  if (merged.length <= 1) return merged[0] ?? NOTHING;
  const out = new Uint8Array(merged.reduce((bytes, piece) => bytes + piece.length, 0));
  let at = 0;
  for (const piece of merged) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}
