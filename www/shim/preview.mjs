/** Preview links: who follows one sees a draft, or what is published, as somebody else, until it ends. Nothing is counted or kept. */

import { loadedBundle, servingBundle } from "./bundle.mjs";
import { core } from "./core.mjs";
import { draftOf, REPLACED } from "./drafts.mjs";
import { warn } from "./log.mjs";
import { PERSONAS_MAX } from "./personas.mjs";
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
/** Of each persona that a link brings along, with its number. Only requests to the address of previews have them. */
const PERSONA = "__Secure-attune-persona-";
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
 * The same, of another token than the request's own.
 * @param {Request} request
 * @param {Env} env
 * @param {import("./core.mjs").Bundle} bundle
 * @param {string} token
 */
function subjectOfToken(request, env, bundle, token) {
  return subjectOf(new Request(request.url, { headers: { "User-Agent": request.headers.get("User-Agent") ?? "", Cookie: `${COOKIE}=${token}` } }), env, bundle);
}

/**
 * The personas of a preview's link, each with its token: they show the same, and end with it.
 * @param {Request} request
 * @param {Env} env
 * @param {import("./core.mjs").Bundle} bundle
 */
function personasOf(request, env, bundle) {
  const held = subjectOf(request, env, bundle);
  return heldIn(request).slice(0, PERSONAS_MAX).flatMap(({ token }) => {
    const subject = held && subjectOfToken(request, env, bundle, token);
    return subject && subject.draft === held.draft && subject.ends_s === held.ends_s ? [{ name: subject.name, token }] : [];
  });
}

/** The cookies of personas. @param {Request} request */
function heldIn({ headers }) {
  return Array.from((headers.get("Cookie") ?? "").matchAll(/(?:^|; )(__Secure-attune-persona-\d)=([\w-]{1,3072})/g), ([, name, token]) => ({ name, token }));
}

/**
 * `GET /_attune/preview`: whom the holder of a link may be.
 * @param {Request} request
 * @param {Env} env
 * @param {import("./core.mjs").Bundle | null} bundle
 */
export function choices(request, env, bundle) {
  const personas = bundle === null ? [] : personasOf(request, env, bundle).map(({ name }) => name);
  return Response.json({ personas }, { headers: { "Cache-Control": "private, no-store" } });
}

/**
 * `POST /_attune/preview?persona=NAME`: the request as that persona of the link makes it.
 * @param {Request} request
 * @param {Env} env
 * @param {import("./core.mjs").Bundle | null} bundle
 */
export function asPersona(request, env, bundle) {
  const name = new URL(request.url).searchParams.get("persona");
  const persona = bundle !== null && name !== null && personasOf(request, env, bundle).find((one) => one.name === name);
  if (!persona) return request;
  const headers = new Headers(request.headers);
  headers.set("Cookie", `${COOKIE}=${persona.token}`);
  return new Request(request, { headers });
}

/**
 * `GET /_attune/preview?token=TOKEN&page=PATH`, what a link leads to: the token goes into a cookie. More tokens are the other
 * personas'. With `end` in its place the cookies go.
 * @param {Request} request
 * @param {Env} env
 * @param {import("./core.mjs").Bundle | null} bundle
 */
export function followed(request, env, bundle) {
  const url = new URL(request.url);
  const page = pageOf(url);
  if (page === null) return refusal(400, "The page of this link is not a path of this site.");
  const before = heldIn(request).map(({ name }) => cookie(name, "", 0));
  if (url.searchParams.has("end")) return led(page, [cookie(COOKIE, "", 0), ...before]);
  if (bundle === null) return refusal(503, "There is nothing to preview at the moment. Try again in a minute.");
  const tokens = url.searchParams.getAll("token").slice(0, PERSONAS_MAX);
  const [token = ""] = tokens;
  const subject = tokens.every((one) => TOKEN.test(one)) ? subjectOfToken(request, env, bundle, token) : null;
  if (subject === null) return refusal(403, "This preview link has ended, or was not copied whole. Ask for a new one.");
  const rest_s = Math.max(1, subject.ends_s - Math.floor(Date.now() / 1000));
  const personas = tokens.length > 1 ? tokens.map((one, at) => cookie(PERSONA + at, one, rest_s)) : [];
  return led(page, [cookie(COOKIE, token, rest_s), ...before, ...personas]);
}

/** @param {string} name @param {string} value @param {number} rest_s */
function cookie(name, value, rest_s) {
  return `${name}=${value}; Path=${name === COOKIE ? "/" : "/_attune/preview"}; Max-Age=${rest_s}; Secure; HttpOnly; SameSite=Lax`;
}

/**
 * @param {URL} page
 * @param {string[]} cookies
 */
function led(page, cookies) {
  const headers = new Headers({ Location: page.pathname + page.search, "Cache-Control": "private, no-store" });
  for (const value of cookies) headers.append("Set-Cookie", value);
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
