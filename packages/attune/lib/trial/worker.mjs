// The two Workers of the package on local workerd, without a bundler and without anything of a project.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const WORKERS = fileURLToPath(new URL("../../workers", import.meta.url));
const DATE = "2026-04-01";
/** How long a Worker that is replaced may finish what it has begun. */
const DRAIN_MS = 5_000;

/**
 * @typedef {object} Settings
 * @property {number} sitePort where the site is answered, on this machine
 * @property {string} site its name
 * @property {string} keys the key ring of the cookies
 */

/**
 * Writes what workerd reads: the modules of the Workers, and how they hang together.
 * @param {string} folder
 * @param {Settings} settings
 */
export function writeWorkers(folder, settings) {
  mkdirSync(folder, { recursive: true });
  cpSync(WORKERS, folder, { recursive: true });
  const of = (/** @type {string} */ main, /** @type {(path: string) => boolean} */ isWanted) => {
    const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => path.replaceAll("\\", "/"));
    const modules = paths.filter((path) => /\.(?:mjs|js|wasm)$/.test(path) && path !== main && isWanted(path));
    return [main, ...modules.sort()].map((path) => `(name = ${text(path)}, ${path.endsWith(".wasm") ? "wasm" : "esModule"} = embed ${text(path)})`).join(",\n    ");
  };
  const isShim = (/** @type {string} */ path) => path.startsWith("www/shim/");
  const page = of("www/shim/edge.mjs", (path) => (isShim(path) && !/\/(?:ledger|publish)\//.test(path) && !path.endsWith("control-worker.mjs")) || path.startsWith("build/page/"));
  const control = of("www/shim/control-worker.mjs", (path) => (isShim(path) && !path.endsWith("edge.mjs")) || path.startsWith("build/edge/"));
  const { sitePort, site, keys } = settings;
  writeFileSync(join(folder, "workers.capnp"), `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "page", worker = .page),
    (name = "control", worker = .control),
    (name = "objects", disk = (writable = true)),
    (name = "site", external = (address = "127.0.0.1:${sitePort}", http = ())),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "page")],
);
const page :Workerd.Worker = (
  compatibilityDate = "${DATE}",
  modules = [
    ${page}
  ],
  bindings = [
    (name = "ORIGIN", text = "http://127.0.0.1:${sitePort}"),
    (name = "ROUTES", json = ${text(JSON.stringify(["/", "/*"]))}),
    (name = "PLACE", text = "off"),
    (name = "SITE", text = ${text(site)}),
    (name = "ATTUNE_KEYS", text = ${text(keys)}),
    (name = "ASSETS", service = "site"),
    (name = "CONTROL", service = (name = "control", entrypoint = "Control")),
  ],
  globalOutbound = "site",
);
const control :Workerd.Worker = (
  compatibilityDate = "${DATE}",
  modules = [
    ${control}
  ],
  durableObjectNamespaces = [(className = "Orders", uniqueKey = "orders", enableSql = true), (className = "Ledger", uniqueKey = "ledger", enableSql = true)],
  durableObjectStorage = (localDisk = "objects"),
  bindings = [(name = "ORDERS", durableObjectNamespace = "Orders"), (name = "LEDGER", durableObjectNamespace = "Ledger")],
  globalOutbound = "site",
);
`);
}

/** A running workerd. */
export class Workerd {
  /** @type {import("node:child_process").ChildProcess} */
  #child;
  /** Where it listens. */
  port;

  /** @param {import("node:child_process").ChildProcess} child @param {number} port */
  constructor(child, port) {
    this.#child = child;
    this.port = port;
  }

  /** @param {string} folder as `writeWorkers` wrote it */
  static async start(folder) {
    const program = createRequire(import.meta.url)("workerd").default;
    // Of its own: the one before may still be at work in its.
    const objects = mkdtempSync(join(folder, "objects-"));
    const child = spawn(program, ["serve", "--control-fd=3", `--directory-path=objects=${objects}`, join(folder, "workers.capnp")], { stdio: ["ignore", "pipe", "pipe", "pipe"] });
    const exit = once(child, "exit");
    for (const stream of [child.stdout, child.stderr]) tell(/** @type {import("node:stream").Readable} */ (stream));
    const events = createInterface({ input: /** @type {import("node:stream").Readable} */ (child.stdio[3]) });
    for await (const line of events) {
      const event = JSON.parse(line);
      if (event.event === "listen") return new Workerd(child, event.port);
    }
    const [code, signal] = await exit;
    throw new Error(`workerd ended before it listened (${signal ?? code})`);
  }

  /** Ends it once it has answered what it was asked. */
  async stop() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    const late = setTimeout(() => this.#child.kill("SIGKILL"), DRAIN_MS);
    this.#child.kill("SIGTERM");
    await ended;
    clearTimeout(late);
  }
}

/** Shows what the Workers themselves say. That a browser went away, and that there is no KV here, is nothing to say. @param {import("node:stream").Readable} stream */
function tell(stream) {
  createInterface({ input: stream }).on("line", (line) => {
    if (line.includes("KV has no manifest")) return;
    if (line.startsWith('{"attune"') || /error:|fatal/i.test(line)) process.stderr.write(`${line}\n`);
  });
}

/** A text as Cap'n Proto writes it. @param {string} value */
function text(value) {
  return JSON.stringify(value);
}
