/** Bytes that were read but cannot be sent yet: the open slot's. */

export class Held {
  /** Room for what is held; it grows by doubling, so that a page in tiny chunks stays linear. */
  #room = new Uint8Array(0);
  #length = 0;

  /**
   * What is held, followed by a chunk: the chunk itself when nothing is held.
   * @param {Uint8Array} chunk
   */
  join(chunk) {
    if (this.#length === 0) return chunk;
    const length = this.#length + chunk.length;
    if (length > this.#room.length) {
      const room = new Uint8Array(Math.max(length, this.#room.length * 2));
      room.set(this.#room.subarray(0, this.#length));
      this.#room = room;
    }
    this.#room.set(chunk, this.#length);
    this.#length = length;
    return this.#room.subarray(0, length);
  }

  /**
   * Keeps the end of what `join` gave, from an offset on.
   * @param {Uint8Array} pending
   * @param {number} from
   * @param {Uint8Array} sent what is about to be sent; it may be a view of `pending`
   */
  keep(pending, from, sent) {
    const rest = pending.subarray(from);
    const own = pending.buffer === this.#room.buffer;
    if (own && from === 0) return;
    this.#length = rest.length;
    if (rest.length === 0) return;
    if (!own || sent.buffer === this.#room.buffer) {
      // Room of its own: the chunk's buffer is read into again, and what is being sent must not move.
      this.#room = new Uint8Array(Math.max(4096, rest.length));
      this.#room.set(rest);
    } else {
      this.#room.copyWithin(0, from, pending.length);
    }
  }
}
