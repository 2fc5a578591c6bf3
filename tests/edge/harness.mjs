// The Worker as it ships, in real workerd, with real KV and Durable Objects, over HTTP on loopback.
import { createPrivateKey } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Miniflare } from "miniflare";
import { artifactKey, newSigningKey, publicKeyHex, signedManifest } from "../../xtask/manifest.mjs";
import { clientOf } from "./client.mjs";
import { startOrigin } from "./origin.mjs";

export { AGENT, consented, HOST, Jar, planOf, withoutTail } from "./client.mjs";

const root = new URL("../..", import.meta.url).pathname;

export const API_KEY = "the-api-key-of-the-tests";
export const SIGNING_KEY = newSigningKey();
/** The key that the command line tool signed the posteriors in build/ with: its file has the seed, PKCS 8 has it behind 16 bytes. */
const DATA_SEED = readFileSync(join(root, "build/test.data.key"), "utf8").trim();
const DATA_KEY = createPrivateKey({ key: Buffer.from(`302e020100300506032b657004220420${DATA_SEED}`, "hex"), format: "der", type: "pkcs8" }).export({ type: "pkcs8", format: "pem" }).toString();
/** Everybody who may sign for the test shop. */
export const KEYS = `${publicKeyHex(SIGNING_KEY)}:publish+data, ${publicKeyHex(DATA_KEY)}:data`;
/** The configuration in tests/edge/site, compiled. */
export const BUNDLE = readFileSync(join(root, "build/test.bundle"));
export const KEY_1 = `1:sign:${"11".repeat(32)}`;

/** A token whose signature is another, also where it ended with these letters. @param {string} token */
export const forged = (token) => token.slice(0, -2) + (token.endsWith("AA") ? "QQ" : "AA");

/** A Worker's own entry, or before it one that counts what is asked. @param {boolean} counted @param {string} name @param {string} shipped */
const entry = (counted, name, shipped) => [...(counted ? [["ESModule", `counted/${name}.mjs`, `tests/edge/counted/${name}.mjs`]] : []), ["ESModule", shipped]];

/** Every module of the page Worker, as wrangler's bundler would see them. @param {string} page where its core was built @param {boolean} [counted] */
export function pageModules(page, counted = false) {
  const list = entry(counted, "page", "www/shim/edge.mjs");
  for (const name of readdirSync(join(root, "www/shim")).sort()) {
    if (name.endsWith(".mjs") && !["edge.mjs", "control-worker.mjs"].includes(name)) list.push(["ESModule", `www/shim/${name}`]);
  }
  list.push(["ESModule", "build/page/page.js", `${page}/page.js`], ["CompiledWasm", "build/page/page_bg.wasm", `${page}/page_bg.wasm`]);
  return list.map(read);
}

/** The same of the control plane's Worker. @param {boolean} counted */
function controlModules(counted) {
  const list = [...entry(counted, "control", "www/shim/control-worker.mjs"), ["ESModule", "build/edge/edge.js"], ["CompiledWasm", "build/edge/edge_bg.wasm"]];
  for (const name of ["data", "head", "kills", "live", "log", "manifest", "personas", "signature"]) list.push(["ESModule", `www/shim/${name}.mjs`]);
  for (const folder of ["ledger", "publish"]) {
    for (const name of readdirSync(join(root, "www/shim", folder)).sort()) list.push(["ESModule", `www/shim/${folder}/${name}`]);
  }
  for (const path of readdirSync(join(root, "build/edge/snippets"), { recursive: true, encoding: "utf8" })) {
    if (path.endsWith(".js")) list.push(["ESModule", `build/edge/snippets/${path}`]);
  }
  return list.map(read);
}

/** @param {string[]} module */
const read = ([type, path, file = path]) => ({ type, path: join(root, path), contents: readFileSync(join(root, file)) });

