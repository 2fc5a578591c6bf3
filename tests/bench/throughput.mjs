// Requests per second on a 119 KB page with five slots: passed through, through a stream that
// changes nothing, rewritten by the platform's HTMLRewriter, and by Attune.
// Each round measures them in turn, so that a machine that slows down slows them all; the medians of the rounds are compared.
import { fork } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { Miniflare } from "miniflare";
import { compiled, KEYS, median, ROOT, spread } from "./lib/attune.mjs";
import { document, filled, SLOTS } from "./lib/document.mjs";

const CONNECTIONS = 16;
const ROUNDS = 7;
const ROUND_SECONDS = 2;
const GOALS = { "in process": [1.6, 0.6], "over HTTP": [1.3, 0.35], "over HTTP, gzip": [1.3, 0.35] };
const here = new URL(".", import.meta.url).pathname;

/** @param {string} script */
const start = (script) => fork(join(here, "lib", script), { stdio: ["ignore", "inherit", "inherit", "ipc"] });

const bundle = compiled("tests/bench/config");
const page = document();
const origin = start("origin-http.mjs");
const load = start("load.mjs");
const [{ port }] = await once(origin, "message");
const http = `http://127.0.0.1:${port}`;

/** @param {object} job @returns {Promise<any>} */
async function ask(job) {
  load.send(job);
  const [{ result, error }] = await once(load, "message");
  if (error) throw new Error(error);
  return result;
}

/** @param {string} folder @param {RegExp} kind */
const files = (folder, kind) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => kind.test(name))
    .map((name) => join(ROOT, folder, name));

const shim = [
  { type: "ESModule", path: join(ROOT, "www/shim/edge.mjs") },
  ...files("www/shim", /(?<!edge|control-worker)\.mjs$/).map((path) => ({ type: "ESModule", path })),
  ...files("build/page", /\.js$/).map((path) => ({ type: "ESModule", path })),
  ...files("build/page", /\.wasm$/).map((path) => ({ type: "CompiledWasm", path })),
];

/** @param {string} name @param {string} [ORIGIN] */
const attune = (name, ORIGIN) => ({
  name,
  modulesRoot: ROOT,
  modules: shim,
  compatibilityDate: "2026-04-01",
  bindings: { ROUTES: "/*", ATTUNE_KEYS: KEYS, ...(ORIGIN ? { ORIGIN } : {}) },
  serviceBindings: { ASSETS: "origin", CONTROL: { name: "control", entrypoint: "Control" } },
  unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
});

/** @param {string} name @param {string} MODE @param {string} [ORIGIN] */
const peer = (name, MODE, ORIGIN) => ({
  name,
  modulesRoot: here,
  modules: [
    { type: "ESModule", path: join(here, "workers/peer.mjs") },
    { type: "Text", path: join(here, "workers/contents.json"), contents: JSON.stringify(Object.fromEntries(SLOTS.map((slot) => [slot, filled(slot)]))) },
  ],
  compatibilityDate: "2026-04-01",
  bindings: { MODE, ...(ORIGIN ? { ORIGIN } : {}) },
  serviceBindings: { ASSETS: "origin" },
  unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
});

const ORIGINS = { "in process": undefined, "over HTTP": `${http}/`, "over HTTP, gzip": `${http}/gzip` };
const MODES = ["pass-through", "identity", "HTMLRewriter", "Attune"];

/** @param {string} from @param {string} mode */
const nameOf = (from, mode) => `${mode} ${from}`.replace(/\W+/g, "-").toLowerCase();

const workers = Object.entries(ORIGINS).flatMap(([from, url]) =>
  MODES.map((mode) => {
    const name = nameOf(from, mode);
    return mode === "Attune" ? attune(name, url) : peer(name, mode, url);
  }),
);

const mf = new Miniflare({
  cf: false,
  workers: /** @type {any} */ ([
    ...workers,
    {
      name: "control",
      modulesRoot: ROOT,
      modules: [
        { type: "ESModule", path: join(ROOT, "www/shim/control-worker.mjs") },
        ...files("build/edge", /\.js$/).map((path) => ({ type: "ESModule", path })),
        ...files("build/edge", /\.wasm$/).map((path) => ({ type: "CompiledWasm", path })),
      ],
      compatibilityDate: "2026-04-01",
      durableObjects: { ORDERS: { className: "Orders", useSQLite: true } },
    },
    {
      name: "origin",
      modulesRoot: here,
      modules: [
        { type: "ESModule", path: join(here, "workers/origin.mjs") },
        { type: "Data", path: join(here, "workers/bundle.bin"), contents: bundle },
        { type: "Data", path: join(here, "workers/page.bin"), contents: new TextEncoder().encode(page) },
      ],
      compatibilityDate: "2026-04-01",
    },
  ]),
});

