/** Versions and rollbacks: from a signed file to what holds, at once or once enough people have signed it. */

import { artifactsOf, checkTerms, isApproved, manifestApprovals, manifestId, NONE, readManifest, SECOND_BYTES_MAX } from "../manifest.mjs";
import { commit, entriesAfter } from "./history.mjs";
import { ARTIFACT_BYTES_MAX } from "./gate.mjs";
import { presentManifest } from "./state.mjs";
import { Refusal } from "./refusal.mjs";

/** @typedef {import("./desk.mjs").Desk} Desk */
/** @typedef {import("../manifest.mjs").Manifest} Manifest */
/** What waits or is to be published. @typedef {{ id: string, manifest: Manifest, file: Uint8Array<ArrayBuffer>, message: string, diff: string }} Candidate */

/** By how much the clock of who signs may be ahead. */
const AHEAD_MAX_S = 60;
/** A version beyond this leaves no room for a later one. */
const VERSION_STEP_MAX = 1_000_000;
/** Most entries of the history that a conflict tells. */
export const BETWEEN_MAX = 50;

/**
 * A manifest as it was sent.
 * @param {Uint8Array<ArrayBuffer>} file
 * @param {Desk} desk
 */
export async function readCandidate(file, { terms, now_s }) {
  try {
    const manifest = readManifest(file);
    checkTerms(manifest, { ...terms, now_s: now_s + AHEAD_MAX_S });
    if (manifest.artifacts.some(({ bytes }) => bytes > ARTIFACT_BYTES_MAX)) throw new Error("an artifact is larger than 24 MiB");
    if ((manifest.canary?.config.bytes ?? 0) > SECOND_BYTES_MAX) throw new Error("the configuration of a canary is larger than 4 MiB");
    const { by } = await manifestApprovals(manifest, terms.keys);
    if (by.length === 0) throw new Error("no key for publish or approve has signed it");
    return { id: await manifestId(manifest), manifest, by };
  } catch (error) {
    throw new Refusal("invalid_manifest", error instanceof Error ? error.message : String(error));
  }
}

/**
 * Refuses what cannot follow upon what holds.
 * @param {Desk} desk
 * @param {Manifest} manifest
 */
export function checkOrder(desk, manifest) {
  const { store, now_s } = desk;
  checkArtifacts(store, artifactsOf(manifest));
  const present = store.present();
  const current = present.manifest === null ? null : readManifest(store.published(present.manifest).bytes);
  const version = current?.version ?? 0;
  if (manifest.previous !== (present.manifest ?? NONE) || manifest.version <= version) {
    const after = store.manifest(manifest.previous)?.serial ?? Math.max(0, present.serial - BETWEEN_MAX);
    const { entries: between } = entriesAfter(store, after, BETWEEN_MAX);
    throw new Refusal("conflict", `it follows upon another version than the present one, ${version}`, { current: presentManifest(desk), between });
  }
  if (!(manifest.version <= Math.max(version, now_s) + VERSION_STEP_MAX)) throw new Refusal("invalid_manifest", `version ${manifest.version} is too far from ${version}`);
}

/**
 * Refuses what names an artifact that is not recorded.
 * @param {import("./store.mjs").Store} store
 * @param {import("../manifest.mjs").Named[]} named
 */
export function checkArtifacts(store, named) {
  const missing = named.filter(({ sha256, bytes }) => store.rows("SELECT 1 FROM artifacts WHERE sha256 = ? AND bytes = ?", sha256, bytes).length === 0);
  if (missing.length === 0) return;
  throw new Refusal("missing_artifacts", `${missing.length} artifacts are not there`, { missing: [...new Set(missing.map(({ sha256 }) => sha256))] });
}

/**
 * Whether enough keys have signed. The evidence of a rollback is a version that held once.
 * @param {Desk} desk
 * @param {Manifest} manifest
 */
export async function isEnough({ store, terms, now_s }, manifest) {
  const { evidence } = manifest;
  const held = evidence !== null && (await wasPublished(store, evidence));
  return isApproved({ ...manifest, evidence: held ? evidence : null }, { ...terms, now_s });
}

/**
 * @param {import("./store.mjs").Store} store
 * @param {Uint8Array<ArrayBuffer>} evidence
 */
async function wasPublished(store, evidence) {
  try {
    return store.manifest(await manifestId(readManifest(evidence))) !== undefined;
  } catch {
    return false;
  }
}

/**
 * Makes a manifest the one that holds.
 * @param {Desk} desk
 * @param {Candidate} candidate
 */
export async function publishNow(desk, { id, manifest, file, message, diff }) {
  const { store, terms } = desk;
  const { by } = await manifestApprovals(manifest, terms.keys);
  const event = { by, action: actionOf(store, manifest), version: manifest.version, manifest: id, message, diff };
  const waited = [...store.drafts(desk.now_s), ...store.previews(desk.now_s)].some((one) => one.id === id);
  const serial = await commit(desk, event, (at) => {
    const present = store.present();
    const isCurrentGood = present.manifest !== null && (hasCanary(store, present.manifest) || !present.withdrawn.includes(present.manifest));
    const before = isCurrentGood ? present.manifest : present.before;
    store.sql.exec("INSERT INTO manifests VALUES (?, ?, ?, 0)", id, at, file);
    for (const table of ["drafts", "previews"]) store.sql.exec(`DELETE FROM ${table} WHERE id = ?`, id);
    store.setPresent({ manifest: id, before, withdrawn: present.withdrawn.filter((one) => one === before) });
  });
  // No preview link shows it as a draft any more.
  if (waited) desk.writer.forget(id);
  return { serial, version: manifest.version, manifest: id };
}

/**
 * @param {import("./store.mjs").Store} store
 * @param {string} id of a published manifest
 */
function hasCanary(store, id) {
  return readManifest(store.published(id).bytes).canary !== null;
}

/**
 * What a manifest does, seen from the present one.
 * @param {import("./store.mjs").Store} store
 * @param {Manifest} manifest
 * @returns {import("./history.mjs").Action}
 */
function actionOf(store, { kind, canary, config }) {
  if (kind === "rollback") return "rollback";
  if (canary !== null) return "canary";
  const { manifest: present } = store.present();
  const tried = present === null ? null : readManifest(store.published(present).bytes);
  if (!tried?.canary) return "publish";
  if (config?.sha256 === tried.canary.config.sha256) return "promote";
  return config?.sha256 === tried.config?.sha256 ? "withdraw" : "publish";
}
