/** What is large: artifacts, which pass through as they come, and live data. */

import { readLive, WEIGHTS } from "../live.mjs";
import { base64, bytesOf } from "./desk.mjs";
import { warn } from "../log.mjs";
import { hex, sha256 } from "../signature.mjs";
import { within } from "./patience.mjs";
import { json, Refusal } from "./refusal.mjs";

/** @typedef {import("./desk.mjs").Desk} Desk */

const HASHES_MAX = 64;

/**
 * Of some artifacts those that are not recorded.
 * @param {Desk} desk
 * @param {Record<string, string>} query
 */
export function missing({ store }, { sha256: list = "" }) {
  const hashes = list.split(",");
  if (hashes.length > HASHES_MAX || !hashes.every((hash) => /^[0-9a-f]{64}$/.test(hash))) {
    throw new Refusal("malformed", `sha256 is a list of 1 to ${HASHES_MAX} hashes with commas between them`);
  }
  return { missing: hashes.filter((hash) => artifactBytes(store, hash) === null) };
}

/**
 * @param {import("./store.mjs").Store} store
 * @param {string} hash
 * @returns {number | null} `null`: not recorded
 */
function artifactBytes(store, hash) {
  return store.rows("SELECT bytes FROM artifacts WHERE sha256 = ?", hash)[0]?.bytes ?? null;
}

/**
 * An artifact on its way into KV. It is recorded once all of it was there, was what its name says, and KV has it; and never written again,
 * because a put that breaks off may leave a part.
 * @param {Desk} desk
 * @param {string} hash
 * @param {number} length
 * @param {ReadableStream<Uint8Array> | null} stream
 */
export async function putArtifact({ store, kv, now_s }, hash, length, stream) {
  const known = artifactBytes(store, hash);
  if (known !== null) {
    stream?.cancel().catch(() => {});
    store.sql.exec("INSERT OR REPLACE INTO uploads VALUES (?, ?)", hash, now_s);
    return json(200, { sha256: hash, bytes: known });
  }
  if (stream === null || !(length > 0)) throw new Refusal("malformed", "an artifact comes with a Content-Length of at least 1");
  // Until it is recorded: KV may have it, or a part, though this breaks off.
  store.throwAway(`artifact:${hash}`);
  const { readable, writable } = new FixedLengthStream(length);
  const put = kv.put(`artifact:${hash}`, readable);
  // It never ends well on its own: what is written to it decides.
  const failed = put.then(() => new Promise(() => {}));
  failed.catch(() => {});
  const writer = writable.getWriter();
  try {
    await pass(stream, writer, hash, length, failed);
    await within(put);
  } catch (error) {
    writer.abort(error).catch(() => {});
    // KV may still be writing what has come: until it has given up nobody else writes this artifact.
    await within(put).catch(() => {});
    if (error instanceof Refusal) throw error;
    warn("publish", error, { artifact: hash.slice(0, 12) });
    throw new Refusal("unavailable", "the artifact did not arrive whole, or KV did not take it");
  }
  store.sql.exec("DELETE FROM garbage WHERE key = ?", `artifact:${hash}`);
  store.sql.exec("INSERT OR IGNORE INTO artifacts VALUES (?, ?)", hash, length);
  store.sql.exec("INSERT OR REPLACE INTO uploads VALUES (?, ?)", hash, now_s);
  return json(201, { sha256: hash, bytes: length });
}

/**
 * Deletes from KV what was thrown away, if it was. Nobody may write it meanwhile: the later of both would hold.
 * @param {Pick<Desk, "store" | "kv">} desk
 * @param {string} key
 */
export async function deleteKey({ store, kv }, key) {
  if (store.rows("SELECT 1 FROM garbage WHERE key = ?", key).length === 0) return;
  await within(kv.delete(key));
  store.sql.exec("DELETE FROM garbage WHERE key = ?", key);
}

/**
 * Passes a body on, and keeps its last piece back until the hash is known: of a wrong one KV never has all.
 * @param {ReadableStream<Uint8Array>} stream
 * @param {WritableStreamDefaultWriter<Uint8Array>} writer
 * @param {string} hash
 * @param {number} length
 * @param {Promise<unknown>} failed rejects when what is written goes nowhere
 */
async function pass(stream, writer, hash, length, failed) {
  const digest = new crypto.DigestStream("SHA-256");
  digest.digest.catch(() => {});
  const hashing = digest.getWriter();
  const reader = stream.getReader();
  /** @type {Uint8Array | null} */
  let last = null;
  let passed = 0;
  try {
    for (;;) {
      const { done, value } = await within(reader.read());
      if (done) break;
      passed += value.length;
      if (passed > length) throw new Refusal("digest", "the body is longer than it said");
      await hashing.write(value);
      if (last !== null) await within(Promise.race([writer.write(last), failed]));
      last = value;
    }
  } catch (error) {
    reader.cancel(error).catch(() => {});
    throw error;
  }
  await hashing.close();
  if (passed !== length || last === null) throw new Refusal("digest", `the body has ${passed} bytes and not ${length}`);
  if (hex(new Uint8Array(await digest.digest)) !== hash) throw new Refusal("digest", "the body is not the one that was signed");
  await within(Promise.race([Promise.all([writer.write(last), writer.close()]), failed]));
}

/**
 * The bytes of a recorded artifact.
 * @param {Desk} desk
 * @param {string} hash
 */
export async function getArtifact({ store, kv }, hash) {
  const bytes = artifactBytes(store, hash);
  if (bytes === null) throw new Refusal("not_found", `there is no artifact ${hash}; those of old versions are thrown away`);
  const stream = await kv.get(`artifact:${hash}`, { type: "stream" });
  if (stream === null) throw new Refusal("unavailable", "KV does not have the artifact at the moment");
  return new Response(stream, { headers: { "Content-Type": "application/octet-stream", "Cache-Control": "no-store", "Content-Length": String(bytes) } });
}

/**
 * The weights that are live: whoever changes them goes on from there.
 * @param {Desk} desk
 */
export function getWeights({ store }) {
  const { file } = store.fact(WEIGHTS.name) ?? {};
  if (file === undefined) throw new Refusal("not_found", "there are no weights yet");
  return new Response(bytesOf(file, "file"), { headers: { "Content-Type": "application/octet-stream", "Cache-Control": "no-store" } });
}

/**
 * Live data, verified as pages do, newer than what is there.
 * @param {Desk} desk
 * @param {import("../live.mjs").Live} live
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
export async function putLive({ store, kv, terms, now_s }, live, bytes) {
  const { name } = live;
  const { made_s: last_s = -1, sha256: last = "" } = store.fact(name) ?? {};
  const { made_s } = await verified(bytes, { live, site: terms.site, keys: terms.keys, now_s, newest_s: 0 });
  const hash = await sha256(bytes);
  if (hash === last) return json(200, { made_s });
  if (made_s <= last_s) throw new Refusal("older", `it was made ${last_s - made_s} s before what is live`, { made_s: last_s });
  await within(kv.put(name, bytes));
  // Whoever changes weights goes on from there, and KV shows a change within a minute only.
  store.setFact(name, { made_s, sha256: hash, file: live === WEIGHTS ? base64(bytes) : undefined });
  return json(201, { made_s });
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {Parameters<typeof readLive>[1]} expected
 */
async function verified(bytes, expected) {
  try {
    return await readLive(bytes, expected);
  } catch (error) {
    throw new Refusal("invalid_live", error instanceof Error ? error.message : String(error));
  }
}
