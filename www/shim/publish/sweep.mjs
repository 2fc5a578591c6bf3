/** Keeps KV from growing without end: what no version or data manifest names that can be gone back to is thrown away. */

import { readData } from "../data.mjs";
import { isStatement } from "../kills.mjs";
import { artifactsOf, readManifest } from "../manifest.mjs";

/** @typedef {import("./store.mjs").Store} Store */
/** How many versions and data manifests can be gone back to at least, and for how long everything is kept. @typedef {{ versions: number, data: number, days: number }} Kept */

const DAY_S = 86_400;
/** A call may ask KV a thousand times. */
const KEYS_MAX = 200;

/**
 * What is kept, by the control Worker's variables. With one that is no number everything is: what was thrown away does not come back.
 * @param {{ KEPT_VERSIONS?: string, KEPT_DATA?: string, KEPT_DAYS?: string }} env
 * @returns {Kept}
 */
export function keptOf({ KEPT_VERSIONS = "50", KEPT_DATA = "14", KEPT_DAYS = "14" }) {
  const [versions, data, days] = [KEPT_VERSIONS, KEPT_DATA, KEPT_DAYS].map((text) => (String(text).trim() === "" ? NaN : Number(text)));
  return { versions, data, days };
}

/**
 * Gives up what is not to be kept. From then on it counts as not there; KV may have it until it is deleted. Nothing may be published
 * meanwhile.
 * @param {Store} store
 * @param {Kept} kept
 * @param {number} now_s
 */
export async function giveUp(store, kept, now_s) {
  const slips = Object.entries({ KEPT_VERSIONS: kept.versions, KEPT_DATA: kept.data, KEPT_DAYS: kept.days }).filter(([, value]) => !(value >= 0));
  if (slips.length > 0) {
    store.alarm("kept", `nothing is thrown away: ${slips.map(([name]) => name).join(", ")} is not a number from 0 on`, now_s);
    return;
  }
  store.clearAlarm("kept");
  const since_s = now_s - kept.days * DAY_S;
  const { manifest, before, data } = store.present();
  const named = new Set([manifest, before, data]);
  const versions = divided(store, false, kept.versions, since_s, named);
  const sets = divided(store, true, kept.data, since_s, named);
  const hashes = new Set();
  for (const id of versions.lasting) namedBy(store.published(id).bytes).forEach((hash) => hashes.add(hash));
  for (const id of sets.lasting) (await readData(store.published(id).bytes)).artifacts.forEach(({ sha256 }) => hashes.add(sha256));
  // Nothing is waited for from here on: drafts to be looked at come at any time.
  for (const { config } of store.previews(now_s)) hashes.add(config);
  for (const { file } of store.drafts(now_s)) if (!isStatement(file)) namedBy(file).forEach((hash) => hashes.add(hash));
  const artifacts = store.rows("SELECT a.sha256 FROM artifacts a LEFT JOIN uploads u ON u.sha256 = a.sha256 WHERE COALESCE(u.at_s, 0) < ?", since_s);
  store.storage.transactionSync(() => {
    const { kills } = store.present();
    for (const { id } of store.rows("SELECT id FROM kill_lists WHERE replaced_s < ? AND id IS NOT ?", since_s, kills)) {
      store.sql.exec("DELETE FROM kill_lists WHERE id = ?", id);
      store.throwAway(`kills:${id}`);
    }
    for (const id of [...versions.over, ...sets.over]) {
      // The object keeps the manifest itself: the history is verified with it.
      store.sql.exec("UPDATE manifests SET stored = 2 WHERE id = ?", id);
      store.throwAway(`manifest:${id}`);
    }
    for (const { sha256 } of artifacts.filter((one) => !hashes.has(one.sha256))) {
      store.sql.exec("DELETE FROM artifacts WHERE sha256 = ?", sha256);
      store.sql.exec("DELETE FROM uploads WHERE sha256 = ?", sha256);
      store.throwAway(`artifact:${sha256}`);
    }
  });
}

/**
 * The manifests of a kind that last, newest first, and those of which KV still has one that is over.
 * @param {Store} store
 * @param {boolean} isData
 * @param {number} count how many last however old they are
 * @param {number} since_s whatever held after this moment lasts, too
 * @param {Set<string | null>} named by the head
 */
function divided(store, isData, count, since_s, named) {
  const rows = store.rows(
    `SELECT m.id, m.stored, json_extract(h.text, '$.at_s') AS at_s FROM manifests m JOIN history h ON h.serial = m.serial
     WHERE (hex(substr(m.bytes, 8, 1)) = '02') = ? ORDER BY m.serial DESC`,
    Number(isData),
  );
  const [lasting, over] = [/** @type {string[]} */ ([]), /** @type {string[]} */ ([])];
  let replaced_s = Infinity;
  for (const [rank, { id, stored, at_s }] of rows.entries()) {
    if (rank < count || replaced_s >= since_s || named.has(id)) lasting.push(id);
    else if (stored === 1) over.push(id);
    replaced_s = at_s;
  }
  return { lasting, over };
}

/** @param {Uint8Array<ArrayBuffer>} file a version or a rollback */
function namedBy(file) {
  return artifactsOf(readManifest(file)).map(({ sha256 }) => sha256);
}

/** The next keys that KV may still have, though nothing refers to them. @param {Store} store @returns {string[]} */
export function thrownAway(store) {
  return store.rows("SELECT key FROM garbage LIMIT ?", KEYS_MAX).map(({ key }) => key);
}
