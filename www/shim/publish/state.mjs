/** What a publisher is told of the site: what holds, what waits, who may. */

import { groundOf, holdsFor, readData } from "../data.mjs";
import { isStatement, joinKills, readKills, readStatement, statementApprovals } from "../kills.mjs";
import { manifestApprovals, readManifest } from "../manifest.mjs";
import { readKeys } from "../signature.mjs";

/** @typedef {import("./desk.mjs").Desk} Desk */

/**
 * @param {Desk} desk
 * @param {string} audience
 */
export async function state(desk, audience) {
  const { store, now_s, terms } = desk;
  const { serial, head, nextKill } = store.present();
  const statements = store.statements();
  const { everything, campaigns } = await readKills(joinKills(statements.map(({ file }) => file)), terms);
  const keys = (await readKeys(terms.keys)).map(({ id, roles }) => ({ id, roles }));
  return {
    site: terms.site,
    audience,
    now_s,
    serial,
    threshold: terms.needed,
    floor: terms.floor,
    current: presentManifest(desk),
    data: await dataState(desk),
    kills: { next: nextKill, everything, campaigns: [...campaigns], statements: statements.length },
    drafts: await Promise.all(store.drafts(now_s).map((draft) => draftState(desk, draft))),
    previews: store.previews(now_s).map(({ id, at_s, expires_s }) => ({ id, at_s, expires_s })),
    head: head && { serial: head.serial, moment_s: head.moment_s },
    keys,
    alarms: store.alarms(now_s),
  };
}

/**
 * The manifest that holds, or `null`.
 * @param {Desk} desk
 */
export function presentManifest({ store }) {
  const { manifest: id, withdrawn } = store.present();
  const published = id === null ? undefined : store.manifest(id);
  if (published === undefined) return null;
  const { version, kind, previous, notBefore_s, expires_s, artifacts, canary } = readManifest(published.bytes);
  const { share_bp, salt, config } = canary ?? {};
  const trial = config === undefined ? null : { share_bp, salt, sha256: config.sha256, bytes: config.bytes };
  return { id, version, kind, previous, not_before_s: notBefore_s, expires_s, artifacts, canary: trial, withdrawn: withdrawn.includes(published.id) };
}

/**
 * The data manifest that holds, or `null`.
 * @param {Pick<Desk, "store">} desk
 */
export async function dataState({ store }) {
  const { manifest, data: id } = store.present();
  if (id === null) return null;
  const data = await readData(store.published(id).bytes);
  const { number, previous, made_s, version, base, artifacts } = data;
  const holds = manifest !== null && holdsFor(data, await groundOf(readManifest(store.published(manifest).bytes)));
  return { id, number, previous, made_s, version, base, holds, artifacts };
}

/**
 * @param {Desk} desk
 * @param {import("./store.mjs").Draft} draft
 */
async function draftState({ terms }, { id, file, message, at_s, expires_s }) {
  const { kind, version, campaign, by, needed } = await waiting(file, terms);
  return { id, kind, version, campaign, message, by, signatures: by.length, needed, at_s, expires_s };
}

/**
 * What waits in a draft, and for how many signatures: a manifest, or the statement that revives.
 * @param {Uint8Array<ArrayBuffer>} file
 * @param {import("./gate.mjs").Terms} terms
 */
export async function waiting(file, terms) {
  if (isStatement(file)) {
    const statement = readStatement(file);
    const { by, needed } = await statementApprovals(statement, terms);
    return { kind: statement.kind, version: null, campaign: statement.key, by, needed };
  }
  const manifest = readManifest(file);
  const { by } = await manifestApprovals(manifest, terms.keys);
  return { kind: manifest.kind, version: manifest.version, campaign: null, by, needed: terms.needed };
}
