/** What is asked of KV, and for how long the platform may keep the answer at a location. */

/** @typedef {import("./index.js").Env} Env */

/** How long what may change counts as current, unless the deployment says otherwise. */
const FRESH_S = 30;
/** The shortest time for which the platform keeps an answer. It keeps "there is none" as long as a value. */
export const KV_TTL_MIN_S = 30;

/** @param {Env} env */
export function fresh_s(env) {
  return Number(env.BUNDLE_FRESH_S ?? FRESH_S);
}

/**
 * A value that is written anew now and then; `null` where there is none.
 * @param {Env} env
 * @param {string} key
 */
export function readCurrent(env, key) {
  return readBytes(env, key, Math.max(fresh_s(env), KV_TTL_MIN_S));
}

/**
 * The bytes of a value; `null` where there is none.
 * @param {Env} env
 * @param {string} key
 * @param {number} cacheTtl
 */
export async function readBytes(env, key, cacheTtl) {
  const stored = await env.CONFIG?.get(key, { type: "arrayBuffer", cacheTtl });
  return stored ? new Uint8Array(stored) : null;
}
