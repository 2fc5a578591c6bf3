/** Drafts: signed files that wait for more signatures over the very same bytes. */

import { isStatement } from "../kills.mjs";
import { readManifest } from "../manifest.mjs";
import { base64, bytesOf, fieldsOf, idOf, messageOf } from "./desk.mjs";
import { publishStatement, readSent } from "./killing.mjs";
import { checkOrder, isEnough, publishNow, readCandidate } from "./publication.mjs";
import { json, Refusal } from "./refusal.mjs";
import { waiting } from "./state.mjs";

/** @typedef {import("./desk.mjs").Desk} Desk */
/** @typedef {import("./store.mjs").Draft} Draft */

const DRAFTS_MAX = 32;
const DRAFT_S = 14 * 86_400;
const DIFF_CHARACTERS_MAX = 64 * 1024;
const SIGNATURES_MAX = 8;
const SIGNATURE_BYTES = 72;
const COUNT_AT = 6;

/**
 * A manifest to be published: at once where enough have signed it, else as a draft.
 * @param {Desk} desk
 * @param {Uint8Array | null} bytes
 */
export async function draft(desk, bytes) {
  const fields = fieldsOf(bytes, /** @type {const} */ (["manifest", "message", "diff"]));
  const message = messageOf(fields.message);
  const diff = JSON.stringify(fields.diff ?? null);
  if (diff.length > DIFF_CHARACTERS_MAX) throw new Refusal("too_large", `the diff has ${diff.length} characters; ${DIFF_CHARACTERS_MAX} are the most`);
  const sent = bytesOf(fields.manifest, "manifest");
  const { id } = await readCandidate(sent, desk);
  const known = desk.store.draft(id, desk.now_s);
  return settle(desk, { id, file: await merged(desk, known?.file ?? sent, sent), message: known?.message ?? message, diff: known?.diff ?? diff });
}

/**
 * A statement: into the kill list at once, or where more people have to sign it among the drafts.
 * @param {Desk} desk
 * @param {Uint8Array | null} bytes
 */
export async function kill(desk, bytes) {
  const { id, file, message, kind, serial } = await readSent(desk, bytes);
  if (serial !== null) return json(200, { serial });
  // A kill and a revival may have the same body; only revivals wait.
  const known = kind === "revive" ? desk.store.draft(id, desk.now_s) : undefined;
  return settle(desk, { id, file: await merged(desk, known?.file ?? file, file), message: known?.message ?? message, diff: "null" });
}

/**
 * One more signature over the bytes of a draft.
 * @param {Desk} desk
 * @param {Uint8Array | null} bytes
 */
