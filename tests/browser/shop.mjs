// The demo shop as `cargo xtask dev` serves it, in real workerd, and a real Chromium in front of it.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Miniflare } from "miniflare";
import { chromium } from "playwright-core";
import { artifactKey, newSigningKey, publicKeyHex, signedManifest } from "../../xtask/manifest.mjs";

const root = new URL("../..", import.meta.url).pathname;
const KEYS = `1:sign:${"22".repeat(32)}`;
const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/google-chrome-stable"];

/**
 * A Worker as wrangler would upload it.
 * @param {string} config @param {string} main @param {string} folder @param {string} clock what stands before it
 */
function bundled(config, main, folder, clock) {
  const out = join(root, folder);
  rmSync(out, { recursive: true, force: true });
  execFileSync("node", ["node_modules/wrangler/bin/wrangler.js", "deploy", "--dry-run", "--config", config, "--env", "demo", "--outdir", out], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_SEND_ERROR_REPORTS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false", DO_NOT_TRACK: "1", CI: "1" },
  });
  const names = readdirSync(out);
  const module = (/** @type {string} */ type, /** @type {string} */ name) => ({ type, path: join(out, name) });
  const entry = { ...module("ESModule", main), contents: clock + readFileSync(join(out, main), "utf8") };
  return { modulesRoot: out, modules: [entry, ...names.filter((name) => name.endsWith(".wasm")).map((name) => module("CompiledWasm", name))] };
}

/** A person's: a headless browser says what it is, and is a robot to Attune. */
const AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

/** How the real browser starts. @param {import("playwright-core").LaunchOptions} [options] */
const started = (options) => ({
  ...options,
  executablePath: process.env.CHROMIUM ?? CHROMIUM.find(existsSync),
  args: [`--user-agent=${AGENT}`, "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", ...(options?.args ?? [])],
});

/** The real browser. @param {import("playwright-core").LaunchOptions} [options] */
export const launch = (options) => chromium.launch(started(options));

/** The real browser with the settings that somebody made, which are in a folder. @param {string} folder @param {import("playwright-core").BrowserContextOptions} options */
export const launchProfile = (folder, options) => chromium.launchPersistentContext(folder, { ...options, ...started() });

/** Sums what moves without the reader's doing. Runs in the page, before anything else. */
export function watchShifts() {
  const page = /** @type {any} */ (window);
  page.shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of /** @type {any[]} */ (list.getEntries())) if (!entry.hadRecentInput) page.shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
}

/** How much has moved in a page that sums it; two frames later whatever was drawn has been measured. @param {import("playwright-core").Page} page @returns {Promise<number>} */
export const shiftOf = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(/** @type {any} */ (window).shift)))));

/** A clock that stands still. @param {number} now_ms */
const stopped = (now_ms) => `globalThis.Date = class extends Date {
  constructor(...given) { super(...(given.length > 0 ? given : [${now_ms}])); }
  static now() { return ${now_ms}; }
};
`;

/**
 * Starts the shop, and a browser that has never been there.
 * @param {{ now_ms?: number, browser?: import("playwright-core").LaunchOptions }} [options] with `now_ms` the Workers' clock stands still
 */
