/** The way in: who asks is verified here, without the object; what is asked of it then is authentic, and not too large. */

import { headKey } from "../head.mjs";
import { LIVE_FILE_BYTES_MAX, WEIGHTS_FILE_BYTES_MAX } from "../live.mjs";
import { writeExport } from "../ledger/bucket.mjs";
import { readLedger } from "../ledger/gate.mjs";
import { warn } from "../log.mjs";
import { readKeys } from "../signature.mjs";
import { linkTo } from "./previews.mjs";
import { errorAnswer, json, Refusal } from "./refusal.mjs";
import { isUnsigned, verifyRequest } from "./request-signature.mjs";

/** @typedef {import("../index.js").PublishCall} PublishCall */
/** @typedef {import("../index.js").PageReport} PageReport */

const PREFIX = "/_attune/publish/";
export const ARTIFACT_BYTES_MAX = 24 * 1024 * 1024;
const DRAFT_BYTES_MAX = 128 * 1024;
const PREVIEW_BYTES_MAX = 16 * 1024;
const SMALL_BYTES_MAX = 4096;
const DATA_BYTES_MAX = 8192;
/** @type {string[]} */
const ANY = [];

/** Of the object, which makes it once. @type {string | undefined} */
let audienceHere;

/** What can be asked: method, path, the roles of which a key needs one, and the greatest body. @type {[string, string, string[], number][]} */
const ROUTES = [
  ["GET", "state", ANY, 0],
  ["GET", "missing", ANY, 0],
  ["GET", "history", ANY, 0],
  ["GET", "manifest/{id}", ANY, 0],
  ["GET", "artifact/{id}", ANY, 0],
  ["GET", "draft/{id}", ANY, 0],
  ["GET", "ledger/sums", ["publish", "read"], 0],
  ["GET", "ledger/counts", ["publish", "read"], 0],
  ["GET", "ledger/experiments", ["publish", "read"], 0],
  ["GET", "ledger/rows", ["publish", "read"], 0],
  ["PUT", "export/run", ["publish", "read"], 0],
  ["PUT", "export/object", ["publish", "read"], 0],
  ["PUT", "export/end", ["publish", "read"], 0],
  ["PUT", "artifact/{id}", ["publish", "data"], ARTIFACT_BYTES_MAX],
  ["POST", "draft", ["publish"], DRAFT_BYTES_MAX],
  ["POST", "preview", ["publish", "approve", "read"], PREVIEW_BYTES_MAX],
  ["POST", "approve", ["publish", "approve"], SMALL_BYTES_MAX],
  ["POST", "withdraw", ["publish"], SMALL_BYTES_MAX],
  ["POST", "kill", ["publish", "kill"], SMALL_BYTES_MAX],
  ["POST", "data", ["data"], DATA_BYTES_MAX],
  ["PUT", "live/overlay", ["data"], LIVE_FILE_BYTES_MAX],
  ["PUT", "live/posteriors", ["data"], LIVE_FILE_BYTES_MAX],
  ["PUT", "live/weights", ["weights"], WEIGHTS_FILE_BYTES_MAX],
  ["GET", "live/weights", ["publish", "read"], 0],
];

/**
 * What the object is asked, once it is known by whom.
 * @typedef {object} Question
 * @property {string} route method and path of the table
 * @property {string} id from the path; empty where it has none
 * @property {Record<string, string>} query
 * @property {{ id: string, roles: string[] }} key
 * @property {string} audience
 * @property {string} nonce empty where the request changes nothing
 * @property {number} expires_s
 * @property {Terms} terms
 * @property {import("../head.mjs").HeadKey} headKey
 * @property {Uint8Array<ArrayBuffer> | null} bytes of the body
 * @property {number} length of the body
 */
/** The deployment's variables. @typedef {{ site: string, keys: string, needed: number, floor: number }} Terms */

/** Signs a preview token: key ring, site, moment, persona as JSON, id of a draft. @typedef {(keys: string, site: string, now_s: number, persona: Uint8Array, draft: string) => string} SignPreview */
/** The Durable Object, as it is called. @typedef {{ audience(site: string): Promise<string>, ask(question: Question, stream: ReadableStream<Uint8Array> | null): Promise<Response>, report(report: PageReport, key: import("../head.mjs").HeadKey): Promise<void> }} Stub */

/**
 * @param {Request} request
 * @param {PublishCall} call
 * @param {Stub} publisher
 * @param {SignPreview} signPreview
 * @param {import("../ledger/gate.mjs").LedgerEnv} env
 * @returns {Promise<Response>}
 */
