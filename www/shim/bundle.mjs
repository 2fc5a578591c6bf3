/** The current configuration of an isolate: loaded once, refreshed behind the visitors' backs. */

import { attempt, raise, settle, tell, Unusable, untold } from "./alarms.mjs";
import { failArtifact, failConfiguration, names, readConfiguration, readPieces, usable } from "./artifacts.mjs";
import { core } from "./core.mjs";
import { holdsFor } from "./data.mjs";
import { refuseTrapped } from "./drafts.mjs";
import { instance } from "./instance.mjs";
import { fresh_s, KV_TTL_MIN_S, readBytes } from "./kv.mjs";
import { isOld, LIVE, readLive, WEIGHTS } from "./live.mjs";
import { warn } from "./log.mjs";
import { SECOND_BYTES_MAX } from "./manifest.mjs";
import { presentHead, presentOff, readPublication, refreshData, refreshHead, refreshOff } from "./publication.mjs";
import { sha256 } from "./signature.mjs";
import { tallyOf } from "./trial.mjs";
import { judge, withdrawals } from "./withdrawal.mjs";

/** @typedef {import("./core.mjs").Bundle} Bundle */
/** @typedef {import("./index.js").Env} Env */
/** @typedef {import("./index.js").Context} Context */
/** @typedef {import("./data.mjs").Data} Data */
/** @typedef {import("./manifest.mjs").Named} Named */
/** @typedef {import("./publication.mjs").Publication} Publication */
/** Where catalogue and indexes are from; of no data manifest: from the version. @typedef {{ data: string, published: string, artifacts: Named[] }} Goods */

/** After this long without a check a page waits for one, unless the deployment says otherwise. */
const STALE_S = 5 * 60;
/** How long a page waits. */
const WAIT_MS = 50;
/** A loader that has not finished by then belonged to a request that was cancelled. */
const LEASE_MS = 10_000;

/** @type {Bundle | null} */
let current = null;
/** What the current bundle was loaded for: its manifest, with canary and predecessor. @type {Publication | null} */
let publication = null;
/** The data manifest that the current bundle's catalogue and indexes are from. @type {Data | null} */
let served = null;
let checked_ms = -Infinity;
let leasedUntil_ms = -Infinity;
/** When the live data that the core has was made, by its kind. @type {Map<number, number>} */
const newest_s = new Map();

instance.onTrap = (bundle) => {
  refuseTrapped(bundle);
  // The next page looks for what to serve instead, and does not wait until it is time.
  if (judge(bundle, current, publication)) checked_ms = -Infinity;
};

/** The bundle that pages are personalized with; `null` while there is none, or everything is switched off. */
export function servingBundle() {
  return isKilled() ? null : current;
}

