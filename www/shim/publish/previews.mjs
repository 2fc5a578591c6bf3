/** Preview links: drafts that are there to be looked at, and who is told of which. */

import { isStatement } from "../kills.mjs";
import { readPreviewed } from "../manifest.mjs";
import { PERSONAS_MAX } from "../personas.mjs";
import { bytesOf, fieldsOf, idOf } from "./desk.mjs";
import { within } from "./patience.mjs";
import { json, Refusal } from "./refusal.mjs";

/** @typedef {import("./desk.mjs").Desk} Desk */

/** More than so many, and the oldest leaves. */
const PREVIEWS_MAX = 16;
const PREVIEW_S = 14 * 86_400;
/** How long a link lasts where it does not say. */
const TTL_S = 3_600;
/** Of all the tokens in a link: what every browser and every proxy takes as an address. */
const TOKENS_CHARS_MAX = 6_000;
/** What the persona is made of: the body of `POST /_attune/preview`. */
const PERSONA = /** @type {const} */ (["name", "ttl_s", "profile", "request", "arms"]);
const FIELDS = /** @type {const} */ ([...PERSONA, "personas", "draft", "manifest", "page"]);

/**
 * What a link is to show, once KV has it: an id of a draft, empty for what is published; and until when it is there.
 * @param {Desk} desk
 * @param {Uint8Array | null} bytes
 */
export async function preview(desk, bytes) {
  const fields = fieldsOf(bytes, FIELDS);
  if (desk.store.present().manifest === null) throw new Refusal("conflict", "nothing is published yet, and a preview is shown beside what is");
  if (fields.manifest !== undefined) {
    if (fields.draft !== undefined) throw new Refusal("malformed", "both draft and manifest are there; send one");
    return json(200, await keep(desk, bytesOf(fields.manifest, "manifest")));
  }
  if (fields.draft === undefined) return json(200, { draft: "", expires_s: Number.MAX_SAFE_INTEGER });
  return json(200, await known(desk, idOf(fields.draft, "draft")));
}

/**
 * The link for the answer of the object.
 * @param {Uint8Array | null} bytes of the request
 * @param {{ draft: string, expires_s: number }} shown
 * @param {{ origin: string, now_s: number, keys: string, site: string, signPreview: import("./gate.mjs").SignPreview }} by
 */
export function linkTo(bytes, { draft, expires_s }, { origin, now_s, keys, site, signPreview }) {
  const fields = fieldsOf(bytes, FIELDS);
  const { page = "/", ttl_s = TTL_S, personas = [] } = fields;
  if (typeof page !== "string" || !/^\/(?![/\\])/.test(page)) throw new Refusal("malformed", "page is not a path of the site, such as /c/tea");
  if (typeof ttl_s !== "number") throw new Refusal("malformed", "ttl_s is not a number of seconds");
  if (!Array.isArray(personas) || personas.length >= PERSONAS_MAX) throw new Refusal("malformed", `personas is not a list of at most ${PERSONAS_MAX - 1}`);
  const rest_s = Math.min(ttl_s, expires_s - now_s);
  const own = Object.fromEntries(PERSONA.map((name) => [name, fields[name]]).filter(([, value]) => value !== undefined));
  const tokens = [own, ...personas].map((persona) => {
    try {
      return signPreview(keys, site, now_s, new TextEncoder().encode(JSON.stringify({ name: "visitor", ...persona, ttl_s: rest_s })), draft);
    } catch (error) {
      throw new Refusal("malformed", error instanceof Error ? error.message : String(error));
    }
  });
  const query = tokens.map((token) => `token=${token}&`).join("");
  if (tokens.length > 1 && query.length > TOKENS_CHARS_MAX) throw new Refusal("malformed", `the personas take ${query.length} characters of the link, and ${TOKENS_CHARS_MAX} are the most; leave some out`);
  return { url: `${origin}/_attune/preview?${query}page=${encodeURIComponent(page)}`, ends_s: now_s + rest_s, draft: draft || null };
}

/**
 * A draft that is there to be looked at.
 * @param {Desk} desk
 * @param {Uint8Array<ArrayBuffer>} file
 */
async function keep({ store, kv, writer, terms, now_s, key }, file) {
  if (!key.roles.includes("publish")) throw new Refusal("role", `key ${key.id} has ${key.roles.join("+")}; a draft takes publish`);
  const { id: draft, config } = await checked(file, null, { ...terms, now_s });
  checkThere(store, config);
  const expires_s = now_s + PREVIEW_S;
  await within(kv.put(`draft:${draft}`, file, { expirationTtl: PREVIEW_S }));
  // It may have been thrown away while KV took the draft; from here on the draft keeps it.
  checkThere(store, config);
  store.sql.exec("INSERT OR REPLACE INTO previews VALUES (?, ?, ?, ?)", draft, now_s, expires_s, config.sha256);
  for (const { id: oldest } of store.previews(now_s).slice(0, -PREVIEWS_MAX)) {
    store.sql.exec("DELETE FROM previews WHERE id = ?", oldest);
    writer.forget(oldest);
  }
  return { draft, expires_s };
}

/**
 * @param {import("./store.mjs").Store} store
 * @param {import("../manifest.mjs").Named} config
 */
function checkThere(store, { sha256, bytes }) {
  if (store.rows("SELECT 1 FROM artifacts WHERE sha256 = ? AND bytes = ?", sha256, bytes).length > 0) return;
  throw new Refusal("missing_artifacts", "the configuration is not there", { missing: [sha256] });
}

/**
 * A draft that is there already: to be looked at, or a version that waits.
 * @param {Desk} desk
 * @param {string} id
 */
async function known({ store, writer, terms, now_s }, id) {
  const preview = store.previews(now_s).find((one) => one.id === id);
  if (preview !== undefined) return { draft: id, expires_s: preview.expires_s };
  const waiting = store.draft(id, now_s);
  if (waiting === undefined) throw new Refusal("not_found", `there is no draft ${id}`);
  if (isStatement(waiting.file)) throw new Refusal("invalid_statement", "what is revived shows what is published already");
  await checked(waiting.file, id, { ...terms, now_s });
  if (!waiting.stored) await writer.show(waiting);
  return { draft: id, expires_s: waiting.expires_s };
}

/**
 * @param {Uint8Array<ArrayBuffer>} file
 * @param {string | null} id
 * @param {import("../manifest.mjs").Terms} terms
 */
async function checked(file, id, terms) {
  try {
    return await readPreviewed(file, id, terms);
  } catch (error) {
    throw new Refusal("invalid_manifest", error instanceof Error ? error.message : String(error));
  }
}
