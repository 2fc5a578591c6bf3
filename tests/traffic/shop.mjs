// The shop with its two Workers in workerd, and what its ledger says to a key that may read.
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { Agent } from "node:http";
import { newSigningKey, publicKeyHex } from "../../xtask/manifest.mjs";
import { workplace } from "../edge/attune.mjs";
import { clientOf, HOST } from "../edge/client.mjs";
import { API_KEY, KEYS, startEdge } from "../edge/harness.mjs";
import { publisherOf } from "../edge/publisher.mjs";
import { add, COLUMNS, comparable } from "./books.mjs";

const SITE = new URL("site", import.meta.url).pathname;
/** A page with the slot of the experiment. */
const PAGE = '<!doctype html><html lang="en-GB"><head><title>Shop</title></head><body><section data-slot="hero">Welcome</section></body></html>';
const ORIGIN = `export default { fetch: () => new Response(${JSON.stringify(PAGE)}, { headers: { "Content-Type": "text/html; charset=utf-8" } }) };`;
const CONNECTIONS = 16;

/** @typedef {Awaited<ReturnType<typeof openShop>>} Shop */

/** @param {{ shards?: number, persist?: string, bucket?: boolean, bindings?: Record<string, string> }} [options] `bucket`: the export can be written to R2 */
export async function openShop({ shards = 3, persist, bucket = false, bindings = {} } = {}) {
  const place = workplace();
  // workerd closes a connection that nobody uses for 5 s.
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, scheduling: "fifo", timeout: 3_000 });
  const reader = newSigningKey();
  try {
    const site = place.path("traffic");
    cpSync(SITE, site, { recursive: true });
    await place.ok(["compile", site, "--out", "bundle"]);
    const key = await place.key("read.key");
    const edge = await startEdge({
      bundle: readFileSync(place.path("bundle")),
      inProcess: ORIGIN,
      bindings: { ...bindings, MANIFEST_KEYS: `${KEYS}, ${publicKeyHex(reader)}:read, ${key}:read` },
      variables: { LEDGER_SHARDS: String(shards) },
      bucket,
      ...(persist === undefined ? {} : { persist }),
    });
    const web = clientOf(edge.url, HOST, {}, agent);
    const ledger = publisherOf(edge, reader);
    const shop = {
      edge,
      place,
      reader,
      shards,
      web,
      /** The shop's server reports something. @param {string} route @param {object} body @param {string} [key] */
      server: (route, body, key = API_KEY) => web.post(`/_attune/${route}`, body, { headers: { Authorization: `Bearer ${key}`, Origin: [] } }),
      /** Lines of every shard. @param {string} what @returns {Promise<any[]>} */
      async lines(what) {
        const found = [];
        for (let shard = 0; shard < shards; shard += 1) {
          const answer = await ledger.get(`ledger/${what}${what.includes("?") ? "&" : "?"}shard=${shard}`);
          if (answer.status !== 200) throw new Error(`${what}: ${answer.status} ${answer.bytes}`);
          found.push(...answer.bytes.toString("utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line)));
        }
        return found;
      },
      /** Sums over shards, cohorts and days, by experiment, arm, epoch, slice and goal. */
      async sums() {
        /** @type {Map<string, bigint[]>} */
        const sums = new Map();
        for (const row of await shop.lines("sums")) add(sums, [row.experiment, row.arm, row.epoch, row.slice, row.goal].join(" "), COLUMNS.map((name) => BigInt(row[name])));
        return sums;
      },
      /** The same once every order has reached its visitors. */
      async settled() {
        for (let before = ""; ; ) {
          const sums = await shop.sums();
          const now = comparable(sums).join("\n");
          if (now === before) return sums;
          before = now;
          await new Promise((resolve) => setTimeout(resolve, 300));
        }
      },
      /** What was refused, by cause. @returns {Promise<Record<string, number>>} */
      async refused() {
        /** @type {Record<string, number>} */
        const found = {};
        for (const { name, n } of await shop.lines("counts")) if (name?.startsWith("refused/")) found[name] = (found[name] ?? 0) + n;
        return found;
      },
      /** Every row of a kind around today. @param {"exposures" | "events"} kind @returns {Promise<any[]>} */
      async rows(kind) {
        const today = Math.floor(Date.now() / 86_400_000);
        const days = await Promise.all([-3, -2, -1, 0, 1].map((day) => shop.lines(`rows?kind=${kind}&day=${today + day}`)));
        return days.flat().filter((row) => row.unit !== undefined);
      },
      /** Which arms these visitors are in, by the command line tool. @param {string[]} units */
      async arms(units) {
        const file = place.path("units.csv");
        writeFileSync(file, units.map((unit) => `${unit.slice(2)}\n`).join(""));
        const lines = (await place.ok(["assign", site, "--campaign", "hero", "--units", file, "--now", new Date().toISOString()])).trim().split("\n").slice(1);
        return new Map(lines.map((line) => line.split(",")).map(([id, assignment, arm]) => [`v:${id}`, experimentsOf(assignment, arm)]));
      },
      async close() {
        agent.destroy();
        await edge.stop();
        place.leave();
      },
    };
    return shop;
  } catch (error) {
    agent.destroy();
    place.leave();
    throw error;
  }
}

/** Whoever the site holds out is in no campaign. @param {string} assignment @param {string} arm */
function experimentsOf(assignment, arm) {
  if (assignment === "site-holdout") return [{ experiment: "site/0", arm: "holdout" }];
  return [{ experiment: "site/0", arm: "personalized" }, { experiment: "hero/1", arm: assignment === "holdout" ? "holdout" : arm }];
}
