/** Taking back: a draft, a canary, or a version on which pages trap. */

import { readManifest } from "../manifest.mjs";
import { fieldsOf, idOf, messageOf } from "./desk.mjs";
import { commit } from "./history.mjs";
import { json, Refusal } from "./refusal.mjs";

/** @typedef {import("./desk.mjs").Desk} Desk */
/** @typedef {import("../index.js").PageReport} PageReport */

/**
 * Takes back a draft, or the canary of the present version.
 * @param {Desk} desk
 * @param {Uint8Array | null} bytes
 */
export async function withdraw(desk, bytes) {
  const fields = fieldsOf(bytes, /** @type {const} */ (["draft", "manifest", "message"]));
  if (fields.draft !== undefined) {
    const id = idOf(fields.draft, "draft");
    for (const table of ["drafts", "previews"]) desk.store.sql.exec(`DELETE FROM ${table} WHERE id = ?`, id);
    desk.writer.forget(id);
    return json(200, { draft: id });
  }
  const id = idOf(fields.manifest, "manifest");
  const { manifest, withdrawn, serial } = desk.store.present();
  if (manifest !== id) throw new Refusal("conflict", "it is not the present version");
  if (presentOf(desk).canary === null) throw new Refusal("conflict", "the present version has no canary; roll back instead");
  if (withdrawn.includes(id)) return json(200, { serial });
  return json(200, { serial: await withdrawPresent(desk, [desk.key.id], messageOf(fields.message)) });
}

/**
 * Takes back for all what isolates have taken back for themselves, where it holds still and something can take its place.
 * @param {Omit<Desk, "terms" | "key">} desk
 * @param {PageReport["withdrawn"]} reports
 */
export async function withdrawReported(desk, reports) {
  for (const { manifest: id, pages, traps, other } of reports) {
    const { manifest, before, withdrawn } = desk.store.present();
    const isWorse = traps * other.pages > other.traps * pages;
    if (id !== manifest || withdrawn.includes(id) || !isWorse) continue;
    const { canary } = presentOf(desk);
    if (canary === null && before === null) continue;
    const what = canary === null ? "the version" : "its canary";
    await withdrawPresent(desk, [], `withdrawn by the edge: ${what} trapped ${traps} times on ${pages} pages, the other ${other.traps} times on ${other.pages}`);
  }
}

/** @param {Pick<Desk, "store">} desk */
function presentOf({ store }) {
  const { manifest } = store.present();
  return readManifest(store.published(/** @type {string} */ (manifest)).bytes);
}

/**
 * @param {Omit<Desk, "terms" | "key">} desk
 * @param {string[]} by
 * @param {string} message
 */
function withdrawPresent(desk, by, message) {
  const { manifest, withdrawn } = desk.store.present();
  const id = /** @type {string} */ (manifest);
  const event = { by, action: /** @type {const} */ ("withdraw"), version: presentOf(desk).version, manifest: id, message };
  return commit(desk, event, () => desk.store.setPresent({ withdrawn: [...withdrawn, id] }));
}