/**
 * KV behind a gate: nothing is read before the origin has answered /gate?key=&ttl=, so that a test can hold it, see what is
 * asked, and let it fail: with another status than 200 it throws.
 * @param {string} origin
 */
const store = (origin) => ({
  name: "store",
  modules: true,
  script: `import { WorkerEntrypoint } from "cloudflare:workers";
    export class Store extends WorkerEntrypoint {
      async get(key, options) {
        const gate = await fetch("${origin}/gate?key=" + key + "&ttl=" + options.cacheTtl);
        if (await gate.text(), gate.status >= 500) throw new Error("KV does not answer");
        return this.env.CONFIG.get(key, options);
      }
    }
    export default { fetch: () => new Response(null, { status: 404 }) };`,
  compatibilityDate: "2026-04-01",
  kvNamespaces: ["CONFIG"],
});

/**
 * KV as the control plane writes it, behind a gate: nothing is written before the origin has answered /write?key=; with another
 * status than 200 it fails. `elsewhere`: the origin has the values itself, at /kv?key=, and so they outlive this workerd.
 * @param {string} origin @param {boolean} elsewhere
 */
const writes = (origin, elsewhere) => ({
  name: "writes",
  modules: true,
  script: `import { WorkerEntrypoint } from "cloudflare:workers";
    const elsewhere = ${elsewhere};
    const at = (key) => "${origin}/kv?key=" + key;
    export class Writes extends WorkerEntrypoint {
      async put(key, value, options) {
        const bytes = value instanceof ReadableStream ? await new Response(value).arrayBuffer() : value;
        const gate = await fetch("${origin}/write?key=" + key, { method: "POST", body: elsewhere ? bytes : "" });
        if (await gate.text(), gate.status >= 500) throw new Error("KV does not take it");
        if (!elsewhere) await this.env.CONFIG.put(key, bytes, options);
      }
      async get(key, options) { return elsewhere ? (await fetch(at(key))).body : this.env.CONFIG.get(key, options); }
      async delete(key) { await (elsewhere ? fetch(at(key), { method: "DELETE" }) : this.env.CONFIG.delete(key)); }
    }
    export default { fetch: () => new Response(null, { status: 404 }) };`,
  compatibilityDate: "2026-04-01",
  kvNamespaces: ["CONFIG"],
});

/**
 * Starts the two Workers in front of an origin of their own.
 * @param {{ faults?: boolean, lean?: boolean, bindings?: Record<string, string | undefined>, publish?: boolean, assets?: string, control?: boolean | string, held?: boolean, bundle?: Uint8Array, site?: string, inProcess?: string, gated?: boolean | "elsewhere", persist?: string, variables?: Record<string, string>, counted?: boolean, bucket?: boolean }} [options] `bucket`: the control plane has the R2 bucket EXPORT; `counted`: /counts says what was asked of KV, of objects and their rows; `gated`: the control plane's writes to KV wait for the origin, which with `elsewhere` is also what keeps them; `persist`: a folder that outlives workerd; `variables`: of the control plane; `inProcess`: the source of a Worker that is the origin, instead of the one over HTTP; `control`: whether there is a control plane, or the body of a class in its place, where ORIGIN is the origin's URL
 */