/** Whether everything is switched off. */
export function isKilled() {
  return presentOff()?.everything === true;
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
 * Loads what is due and waits for it, however long it takes: for what is Attune's own. Where another request is loading, what is
 * there already is enough.
 * @param {Env} env
 */
export async function loadedBundle(env) {
  const now_ms = Date.now();
  if (now_ms - checked_ms >= fresh_s(env) * 1000 && leasedUntil_ms <= now_ms) await refresh(env, now_ms);
  return current;
}

/** How long ago KV was looked at, in milliseconds; `null` before the first time. */
export function bundleAge_ms() {
  return Number.isFinite(checked_ms) ? Date.now() - checked_ms : null;
}

/**
 * One look at what is published and at live data, under a lease. Whatever fails, the last good bundle stays, and costs nothing else.
 * @param {Env} env
 * @param {number} now_ms
 */
async function refresh(env, now_ms) {
  leasedUntil_ms = now_ms + LEASE_MS;
  core.artifactsLost = false;
  const now_s = now_ms / 1000;
  const facts = { current: current?.sha256.slice(0, 12) ?? "none" };
  await attempt("head", () => refreshHead(env, now_s), facts);
  await attempt("kills", async () => {
    await refreshOff(env);
    core.kill(presentOff()?.campaigns ?? "");
  }, facts);
  if (core.followsWeights) await refreshWeights(env, current);
  await attempt("data", () => refreshData(env, now_s), facts);
  await attempt("bundle", async () => {
    const next = await readPublication(env, now_s, current?.version ?? 0);
    if (next === null) drop();
    else if (next !== undefined) await serve(next, env);
    // What the deployment brought is what it is to have until somebody publishes.
    else if (current?.manifest !== "") throw new Unusable("missing", "KV has no manifest");
  }, facts);
  if (current !== null && !core.holds(current, env.ATTUNE_KEYS ?? "")) {
    const bundle = current;
    await attempt("instance", () => use(bundle, env), facts);
  }
  await attempt("canary", () => refreshCanary(env), facts);
  // Not where the head names a kill list that cannot be read: what the deployment brought may be on it.
  if (current === null && (presentHead() === null || presentOff() !== null)) await attempt("embedded-bundle", () => useEmbedded(env));
  for (const live of LIVE) await attempt(live.name, () => (current?.artifacts.length ? refreshLive(env, live, current.site) : undefined), facts);
  checked_ms = Date.now();
  leasedUntil_ms = -Infinity;
  await report(env);
}

/** Nothing that is published may be served. */
function drop() {
  if (current?.manifest) {
    current = publication = null;
    core.unload();
  }
  throw new Error("what is published was withdrawn, and there is nothing to go back to");
}

/**
 * Makes a publication the current one; what it has in common with the present one is not asked for again.
 * @param {Publication} next
 * @param {Env} env
 */
async function serve(next, env) {
  const known = next.data === null || !holdsFor(next.data, next.ground) ? [] : [next.data];
  // What does not fit, or is damaged, leaves the data that are there.
  if (known.length > 0 && served !== null && served.id !== next.data?.id && holdsFor(served, next.ground)) known.push(served);
  let isNewest = known.length > 0;
  for (const data of known) {
    const published = `${next.config.sha256} ${names(data.artifacts)}`;
    const isUsable = usable(data.artifacts, published).length === data.artifacts.length;
    if (isUsable && (await serveWith(next, { data: data.id, published, artifacts: data.artifacts }, env))) {
      served = data;
      if (isNewest) settle("data-artifacts");
      return;
    }
    isNewest = false;
  }
  if (known.length === 0) settle("data-artifacts");
  const published = names(next.recommend);
  await serveWith(next, { data: "", published, artifacts: usable(next.recommend, published) }, env);
  served = null;
}

/**
 * @param {Publication} next
 * @param {Goods} goods
 * @param {Env} env
 * @returns {Promise<boolean>} false where those of a data manifest cannot be used
 */
async function serveWith(next, goods, env) {
  const { id: manifest, version, expires_s, site, config, client } = next;
  const tally = tallyOf(manifest);
  const isHeld = config.sha256 === current?.sha256;
  if (current !== null && isHeld && names(goods.artifacts) === names(current.artifacts)) {
    Object.assign(current, { version, expires_s, manifest, client, tally, data: goods.data, published: goods.published });
  } else {
    const bytes = current !== null && isHeld ? current.bytes : await readConfiguration(env, config);
    // An isolate has no room for three of the largest configurations: a canary that is over leaves before the next version comes.
    if (core.canary?.bundle.sha256 !== next.canary?.config.sha256) core.putCanary(null);
    try {
      await use({ bytes, sha256: config.sha256, version, expires_s, manifest, site, client, ...goods, tally }, env);
    } catch (error) {
      if (!(error instanceof DataRefused)) throw error;
      raise("data-artifacts", error, { data: goods.data.slice(0, 12) });
      return false;
    }
  }
  publication = next;
  return true;
}

/** Catalogue and indexes of a data manifest cannot be used as they are: the present ones stay. */
class DataRefused extends Error {}

/**
 * Loads a bundle behind the present one, which pages go on with.
 * @param {Bundle} bundle
 * @param {Env} env
 */
async function use(bundle, env) {
  const keys = env.ATTUNE_KEYS ?? "";
  /** @type {Promise<void> | undefined} */
  let weighed;
  const weigh = () => (weighed ??= refreshWeights(env, bundle));
  try {
    if (current === null) {
      // The first one: pages need not wait for what recommendations are made from.
      core.load(bundle, keys);
      // But by the weights whoever is in a bandit has an arm.
      if (core.followsWeights) await weigh();
      current = bundle;
      checked_ms = Date.now();
    }
    await core.prepare(bundle, keys, (named) => leased(readPieces(env, named)), (named, error) => {
      const rests = failArtifact(env, named.sha256, bundle.published, error);
      if (bundle.data !== "") throw new DataRefused(`artifact ${named.sha256.slice(0, 12)}: ${error instanceof Error ? error.message : error}`);
      warn("artifact", error, { artifact: named.sha256.slice(0, 12) });
      if (rests) bundle.artifacts = usable(bundle.artifacts, bundle.published);
    }, weigh);
    current = bundle;
  } catch (error) {
    if (!(error instanceof DataRefused)) failConfiguration(env, bundle.sha256, error);
    throw error;
  }
}

/**
 * Keeps the lease while something large comes in.
 * @param {AsyncIterable<Uint8Array>} pieces
 */
async function* leased(pieces) {
  for await (const piece of pieces) {
    leasedUntil_ms = Date.now() + LEASE_MS;
    yield piece;
  }
}

/**
 * Loads the canary of what is served, beside it. Without one, and while it cannot be loaded, everybody has the present bundle.
 * @param {Env} env
 */
async function refreshCanary(env) {
  const wanted = publication?.canary;
  if (!current || !wanted) return core.putCanary(null);
  const { share_bp, salt, config } = wanted;
  const present = core.canary;
  if (present?.bundle.sha256 === config.sha256 && present.salt === salt && present.share_bp === share_bp && present.bundle.manifest === current.manifest) return;
  core.putCanary(null);
  if (config.sha256 === current.sha256) throw new Error("the canary is the present configuration");
  if (config.bytes > SECOND_BYTES_MAX) throw new Error(`the canary has ${config.bytes} bytes, more than ${SECOND_BYTES_MAX}`);
  const bytes = await readConfiguration(env, config);
  const tally = tallyOf(`${current.manifest}/canary`);
  core.putCanary({ bundle: { ...current, bytes, sha256: config.sha256, tally }, share_bp, salt });
  try {
    core.loadCanary(env.ATTUNE_KEYS ?? "");
  } catch (error) {
    core.putCanary(null);
    failConfiguration(env, config.sha256, error);
    throw error;
  }
  // The present configuration may have no bandit.
  if (core.followsWeights) await refreshWeights(env, current);
}

/**
 * What changes without a new manifest. How old it may be is for the core to judge.
 * @param {Env} env
 * @param {import("./live.mjs").Live} live
 * @param {string} site
 */
async function refreshLive(env, live, site) {
  const { name, kind } = live;
  const stored = await readBytes(env, name, KV_TTL_MIN_S);
  if (stored === null) return;
  const now_s = Date.now() / 1000;
  const expected = { live, site, keys: env.MANIFEST_KEYS ?? "", now_s, newest_s: newest_s.get(kind) ?? 0 };
  const { body, made_s } = await readLive(stored, expected);
  core.put(kind, body);
  newest_s.set(kind, made_s);
  if (name === "posteriors" && isOld(body, now_s)) warn(name, "they are too old: every strategy is drawn equally often");
}

/**
 * The weights of bandits. What was deployed with the Worker is of no site, and has none.
 * @param {Env} env
 * @param {Bundle | null} bundle
 */
async function refreshWeights(env, bundle) {
  if (bundle?.site) await attempt(WEIGHTS.name, () => refreshLive(env, WEIGHTS, bundle.site));
}

/**
 * The bundle that was deployed with the Worker, so that a KV without one still personalizes.
 * @param {Env} env
 */
async function useEmbedded(env) {
  const response = await env.ASSETS?.fetch("https://assets.invalid/_attune/bundle");
  if (response?.status !== 200) return;
  const bytes = new Uint8Array(await response.arrayBuffer());
  const bundle = { bytes, sha256: await sha256(bytes), version: 0, expires_s: null, manifest: "", site: "", client: null, artifacts: [], published: "", data: "", tally: tallyOf("") };
  await use(bundle, env);
}

/**
 * Tells the publisher what this isolate has withdrawn, and what is wrong. What it could not be told it is told the next time.
 * @param {Env} env
 */
async function report(env) {
  const now_ms = Date.now();
  const [withdrawn, alarms] = [withdrawals(), untold(now_ms)];
  if (withdrawn.length + alarms.length === 0 || env.CONTROL === undefined) return;
  try {
    const said = alarms.map(({ kind, text }) => ({ kind, text }));
    await env.CONTROL.report({ site: env.SITE ?? "", keys: env.ATTUNE_KEYS ?? "", withdrawn: [...withdrawn], alarms: said });
    withdrawn.length = 0;
    tell(alarms, now_ms);
  } catch (error) {
    warn("report", error);
  }
}
