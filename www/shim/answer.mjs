/** The answer of the page call, as bytes: each part behind its length in four bytes, little endian. */

/**
 * What one slot gets.
 * @typedef {{ edits: boolean, bytes: Uint8Array }} Fill
 */
/**
 * @typedef {object} Answer
 * @property {string} setCookie value of the `Set-Cookie` header; empty for none
 * @property {string} summary for the response header
 * @property {Uint8Array} scanned what the scanner says of the first bytes, as `scan` does; empty when the body needs nothing
 * @property {Uint8Array} tail what goes before `</body>`
 * @property {Fill[]} fills by slot
 */

const ascii = new TextDecoder("latin1");

/**
 * @param {Uint8Array} bytes
 * @returns {Answer}
 */
export function readAnswer(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  /** @type {Uint8Array[]} */
  const parts = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 + view.getUint32(at, true);
    if (end > bytes.length) throw new RangeError("the answer of the core ends early");
    parts.push(bytes.subarray(at + 4, end));
    at = end;
  }
  if (parts.length < 4) throw new RangeError("the answer of the core has too few parts");
  const [setCookie, summary, scanned, tail, ...fills] = parts;
  return {
    setCookie: ascii.decode(setCookie),
    summary: ascii.decode(summary),
    scanned,
    tail,
    fills: fills.map((fill) => ({ edits: fill[0] === 1, bytes: fill.subarray(1) })),
  };
}