export async function startEdge({ faults = false, lean = false, bindings = {}, publish: first = true, assets = "build/assets", control = true, held = false, bundle = BUNDLE, site = "testshop", inProcess, gated = false, persist, variables = {}, counted = false, bucket = false } = {}) {
  const origin = await startOrigin();
  /** @type {string[]} */
  const log = [];
  const page = {
    name: "attune",
    modules: pageModules(faults ? "build/faults" : lean ? "build/page-lean" : "build/page", counted),
    modulesRoot: root,
    compatibilityDate: "2026-04-01",
    bindings: {
      ...(inProcess === undefined ? { ORIGIN: origin.url } : {}),
      ROUTES: ["/", "/de/", "/p/{sku}", "/c/{category}", "/t/*", "/health/*"],
      SERVER_TIMING: "on",
      SITE: site,
      ATTUNE_KEYS: KEY_1,
      ATTUNE_API_KEY: API_KEY,
      MANIFEST_KEYS: KEYS,
      ...bindings,
    },
    ...(held ? {} : { kvNamespaces: ["CONFIG"] }),
    serviceBindings: {
      ...(inProcess === undefined ? {} : { ASSETS: "in-process" }),
      ...(counted ? { COUNTS: "attune-control" } : {}),
      ...(control ? { CONTROL: { name: "attune-control", entrypoint: "Control" } } : {}),
      ...(held ? { CONFIG: { name: "store", entrypoint: "Store" } } : {}),
    },
    assets: inProcess !== undefined ? undefined : { directory: join(root, assets), binding: "ASSETS", routerConfig: { has_user_worker: true, invoke_user_worker_ahead_of_assets: true } },
  };
  const controlPlane = {
    name: "attune-control",
    modules: controlModules(counted),
    modulesRoot: root,
    compatibilityDate: "2026-04-01",
    bindings: variables,
    durableObjects: { ORDERS: { className: "Orders", useSQLite: true }, LEDGER: { className: "Ledger", useSQLite: true }, PUBLISHER: { className: "Publisher", useSQLite: true } },
    ...(gated ? { serviceBindings: { CONFIG: { name: "writes", entrypoint: "Writes" } } } : { kvNamespaces: ["CONFIG"] }),
    ...(bucket ? { r2Buckets: ["EXPORT"] } : {}),
  };
  const standIn = {
    name: "attune-control",
    modules: true,
    script: `import { WorkerEntrypoint } from "cloudflare:workers";
      const ORIGIN = "${origin.url}";
      export class Control extends WorkerEntrypoint { ${control} }
      export default { fetch: () => new Response(null, { status: 404 }) };`,
    compatibilityDate: "2026-04-01",
  };
  const mf = new Miniflare({
    host: "127.0.0.1",
    cf: false,
    ...(persist === undefined ? {} : { kvPersist: `${persist}/kv`, durableObjectsPersist: `${persist}/objects` }),
    handleRuntimeStdio(stdout, stderr) {
      for (const stream of [stdout, stderr]) {
        stream.setEncoding("utf8").on("data", (text) => log.push(...text.split("\n").filter(Boolean)));
      }
    },
    workers: [page, ...(control ? [control === true ? controlPlane : standIn] : []), ...(held ? [store(origin.url)] : []), ...(gated ? [writes(origin.url, gated === "elsewhere")] : []), ...(inProcess === undefined ? [] : [{ name: "in-process", modules: true, script: inProcess, compatibilityDate: "2026-04-01" }])],
  });
  const url = await mf.ready;
  const kv = await mf.getKVNamespace("CONFIG", held ? "store" : "attune");
  const edge = {
    origin,
    mf,
    kv,
    log,
    ...clientOf(url),
    /** Puts bytes into KV. @param {string} key @param {Uint8Array} bytes */
    put: (key, bytes) => kv.put(key, new Uint8Array(bytes).buffer),
    /** Puts a bundle and a manifest for it into KV. @param {Uint8Array} bundle @param {object} [more] */
    async publish(bundle, more = {}, keys = [SIGNING_KEY]) {
      await edge.put(artifactKey(bundle), bundle);
      await edge.put("manifest", signedManifest({ site, version: 1, bundle, ...more }, keys));
    },
    health: async () => {
      const { status: code, text } = await edge.fetch("/_attune/health");
      return { ...JSON.parse(text), code };
    },
    async stop() {
      await mf.dispose();
      await origin.close();
    },
  };
  try {
    if (first) {
      await edge.publish(bundle);
      await edge.health();
    }
    return edge;
  } catch (error) {
    await edge.stop();
    throw error;
  }
}
