/** What is to be served, as KV says it: a head, and the signed files that it names; or a manifest that was put there by hand. */

import { Unusable } from "./alarms.mjs";
import { acceptData, groundOf, readData } from "./data.mjs";
import { openHead } from "./head.mjs";
import { readKills } from "./kills.mjs";
import { KV_TTL_MIN_S, readBytes, readCurrent } from "./kv.mjs";
import { acceptManifest, manifestId, readManifest } from "./manifest.mjs";
import { sha256 } from "./signature.mjs";

/** @typedef {import("./index.js").Env} Env */
/** @typedef {import("./data.mjs").Data} Data */
/** @typedef {import("./head.mjs").Head} Head */
/** @typedef {import("./manifest.mjs").Manifest} Manifest */
/** @typedef {import("./manifest.mjs").Named} Named */

/**
 * What is to be served.
 * @typedef {object} Publication
 * @property {string} id of the manifest
 * @property {string} site
 * @property {number} version
 * @property {number} expires_s until when new isolates take it
 * @property {Named} config
 * @property {Named | null} client what browsers decide by, where the site wants that
 * @property {Named[]} recommend what the version brings along for recommendations, the catalogue first
 * @property {import("./data.mjs").Ground} ground of that
 * @property {Data | null} data what may take the place of that
 * @property {import("./manifest.mjs").Canary | null} canary
 * @property {string | null} before id of the manifest to go back to
 */

/** What is switched off. @typedef {{ name: string | null, everything: boolean, campaigns: string }} Off `campaigns` has a key a line */

/** The publisher writes it anew every day. What a stolen token for KV can put back is no older. */
const HEAD_AGE_MAX_S = 2 * 86_400;

/** The head that holds; `null` where KV has none, `undefined` before that is known. @type {Head | null | undefined} */
let head;
/** @type {Off | undefined} */
let off;
/** The data manifest that holds; `null` where there is none. @type {Data | null} */
let data = null;
/** Manifests that were what their names say, by id: the head's, and the one before it. @type {Map<string, Manifest>} */
const manifests = new Map();
/** Manifests that this isolate has withdrawn. @type {Set<string>} */
const withdrawnHere = new Set();

/** The head that holds, if there is one. */
export function presentHead() {
  return head ?? null;
}

/** What is switched off; `null` before that is known. */
export function presentOff() {
  return off ?? null;
}

/** The data manifest that holds, if there is one. */
export function presentData() {
  return data;
}

/** @param {string} id of a manifest whose canary, or where it has none whose version, must not be used in this isolate */
export function withdraw(id) {
  withdrawnHere.add(id);
}

/** @param {string} id of a manifest */
export function isWithdrawn(id) {
  return withdrawnHere.has(id) || head?.withdrawn.includes(id) === true;
}

/**
 * Looks at the head. What is wrong with it leaves the one before.
 * @param {Env} env
 * @param {number} now_s
 */
export async function refreshHead(env, now_s) {
  const stored = await readCurrent(env, "head");
  if (stored === null) {
    if (head) throw new Unusable("stale", "KV has no head any more");
    head = null;
    return;
  }
  const text = new TextDecoder().decode(stored);
  const next = await openHead(text, { site: env.SITE || siteIn(text), ring: env.ATTUNE_KEYS ?? "" });
  if (head && next.serial < head.serial) throw new Unusable("stale", `the head ${next.serial} is older than the present one, ${head.serial}`);
  const age_s = now_s - next.moment_s;
  const isOld = age_s > HEAD_AGE_MAX_S;
  if (isOld && !head) throw new Unusable("stale", `the head is of ${Math.floor(age_s / 3600)} hours ago: a new isolate takes none that is older than 48`);
  head = next;
  // It holds nevertheless: there may be no publisher any more to write it anew.
  if (isOld) throw new Unusable("stale", `the head was not renewed for ${Math.floor(age_s / 3600)} hours`);
}

/**
 * The site that a head says it is for: its MAC is of that site's key.
 * @param {string} text
 */
function siteIn(text) {
  const site = JSON.parse(text.split("\n", 1)[0]).site;
  return typeof site === "string" ? site : "";
}

/**
 * Looks at the kill list. What is wrong with it leaves the one before.
 * @param {Env} env
 */
export async function refreshOff(env) {
  if (head === undefined) return;
  const name = head?.kills ?? null;
  if (off?.name === name) return;
  if (head === null || name === null) {
    off = { name, everything: false, campaigns: "" };
    return;
  }
  const bytes = await readBytes(env, `kills:${name}`, KV_TTL_MIN_S);
  if (bytes === null) throw new Unusable("missing", `KV has no kill list ${name.slice(0, 12)}`);
  if ((await sha256(bytes)) !== name) throw new Unusable("refused", "the kill list is not what the head names");
  const { keys, needed } = termsOf(env, 0);
  const { everything, campaigns } = await readKills(bytes, { site: head.site, keys, needed });
  off = { name, everything, campaigns: [...campaigns].join("\n") };
}