export async function publish(request, call, publisher, signPreview, env) {
  try {
    const terms = termsOf(call);
    const [keys, signsHeads] = await configured("MANIFEST_KEYS and ATTUNE_KEYS", () => Promise.all([readKeys(terms.keys), headKey(call.keys, terms.site)]));
    const { method, headers, url } = request;
    const { pathname, searchParams } = new URL(url);
    const now_s = Math.floor(Date.now() / 1000);
    if (isUnsigned(headers)) {
      throw new Refusal("unsigned", "the request is not signed", { audience: await audienceOf(publisher, terms), now_s });
    }
    const { key, nonce, expires_s, audience, digest } = await verifyRequest(request, keys, now_s);
    const { route, id, roles, bytesMax } = routeOf(method, pathname.slice(PREFIX.length));
    if (roles.length > 0 && !roles.some((role) => key.roles.includes(role))) {
      throw new Refusal("role", `key ${key.id} has ${key.roles.join("+")}; this takes ${roles.join(" or ")}`);
    }
    if (route.startsWith("GET ledger/")) return await readLedger(env, pathname.slice(`${PREFIX}ledger/`.length), searchParams);
    const length = Number(headers.get("Content-Length") ?? -1);
    if (length > bytesMax) throw new Refusal("too_large", `the body has ${length} bytes; ${bytesMax} are the most`);
    const isArtifact = bytesMax === ARTIFACT_BYTES_MAX;
    if (isArtifact && digest !== base64(id)) throw new Refusal("digest", "the address is not the hash that was signed");
    const bytes = isArtifact ? null : await bodyOf(request, bytesMax, digest);
    if (route.startsWith("PUT export/")) {
      const own = await audienceOf(publisher, terms);
      if (audience !== own) throw new Refusal("audience", "the request was signed for another control plane", { audience: own });
      return await writeExport(env, pathname.slice(`${PREFIX}export/`.length), searchParams, now_s);
    }
    const question = {
      route, id, query: Object.fromEntries(searchParams), key: { id: key.id, roles: key.roles }, audience, nonce: method === "GET" ? "" : nonce, expires_s, terms,
      headKey: signsHeads, bytes, length,
    };
    const answer = await publisher.ask(question, isArtifact ? request.body : null);
    if (route !== "POST preview" || !answer.ok) return answer;
    return json(200, linkTo(bytes, await answer.json(), { origin: new URL(url).origin, now_s, keys: call.keys, site: terms.site, signPreview }));
  } catch (error) {
    if (!(error instanceof Refusal)) warn("publish", error);
    return errorAnswer(error);
  }
}

/** Asked for once, so that nobody without a key keeps the object busy. @param {Stub} publisher @param {Terms} terms */
async function audienceOf(publisher, { site }) {
  audienceHere ??= await publisher.audience(site);
  return audienceHere;
}

/**
 * @param {PublishCall} call
 * @returns {Terms}
 */
function termsOf({ manifestKeys, keys, site, signatures, floor }) {
  const missing = Object.entries({ MANIFEST_KEYS: manifestKeys.trim(), SITE: site, ATTUNE_KEYS: keys.trim() }).filter(([, value]) => value === "");
  if (missing.length > 0) throw new Refusal("not_configured", `the deployment has no ${missing.map(([name]) => name).join(", no ")}`);
  const terms = { site, keys: manifestKeys, needed: Math.max(1, Number(signatures || 1)), floor: Number(floor || 0) };
  if (!(terms.needed <= 8)) throw new Refusal("not_configured", "MANIFEST_SIGNATURES is not a number from 1 to 8");
  if (!(terms.floor >= 0)) throw new Refusal("not_configured", "MANIFEST_FLOOR is not a number");
  return terms;
}

/**
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} read
 */
async function configured(name, read) {
  try {
    return await read();
  } catch (error) {
    throw new Refusal("not_configured", `${name}: ${error instanceof Error ? error.message : error}`);
  }
}

/**
 * @param {string} method
 * @param {string} path
 */
function routeOf(method, path) {
  for (const [verb, pattern, roles, bytesMax] of ROUTES) {
    const [fixed, isOpen] = [pattern.replace("{id}", ""), pattern.endsWith("{id}")];
    const id = path.slice(fixed.length);
    if (verb === method && path.startsWith(fixed) && (isOpen ? /^[0-9a-f]{64}$/.test(id) : id === "")) {
      return { route: `${verb} ${pattern}`, id, roles, bytesMax };
    }
  }
  throw new Refusal("not_found", `there is no ${method} ${PREFIX}${path.slice(0, 100)}`);
}

/**
 * The body, which is what was signed.
 * @param {Request} request
 * @param {number} bytesMax
 * @param {string} digest in base64
 */
async function bodyOf({ body }, bytesMax, digest) {
  /** @type {Uint8Array[]} */
  const pieces = [];
  let length = 0;
  for await (const piece of body ?? []) {
    length += piece.length;
    if (length > bytesMax) throw new Refusal("too_large", `the body has more than ${bytesMax} bytes`);
    pieces.push(piece);
  }
  const bytes = new Uint8Array(await new Blob(/** @type {BlobPart[]} */ (pieces)).arrayBuffer());
  const found = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  if (btoa(String.fromCharCode(...found)) !== digest) throw new Refusal("digest", "the body is not the one that was signed");
  return bytes;
}

/** @param {string} digits hexadecimal */
function base64(digits) {
  return btoa(digits.replace(/../g, (pair) => String.fromCharCode(parseInt(pair, 16))));
}
