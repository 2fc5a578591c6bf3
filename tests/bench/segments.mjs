// What a visitor costs when there are 10 to 100,000 segments: one page, and all memberships, in Wasm; GrowthBook, cel-js and json-logic-engine on
// the same conditions and visitors in the same process, and a-tree natively. Every answer is compared before anything is timed.
import { evalCondition } from "@growthbook/growthbook";
import { parse } from "@marcbachmann/cel-js";
import { LogicEngine } from "json-logic-engine";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { initSync as initPage, PageCore } from "../../build/page/page.js";
import { initSync as initSegments, Segments } from "../../build/vectors/page.js";
import { compiled, KEYS, median, ROOT } from "./lib/attune.mjs";
import { authored } from "./lib/authored.mjs";
import { atree, atreeValues, CATEGORIES, cel, conditions, growthbook, logic, nested } from "./lib/conditions.mjs";

const wasm = (/** @type {string} */ folder) => ({ module: new WebAssembly.Module(readFileSync(join(ROOT, "build", folder, "page_bg.wasm"))) });
initPage(wasm("page"));
initSegments(wasm("vectors"));

const AGENTS = [
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
];
const PRELUDE = new TextEncoder().encode('<!doctype html><html lang="en-GB">');
const NOW_MS = Date.UTC(2026, 10, 20, 10, 5);

/** A visitor's memory and request: somebody new, a browser, a buyer, a regular. */
const VISITORS = [
  { visits: 1, interests: 0, orders: 0, total: 0, cart: 0, country: "DE", language: "de-DE", eu: 1, path: "/", agent: 1 },
  { visits: 4, interests: 3, orders: 0, total: 0, cart: 2, country: "GB", language: "en-GB", eu: 0, path: "/p/22423", agent: 1 },
  { visits: 9, interests: 8, orders: 3, total: 214.5, cart: 8, country: "GB", language: "en-GB", eu: 0, path: "/c/mugs", agent: 0 },
  { visits: 31, interests: 12, orders: 12, total: 1480, cart: 0, country: "US", language: "en-US", eu: 0, path: "/", agent: 0 },
];

/** The request text of a visitor. @param {(typeof VISITORS)[number]} v @param {string} folder */
function request(v, folder) {
  const at = "2026-11-20T10:00:00Z";
  const profile = {
    consent: { personalization: "granted", measurement: "granted", at: "2026-11-01T10:00:00Z", source: "api" },
    id: "000102030405060708090a0b0c0d0e0f",
    issued: "2026-10-01T10:00:00Z",
    visits: { count: v.visits, first: "2026-10-01T10:00:00Z", previous: "2026-11-18T10:00:00Z", last: at, session_pages: 3 },
    interests: CATEGORIES.slice(0, v.interests).map((category, n) => ({ category, score: 6 - n * 0.45, views: 14 - n, today: 0, at: "2026-11-19" })),
    ...(v.cart > 0 ? { cart: { items: [{ sku: "22423", quantity: v.cart, price: 12.75 }], at } } : {}),
    ...(v.orders > 0 ? { orders: { count: v.orders, total: v.total, last: "2026-10-30T12:00:00Z", skus: ["22423"] } } : {}),
  };
  const [visitor, keys] = [join(folder, "visitor.json"), join(folder, "keys")];
  writeFileSync(visitor, JSON.stringify(profile));
  writeFileSync(keys, KEYS);
  const mint = ["run", "--quiet", "--release", "-p", "attune", "--", "cookie", "mint", "--visitor", visitor, "--keys", keys, "--site", "bench", "--host", "bench.example"];
  const token = execFileSync("cargo", mint, { cwd: ROOT, encoding: "utf8" }).trim();
  const fields = ["1", NOW_MS, "dmu", "bench.example", v.path, "", `__Host-attune=${token}`, "", AGENTS[v.agent], v.language, v.country, "", "EU", v.eu, "0", "", "a".repeat(32)];
  return fields.join("\n");
}

/** Microseconds of one run: warm until the medians settle (V8 improves hot code in the background), then the median of seven rounds. @param {(times: number) => void} run */
function measure(run) {
  const round = () => {
    let times = 1;
    for (;;) {
      const start = performance.now();
      run(times);
      const took = performance.now() - start;
      if (took > 20 || times >= 2 ** 20) return (took * 1000) / times;
      times = took < 1 ? times * 16 : Math.ceil((times * 25) / took);
    }
  };
  const warm = performance.now();
  let before = Infinity;
  for (let now = round(); performance.now() - warm < 4000 && (performance.now() - warm < 400 || now < before * 0.97); now = round()) before = now;
  return median(Array.from({ length: 7 }, round));
}