export async function approve(desk, bytes) {
  const fields = fieldsOf(bytes, /** @type {const} */ (["draft", "signature"]));
  const id = idOf(fields.draft, "draft");
  const signature = bytesOf(fields.signature, "signature");
  const known = draftOr404(desk, id);
  if (known === null) return published(desk, id);
  if (signature.length !== SIGNATURE_BYTES) throw new Refusal("invalid_signature", `a signature has ${SIGNATURE_BYTES} bytes: the key id, and 64 of Ed25519`);
  const signed = withSignatures(known.file, [signature]);
  const { by } = await waiting(signed, desk.terms);
  const signer = Array.from(signature.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (!by.includes(signer)) throw new Refusal("invalid_signature", `key ${signer} has not signed this draft, or may not approve`);
  return settle(desk, { ...known, file: await merged(desk, known.file, signed) });
}

/**
 * Publishes what has enough signatures, and keeps what has not.
 * @param {Desk} desk
 * @param {{ id: string, file: Uint8Array<ArrayBuffer>, message: string, diff: string }} what
 */
async function settle(desk, { id, file, message, diff }) {
  if (isStatement(file)) {
    const serial = await publishStatement(desk, { id, file, message });
    if (serial !== null) return json(201, { serial });
  } else {
    const { manifest } = await readCandidate(file, desk);
    if (desk.store.manifest(id) !== undefined && desk.store.present().manifest === id) return published(desk, id);
    checkOrder(desk, manifest);
    if (await isEnough(desk, manifest)) return json(201, { published: await publishNow(desk, { id, manifest, file, message, diff }) });
  }
  keep(desk, { id, file, message, diff });
  const { by, needed } = await waiting(file, desk.terms);
  return json(202, { draft: { id, signatures: by.length, needed } });
}

/**
 * @param {Desk} desk
 * @param {{ id: string, file: Uint8Array<ArrayBuffer>, message: string, diff: string }} what
 */
function keep({ store, now_s, writer }, { id, file, message, diff }) {
  const drafts = store.drafts(now_s);
  if (drafts.some((one) => one.id === id)) {
    store.sql.exec("UPDATE drafts SET file = ? WHERE id = ?", file, id);
    return;
  }
  if (drafts.length >= DRAFTS_MAX) throw new Refusal("too_many_drafts", `${DRAFTS_MAX} drafts wait already`);
  store.sql.exec("INSERT INTO drafts VALUES (?, ?, ?, ?, ?, ?, 0)", id, file, message, diff, now_s, now_s + DRAFT_S);
  writer.start();
}

/**
 * A file with the valid signatures of both, of each key one, and without the others.
 * @param {Desk} desk
 * @param {Uint8Array<ArrayBuffer>} known
 * @param {Uint8Array<ArrayBuffer>} sent
 */
async function merged({ terms }, known, sent) {
  const head = known.length - known[COUNT_AT] * SIGNATURE_BYTES;
  /** @param {Uint8Array<ArrayBuffer>} file */
  const split = (file) => Array.from({ length: file[COUNT_AT] }, (_, at) => file.slice(head + at * SIGNATURE_BYTES, head + (at + 1) * SIGNATURE_BYTES));
  let file = withSignatures(known, []);
  for (const signature of [...split(known), ...split(sent)]) {
    const more = withSignatures(file, [...split(file), signature]);
    const [before, after] = [await waiting(file, terms), await waiting(more, terms)];
    if (after.by.length > before.by.length && more[COUNT_AT] <= SIGNATURES_MAX) file = more;
  }
  return file;
}

/**
 * @param {Uint8Array<ArrayBuffer>} file
 * @param {Uint8Array[]} signatures
 */
function withSignatures(file, signatures) {
  const head = file.length - file[COUNT_AT] * SIGNATURE_BYTES;
  const out = new Uint8Array(head + signatures.length * SIGNATURE_BYTES);
  out.set(file.subarray(0, head));
  out[COUNT_AT] = signatures.length;
  signatures.forEach((signature, at) => out.set(signature, head + at * SIGNATURE_BYTES));
  return out;
}

/**
 * @param {Desk} desk
 * @param {string} id
 */
export async function readDraft(desk, id) {
  const known = draftOr404(desk, id);
  if (known === null) throw new Refusal("not_found", "it is published and no draft any more");
  const { by, needed } = await waiting(known.file, desk.terms);
  const file = { [isStatement(known.file) ? "statement" : "manifest"]: base64(known.file) };
  return json(200, { id, ...file, message: known.message, diff: JSON.parse(known.diff), by, needed });
}

/**
 * A draft; `null` where what it was holds already.
 * @param {Desk} desk
 * @param {string} id
 */
function draftOr404({ store, now_s }, id) {
  const known = store.draft(id, now_s);
  if (known !== undefined) return known;
  if (store.present().manifest === id) return null;
  throw new Refusal("not_found", `there is no draft ${id}`);
}

/**
 * @param {Desk} desk
 * @param {string} id of the present manifest
 */
function published({ store }, id) {
  const { serial, bytes } = store.published(id);
  return json(200, { published: { serial, version: readManifest(bytes).version, manifest: id } });
}
