/** The artifacts in KV: asked for in good time, and used only when they are what was signed. */

import { Unusable } from "./alarms.mjs";
import { Backoff } from "./backoff.mjs";
import { KV_TTL_MIN_S, readBytes } from "./kv.mjs";
import { hex, sha256 } from "./signature.mjs";

/** @typedef {import("./index.js").Env} Env */
/** @typedef {import("./manifest.mjs").Named} Named */

/** How long an artifact that is not what was signed rests at first, unless the deployment says otherwise. */
const RETRY_S = 30;
/** For what was there and right before: it never changes. */
const TTL_S = 86_400;

/** Artifacts that could not be used, by hash; what the core refused with those that it was published with. */
const backoff = new Backoff();
/** Hashes of artifacts that were what was signed. @type {Set<string>} */
const verified = new Set();

/** An artifact is not what was signed. */
class Unsigned extends Error {}

/**
 * How an artifact is asked for: its key, and for how long the platform may keep the answer.
 * @param {string} sha256
 */
function asked(sha256) {
  return { key: `artifact:${sha256}`, cacheTtl: verified.has(sha256) ? TTL_S : KV_TTL_MIN_S };
}

/**
 * The bytes of a configuration, as they were signed.
 * @param {Env} env
 * @param {{ bytes: number, sha256: string }} named
 */
export async function readConfiguration(env, named) {
  if (backoff.rests(named.sha256, Date.now())) throw new Error("the artifact was refused before");
  const { key, cacheTtl } = asked(named.sha256);
  const stored = await readBytes(env, key, cacheTtl);
  if (stored === null) throw new Unusable("missing", `KV has no artifact ${named.sha256.slice(0, 12)}`);
  if (stored.byteLength !== named.bytes || (await sha256(stored)) !== named.sha256) {
    rest(env, named.sha256);
    throw new Unsigned("the artifact is not what was signed");
  }
  accept(named.sha256);
  return stored;
}

/**
 * The bytes of a large artifact as they come, so that JavaScript never holds all of them.
 * @param {Env} env
 * @param {Named} named
 */
export async function* readPieces(env, named) {
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
    await writer.write(piece);
    yield piece;
  }
  await writer.close();
  if (length !== named.bytes || hex(new Uint8Array(await digest.digest)) !== named.sha256) throw new Unsigned("the artifact is not what was signed");
  accept(named.sha256);
}

/** @param {string} sha256 of an artifact that is what was signed */
function accept(sha256) {
  verified.add(sha256);
  backoff.succeed(sha256);
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
 * Remembers that a configuration could not be loaded.
 * @param {Env} env
 * @param {string} sha256
 * @param {unknown} error
 */
export function failConfiguration(env, sha256, error) {
  // A trap meanwhile says nothing of the bundle.
  if (isVerdict(error)) backoff.refuse(sha256);
  else rest(env, sha256);
}

/**
 * Remembers that an artifact could not be used beside what it was published with. True where it rests now; what is not there yet
 * is looked for at every check.
 * @param {Env} env
 * @param {string} sha256
 * @param {string} published the hashes of all that it was published with
 * @param {unknown} error
 */
export function failArtifact(env, sha256, published, error) {
  if (error instanceof Unsigned) rest(env, sha256);
  else if (isVerdict(error)) backoff.refuse(published + sha256);
  else return false;
  return true;
}

/**
 * The core has looked at it and refuses it: it would again. Its codes are texts; the platform's exceptions have numbers.
 * @param {unknown} error
 */
function isVerdict(error) {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}

/**
 * Those that may be tried now; without the catalogue, which comes first, the others say nothing.
 * @param {Named[]} named
 * @param {string} published the hashes of all that they were published with
 */
export function usable(named, published) {
  const now_ms = Date.now();
  const found = named.filter(({ sha256 }) => !backoff.rests(sha256, now_ms) && !backoff.rests(published + sha256, now_ms));
  return found[0] === named[0] ? found : [];
}

/** @param {{ sha256: string }[]} artifacts */
export function names(artifacts) {
  return artifacts.map(({ sha256 }) => sha256).join();
}
