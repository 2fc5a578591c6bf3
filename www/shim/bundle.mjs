/** The current configuration of an isolate: loaded once, refreshed behind the visitors' backs. */

import { Backoff } from "./backoff.mjs";
import { core } from "./core.mjs";
import { isOld, LIVE, readLive } from "./live.mjs";
import { warn } from "./log.mjs";
import { countPublishers, readManifest } from "./manifest.mjs";
import { hex } from "./signature.mjs";

/** @typedef {import("./core.mjs").Bundle} Bundle */
/** @typedef {import("./index.js").Env} Env */
/** @typedef {import("./index.js").Context} Context */

/** How long a manifest counts as current, unless the deployment says otherwise. */
const FRESH_S = 30;
/** The shortest time for which the platform keeps an answer of KV at a location. It keeps "there is none" as long as a value. */
const KV_TTL_MIN_S = 30;
/** After this long without a check a page waits for one, unless the deployment says otherwise. */
const STALE_S = 5 * 60;
/** How long a page waits. */
const WAIT_MS = 50;
/** A loader that has not finished by then belonged to a request that was cancelled. */
const LEASE_MS = 10_000;
/** For an artifact that was there and right before: it never changes. */
const ARTIFACT_TTL_S = 86_400;
/** How long an artifact that is not what was signed rests at first, unless the deployment says otherwise. */
const RETRY_S = 30;

/** @type {Bundle | null} */
let current = null;
let checked_ms = -Infinity;
let leasedUntil_ms = -Infinity;
/** Artifacts that could not be used, by hash; what the core refused with those that it was published with. */
const backoff = new Backoff();
/** Hashes of artifacts that were what was signed. @type {Set<string>} */
const verified = new Set();
/** When the live data that the core has was made, by its kind. @type {Map<number, number>} */
const newest_s = new Map();
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
  if (age_ms < fresh_s(env) * 1000 && !core.artifactsLost) return;
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
 * One look at the manifest and at live data, under a lease. Whatever fails, the last good bundle stays, and costs nothing else.
 * @param {Env} env
 * @param {number} now_ms
 */
async function refresh(env, now_ms) {
  leasedUntil_ms = now_ms + LEASE_MS;
  core.artifactsLost = false;
  let wanted = current;
  await attempt("bundle", async () => {
    wanted = (await fromStore(env, now_ms)) ?? current;
  });
  if (wanted !== null && !core.holds(wanted, env.ATTUNE_KEYS ?? "")) {
    const bundle = wanted;
    await attempt("bundle", () => use(bundle, env));
  }
  if (current === null) {
    await attempt("embedded-bundle", async () => {
      const embedded = await fromDeployment(env);
      if (embedded !== null) await use(embedded, env);
    });
  }
  for (const [key, kind] of LIVE) await attempt(key, () => refreshLive(env, key, kind));
  checked_ms = Date.now();
  leasedUntil_ms = -Infinity;
}

/**
 * @param {string} what
 * @param {() => Promise<void>} work
 */
async function attempt(what, work) {
  try {
    await work();
  } catch (error) {
    warn(what, error, { current: current?.sha256.slice(0, 12) ?? "none" });
  }
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
      if (error instanceof Unsigned) rest(env, named.sha256);
      else if (isVerdict(error)) backoff.refuse(bundle.published + named.sha256);
      // What is not there yet is looked for at every check.
      else return;
      bundle.artifacts = usable(bundle.artifacts, bundle.published);
    });
    current = bundle;
  } catch (error) {
    // A trap meanwhile says nothing of the bundle.
    if (isVerdict(error)) backoff.refuse(bundle.sha256);
    else rest(env, bundle.sha256);
    throw error;
  }
}

/**
 * The core has looked at it and refuses it: it would again. Its codes are texts; the platform's exceptions have numbers.
 * @param {unknown} error
 */
function isVerdict(error) {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}

/**
 * Not to be tried for a while, and then to be asked for as if for the first time.
 * @param {Env} env
 * @param {string} sha256
 */
function rest(env, sha256) {
  verified.delete(sha256);
  backoff.fail(sha256, Number(env.RETRY_S ?? RETRY_S) * 1000, Date.now());
}

/**
 * Those that may be tried now; without the catalogue, which comes first, the others say nothing.
 * @param {import("./manifest.mjs").Named[]} named
 * @param {string} published the hashes of all that they were published with
 */
