/** Catalogue and indexes as a job publishes them: a data manifest takes the place of the one before, beside whichever version holds. */

import { acceptData, baseOf, dataSigners, readData } from "../data.mjs";
import { NONE, readManifest } from "../manifest.mjs";
import { bytesOf, fieldsOf, messageOf } from "./desk.mjs";
import { commit, entriesAfter } from "./history.mjs";
import { BETWEEN_MAX, checkArtifacts } from "./publication.mjs";
import { json, Refusal } from "./refusal.mjs";
import { dataState } from "./state.mjs";

/** @typedef {import("./desk.mjs").Desk} Desk */
/** @typedef {import("../data.mjs").Data} Data */

/**
 * Makes a data manifest the one that holds.
 * @param {Desk} desk
 * @param {Uint8Array | null} bytes
 */
export async function publishData(desk, bytes) {
  const { store, terms } = desk;
  const fields = fieldsOf(bytes, /** @type {const} */ (["data", "message"]));
  const message = messageOf(fields.message);
  const file = bytesOf(fields.data, "data");
  const data = await checked(file, desk);
  const { id, number } = data;
  const { data: present } = store.present();
  if (present === id) return json(200, { published: { serial: store.published(id).serial, number, data: id } });
  checkArtifacts(store, data.artifacts);
  await checkOrder(desk, data);
  const event = { by: await dataSigners(data, terms.keys), action: /** @type {const} */ ("data"), manifest: id, message };
  const serial = await commit(desk, event, (at) => {
    store.sql.exec("INSERT INTO manifests VALUES (?, ?, ?, 0)", id, at, file);
    store.setPresent({ data: id });
  });
  return json(201, { published: { serial, number, data: id } });
}

/**
 * @param {Uint8Array<ArrayBuffer>} file
 * @param {Desk} desk
 */
async function checked(file, { terms, now_s }) {
  try {
    const data = await readData(file);
    await acceptData(data, { ...terms, now_s });
    return data;
  } catch (error) {
    throw new Refusal("invalid_data", error instanceof Error ? error.message : String(error));
  }
}

/**
 * Refuses what does not follow upon what holds: the data manifest before, and the version that it was made for.
 * @param {Desk} desk
 * @param {Data} next
 */
async function checkOrder({ store }, next) {
  const { manifest, data: last } = store.present();
  if (manifest === null) throw new Refusal("conflict", "no version is published yet; push a configuration first");
  const published = store.published(manifest);
  const { version, recommend } = readManifest(published.bytes);
  const before = last === null ? null : await readData(store.published(last).bytes);
  const follows = next.previous === (before?.id ?? NONE) && next.number === (before?.number ?? 0) + 1;
  if (follows && next.version === version && next.base === (await baseOf(recommend))) return;
  // Who knew of no data manifest knew of the version at least, or of one before it.
  const since = follows ? published.serial - 1 : (store.manifest(next.previous)?.serial ?? published.serial - Number(next.version !== version));
  const { entries: between } = entriesAfter(store, since, BETWEEN_MAX);
  const what = follows ? `it was made for version ${next.version}; version ${version} is published` : `it follows upon other data than the present ones, number ${before?.number ?? 0}`;
  throw new Refusal("conflict", what, { data: await dataState({ store }), between });
}