export async function openShop({ now_ms, browser: launchOptions } = {}) {
  const signingKey = newSigningKey();
  const clock = now_ms === undefined ? "" : stopped(now_ms);
  const page = bundled("wrangler.toml", "worker.js", "build/demo-worker", clock);
  const control = bundled("control.toml", "control-worker.js", "build/demo-control", clock);
  const mf = new Miniflare(
    /** @type {any} */ ({
      host: "127.0.0.1",
      cf: false,
      workers: [
        {
          ...page,
          name: "attune-demo",
          compatibilityDate: "2026-04-01",
          bindings: {
            ROUTES: ["/", "/c/{category}", "/p/{sku}", "/basket", "/checkout", "/order-confirmed", "/search", "/account", "/privacy"],
            PLACE: "off",
            SITE: "tuppence",
            ATTUNE_KEYS: KEYS,
            ATTUNE_API_KEY: "the-api-key-of-the-shop",
            MANIFEST_KEYS: publicKeyHex(signingKey),
          },
          kvNamespaces: ["CONFIG"],
          serviceBindings: { CONTROL: { name: "attune-control-demo", entrypoint: "Control" } },
          assets: { directory: join(root, "build/demo"), binding: "ASSETS", routerConfig: { has_user_worker: true, invoke_user_worker_ahead_of_assets: true } },
        },
        {
          ...control,
          name: "attune-control-demo",
          compatibilityDate: "2026-04-01",
          durableObjects: { ORDERS: { className: "Orders", useSQLite: true }, LEDGER: { className: "Ledger", useSQLite: true } },
        },
      ],
    }),
  );
  const { port } = await mf.ready;
  const kv = await mf.getKVNamespace("CONFIG");
  const bundle = new Uint8Array(readFileSync(join(root, "build/demo.bundle")));
  const artifacts = [[2, "build/demo.catalog"], [4, "build/demo.baskets"]].map(([kind, file]) => ({ kind, bytes: new Uint8Array(readFileSync(join(root, String(file)))) }));
  for (const bytes of [bundle, ...artifacts.map(({ bytes }) => bytes)]) await kv.put(artifactKey(bytes), bytes);
  await kv.put("manifest", new Uint8Array(signedManifest({ site: "tuppence", version: 1, bundle, artifacts: /** @type {any} */ (artifacts) }, [signingKey])));
  const browser = await launch(launchOptions);
  // A name, not an address: browsers keep secure cookies for http://localhost.
  const url = `http://localhost:${port}`;
  const shop = {
    url,
    browser,
    /** A browser profile of its own. @param {import("playwright-core").BrowserContextOptions} [options] */
    async visitor(options = {}) {
      const context = await browser.newContext({ baseURL: url, viewport: { width: 1280, height: 900 }, locale: "en-GB", ...options });
      const page = await context.newPage();
      /** @type {string[]} */
      const faults = [];
      page.on("pageerror", (error) => faults.push(error.message));
      page.on("console", (message) => {
        if (message.type() === "error") faults.push(message.text());
      });
      return { context, page, faults };
    },
    async close() {
      await browser.close();
      await mf.dispose();
    },
  };
  await (await fetch(`${url}/_attune/health`)).arrayBuffer();
  return shop;
}

/** The plan that a page came with. @param {import("playwright-core").Page} page */
export const planOf = (page) => page.evaluate(() => JSON.parse(document.getElementById("attune-plan")?.textContent ?? "null"));

/** The profile cookie. @param {import("playwright-core").BrowserContext} context */
export const cookieOf = async (context) => (await context.cookies()).find(({ name }) => name === "__Host-attune");

/** Reads a cookie with the command line tool. @param {string} token */
export function inspected(token) {
  return withKeys((keys) => JSON.parse(attune(["cookie", "inspect", token, "--keys", keys, "--site", "tuppence", "--host", "www.tuppence.example"]))).profile;
}

/** Signs a profile with the command line tool. @param {object} profile */
export function minted(profile) {
  return withKeys((keys, folder) => {
    const file = join(folder, "visitor.json");
    writeFileSync(file, JSON.stringify(profile));
    return attune(["cookie", "mint", "--visitor", file, "--keys", keys, "--site", "tuppence", "--host", "www.tuppence.example"]).trim();
  });
}

/** @template T @param {(keys: string, folder: string) => T} use */
function withKeys(use) {
  const folder = mkdtempSync(join(tmpdir(), "attune-keys-"));
  try {
    const keys = join(folder, "keys");
    writeFileSync(keys, KEYS);
    return use(keys, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string[]} args */
const attune = (args) => execFileSync("cargo", ["run", "--quiet", "-p", "attune", "--", ...args], { cwd: root, encoding: "utf8" });
