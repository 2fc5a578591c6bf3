// From a command to a changed page, on local workerd: `attune push`, `rollback`, `kill` and `revive`, for the test's configuration and for the
// demo's with its catalogue. Somebody looks at a page all the while, and every page looks at KV: what the platform's KV takes to tell all
// places comes on top. Publications are more than a second apart, because KV takes one write of the head a second.
//
//   node tests/bench/publish.mjs [--only demo] [--runs 9] [--apart-ms 1100]
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startEdge } from "../edge/harness.mjs";
import { median, ROOT, spread } from "./lib/attune.mjs";

const { values: options } = parseArgs({ options: { only: { type: "string", multiple: true }, runs: { type: "string", default: "9" }, "apart-ms": { type: "string", default: "1100" } } });
const RUNS = Number(options.runs);
/** Between two commands. KV takes one write of a key in a second. */
const APART_MS = Number(options["apart-ms"]);
const GOALS_MS = { push: 2_000, rollback: 1_000, kill: 1_000, revive: 1_000 };
/** A configuration, and how a file of it changes. @typedef {{ folder: string, site: string, host: string, file: string, change: (text: string, run: number) => string, page: string }} Case */
/** @type {Record<string, Case>} */
const CASES = {
  "the test's configuration": {
    folder: "tests/edge/site", site: "testshop", host: "shop.test", page: '<section data-slot="hero"></section>',
    file: "content/hello.html", change: (text, run) => text.replace(/>\w+ for /, `>Run${String.fromCharCode(97 + run)} for `),
  },
  "the demo's, with its catalogue": {
    folder: "www/demo/attune", site: "tuppence", host: "www.tuppence.example", page: '<section data-slot="for-you"></section>',
    file: "content/behaviour.toml", change: (text, run) => text.replace(/"It has been [^"]*"/, `"It has been ${run} weeks"`),
  },
};

const folder = mkdtempSync(join(tmpdir(), "attune-bench-publish-"));
if (process.env.ATTUNE_BIN === undefined) execFileSync("cargo", ["build", "--quiet", "--release", "-p", "attune"], { cwd: ROOT, stdio: "inherit" });
const BINARY = process.env.ATTUNE_BIN ?? join(ROOT, "target/release/attune");

/** Runs `attune`; the answer is its output. @param {string[]} words @param {Record<string, string>} [env] @returns {Promise<string>} */
function attune(words, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(BINARY, words, { cwd: folder, env: { PATH: process.env.PATH, ATTUNE_HOME: join(folder, "home"), ...env }, stdio: ["ignore", "pipe", "pipe"] });
    let [out, err] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text) => (out += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (err += text));
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve(out) : reject(new Error(`attune ${words.join(" ")}: ${code}\n${out}${err}`))));
  });
}

/**
 * A command, and how long after its start a page was another one, and the command had ended.
 * @param {any} edge @param {string[]} words @param {(attune: string) => boolean} isNew says it of a page's `Attune` header
 */
async function measured(edge, words, isNew) {
  const start = performance.now();
  let changed_ms = 0;
  let isOver = false;
  const command = attune([...words, "--yes", "--key", "bench.key", "--format", "json"], { ATTUNE_URL: edge.url.origin });
  const looking = (async () => {
    while (changed_ms === 0 && !isOver) {
      const { status, headers } = await edge.fetch("/");
      if (status !== 200) throw new Error(`a page of status ${status}`);
      if (isNew(headers.attune ?? "")) changed_ms = performance.now() - start;
      // A person's browser is no load: what is measured is not slowed down by who looks.
      else await sleep(5);
      if (performance.now() - start > 30_000) throw new Error(`${words[0]}: no page has changed`);
    }
  })();
  const out = await command.catch(async (error) => {
    isOver = true;
    await looking;
    throw error;
  });
  const ended_ms = performance.now() - start;
  await looking;
  const { steps } = JSON.parse(out);
  return { changed_ms, ended_ms, steps: Object.fromEntries(steps.map(({ name, ms }) => [name, ms])) };
}

const seconds = (/** @type {number} */ ms) => (ms / 1000).toFixed(2);
const shown = (/** @type {number[]} */ values) => `${seconds(median(values))} s (${spread(values, seconds)})`;

/** @param {string} name */
async function bench(name) {
  const { folder: from, site, host, file, change, page } = CASES[name];
  const shop = join(folder, site);
  cpSync(join(ROOT, from), shop, { recursive: true });
  const edge = await startEdge({ publish: false, site, bindings: { MANIFEST_KEYS: `${key}:publish+kill`, BUNDLE_FRESH_S: "0", BUNDLE_STALE_S: "0", RETRY_S: "0" } });
  edge.host = host;
  edge.origin.serve("/", { "Content-Type": "text/html; charset=utf-8" }, `<!doctype html><html lang="en-GB"><body>${page}</body></html>`);
  /** @type {Record<string, Awaited<ReturnType<typeof measured>>[]>} */
  const figures = { push: [], rollback: [], kill: [], revive: [] };
  let version = 0;
  const ofVersion = (/** @type {number} */ wanted) => (/** @type {string} */ header) => new RegExp(`version=${wanted}(;|,|$| )`).test(header);
  try {
    for (let run = -1; run < RUNS; run += 1) {
      const path = join(shop, file);
      writeFileSync(path, change(readFileSync(path, "utf8"), run + 1));
      const took = {
        push: await measured(edge, ["push", shop], ofVersion((version += 1))),
        ...(run < 0 ? {} : { rollback: await sleep(APART_MS).then(() => measured(edge, ["rollback"], ofVersion((version += 1)))) }),
        kill: await sleep(APART_MS).then(() => measured(edge, ["kill"], (header) => !/version=/.test(header))),
        revive: await sleep(APART_MS).then(() => measured(edge, ["revive"], ofVersion(version))),
      };
      // The first run warms up: the first version loads what later ones have.
      if (run >= 0) for (const [command, one] of Object.entries(took)) figures[command].push(one);
      await sleep(APART_MS);
    }
  } finally {
    await edge.stop();
  }
  console.log(name);
  for (const [command, runs] of Object.entries(figures)) {
    const goal_ms = GOALS_MS[command];
    const most = Math.max(...runs.map(({ changed_ms }) => changed_ms));
    console.log(`  ${command.padEnd(8)}  to a changed page ${shown(runs.map(({ changed_ms }) => changed_ms))}, to its end ${shown(runs.map(({ ended_ms }) => ended_ms))}; goal ${seconds(goal_ms)} s: ${most <= goal_ms ? "met by all" : "missed at times"}`);
    const steps = Object.keys(runs[0].steps).map((step) => `${step} ${seconds(median(runs.map((run) => run.steps[step] ?? 0)))}`);
    console.log(`            of it ${steps.join(", ")}`);
  }
}

let key = "";
try {
  key = (await attune(["keys", "signing", "--out", "bench.key"])).trim();
  console.log(`${RUNS} runs of each, ${cpus().length} cores, load ${loadavg()[0].toFixed(1)}; median (least to most)`);
  for (const name of Object.keys(CASES).filter((one) => options.only === undefined || options.only.some((part) => one.includes(part)))) await bench(name);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
