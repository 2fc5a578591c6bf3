// How long a recommendation takes in Wasm: ten clicks, the best twenty of 100,000.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { below, fullIndex } from "./lib/full-index.mjs";

const ROOT = new URL("../../", import.meta.url).pathname;
const PRODUCTS = 100_000;
const NEIGHBOURS = 50;
const QUERIES = 20_000;
const ROUNDS = 5;
const GOAL_US = 20;

const { default: init, Recommender } = await import(join(ROOT, "build/vectors/page.js"));
await init({ module_or_path: readFileSync(join(ROOT, "build/vectors/page_bg.wasm")) });
const bytes = fullIndex(PRODUCTS, NEIGHBOURS, 1);
const start = performance.now();
const recommender = new Recommender(bytes);
const load_ms = performance.now() - start;
const rounds = [];
for (let round = 0; round < ROUNDS; round++) {
  const times = new Float64Array(QUERIES);
  for (let n = 0; n < QUERIES; n++) {
    const recent = Uint32Array.from({ length: 10 }, () => below(PRODUCTS));
    const from = performance.now();
    const list = recommender.query(recent);
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
console.log(`recommendation in Wasm, ${PRODUCTS} products of ${NEIGHBOURS} neighbours (${bytes.length} bytes), 10 clicks, top 20, with the call from JavaScript:`);
console.log(`  p50 ${shown("p50")}, p99 ${shown("p99")}, goal for p99 ${GOAL_US} us; medians of ${ROUNDS} rounds of ${QUERIES}; load ${load_ms.toFixed(0)} ms`);
