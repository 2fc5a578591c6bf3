// What a new isolate costs: real workerd is started again and again, with a page passed through, and with Attune and the bundle of the demo
// or of 10,000 segments. Processor time, all threads: of the start, of the first page, and of each part of it; and the pages of the first 200 ms.
// A process has more to start than a Worker. What Attune adds is the difference to a Worker that passes through, in turn with it.
//
//   node tests/bench/cold.mjs [--only 10,000] [--rounds 15]
import { fork } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { compiled, median, ROOT, spread } from "./lib/attune.mjs";
import { authored } from "./lib/authored.mjs";
import { conditions } from "./lib/conditions.mjs";
import { childOf, threadTimes_ms } from "./lib/processor.mjs";
import { start, startAlone, visitor } from "./lib/servers.mjs";

const { values: options } = parseArgs({ options: { only: { type: "string", multiple: true }, rounds: { type: "string", default: "15" } } });
const ROUNDS = Number(options.rounds);
const NEW_S = 0.2;
const CONCURRENT = 8;
const PARTS = ["nothing", "fetch", "instantiate", "load", "page", "again"];
/** @type {Record<string, { make: () => Buffer, site: string, page: string, goal_ms: number }>} */
const CASES = {
  "the demo": { make: () => compiled("www/demo/attune"), site: "tuppence", page: "demo-home", goal_ms: 5 },
  "10,000 segments": { make: () => segments(10_000), site: "bench", page: "made", goal_ms: 25 },
};

