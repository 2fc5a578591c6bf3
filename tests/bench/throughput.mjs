// What a page costs: requests per second, and workerd's own processor time a request. A page passed through, through a stream that
// changes nothing, rewritten by the platform's HTMLRewriter, and by Attune.
// Each round measures the four in turn, so that a machine that slows down slows them all; the medians of the rounds are compared.
//
//   node tests/bench/throughput.mjs [--only made-whole] [--rounds 7]
import { fork } from "node:child_process";
import { once } from "node:events";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compiled, median, spread } from "./lib/attune.mjs";
import { PAGES, slotsOf } from "./lib/pages.mjs";
import { childOf, processorTime_ms } from "./lib/processor.mjs";
import { MODES, start, visitor } from "./lib/servers.mjs";

const { values: options } = parseArgs({ options: { only: { type: "string", multiple: true }, rounds: { type: "string", default: "7" } } });
const CONNECTIONS = 16;
const ROUND_SECONDS = 2;
const ROUNDS = Number(options.rounds);
/** Goals: times HTMLRewriter, and times pass-through. @type {Record<string, number[]>} */
const GOALS = { "made-streaming": [1.6, 0.37], "made-whole": [1.8, 0.42], "made-http": [1.4, 0.37], "made-gzip": [2.3] };
const ROWS = [...Object.keys(GOALS), ...Object.keys(PAGES).filter((page) => page !== "made").flatMap((page) => [`${page}-whole`, `${page}-http`])];
const wanted = ROWS.filter((row) => options.only === undefined || options.only.some((part) => row.includes(part)));

/** @param {string} script */
const helper = (script) => fork(join(import.meta.dirname, "lib", script), { stdio: ["ignore", "inherit", "inherit", "ipc"] });

const origin = helper("origin-http.mjs");
const load = helper("load.mjs");
const [{ port }] = await once(origin, "message");
const servers = start(compiled("tests/bench/config"), `http://127.0.0.1:${port}`);

/** @param {object} job @returns {Promise<any>} */
async function ask(job) {
  load.send(job);
  const [{ result, error }] = await once(load, "message");
  if (error) throw new Error(error);
  return result;
}

/** A run of the load; with workerd's processor time a request in it, where the system tells. @param {object} job */
async function timed(job) {
  const workerd = childOf("workerd");
  const before_ms = workerd === null ? NaN : processorTime_ms(workerd);
  const { requests, seconds, load_ms } = await ask({ ...job, connections: CONNECTIONS, seconds: ROUND_SECONDS });
  const after_ms = workerd === null ? NaN : processorTime_ms(workerd);
  return { rate: requests / seconds, cpu_ms: (after_ms - before_ms) / requests, load_ms: load_ms / requests };
}

/** @param {string} page @param {string} from */
async function measured(page, from) {
  /** @type {Record<string, { job: object, rates: number[], cpu_ms: number[], load_ms: number[] }>} */
  const runs = {};
  for (const mode of MODES) {
    const url = await servers.address(mode, from, page);
    const headers = mode === "Attune" ? await visitor(url) : {};
    const text = await (await fetch(url, { headers })).text();
    const count = text.split('class="offer"').length - 1;
    const expected = mode === "pass-through" || mode === "identity" ? 0 : slotsOf(PAGES[page]);
    if (count !== expected) throw new Error(`${mode} filled ${count} slots of ${page} (${from}), not ${expected}`);
    const job = { url: url.href, headers };
    // V8 compiles Wasm quickly first and well later: a server that has run for a while is what counts.
    await ask({ ...job, connections: CONNECTIONS, seconds: mode === "Attune" ? 6 : 1 });
    runs[mode] = { job, rates: [], cpu_ms: [], load_ms: [] };
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const mode of MODES) {
      const { rate, cpu_ms, load_ms } = await timed(runs[mode].job);
      runs[mode].rates.push(rate);
      runs[mode].cpu_ms.push(cpu_ms);
      runs[mode].load_ms.push(load_ms);
    }
  }
  return runs;
}

try {
  console.log(`${CONNECTIONS} connections, ${ROUNDS} rounds of ${ROUND_SECONDS} s, ${cpus().length} cores; median (spread)`);
  console.log("workerd: processor milliseconds a request, all its threads, the origin's in the same process included; load: those of the load generator, not included\n");
  for (const row of wanted) {
    const [, page, from] = /^(.+)-(\w+)$/.exec(row) ?? [];
    console.log(`${row}: ${Buffer.byteLength(PAGES[page])} bytes, ${slotsOf(PAGES[page])} slots`);
    const runs = await measured(page, from);
    for (const mode of MODES) {
      const { rates, cpu_ms, load_ms } = runs[mode];
      const ms = (/** @type {number} */ value) => value.toFixed(3);
      console.log(`  ${mode.padEnd(13)} ${median(rates).toFixed(0).padStart(6)}/s (${spread(rates)})   workerd ${ms(median(cpu_ms))} ms (${spread(cpu_ms, ms)})   load ${ms(median(load_ms))} ms`);
    }
    const against = (/** @type {string} */ mode) => median(runs.Attune.rates) / median(runs[mode].rates);
    const saved = (/** @type {string} */ mode) => median(runs[mode].cpu_ms) / median(runs.Attune.cpu_ms);
    const [rewriter, through] = GOALS[row] ?? [];
    const goal = (/** @type {number | undefined} */ value) => (value === undefined ? "" : `, goal ${value}`);
    console.log(`  Attune: ${against("HTMLRewriter").toFixed(2)} x HTMLRewriter${goal(rewriter)}; ${against("pass-through").toFixed(2)} x pass-through${goal(through)}; ${against("identity").toFixed(2)} x identity`);
    console.log(`  by processor time: ${saved("HTMLRewriter").toFixed(2)} x HTMLRewriter; ${saved("pass-through").toFixed(2)} x pass-through; ${saved("identity").toFixed(2)} x identity\n`);
  }
  if (wanted.includes("made-http")) {
    const slow = new URL("/trickle/made", await servers.address("Attune", "http", "made"));
    const { first_ms, last_ms } = await ask({ url: slow.href, headers: await visitor(slow), connections: 1, seconds: 3 });
    console.log(`an origin that takes half a second for its body: first byte after ${median(first_ms).toFixed(0)} ms, last after ${median(last_ms).toFixed(0)} ms`);
  }
} finally {
  await servers.stop();
  load.disconnect();
  origin.disconnect();
}
