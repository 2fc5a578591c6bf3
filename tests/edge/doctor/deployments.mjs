// Deployments that lack something or serve something else than they should: a row for each fault.
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { artifactKey, newSigningKey, signedManifest } from "../../../xtask/manifest.mjs";
import { BUNDLE, SIGNING_KEY } from "../harness.mjs";
import { EAGER, greeting, SITE } from "../shelf.mjs";
import { WHOLE } from "./front.mjs";

const root = new URL("../../..", import.meta.url).pathname;
const DAY_S = 86_400;
const now_s = () => Math.floor(Date.now() / 1000);
const OTHER = greeting("Howdy");
const SALT = Buffer.from("0102030405060708", "hex");

/** @typedef {Awaited<ReturnType<typeof import("../harness.mjs").startEdge>>} Edge */
/** @typedef {ReturnType<typeof import("../shelf.mjs").shelfOf>} Shelf */
/** @typedef {ReturnType<typeof import("../attune.mjs").workplace>} Place */
/**
 * A deployment: the code that has to be found, others that follow from it, how it is started, and what is done to it.
 * @typedef {object} Deployment
 * @property {string} code
 * @property {string[]} [also]
 * @property {string} [name]
 * @property {Parameters<typeof import("../harness.mjs").startEdge>[0] | ((place: Place) => Parameters<typeof import("../harness.mjs").startEdge>[0])} [options]
 * @property {(edge: Edge, shelf: Shelf, place: Place) => Promise<void>} [prepare] where it is there, nothing is published before it
 * @property {string[]} [words] of the command
 */

/** @param {Record<string, string | undefined>} bindings */
const bound = (bindings) => ({ bindings });
/** Publishes a version under a head. @param {Shelf} shelf @param {object} [head] @param {object} [manifest] */
async function headed(shelf, head = {}, manifest = {}) {
  const id = await shelf.version(1, BUNDLE, manifest);
  await shelf.head({ manifest: id, ...head });
  return id;
}

/**
 * Changes the configuration in a place, and publishes it.
 * @param {Edge} edge @param {Place} place @param {string} file @param {(text: string) => string} change
 */
async function reconfigured(edge, place, file, change) {
  const path = place.path(`shop/${file}`);
  writeFileSync(path, change(readFileSync(path, "utf8")));
  await place.ok(["compile", "shop", "--out", "shop.bundle"]);
  await edge.publish(readFileSync(place.path("shop.bundle")));
}

/** The assets of a deployment, with a configuration. @param {Place} place */
function withBundle(place) {
  const assets = place.path("assets");
  cpSync(join(root, "build/assets"), assets, { recursive: true });
  writeFileSync(join(assets, "_attune/bundle"), BUNDLE);
  return { assets: relative(root, assets) };
}

/** @type {Deployment[]} */
export const DEPLOYMENTS = [
  { code: "D0204", options: { control: false } },
  { code: "D0205", also: ["D0225"], options: bound({ ATTUNE_KEYS: "" }) },
  { code: "D0206", prepare: async () => {} },
  { code: "D0207", prepare: async (_, shelf) => void (await headed(shelf, { kills: await shelf.kills([{}]) })) },
  { code: "D0208", prepare: async (_, shelf) => void (await headed(shelf, { kills: await shelf.kills([{ key: "german" }]) })) },
  { code: "D0209", options: { faults: true, bindings: { BREAKER_S: "600" } }, prepare: trapped(6) },
  { code: "D0210", options: { faults: true }, prepare: trapped(1) },
  {
    code: "D0211",
    async prepare(edge) {
      await edge.publish(BUNDLE);
      await edge.health();
      await edge.publish(OTHER, { version: 2, expires_s: now_s() - 60 });
    },
  },
  { code: "D0211", name: "for a new isolate", also: ["D0206"], prepare: (edge) => edge.publish(BUNDLE, { expires_s: now_s() - 60 }) },
  { code: "D0212", also: ["D0206"], prepare: (edge) => edge.publish(BUNDLE, {}, [newSigningKey()]) },
  {
    code: "D0213",
    async prepare(edge, shelf) {
      await headed(shelf);
      await edge.health();
      await edge.kv.delete("head");
    },
  },
  { code: "D0214", also: ["D0206"], prepare: (_, shelf) => shelf.head({ manifest: "ab".repeat(32) }) },
  {
    code: "D0214",
    name: "an artifact that was deleted",
    async prepare(edge) {
      await edge.publish(BUNDLE);
      await edge.health();
      await edge.put("manifest", signedManifest({ site: SITE, version: 2, bundle: OTHER }, [SIGNING_KEY]));
      await edge.kv.delete(artifactKey(OTHER));
    },
  },
  { code: "D0215", options: withBundle, prepare: async () => {} },
  {
    code: "D0216",
    words: ["--config", "shop"],
    async prepare(edge, _, place) {
      await edge.publish(BUNDLE);
      place.greet("Salut");
    },
  },
  { code: "D0218", prepare: async (_, shelf) => void (await headed(shelf, {}, { canary: { share_bp: 500, salt: SALT, bundle: OTHER } })) },
  {
    code: "D0219",
    async prepare(_, shelf) {
      const before = await shelf.version(1, BUNDLE);
      const manifest = await shelf.version(2, OTHER, { previous: before });
      await shelf.head({ manifest, before, withdrawn: [manifest] });
    },
  },
  { code: "D0221", options: { lean: true } },
  { code: "D0222", prepare: async (_, shelf) => void (await headed(shelf, {}, { expires_s: now_s() + DAY_S })) },
  { code: "D0222", name: "without a head", prepare: (edge) => edge.publish(BUNDLE, { expires_s: now_s() + DAY_S }) },
  { code: "D0223", prepare: async (_, shelf) => void (await headed(shelf, { moment_s: now_s() - 30 * 3600 })) },
  { code: "D0224", options: bound({ ATTUNE_API_KEY: "" }) },
  { code: "D0225", options: bound({ SITE: "" }) },
  { code: "D0301", options: bound({ ROUTES: "/p/{sku} /de/" }) },
  { code: "D0301", name: "of a type of the configuration", options: bound({ ROUTES: "/ /p/{sku}" }), words: ["--config", "tests/edge/site", "--page", "/c/tea"] },
  {
    code: "D0303",
    words: ["--config", "shop"],
    prepare: (edge, _, place) => reconfigured(edge, place, "attune.toml", (text) => `${text}\n[slots.nowhere]\n`),
  },
  {
    code: "D0304",
    words: ["--config", "shop", "--page", "/p/1"],
    async prepare(edge, _, place) {
      await reconfigured(edge, place, "attune.toml", (text) => text.replace("[slots.note]", '[slots.note]\npages = ["home", "product"]'));
      edge.origin.serve("/p/1", { "Content-Type": "text/html; charset=utf-8" }, WHOLE.replace("data-slot=\"note\"", ""));
    },
  },
  {
    code: "D0313",
    prepare: (edge, _, place) => reconfigured(edge, place, "campaigns/campaigns.toml", (text) => text.replace("[campaigns.hello]\n", "[campaigns.hello]\nwhere = ['visit.count > 9']\n")),
  },
  { code: "D0508", options: bound({ PLACE: "off" }) },
  { code: "D0603", options: bound({ MEASURE: "off" }) },
];

/** @param {number} count of traps */
function trapped(count) {
  return async (/** @type {Edge} */ edge) => {
    await edge.publish(BUNDLE);
    await edge.health();
    for (let trap = 0; trap < count; trap += 1) await edge.fetch("/?fault=open");
  };
}