/** Agrees, and reports a page: the cookies of a visitor who is personalized. @param {URL} base */
async function visitor(base) {
  const agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
  const post = (/** @type {string} */ path, /** @type {object} */ body, Cookie = "") =>
    fetch(new URL(`/_attune/${path}`, base), {
      method: "POST",
      headers: { "Content-Type": "application/json", Origin: base.origin, "Sec-Fetch-Site": "same-origin", "User-Agent": agent, ...(Cookie === "" ? {} : { Cookie }) },
      body: JSON.stringify(body),
    });
  /** @type {Map<string, string>} */
  const cookies = new Map();
  const header = () => [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  for (const [path, body] of [["consent", { personalization: true, measurement: true }], ["events", { log: "00000001", page: "/", events: [{ n: 1, name: "page_view" }] }]]) {
    const answer = await post(String(path), Object(body), header());
    if (answer.status !== 200 || answer.headers.getSetCookie().length === 0) throw new Error(`no cookie: ${answer.status} ${await answer.text()}`);
    for (const line of answer.headers.getSetCookie()) {
      const pair = line.split(";")[0];
      cookies.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
    }
  }
  return { Cookie: header(), "User-Agent": agent, "Sec-Fetch-Dest": "document" };
}

/** @param {string} from */
async function measured(from) {
  /** @type {Record<string, { url: string, headers: Record<string, string>, rates: number[] }>} */
  const runs = {};
  for (const mode of MODES) {
    const url = await mf.unsafeGetDirectURL(nameOf(from, mode));
    const path = new URL(ORIGINS[/** @type {keyof typeof ORIGINS} */ (from)] ?? url).pathname;
    const target = new URL(path, url);
    const headers = mode === "Attune" ? await visitor(target) : {};
    const text = await (await fetch(target, { headers })).text();
    const count = text.split('class="offer"').length - 1;
    if (count !== (mode === "pass-through" || mode === "identity" ? 0 : SLOTS.length)) throw new Error(`${mode} ${from} filled ${count} slots`);
    runs[mode] = { url: target.href, headers, rates: [] };
    // V8 compiles Wasm quickly first and well later: a server that has run for a while is what counts.
    await ask({ ...runs[mode], connections: CONNECTIONS, seconds: mode === "Attune" ? 6 : 1 });
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const mode of MODES) {
      const { requests, seconds } = await ask({ ...runs[mode], connections: CONNECTIONS, seconds: ROUND_SECONDS });
      runs[mode].rates.push(requests / seconds);
    }
  }
  return runs;
}

try {
  console.log(`119 KB page (${page.length} bytes), ${SLOTS.length} slots, ${CONNECTIONS} connections, ${ROUNDS} rounds of ${ROUND_SECONDS} s, ${cpus().length} cores`);
  console.log("requests a second, median (spread)\n");
  for (const from of Object.keys(ORIGINS)) {
    const runs = await measured(from);
    const rate = (/** @type {string} */ mode) => median(runs[mode].rates);
    for (const mode of MODES) console.log(`  ${from.padEnd(16)} ${mode.padEnd(13)} ${rate(mode).toFixed(0).padStart(6)} (${spread(runs[mode].rates)})`);
    const [rewriter, through] = GOALS[/** @type {keyof typeof GOALS} */ (from)];
    console.log(`  ${from.padEnd(16)} Attune is ${(rate("Attune") / rate("HTMLRewriter")).toFixed(2)} x HTMLRewriter (goal ${rewriter}), ${(rate("Attune") / rate("pass-through")).toFixed(2)} x pass-through (goal ${through}), ${(rate("Attune") / rate("identity")).toFixed(2)} x identity\n`);
  }
  const slow = new URL("/trickle", await mf.unsafeGetDirectURL(nameOf("over HTTP", "Attune")));
  const { first_ms, last_ms } = await ask({ url: slow.href, headers: await visitor(new URL("/", slow)), connections: 1, seconds: 3 });
  console.log(`an origin that takes half a second for its body: first byte after ${median(first_ms).toFixed(0)} ms, last after ${median(last_ms).toFixed(0)} ms`);
} finally {
  await mf.dispose();
  load.disconnect();
  origin.disconnect();
}
