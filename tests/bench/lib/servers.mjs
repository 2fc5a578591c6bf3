// The Workers that throughput compares, all in one workerd: each mode in front of each origin, on an address of its own.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Miniflare } from "miniflare";
import { newSigningKey, publicKeyHex, signedManifest } from "../../../xtask/manifest.mjs";
import { KEYS, ROOT } from "./attune.mjs";
import { filled, SLOTS } from "./document.mjs";
import { PAGES } from "./pages.mjs";

export const MODES = ["pass-through", "identity", "HTMLRewriter", "Attune"];
/** Where the page comes from: `streaming` and `whole` are the same process, the second with a Content-Length. */
export const ORIGINS = ["streaming", "whole", "http", "gzip"];

const here = new URL("..", import.meta.url).pathname;
const compatibilityDate = "2026-04-01";

/** @param {string} folder @param {RegExp} kind */
const files = (folder, kind) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => kind.test(name))
    .map((name) => join(ROOT, folder, name));

/** @param {string} folder of a Wasm module with its bindings */
const bindings = (folder) => [
  ...files(folder, /\.js$/).map((path) => ({ type: "ESModule", path })),
  ...files(folder, /\.wasm$/).map((path) => ({ type: "CompiledWasm", path })),
];

const shim = [
  { type: "ESModule", path: join(ROOT, "www/shim/edge.mjs") },
  ...files("www/shim", /(?<!edge|control-worker)\.mjs$/).map((path) => ({ type: "ESModule", path })),
  ...bindings("build/page"),
];

/** @param {string} mode @param {string} from */
const nameOf = (mode, from) => `${mode}-${from}`.toLowerCase();

/**
 * @param {string} mode
 * @param {string} from
 * @param {string} http address of the origin over HTTP
 */
function worker(mode, from, http) {
  const overHttp = from === "http" || from === "gzip";
  const common = { name: nameOf(mode, from), compatibilityDate, unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }] };
  const ORIGIN = overHttp ? { ORIGIN: http } : {};
  if (mode === "Attune") {
    return {
      ...common,
      modulesRoot: ROOT,
      modules: shim,
      bindings: { ROUTES: "/*", ATTUNE_KEYS: KEYS, ...ORIGIN },
      serviceBindings: { ASSETS: "origin", CONTROL: { name: "control", entrypoint: "Control" } },
    };
  }
  const contents = JSON.stringify(Object.fromEntries(SLOTS.map((slot) => [slot, filled(slot)])));
  return {
    ...common,
    modulesRoot: here,
    modules: [
      { type: "ESModule", path: join(here, "workers/peer.mjs") },
      { type: "Text", path: join(here, "workers/contents.json"), contents },
    ],
    bindings: { MODE: mode, ...ORIGIN },
    serviceBindings: { ASSETS: "origin" },
  };
}

/** The origin in the same process, and what it carries. @param {Buffer} bundle @param {Buffer} [manifest] */
const origin = (bundle, manifest = Buffer.alloc(0)) => ({
  name: "origin",
  modulesRoot: here,
  modules: [
    { type: "ESModule", path: join(here, "workers/origin.mjs") },
    { type: "Data", path: join(here, "workers/bundle.bin"), contents: bundle },
    { type: "Data", path: join(here, "workers/manifest.bin"), contents: manifest },
    { type: "Text", path: join(here, "workers/pages.json"), contents: JSON.stringify(PAGES) },
  ],
  compatibilityDate,
});

/** A Worker that does what Attune's does at first, a part a request. */
const parts = {
  name: "parts",
  compatibilityDate,
  modulesRoot: ROOT,
  modules: [{ type: "ESModule", path: join(here, "workers/parts.mjs") }, ...shim.slice(1)],
  bindings: { ATTUNE_KEYS: KEYS },
  serviceBindings: { ASSETS: "origin" },
  unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
};

/**
 * Starts a workerd that has one Worker and its origin, and nothing else. The answer says where a page is.
 * @param {string} mode of `MODES`, or `parts`
 * @param {Buffer} bundle published for `site`
 * @param {string} site
 */
export async function startAlone(mode, bundle, site) {
  const { name, serviceBindings, bindings, ...rest } = mode === "parts" ? parts : worker(mode, "whole", "");
  const key = newSigningKey();
  const mf = new Miniflare({
    cf: false,
    workers: /** @type {any} */ ([
      {
        ...rest,
        name,
        bindings: { ...bindings, MANIFEST_KEYS: `${publicKeyHex(key)}:publish` },
        // Without the control plane, which no page asks.
        serviceBindings: { ASSETS: serviceBindings.ASSETS, CONFIG: { name: "origin", entrypoint: "Config" } },
      },
      origin(bundle, signedManifest({ site, version: 1, bundle }, [key])),
    ]),
  });
  const base = await mf.unsafeGetDirectURL(name);
  return { address: (/** @type {string} */ page) => new URL(`/whole/${page}`, base), stop: () => mf.dispose() };
}

/**
 * Starts them. The answer says where a page is: `address(mode, from, page)`.
 * @param {Buffer} bundle
 * @param {string} http address of the origin over HTTP, without a path
 * @param {object} [options] more of Miniflare's, such as `inspectorPort`
 */
export function start(bundle, http, options = {}) {
  const mf = new Miniflare({
    ...options,
    cf: false,
    workers: /** @type {any} */ ([
      ...MODES.flatMap((mode) => ORIGINS.map((from) => worker(mode, from, http))),
      {
        name: "control",
        modulesRoot: ROOT,
        modules: [{ type: "ESModule", path: join(ROOT, "www/shim/control-worker.mjs") }, ...shim.slice(1), ...bindings("build/edge")],
        compatibilityDate,
        durableObjects: { ORDERS: { className: "Orders", useSQLite: true }, LEDGER: { className: "Ledger", useSQLite: true } },
      },
      origin(bundle),
    ]),
  });
  /** @param {string} mode @param {string} from @param {string} page */
  const address = async (mode, from, page) => new URL(`/${from}/${page}`, await mf.unsafeGetDirectURL(nameOf(mode, from)));
  return { address, stop: () => mf.dispose() };
}

const AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

/** Agrees, and reports a page: the request headers of a visitor who is personalized. @param {URL} base */
export async function visitor(base) {
  /** @type {Map<string, string>} */
  const cookies = new Map();
  const cookieHeader = () => [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  /** @param {string} path @param {object} body */
  const post = async (path, body) => {
    const headers = { "Content-Type": "application/json", Origin: base.origin, "Sec-Fetch-Site": "same-origin", "User-Agent": AGENT, Cookie: cookieHeader() };
    const answer = await fetch(new URL(`/_attune/${path}`, base), { method: "POST", headers, body: JSON.stringify(body) });
    if (answer.status !== 200 || answer.headers.getSetCookie().length === 0) throw new Error(`no cookie: ${answer.status} ${await answer.text()}`);
    for (const line of answer.headers.getSetCookie()) {
      const pair = line.split(";")[0];
      cookies.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
    }
  };
  await post("consent", { personalization: true, measurement: true });
  await post("events", { log: "00000001", page: "/", events: [{ n: 1, name: "page_view" }] });
  return { Cookie: cookieHeader(), "User-Agent": AGENT, "Sec-Fetch-Dest": "document" };
}
