// How long a recommendation takes in Wasm: ten clicks, rotation over 64 seen products, the best twenty of 100,000.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = new URL("../../", import.meta.url).pathname;
const PRODUCTS = 100_000;
const NEIGHBOURS = 50;
const QUERIES = 20_000;
const ROUNDS = 5;
const GOAL_US = 20;

/** A small generator of random numbers (xorshift32): every run asks the same. */
let state = 2463534242;
function below(limit) {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % limit;
}

/** An index with full rows, by SPEC.md: the largest that this many products can have with 50 neighbours each. */
function index() {
  const entries = PRODUCTS * NEIGHBOURS;
  const ids = 80 + 4 * (PRODUCTS + 1) + 7 * PRODUCTS + 3 * 1_000;
  const bytes = new Uint8Array(ids + 4 * entries);
  const view = new DataView(bytes.buffer);
  const u24 = (at, number) => (view.setUint16(at, number & 0xffff, true), view.setUint8(at + 2, number >> 16));
  bytes.set([0x41, 0x54, 0x52, 0x49, 1, 0, 0, 0]);
  [1, PRODUCTS, entries, 0, 1_000].forEach((number, n) => view.setUint32(16 + 4 * n, number, true));
  for (let p = 0; p < 10; p++) view.setFloat32(40 + 4 * p, Math.exp(-p / 2), true);
  const maxima = 80 + 4 * (PRODUCTS + 1);
  for (let item = 0; item <= PRODUCTS; item++) view.setUint32(80 + 4 * item, item * NEIGHBOURS, true);
  for (let item = 0; item < PRODUCTS; item++) {
    view.setFloat32(maxima + 4 * item, 0.1 + below(1_000) / 1_000, true);
    u24(maxima + 4 * PRODUCTS + 3 * item, item);
    for (let n = 0; n < NEIGHBOURS; n++) {
      u24(ids + 3 * (item * NEIGHBOURS + n), below(PRODUCTS));
      bytes[ids + 3 * entries + item * NEIGHBOURS + n] = 255 - 5 * n;
    }
  }
  for (let rank = 0; rank < 1_000; rank++) u24(maxima + 7 * PRODUCTS + 3 * rank, rank);
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

const { default: init, Recommender } = await import(join(ROOT, "build/vectors/page.js"));
await init({ module_or_path: readFileSync(join(ROOT, "build/vectors/page_bg.wasm")) });
const bytes = index();
const start = performance.now();
const recommender = new Recommender(bytes);
const load_ms = performance.now() - start;
recommender.shown(Uint32Array.from({ length: 64 }, () => below(PRODUCTS)));
const rounds = [];
for (let round = 0; round < ROUNDS; round++) {
  const times = new Float64Array(QUERIES);
  for (let n = 0; n < QUERIES; n++) {
    const recent = Uint32Array.from({ length: 10 }, () => below(PRODUCTS));
    const from = performance.now();
    const list = recommender.query(recent, 0.5);
    times[n] = 1_000 * (performance.now() - from);
    if (list.length !== 20) throw new Error(`a list of ${list.length}`);
  }
  times.sort();
  rounds.push({ p50: times[QUERIES / 2], p99: times[QUERIES * 0.99] });
}
const sorted = (name) => rounds.map((round) => round[name]).sort((a, b) => a - b);
const shown = (name) => {
  const list = sorted(name);
  return `${list[ROUNDS >> 1].toFixed(1)} us (${list[0].toFixed(1)} to ${list[ROUNDS - 1].toFixed(1)})`;
};
console.log(`recommendation in Wasm, ${PRODUCTS} products of ${NEIGHBOURS} neighbours (${bytes.length} bytes), 10 clicks, 64 seen, top 20, with the call from JavaScript:`);
console.log(`  p50 ${shown("p50")}, p99 ${shown("p99")}, goal for p99 ${GOAL_US} us; medians of ${ROUNDS} rounds of ${QUERIES}; load ${load_ms.toFixed(0)} ms`);
