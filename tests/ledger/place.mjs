// The ledger in real workerd, over HTTP on loopback.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { Agent, request as ask } from "node:http";
import { join } from "node:path";
import { Miniflare } from "miniflare";

const root = new URL("../..", import.meta.url).pathname;

/** @param {string} path */
const module = (path) => ({ type: /** @type {const} */ ("ESModule"), path: join(root, path), contents: readFileSync(join(root, path)) });

const modules = () => [module("tests/ledger/worker.mjs"), module("www/shim/log.mjs"), ...readdirSync(join(root, "www/shim/ledger")).sort().map((name) => module(`www/shim/ledger/${name}`))];

/** Every workerd that this process has started. */
const children = () => {
  try {
    return execFileSync("pgrep", ["-P", String(process.pid), "workerd"], { encoding: "utf8" }).trim().split("\n").map(Number);
  } catch {
    return [];
  }
};

/**
 * @param {{ shards?: number, name?: string, persist?: string, agents?: number }} [options] `name`: of the Worker, which its objects are kept under; `persist`: a folder that outlives workerd; `agents`: connections at a time
 */
export async function startLedger({ shards = 1, name = "ledger", persist, agents = 64 } = {}) {
  const before = children();
  /** @type {string[]} */
  const log = [];
  const mf = new Miniflare({
    name,
    host: "127.0.0.1",
    cf: false,
    modules: modules(),
    modulesRoot: root,
    compatibilityDate: "2026-04-01",
    bindings: { LEDGER_SHARDS: String(shards) },
    durableObjects: { LEDGER: { className: "Ledger", useSQLite: true } },
    ...(persist === undefined ? {} : { durableObjectsPersist: persist }),
    handleRuntimeStdio(stdout, stderr) {
      for (const stream of [stdout, stderr]) stream.setEncoding("utf8").on("data", (text) => log.push(text));
    },
  });
  const url = await mf.ready;
  const pid = children().find((child) => !before.includes(child));
  // workerd ends a connection that nobody uses for a while: it is not to be one that a request has just taken.
  const agent = new Agent({ keepAlive: true, maxSockets: agents, timeout: 1_000 });

  /**
   * @param {"GET" | "POST"} method
   * @param {string} path
   * @param {unknown} [body] a text is sent as it is
   * @returns {Promise<{ status: number, headers: import("node:http").IncomingHttpHeaders, text: string }>}
   */
  const call = (method, path, body) =>
    new Promise((resolve, reject) => {
      const request = ask(new URL(path, url), { method, agent }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (piece) => (text += piece)).on("error", reject);
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      });
      request.on("error", reject).end(body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body));
    });

  return {
    url,
    pid,
    log,
    call,
    /** One shard. */
    shard: (name = "ledger-0") => ({
      /** @param {string} what @param {unknown} message */
      async post(what, message) {
        const { status, headers, text } = await call("POST", `/${name}/${what}`, message);
        return { status, headers, body: JSON.parse(text) };
      },
      /** The lines of an answer. @param {string} path @returns {Promise<any[]>} */
      async lines(path) {
        const { status, text } = await call("GET", `/${name}/${path}`);
        if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
        return text.split("\n").filter(Boolean).map((line) => JSON.parse(line));
      },
      /** @param {string} table @returns {Promise<any[]>} */
      rows: async (table) => JSON.parse((await call("GET", `/${name}/test/rows?table=${table}`)).text),
      alarm: () => call("POST", `/${name}/test/alarm`),
    }),
    async stop() {
      agent.destroy();
      await mf.dispose();
    },
  };
}

/** Until no version of an order is on its way. @param {Awaited<ReturnType<typeof startLedger>>} place @param {number} shards */
export async function settled(place, shards) {
  const end = Date.now() + 60_000;
  for (let shard = 0; shard < shards; shard += 1) {
    while ((await place.shard(`ledger-${shard}`).rows("outbox")).length > 0) if (Date.now() > end) throw new Error("deliveries do not end");
  }
}

/** @param {string} unit @param {number} shards */
export const shardOf = (unit, shards) => `ledger-${Number.parseInt(unit.slice(2, 10), 16) % shards}`;
/** FNV-1a of 32 bits. @param {string} order @param {number} shards */
export function shardOfOrder(order, shards) {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(order)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return `ledger-${hash % shards}`;
}

export const DAY_S = 86_400;
/** Noon of a day long after now, so that no clean-up deletes rows while a test runs. */
export const NOON_S = 30_000 * DAY_S + 43_200;
/** Units 0, 4, 8 are in the same shard of 4. */
export const unit = (/** @type {number} */ number, kind = "v") => `${kind}:${number.toString(16).padStart(8, "0").padEnd(32, "0")}`;

/** An exposure with everything that it needs. @param {object} [more] */
export const exposure = (more = {}) => ({ experiment: "hero/1", arm: "sale", epoch: 0, minute: NOON_S / 60, slices: {}, x: {}, keep_s: 21 * DAY_S, ...more });
/** An event with one goal. @param {string} id @param {number} y @param {{ at_s?: number, goal?: string, d?: number, cap?: number | null, after_s?: number, window_s?: number, covariate?: string | null }} [more] */
export const event = (id, y, { at_s = NOON_S, goal = "purchase", d = 0, cap = null, after_s = 0, window_s = 14 * DAY_S, covariate = null } = {}) => ({ id, at_s, goals: [{ goal, y, d, cap, after_s, window_s, covariate }] });
