/** The current configuration of an isolate: loaded once, refreshed behind the visitors' backs. */

import { core } from "./core.mjs";
import { warn } from "./log.mjs";
import { countSignatures, hex, readManifest } from "./manifest.mjs";

/** @typedef {import("./core.mjs").Bundle} Bundle */
/** @typedef {import("./index.js").Env} Env */
/** @typedef {import("./index.js").Context} Context */

/** How long a manifest counts as current, unless the deployment says otherwise. */
const FRESH_S = 30;
/** The least that the platform's own cache of KV can be asked for. */
const KV_TTL_MIN_S = 30;
/** After this long without a check a page waits for one, unless the deployment says otherwise. */
const STALE_S = 5 * 60;
/** How long a page waits. */
const WAIT_MS = 50;
/** A loader that has not finished by then belonged to a request that was cancelled. */
const LEASE_MS = 10_000;
const ARTIFACT_TTL_S = 86_400;
/** What is replaced without a new bundle, in KV and for the core: live prices and stock, posteriors of strategies. */
const LIVE = [/** @type {const} */ (["overlay", 5]), /** @type {const} */ (["posteriors", 6])];

/** @type {Bundle | null} */
let current = null;
let checked_ms = -Infinity;
let leasedUntil_ms = -Infinity;
/** The artifact that could not be used, so that it is not tried every half minute. */
let refused = "";
/** @type {Set<string>} artifacts of recommendations that were refused, each with those that it was published with */
const refusedArtifacts = new Set();
/** An artifact is not what was signed. */
class Unsigned extends Error {}

/** The bundle in the isolate's memory, or `null` while there is none. */
export function presentBundle() {
  return current;
}

/**
 * Starts a refresh when one is due; waits for it only where nothing was checked for long, and then not for long.
 * @param {Env} env
 * @param {Context} ctx
 */
export async function refreshBundle(env, ctx) {
  const now_ms = Date.now();
  const age_ms = now_ms - checked_ms;
  if (age_ms < fresh_s(env) * 1000 && !core.robbed) return;
  const refreshing = leasedUntil_ms > now_ms ? null : refresh(env, now_ms);
  if (refreshing !== null) ctx.waitUntil(refreshing);
  if (age_ms < Number(env.BUNDLE_STALE_S ?? STALE_S) * 1000) return;
  // Another request's loader cannot be awaited from this one: what it leaves behind can be looked at.
  for (let waited_ms = 0; waited_ms < WAIT_MS && checked_ms < now_ms; waited_ms += 5) {
    await Promise.race([refreshing ?? new Promise(() => {}), new Promise((resolve) => setTimeout(resolve, 5))]);
  }
}

/**
 * Loads what is due and waits for it, however long it takes: for the health check.
 * @param {Env} env
 */
export async function loadedBundle(env) {
  const now_ms = Date.now();
  if (now_ms - checked_ms >= fresh_s(env) * 1000 && leasedUntil_ms <= now_ms) await refresh(env, now_ms);
  return current;
}

/** @param {Env} env */
function fresh_s(env) {
  return Number(env.BUNDLE_FRESH_S ?? FRESH_S);
}

/** How long ago the manifest was read, in milliseconds; `null` before the first time. */
export function bundleAge_ms() {
  return Number.isFinite(checked_ms) ? Date.now() - checked_ms : null;
}

/**
 * One look at the manifest, under a lease. Whatever fails, the last good bundle stays.
 * @param {Env} env
 * @param {number} now_ms
 */
async function refresh(env, now_ms) {
  leasedUntil_ms = now_ms + LEASE_MS;
  core.robbed = false;
  try {
    const wanted = (await fromStore(env, now_ms)) ?? current;
    if (wanted !== null && !core.holds(wanted, env.ATTUNE_KEYS ?? "")) await use(wanted, env);
    await refreshLive(env);
  } catch (error) {
    warn("bundle", error, { current: current?.sha256.slice(0, 12) ?? "none" });
  }
  try {
    if (current === null) {
      const embedded = await fromDeployment(env);
      if (embedded !== null) await use(embedded, env);
    }
  } catch (error) {
    warn("embedded-bundle", error);
  }
  checked_ms = Date.now();
  leasedUntil_ms = -Infinity;
}

/**
 * Loads a bundle behind the present one, which pages go on with.
 * @param {Bundle} bundle
 * @param {Env} env
 */
async function use(bundle, env) {
  const keys = env.ATTUNE_KEYS ?? "";
  try {
    if (current === null) {
      // The first one: pages need not wait for what recommendations are made from.
      core.load(bundle, keys);
      current = bundle;
      checked_ms = Date.now();
    }
    await core.prepare(bundle, keys, (named) => pieces(env, named), (named, error) => {
      warn("artifact", error, { artifact: named.sha256.slice(0, 12) });
      // What is not there yet is looked for again; what the core or the hash refuses will be refused again.
      if (!(error instanceof Unsigned || (error instanceof Error && "code" in error))) return;
      refusedArtifacts.add(bundle.published + named.sha256);
      bundle.artifacts = bundle.artifacts.filter((other) => other !== named);
    });
    current = bundle;
  } catch (error) {
    refused = bundle.sha256;
    throw error;
  }
}

