// A recommendation index with full rows, by SPEC.md, and random numbers that every run repeats.

/** A small generator of random numbers (xorshift32): every run asks the same. */
let state = 2463534242;
export function below(limit) {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % limit;
}

/** The largest index that so many products can have with so many neighbours each. */
export function fullIndex(products, neighbours, epoch) {
  const entries = products * neighbours;
  const ids = 80 + 4 * (products + 1) + 7 * products + 3 * 1_000;
  const bytes = new Uint8Array(ids + 4 * entries);
  const view = new DataView(bytes.buffer);
  const u24 = (at, number) => (view.setUint16(at, number & 0xffff, true), view.setUint8(at + 2, number >> 16));
  bytes.set([0x41, 0x54, 0x52, 0x49, 1, 0, 0, 0]);
  [epoch, products, entries, 0, 1_000].forEach((number, n) => view.setUint32(16 + 4 * n, number, true));
  for (let p = 0; p < 10; p++) view.setFloat32(40 + 4 * p, Math.exp(-p / 2), true);
  const maxima = 80 + 4 * (products + 1);
  for (let item = 0; item <= products; item++) view.setUint32(80 + 4 * item, item * neighbours, true);
  for (let item = 0; item < products; item++) {
    view.setFloat32(maxima + 4 * item, 0.1 + below(1_000) / 1_000, true);
    u24(maxima + 4 * products + 3 * item, item);
    for (let n = 0; n < neighbours; n++) {
      u24(ids + 3 * (item * neighbours + n), below(products));
      bytes[ids + 3 * entries + item * neighbours + n] = 255 - 5 * (n % 50);
    }
  }
  for (let rank = 0; rank < 1_000; rank++) u24(maxima + 7 * products + 3 * rank, rank);
  view.setBigUint64(8, checksum(bytes.subarray(16)), true);
  return bytes;
}

function checksum(bytes) {
  const K = 0x9e3779b97f4a7c15n;
  const step = (h, word) => {
    const mixed = BigInt.asUintN(64, ((h ^ word) + K) * K);
    return BigInt.asUintN(64, (mixed << 29n) | (mixed >> 35n));
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let h = step(0n, BigInt(bytes.length));
  let at = 0;
  for (; at + 8 <= bytes.length; at += 8) h = step(h, view.getBigUint64(at, true));
  const last = new DataView(new ArrayBuffer(8));
  for (let n = 0; at + n < bytes.length; n++) last.setUint8(n, bytes[at + n]);
  return step(h, last.getBigUint64(0, true));
}

