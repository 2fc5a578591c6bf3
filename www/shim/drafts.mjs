/** Drafts that somebody previews: loaded for the holder of a token that names one, and for nobody else. */

import { failConfiguration, readConfiguration } from "./artifacts.mjs";
import { core } from "./core.mjs";
import { Trap } from "./instance.mjs";
import { fresh_s, KV_TTL_MIN_S, readBytes } from "./kv.mjs";
import { warn } from "./log.mjs";
import { readPreviewed } from "./manifest.mjs";
import { termsOf } from "./publication.mjs";
import { NoRoom } from "./seconds.mjs";

/** @typedef {import("./core.mjs").Bundle} Bundle */
/** @typedef {import("./index.js").Env} Env */
/** A draft to decide with; or why there is none, for whoever wants to see it. @typedef {{ loaded: import("./loaded.mjs").Loaded | null, why: string }} Draft */

const NOTHING = new Uint8Array(0);
/** Drafts that trap take the instance along: after so many this isolate loads no other one. */
const TRAPPED_MAX = 8;
export const TRAPPED = "the page core failed on it";
export const REPLACED = "another one has taken its place meanwhile; load the page again";

/** Drafts on which the core has trapped, by id. @type {Set<string>} */
const trapped = new Set();

/** Refuses a draft from now on. @param {Partial<Bundle>} bundle on which the core has trapped */
export function refuseTrapped({ draft }) {
  if (draft !== undefined) trapped.add(draft);
}

/** @param {string} id */
function isRefused(id) {
  return trapped.has(id) || trapped.size >= TRAPPED_MAX;
}

/**
 * A draft, loaded beside the present bundle. KV is asked now and then whether it is one still.
 * @param {string} id
 * @param {Bundle} present
 * @param {Env} env
 * @returns {Promise<Draft>}
 */
export async function draftOf(id, present, env) {
  const keys = env.ATTUNE_KEYS ?? "";
  try {
    if (isRefused(id)) return { loaded: null, why: TRAPPED };
    const held = core.draft(id, keys);
    if (held !== null && Date.now() - held.checked_ms < fresh_s(env) * 1000) return { loaded: held.loaded, why: "" };
    const file = await readBytes(env, `draft:${id}`, KV_TTL_MIN_S);
    if (file === null) {
      core.dropDraft(id);
      return { loaded: null, why: "it was withdrawn, has expired, or is published by now" };
    }
    return { loaded: await loaded(id, file, present, env), why: "" };
  } catch (error) {
    warn("draft", error, { draft: id.slice(0, 12) });
    const why = isRefused(id) ? TRAPPED : error instanceof Error ? error.message : String(error);
    return { loaded: null, why };
  }
}

/**
 * @param {string} id
 * @param {Uint8Array<ArrayBuffer>} file that KV has for it
 * @param {Bundle} present
 * @param {Env} env
 */
async function loaded(id, file, present, env) {
  const keys = env.ATTUNE_KEYS ?? "";
  const { config, isApproved } = await readPreviewed(file, id, { ...termsOf(env, Date.now() / 1000), site: env.SITE || present.site });
  // Another request may have loaded it meanwhile. With more signatures it shows more.
  const held = core.draft(id, keys);
  if (held !== null && held.isInert === !isApproved) {
    held.checked_ms = Date.now();
    return held.loaded;
  }
  const bytes = await readConfiguration(env, config);
  const other = core.draft(id, keys);
  if (other !== null && other.isInert === !isApproved) return other.loaded;
  try {
    const bundle = { ...present, bytes: NOTHING, sha256: config.sha256, tally: { pages: 0, traps: 0 }, draft: id };
    return core.loadDraft(present, keys, { id, bundle, isInert: !isApproved }, bytes).loaded;
  } catch (error) {
    // A trap, and too little room, say nothing of the configuration.
    if (!(error instanceof Trap || error instanceof NoRoom)) failConfiguration(env, config.sha256, error);
    throw error;
  }
}