/** @param {{ sha256: string }[]} artifacts */
function names(artifacts) {
  return artifacts.map(({ sha256 }) => sha256).join();
}

/**
 * The bundle that the manifest names; `null` when that is the present one.
 * @param {Env} env
 * @param {number} now_ms
 * @returns {Promise<Bundle | null>}
 */
async function fromStore(env, now_ms) {
  const stored = await env.CONFIG?.get("manifest", { type: "arrayBuffer", cacheTtl: Math.max(fresh_s(env), KV_TTL_MIN_S) });
  if (!stored) throw new Error("KV has no manifest");
  const manifest = readManifest(new Uint8Array(stored));
  const { config } = manifest;
  if (env.SITE && manifest.site !== env.SITE) throw new Error(`the manifest is for the site ${manifest.site}`);
  if (manifest.version < Number(env.MANIFEST_FLOOR ?? 0)) throw new Error(`version ${manifest.version} is below the floor`);
  if (manifest.version < (current?.version ?? 0)) throw new Error(`version ${manifest.version} is older than the present one`);
  if (now_ms / 1000 < manifest.notBefore_s) throw new Error("the manifest is not valid yet");
  if (now_ms / 1000 > manifest.expires_s) throw new Error("the manifest has expired");
  if (config === undefined) throw new Error("the manifest names no configuration");
  const needed = Math.max(1, Number(env.MANIFEST_SIGNATURES ?? 1));
  const signatures = await countSignatures(manifest, env.MANIFEST_KEYS ?? "");
  if (!(signatures >= needed)) throw new Error(`${signatures} valid signatures, ${needed} needed`);
  const published = names(manifest.shelf);
  const artifacts = manifest.shelf.filter(({ sha256 }) => !refusedArtifacts.has(published + sha256));
  if (config.sha256 === current?.sha256 && names(artifacts) === names(current.artifacts)) {
    current.version = manifest.version;
    return null;
  }
  if (config.sha256 === refused) throw new Error("the artifact was refused before");
  const bytes = config.sha256 === current?.sha256 ? current.bytes : await configuration(env, config);
  return { bytes, sha256: config.sha256, version: manifest.version, artifacts, published };
}

/**
 * The bundle's bytes, as they were signed.
 * @param {Env} env
 * @param {{ bytes: number, sha256: string }} named
 */
async function configuration(env, named) {
  const stored = await env.CONFIG?.get(`artifact:${named.sha256}`, { type: "arrayBuffer", cacheTtl: ARTIFACT_TTL_S });
  if (!stored) throw new Error(`KV has no artifact ${named.sha256.slice(0, 12)}`);
  if (stored.byteLength !== named.bytes || (await sha256(stored)) !== named.sha256) {
    refused = named.sha256;
    throw new Unsigned("the artifact is not what was signed");
  }
  return new Uint8Array(stored);
}

/**
 * The bytes of a large artifact as they come, so that JavaScript never holds all of them.
 * @param {Env} env
 * @param {import("./manifest.mjs").Named} named
 */
async function* pieces(env, named) {
  const stored = await env.CONFIG?.get(`artifact:${named.sha256}`, { type: "stream", cacheTtl: ARTIFACT_TTL_S });
  if (!stored) throw new Error("KV does not have it");
  const digest = new crypto.DigestStream("SHA-256");
  digest.digest.catch(() => {});
  const writer = digest.getWriter();
  let length = 0;
  for await (const piece of stored) {
    length += piece.length;
    leasedUntil_ms = Date.now() + LEASE_MS;
    await writer.write(piece);
    yield piece;
  }
  await writer.close();
  if (length !== named.bytes || hex(new Uint8Array(await digest.digest)) !== named.sha256) throw new Unsigned("the artifact is not what was signed");
}

/**
 * What changes without a new bundle, where there is a catalogue. How old it may be is for the core to judge.
 * @param {Env} env
 */
async function refreshLive(env) {
  if (!current?.artifacts.length) return;
  for (const [key, kind] of LIVE) {
    const stored = await env.CONFIG?.get(key, { type: "arrayBuffer", cacheTtl: FRESH_S });
    if (!stored) continue;
    core.put(kind, new Uint8Array(stored));
    if (key === "posteriors" && isOld(new DataView(stored))) warn(key, "they are too old: every strategy is drawn equally often");
  }
}

/**
 * Whether posteriors were made longer ago than they are good for.
 * @param {DataView} view
 */
function isOld(view) {
  return view.byteLength > 28 && view.getUint32(20, true) + view.getUint32(24, true) < Date.now() / 1000;
}

/**
 * The bundle that was deployed with the Worker, so that a KV without one still personalizes.
 * @param {Env} env
 */
async function fromDeployment(env) {
  const response = await env.ASSETS?.fetch("https://assets.invalid/_attune/bundle");
  return response?.status === 200 ? withHash(await response.arrayBuffer(), 0) : null;
}

/**
 * @param {ArrayBuffer} buffer
 * @param {number} version
 * @returns {Promise<Bundle>}
 */
async function withHash(buffer, version) {
  return { bytes: new Uint8Array(buffer), sha256: await sha256(buffer), version, artifacts: [], published: "" };
}

/** @param {ArrayBuffer} buffer */
async function sha256(buffer) {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", buffer)));
}
