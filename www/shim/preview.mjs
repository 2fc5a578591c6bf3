/** Preview links: who follows one sees a draft, or what is published, as somebody else, until it ends. Nothing is counted or kept. */

import { loadedBundle, servingBundle } from "./bundle.mjs";
import { core } from "./core.mjs";
import { draftOf, REPLACED } from "./drafts.mjs";
import { warn } from "./log.mjs";
import { pageOf } from "./recommend.mjs";
import { requestText } from "./request.mjs";

/** @typedef {import("./index.js").Env} Env */
/**
 * What the holder of a preview token sees.
 * @typedef {object} Preview
 * @property {string} draft id; empty: what is published
 * @property {import("./loaded.mjs").Loaded | null} loaded the draft, where it can be shown
 * @property {string} why it cannot
 * @property {string} name of the persona
 * @property {number} ends_s
 * @property {number} now_ms when the token was looked at: the page is decided at this moment, however long the origin takes
 */

const COOKIE = "__Host-attune-preview";
const TOKEN = /^[A-Za-z0-9_-]{1,3072}$/;
const NOBODY = "0".repeat(32);
const encoder = new TextEncoder();

/**
 * The preview of a request, with its draft loaded; `null` for everybody who has not followed a link.
 * @param {Request} request
 * @param {Env} env
 * @returns {Promise<Preview | null>}
 */
export async function previewOf(request, env) {
  if (!request.headers.get("Cookie")?.includes(COOKIE)) return null;
  try {
    await loadedBundle(env);
    const bundle = servingBundle();
    const subject = bundle === null ? null : subjectOf(request, env, bundle);
    if (bundle === null || subject === null) return null;
    if (subject.draft === "" || subject.draft === bundle.manifest) return { ...subject, loaded: null, why: "" };
    const { loaded, why } = await draftOf(subject.draft, bundle, env);
    if (loaded === null) return { ...subject, loaded, why };
    if (core.usable(loaded) === null) return { ...subject, loaded: null, why: REPLACED };
    // Of another site it would take the visitor for somebody else.
    const isOwn = subjectOf(request, env, bundle, loaded) !== null;
    return { ...subject, loaded: isOwn ? loaded : null, why: isOwn ? "" : "it is of another site" };
  } catch (error) {
    warn("preview", error);
    return null;
  }
}

/**
 * What a request's token is of; `null` where there is no token of a link that is valid now.
 * @param {Request} request
 * @param {Env} env
 * @param {import("./core.mjs").Bundle} bundle
 * @param {import("./loaded.mjs").Loaded | null} [draft]
 */
function subjectOf(request, env, bundle, draft = null) {
  const now_ms = Date.now();
  const text = requestText(request, env, { now_ms, random: NOBODY, charset: "", nonce: "", measure: false });
  const subject = core.previewSubject(bundle, env.ATTUNE_KEYS ?? "", text, draft);
  if (subject === "") return null;
  const [id, ends_s, ...name] = subject.split("\n");
  return { draft: id, ends_s: Number(ends_s), name: name.join(" "), now_ms };
}

/**
 * `GET /_attune/preview?token=TOKEN&page=PATH`, what a link leads to: the token goes into a cookie. With `end` in its place the
 * cookie goes.
 * @param {Request} request
 * @param {Env} env
 * @param {import("./core.mjs").Bundle | null} bundle
 */
export function followed(request, env, bundle) {
  const url = new URL(request.url);
  const page = pageOf(url);
  if (page === null) return refusal(400, "The page of this link is not a path of this site.");
  if (url.searchParams.has("end")) return led(page, `${COOKIE}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax`);
  if (bundle === null) return refusal(503, "There is nothing to preview at the moment. Try again in a minute.");
  const token = url.searchParams.get("token") ?? "";
  const asked = TOKEN.test(token) ? new Request(url, { headers: { "User-Agent": request.headers.get("User-Agent") ?? "", Cookie: `${COOKIE}=${token}` } }) : null;
  const subject = asked && subjectOf(asked, env, bundle);
  if (subject === null) return refusal(403, "This preview link has ended, or was not copied whole. Ask for a new one.");
  const rest_s = Math.max(1, subject.ends_s - Math.floor(Date.now() / 1000));
  return led(page, `${COOKIE}=${token}; Path=/; Max-Age=${rest_s}; Secure; HttpOnly; SameSite=Lax`);
}

/**
 * @param {URL} page
 * @param {string} cookie
 */
function led(page, cookie) {
  const headers = new Headers({ Location: page.pathname + page.search, "Set-Cookie": cookie, "Cache-Control": "private, no-store" });
  keepIn(headers, "no-referrer");
  return new Response(null, { status: 303, headers });
}

/**
 * @param {number} status
 * @param {string} text for people
 */
function refusal(status, text) {
  const headers = new Headers({ "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "private, no-store" });
  keepIn(headers, "no-referrer");
  return new Response(`${text}\n`, { status, headers });
}

/**
 * No search engine has it, and no other site is told of it.
 * @param {Headers} headers
 * @param {string} referrers
 */
function keepIn(headers, referrers) {
  headers.set("Referrer-Policy", referrers);
  headers.set("X-Robots-Tag", "noindex, nofollow");
}

/** Of a page that a preview shows. @param {Headers} headers */
export function keepPageIn(headers) {
  const isFixed = /\bno-transform\b/i.test(headers.get("Cache-Control") ?? "");
  headers.set("Cache-Control", `private, no-store${isFixed ? ", no-transform" : ""}`);
  keepIn(headers, "same-origin");
}

const BANNER_STYLE = "position:fixed;inset:auto 0 0 0;z-index:2147483644;padding:10px 16px;background:#1d2433;color:#fff;font:14px/1.45 system-ui,sans-serif;text-align:center";

/**
 * What a page says of itself, as HTML in ASCII.
 * @param {Preview} preview
 * @param {{ arm: string, answer: { summary: string } }} decided
 * @param {URL} url of the page
 */
export function bannerOf({ draft, why, name, ends_s }, { arm, answer }, url) {
  const left = / left-out=(\d+)/.exec(answer.summary)?.[1];
  const what = draft === "" ? "what is published" : `draft ${draft.slice(0, 12)}`;
  const shown = arm === "draft" || draft === "" ? "" : why === "" ? ", which is published by now" : `, which is not shown: ${why}. You see what is published`;
  const lacks = left === undefined ? "" : ` ${left} of its contents could run scripts, and are left out until it has all its signatures.`;
  const end = `/_attune/preview?end=1&page=${encodeURIComponent(url.pathname + url.search)}`;
  const text = `Preview of ${what}${shown}, as ${name}, until ${new Date(ends_s * 1000).toISOString().slice(11, 16)} UTC.${lacks} Nothing that you do here is counted.`;
  return encoder.encode(`<div id="attune-preview" role="status" style="${BANNER_STYLE}">${escaped(text)} <a href="${escaped(end)}" style="color:#fff">End the preview</a></div>`);
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/[^ -~]|[&<>"']/gu, (character) => `&#${character.codePointAt(0)};`);
}