const us = (/** @type {number} */ n) => (n < 10 ? n.toFixed(2) : n < 1000 ? n.toFixed(1) : n.toFixed(0)).padStart(9);

/** @param {number} count @param {number} [tests] */
function bench(count, tests) {
  const segments = conditions(count, tests);
  const folder = authored(segments);
  try {
    const bundle = compiled(folder);
    const loading = performance.now();
    const core = new PageCore(bundle, KEYS);
    const load_ms = performance.now() - loading;
    const alone = new Segments(bundle, KEYS);
    const engine = new LogicEngine();
    // Beyond 10,000 a peer that walks all segments needs seconds for a figure that is ten times the one before, and a-tree nine minutes to build.
    const peers = count > 10_000 ? [] : /** @type {const} */ (["GrowthBook", "cel-js", "json-logic"]);
    const built = {
      GrowthBook: segments.map((c) => growthbook(c)).map((c) => (/** @type {any} */ data) => evalCondition(data, c)),
      "cel-js": peers.length === 0 ? [] : segments.map((c) => parse(cel(c))),
      "json-logic": peers.length === 0 ? [] : segments.map((c) => engine.build(logic(c))),
    };
    /** @type {Record<string, number[]>} */
    const took = { page: [], sieve: [], each: [], GrowthBook: [], "cel-js": [], "json-logic": [] };
    const visitors = VISITORS.map((visitor) => {
      const text = request(visitor, folder);
      const values = JSON.parse(alone.values(text));
      const data = nested(values);
      const holds = [...alone.members(text, 1)];
      assert.deepEqual([...alone.each(text, 1)], holds);
      for (const peer of peers) {
        const theirs = built[peer].flatMap((holds, n) => (holds(data) ? [n] : []));
        assert.deepEqual(theirs, holds, `${peer} gives other answers than Attune`);
      }
      took.page.push(measure((times) => { for (let n = 0; n < times; n++) core.open(text, PRELUDE); }));
      took.sieve.push(measure((times) => { alone.members(text, times); }));
      took.each.push(measure((times) => { alone.each(text, times); }));
      for (const peer of peers) {
        const all = built[peer];
        let sum = 0;
        took[peer].push(measure((times) => { for (let n = 0; n < times; n++) for (const holds of all) if (holds(data)) sum++; }));
        assert.ok(sum >= 0);
      }
      return { request: text, values: atreeValues(values), holds };
    });
    const first = visitors[0].values;
    const of = (/** @type {string} */ type) => Object.keys(first).filter((name) => typeof first[name] === type);
    const job = { keys: KEYS, numbers: of("number"), texts: of("string"), booleans: of("boolean"), expressions: peers.length === 0 ? [] : segments.map(atree), visitors };
    writeFileSync(join(folder, "bundle"), bundle);
    writeFileSync(join(folder, "job.json"), JSON.stringify(job));
    const native = JSON.parse(execFileSync("cargo", ["run", "--quiet", "--release", "--manifest-path", "tests/bench/native/Cargo.toml", "--", folder], { cwd: ROOT, encoding: "utf8" }));
    const cells = [took.page, took.sieve, took.each, took.GrowthBook, took["cel-js"], took["json-logic"], native.attune_us, native.atree_us];
    const found = visitors.map(({ holds }) => holds.length);
    console.log(`| ${String(count).padStart(7)} | ${cells.map((cell) => (cell.length > 0 ? us(median(cell)) : "        -")).join(" | ")} | ${Math.min(...found)} to ${Math.max(...found)} | ${load_ms.toFixed(0)} ms, ${(bundle.length / 1024).toFixed(0)} KB |`);
    core.free();
    alone.free();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

console.log("microseconds for one visitor, median of four visitors; every segment of all is decided except in the first column, where a page asks 16 of them");
console.log("| segments | Wasm: page | all, sieve | all, each | GrowthBook | cel-js | json-logic | native: all | a-tree | in | loading |");
console.log("|---|---|---|---|---|---|---|---|---|---|---|");
for (const count of [10, 100, 1_000, 10_000, 100_000]) bench(count);
console.log("the same with exactly four tests in each segment");
bench(100, 4);