function usable(named, published) {
  const now_ms = Date.now();
  const found = named.filter(({ sha256 }) => !backoff.rests(sha256, now_ms) && !backoff.rests(published + sha256, now_ms));
  return found[0] === named[0] ? found : [];
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
  const signatures = await countPublishers(manifest, env.MANIFEST_KEYS ?? "");
  if (!(signatures >= needed)) throw new Error(`${signatures} valid signatures, ${needed} needed`);
  const published = names(manifest.recommend);
  const artifacts = usable(manifest.recommend, published);
  if (config.sha256 === current?.sha256 && names(artifacts) === names(current.artifacts)) {
    current.version = manifest.version;
    return null;
  }
  if (backoff.rests(config.sha256, now_ms)) throw new Error("the artifact was refused before");
  const bytes = config.sha256 === current?.sha256 ? current.bytes : await configuration(env, config);
  return { bytes, sha256: config.sha256, version: manifest.version, site: manifest.site, artifacts, published };
}

/**
 * How an artifact is asked for: its key, and for how long the platform may keep the answer.
 * @param {string} sha256
 */
function asked(sha256) {
  return { key: `artifact:${sha256}`, cacheTtl: verified.has(sha256) ? ARTIFACT_TTL_S : KV_TTL_MIN_S };
}

/**
 * The bundle's bytes, as they were signed.
 * @param {Env} env
 * @param {{ bytes: number, sha256: string }} named
 */
async function configuration(env, named) {
  const { key, cacheTtl } = asked(named.sha256);
  const stored = await env.CONFIG?.get(key, { type: "arrayBuffer", cacheTtl });
  if (!stored) throw new Error(`KV has no artifact ${named.sha256.slice(0, 12)}`);
  if (stored.byteLength !== named.bytes || (await sha256(stored)) !== named.sha256) {
    rest(env, named.sha256);
    throw new Unsigned("the artifact is not what was signed");
  }
  verify(named.sha256);
  return new Uint8Array(stored);
}

/**
 * The bytes of a large artifact as they come, so that JavaScript never holds all of them.
 * @param {Env} env
 * @param {import("./manifest.mjs").Named} named
 */
async function* pieces(env, named) {
  const { key, cacheTtl } = asked(named.sha256);
  const stored = await env.CONFIG?.get(key, { type: "stream", cacheTtl });
  if (!stored) throw new Error("KV does not have it");
  const digest = new crypto.DigestStream("SHA-256");
  digest.digest.catch(() => {});
  const writer = digest.getWriter();
  let length = 0;
  for await (const piece of stored) {
    length += piece.length;
    if (length > named.bytes) break;
    leasedUntil_ms = Date.now() + LEASE_MS;
    await writer.write(piece);
    yield piece;
  }
  await writer.close();
  if (length !== named.bytes || hex(new Uint8Array(await digest.digest)) !== named.sha256) throw new Unsigned("the artifact is not what was signed");
  verify(named.sha256);
}

/** @param {string} sha256 of an artifact that is what was signed */
function verify(sha256) {
  verified.add(sha256);
  backoff.succeed(sha256);
}

/**
 * What changes without a new manifest, where there is a catalogue. How old it may be is for the core to judge.
 * @param {Env} env
 * @param {string} key
 * @param {number} kind
 */
async function refreshLive(env, key, kind) {
  if (!current?.artifacts.length) return;
  const stored = await env.CONFIG?.get(key, { type: "arrayBuffer", cacheTtl: KV_TTL_MIN_S });
  if (!stored) return;
  const now_s = Date.now() / 1000;
  const expected = { kind, site: current.site, keys: env.MANIFEST_KEYS ?? "", now_s, newest_s: newest_s.get(kind) ?? 0 };
  const { body, made_s } = await readLive(new Uint8Array(stored), expected);
  newest_s.set(kind, made_s);
  core.put(kind, body);
  if (key === "posteriors" && isOld(body, now_s)) warn(key, "they are too old: every strategy is drawn equally often");
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
  return { bytes: new Uint8Array(buffer), sha256: await sha256(buffer), version, site: "", artifacts: [], published: "" };
}

/** @param {ArrayBuffer} buffer */
async function sha256(buffer) {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", buffer)));
}
