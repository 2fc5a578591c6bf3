// Preview links as somebody makes and follows them, and tokens by another hand than the edge's.
import { createHmac, hkdfSync } from "node:crypto";
import { newSigningKey, publicKeyHex, signedDraft, pae } from "../../xtask/manifest.mjs";
import { Jar, KEY_1, startEdge } from "./harness.mjs";
import { publisherOf, until } from "./publisher.mjs";
import { EAGER, greeting, wordOf } from "./shelf.mjs";

export const SITE = "testshop";
export const [ALICE, BOB, READER, KILLER] = Array.from({ length: 4 }, newSigningKey);
const KEYS = `${publicKeyHex(ALICE)}:publish,${publicKeyHex(BOB)}:approve,${publicKeyHex(READER)}:read,${publicKeyHex(KILLER)}:kill+data`;
export const [ONE, TWO, THREE, FOUR] = ["Hello", "Howdy", "Salut", "Hallo"].map(greeting);
export const COOKIE = "__Host-attune-preview";

/** @typedef {Awaited<ReturnType<typeof startEdge>>} Edge */

/**
 * A site that has published one version.
 * @param {(site: { edge: Edge, alice: ReturnType<typeof publisherOf> }) => Promise<void>} run
 * @param {{ bindings?: Record<string, string> } & Parameters<typeof startEdge>[0]} [options]
 */
export async function withPreviews(run, { bindings = {}, ...options } = {}) {
  const edge = await startEdge({ publish: false, bindings: { ...EAGER, MANIFEST_KEYS: KEYS, ...bindings }, ...options });
  try {
    const alice = publisherOf(edge, ALICE);
    await alice.push(ONE, {}, Number(bindings.MANIFEST_SIGNATURES) === 2 ? [ALICE, BOB] : [ALICE]);
    await until(async () => (await edge.health()).published.manifest !== null);
    await run({ edge, alice });
    await alice.history();
  } finally {
    await edge.stop();
  }
}

/**
 * Uploads a configuration and makes a link to it.
 * @param {ReturnType<typeof publisherOf>} publisher @param {Uint8Array} bundle @param {object} [more] of the question @param {string[]} [keys]
 */
export async function draftLink(publisher, bundle, more = {}, keys = [publisher.pem]) {
  await publisher.upload(bundle);
  const manifest = Buffer.from(signedDraft({ site: SITE, bundle }, keys)).toString("base64");
  return publisher.post("preview", { manifest, ...more });
}

/** Follows a link, as a browser does that has these cookies. @param {Edge} edge @param {string} url */
export async function follow(edge, url, jar = new Jar()) {
  const { pathname, search } = new URL(url);
  const answer = await edge.fetch(pathname + search, { jar });
  return { jar, answer };
}

/** The token in a link. @param {string} url */
export const tokenOf = (url) => new URL(url).searchParams.get("token") ?? "";

/** A browser with nothing but this token. @param {string} token */
export function holding(token) {
  const jar = new Jar();
  jar.cookies.set(COOKIE, token);
  return jar;
}

/** What a page says of itself in its banner; empty without one. @param {string} html */
export function bannerIn(html) {
  const text = /<div id="attune-preview"[^>]*>(.*?) <a /s.exec(html)?.[1] ?? "";
  return text.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
}

/** The word, the arm and the banner of a page. @param {Edge} edge @param {Jar} jar */
export async function seen(edge, jar, path = "/") {
  const { status, text, headers } = await edge.fetch(path, { jar });
  const arm = /; arm=(\w+)$/.exec(headers.attune ?? "")?.[1] ?? "present";
  return { status, text, headers, word: wordOf(text), arm, banner: bannerIn(text) };
}

/**
 * A preview token, made as SPEC.md describes it.
 * @param {{ name?: string, ends_s: number, draft?: string, site?: string, key?: string }} what `draft` in hexadecimal, empty for what is published
 */
export function handmadeToken({ name = "lapsed", ends_s, draft = "", site = SITE, key = KEY_1 }) {
  const [id, , secret] = key.split(":");
  const end = Buffer.alloc(4);
  end.writeUInt32BE(ends_s);
  const field = (/** @type {number} */ tag, /** @type {Buffer} */ bytes) => Buffer.concat([Buffer.from([tag, bytes.length]), bytes]);
  const signed = Buffer.concat([Buffer.from([1, Number(id)]), end, field(1, Buffer.from(name)), field(14, Buffer.from(draft, "hex"))]);
  const scope = [Buffer.from("attune-preview-1"), Buffer.from(site)];
  const mac = createHmac("sha256", Buffer.from(hkdfSync("sha256", Buffer.from(secret, "hex"), Buffer.alloc(0), pae(scope), 32)));
  return Buffer.concat([signed, mac.update(pae([...scope, signed])).digest().subarray(0, 16)]).toString("base64url");
}