/** @param {number} count */
function segments(count) {
  const folder = authored(conditions(count));
  try {
    return compiled(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const load = fork(join(ROOT, "tests/bench/lib/load.mjs"), { stdio: ["ignore", "inherit", "inherit", "ipc"] });
/** @param {object} job @returns {Promise<any>} */
async function ask(job) {
  load.send(job);
  const [{ result, error }] = await once(load, "message");
  if (error) throw new Error(error);
  return result;
}

/** Processor times of workerd's threads once they rest: V8 compiles in the background. @param {number} pid */
async function atRest(pid) {
  const total = (/** @type {number[]} */ times) => times.reduce((sum, ms) => sum + ms, 0);
  let before = threadTimes_ms(pid);
  for (let quiet = 0; quiet < 3; ) {
    await sleep(10);
    const now = threadTimes_ms(pid);
    quiet = total(now) - total(before) < 0.05 ? quiet + 1 : 0;
    before = now;
  }
  return { all_ms: total(before), first_ms: before[0] };
}

/** What is asked of a new workerd. @typedef {{ bundle: Buffer, site: string, page: string, headers: Record<string, string> }} Case */

/**
 * A new workerd, and what `work` finds.
 * @template T
 * @param {string} mode
 * @param {Case} of
 * @param {(url: URL, pid: number, start: { all_ms: number, first_ms: number }) => Promise<T>} work
 */
async function fresh(mode, { bundle, site, page }, work) {
  const server = await startAlone(mode, bundle, site);
  try {
    const pid = childOf("workerd");
    if (pid === null) throw new Error("workerd's processor time cannot be seen here: it takes Linux's /proc");
    return await work(server.address(page), pid, await atRest(pid));
  } finally {
    await server.stop();
  }
}

/** @param {URL} url @param {Record<string, string>} headers */
async function text(url, headers) {
  const response = await fetch(url, { headers });
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return response.text();
}

/** Whether the page has a plan that fills a slot. @param {string} html */
function isPersonalized(html) {
  const plan = /<script type="application\/json" id="attune-plan">(.*?)<\/script>/s.exec(html);
  return plan !== null && JSON.parse(plan[1]).slots.length > 0;
}

/** The start and the first page. @param {string} mode @param {Case} of */
const firstPage = (mode, of) =>
  fresh(mode, of, async (url, pid, start) => {
    const html = await text(url, of.headers);
    const end = await atRest(pid);
    if (isPersonalized(html) !== (mode === "Attune")) throw new Error(`the first page of ${mode} is not what it has to be`);
    return { start: start.all_ms, page: end.all_ms - start.all_ms, thread: end.first_ms - start.first_ms };
  });

/** Each part of the first page. @param {Case} of */
const parts = (of) =>
  fresh("parts", of, async (url, pid) => {
    // The first request of a process opens what the others find open.
    await text(url, { ...of.headers, Part: "nothing" });
    let before = await atRest(pid);
    /** @type {Record<string, number>} */
    const took = {};
    for (const part of PARTS) {
      const answer = await text(url, { ...of.headers, Part: part === "again" ? "page" : part });
      if (part === "page" && !(Number(answer) > 1000)) throw new Error(`the page call answered ${answer} bytes`);
      const now = await atRest(pid);
      took[part] = now.first_ms - before.first_ms - (took.nothing ?? 0);
      before = now;
    }
    return took;
  });

/** Milliseconds of each page in the first moments of an isolate. @param {string} mode @param {Case} of @param {number} connections */
const firstPages = (mode, of, connections) =>
  fresh(mode, of, async ({ href }) => (await ask({ url: href, headers: of.headers, connections, seconds: NEW_S })).last_ms);

/** Adds each figure to the list of its name. @param {Record<string, number[]>} lists @param {Record<string, number>} figures */
function add(lists, figures) {
  for (const [name, value] of Object.entries(figures)) (lists[name] ??= []).push(value);
}

const ms = (/** @type {number} */ value) => value.toFixed(2);
const shown = (/** @type {number[]} */ values) => `${ms(median(values))} (${spread(values, ms)})`;
const p99 = (/** @type {number[]} */ values) => [...values].sort((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1];

/** The request headers of a visitor who is personalized. @param {Buffer} bundle @param {string} page */
async function personalized(bundle, page) {
  const servers = start(bundle, "http://127.0.0.1:1");
  try {
    return await visitor(await servers.address("Attune", "whole", page));
  } finally {
    await servers.stop();
  }
}

/** @param {string} name */
async function bench(name) {
  const { make, site, page, goal_ms } = CASES[name];
  const bundle = make();
  const of = { bundle, site, page, headers: await personalized(bundle, page) };
  console.log(`${name}: a bundle of ${bundle.length} bytes`);
  const modes = ["pass-through", "Attune"];
  /** @type {Record<string, Record<string, number[]>>} */
  const used = { "pass-through": {}, Attune: {}, parts: {} };
  /** @type {Record<string, number[][]>} */
  const latencies = Object.fromEntries(modes.flatMap((mode) => [1, CONCURRENT].map((connections) => [`${mode} ${connections}`, []])));
  for (let round = 0; round < ROUNDS; round++) {
    for (const mode of modes) add(used[mode], await firstPage(mode, of));
    add(used.parts, await parts(of));
    for (const connections of [1, CONCURRENT]) {
      for (const mode of modes) latencies[`${mode} ${connections}`].push(await firstPages(mode, of, connections));
    }
  }
  for (const mode of modes) console.log(`  ${mode.padEnd(12)}  start ${shown(used[mode].start)}   first page ${shown(used[mode].page)}, of it the first thread ${shown(used[mode].thread)}`);
  const [through, own] = modes.map((mode) => used[mode]);
  const more = (/** @type {string} */ figure) => median(own[figure]) - median(through[figure]);
  const total = (/** @type {Record<string, number[]>} */ of) => of.start.map((start, round) => start + of.page[round]);
  console.log(`  Attune's own: start ${ms(more("start"))}, first page ${ms(more("page"))}, both ${ms(median(total(own)) - median(total(through)))}, goal ${goal_ms} ms; of the page in the first thread ${ms(more("thread"))}`);
  console.log(`  parts, in the first thread: ${PARTS.filter((part) => part !== "nothing").map((part) => `${part} ${shown(used.parts[part])}`).join(", ")}`);
  for (const connections of [1, CONCURRENT]) {
    for (const mode of modes) {
      const rounds = latencies[`${mode} ${connections}`];
      const all = rounds.flat();
      const first = rounds.map((times) => times[0]);
      console.log(`  the first ${NEW_S * 1000} ms, ${connections} at a time, ${mode}: ${all.length} pages, p50 ${ms(median(all))}, p99 ${ms(p99(all))}, the first ${shown(first)}`);
    }
  }
  console.log();
}

try {
  const wanted = Object.keys(CASES).filter((name) => options.only === undefined || options.only.some((part) => name.includes(part)));
  console.log(`${ROUNDS} starts of each, ${cpus().length} cores, load ${loadavg()[0].toFixed(1)}; milliseconds of processor time, all threads of workerd, median (spread)\n`);
  for (const name of wanted) await bench(name);
} finally {
  load.disconnect();
}