/**
 * Looks at the data manifest. What is wrong with it leaves the one before.
 * @param {Env} env
 * @param {number} now_s
 */
export async function refreshData(env, now_s) {
  if (head === undefined) return;
  const id = head?.data ?? null;
  if ((data?.id ?? null) === id) return;
  if (head === null || id === null) {
    data = null;
    return;
  }
  const bytes = await readBytes(env, `manifest:${id}`, KV_TTL_MIN_S);
  if (bytes === null) throw new Unusable("missing", `KV has no data manifest ${id.slice(0, 12)}`);
  const next = await readData(bytes);
  if (next.id !== id) throw new Unusable("refused", "the data manifest is not what the head names");
  await acceptData(next, { site: head.site, keys: env.MANIFEST_KEYS ?? "", now_s });
  if (data !== null && next.number < data.number) throw new Unusable("stale", `the data manifest ${next.number} is older than the present one, ${data.number}`);
  data = next;
}

/**
 * What is to be served; `null` where nothing is, because it was withdrawn and there is nothing to go back to.
 * @param {Env} env
 * @param {number} now_s
 * @param {number} version of the present bundle
 * @returns {Promise<Publication | null | undefined>} `undefined`: nothing was ever published
 */
export async function readPublication(env, now_s, version) {
  const terms = termsOf(env, now_s);
  if (head === undefined || off === undefined) throw new Unusable("missing", "what is published is not known yet");
  if (head === null) return byHand(env, terms, version);
  const { manifest: id, before } = head;
  if (id === null) throw new Unusable("missing", "nothing is published yet");
  for (const other of manifests.keys()) if (other !== id && other !== before) manifests.delete(other);
  if (!isWithdrawn(id)) return accepted(id, await signedFile(env, id), terms, before);
  const manifest = await signedFile(env, id);
  if (manifest.canary !== null) return { ...(await accepted(id, manifest, terms, before)), canary: null };
  return before === null ? null : { ...(await accepted(before, await signedFile(env, before), terms, null)), canary: null };
}

/**
 * @param {Env} env
 * @param {number} now_s
 * @returns {import("./manifest.mjs").Terms}
 */
export function termsOf(env, now_s) {
  const needed = Math.max(1, Number(env.MANIFEST_SIGNATURES ?? 1));
  return { site: env.SITE ?? "", keys: env.MANIFEST_KEYS ?? "", needed, floor: Number(env.MANIFEST_FLOOR ?? 0), now_s };
}

/**
 * The manifest that somebody has put into KV. Nothing says what is the newest, so that its version decides.
 * @param {Env} env
 * @param {import("./manifest.mjs").Terms} terms
 * @param {number} version of the present bundle
 * @returns {Promise<Publication | undefined>}
 */
async function byHand(env, terms, version) {
  const bytes = await readCurrent(env, "manifest");
  if (bytes === null) return undefined;
  const manifest = readManifest(bytes);
  if (manifest.version < version) throw new Unusable("stale", `version ${manifest.version} is older than the present one`);
  const id = await manifestId(manifest);
  const publication = await accepted(id, manifest, terms, null);
  return { ...publication, data: null, canary: isWithdrawn(id) ? null : publication.canary };
}

/**
 * A manifest that the head names. Its signatures are not part of its name.
 * @param {Env} env
 * @param {string} id
 */
async function signedFile(env, id) {
  const known = manifests.get(id);
  if (known !== undefined) return known;
  const bytes = await readBytes(env, `manifest:${id}`, KV_TTL_MIN_S);
  if (bytes === null) throw new Unusable("missing", `KV has no manifest ${id.slice(0, 12)}`);
  const manifest = readManifest(bytes);
  if ((await manifestId(manifest)) !== id) throw new Unusable("refused", "the manifest is not what the head names");
  manifests.set(id, manifest);
  return manifest;
}

/**
 * What a manifest says, where enough keys have signed it and it holds now. One that does not is read anew the next time: its
 * signatures may have been damaged.
 * @param {string} id
 * @param {Manifest} manifest
 * @param {import("./manifest.mjs").Terms} terms
 * @param {string | null} before
 * @returns {Promise<Publication>}
 */
async function accepted(id, manifest, terms, before) {
  try {
    if (terms.now_s > manifest.expires_s) throw new Unusable("expired", "the manifest has expired");
    await acceptManifest(manifest, terms);
  } catch (error) {
    manifests.delete(id);
    throw error;
  }
  const { site, version, expires_s, config, client = null, recommend, canary } = manifest;
  return { id, site, version, expires_s, config: /** @type {Named} */ (config), client, recommend, ground: await groundOf(manifest), data, canary, before };
}
