// What is a page: every row of the table in docs/pages.md, over real HTTP.
import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { after, before, test } from "node:test";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { AGENT, HOST, planOf, startEdge, withoutTail } from "./harness.mjs";
import { FILLED, HELLO, PAGE } from "./origin.mjs";

const HTML = { "Content-Type": "text/html; charset=utf-8" };
const SLOT = '<section data-slot="hero"><h1>Our shop</h1><a class="cta" href="/all">See all</a></section>';
const CONTENT = `<section data-slot="hero">${HELLO}</section>`;

/** @type {Awaited<ReturnType<typeof startEdge>>} */
let edge;
before(async () => {
  edge = await startEdge();
});
after(() => edge.stop());

/** Asserts that a body passes byte for byte, in no cache, and why. */
async function untouched(name, body, why, { headers = {}, sent = HTML, bytes = Buffer.from(body) } = {}) {
  edge.origin.serve("/t/body", { ...sent, "Cache-Control": "public, max-age=600" }, body);
  const answer = await edge.fetch("/t/body", { headers });
  assert.equal(answer.status, 200, name);
  assert.deepEqual(answer.bytes, bytes, name);
  assert.equal(answer.headers["cache-control"], "private, no-cache", name);
  assert.deepEqual(answer.setCookies, [], name);
  if (why !== null) assert.match(answer.headers.attune, new RegExp(`untouched=${why};`), name);
}

/** Asserts that a body is filled, and gets the plan. */
async function filled(name, body, headers = {}) {
  edge.origin.serve("/t/body", HTML, body);
  const { text } = await edge.fetch("/t/body", { headers });
  assert.equal(withoutTail(text), body.replace(SLOT, CONTENT), name);
  assert.notEqual(planOf(text), null, name);
}

test("navigations, frames, fetches of whole documents and all prefetches are filled; nothing else is", async () => {
  const to = (dest, mode, more = {}) => ({ "Sec-Fetch-Dest": dest, "Sec-Fetch-Mode": mode, "Sec-Fetch-Site": "same-origin", ...more });
  const pages = [
    {}, to("document", "navigate"), to("empty", "navigate"), { "Sec-Fetch-Mode": "navigate" },
    ...["iframe", "frame", "object", "embed"].map((dest) => to(dest, "navigate")),
    to("empty", "cors"), to("empty", "same-origin"), { "Sec-Fetch-Site": "cross-site" },
    to("document", "navigate", { "Sec-Purpose": "prefetch;prerender" }), to("empty", "no-cors", { Purpose: "prefetch" }),
    to("image", "no-cors", { "X-Moz": "prefetch" }),
  ];
  for (const headers of pages) await filled(JSON.stringify(headers), PAGE, headers);
  for (const dest of ["image", "style", "script", "font", "video", "track", "worker", "manifest", "xslt", "fencedframe", "report", "Document", "x"]) {
    await untouched(dest, PAGE, "other", { headers: to(dest, "no-cors") });
  }
});

test("whatever opens a document is a page, with white space, comments and a byte order mark before it", async () => {
  const documents = [
    `<!doctype html>${SLOT}`, `\ufeff<!DOCTYPE html><title>x</title>${SLOT}`, ` \r\n\t<HTML>${SLOT}`, `<html lang=en>${SLOT}`,
    `<head><title>x</title></head><body>${SLOT}</body>`, `<body class=x>${SLOT}`, `<!-- <li> --><!---->\n<!--><html>${SLOT}`,
    `<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">\n<html xmlns="http://www.w3.org/1999/xhtml">${SLOT}</html>`,
    `<!--[if IE 8]><html class="ie8"><![endif]-->\n<!--[if gt IE 8]><!--><html><!--<![endif]-->${SLOT}</html>`, `<!doctype html>Text, then ${SLOT}`,
  ];
  for (const body of documents) await filled(body, body);
});

test("not a byte goes into what opens no document", async () => {
  const fragments = [
    `<li>Lamp 2</li>${SLOT}`, SLOT, `<turbo-frame id="list">${SLOT}</turbo-frame>`,
    `<turbo-stream action="append" target="list"><template>${SLOT}</template></turbo-stream>`, `<title>x</title>${SLOT}`,
    `<!-- a part -->\n${SLOT}`, `Text ${SLOT}`, `<htmlx>${SLOT}`, `<header>${SLOT}</header>`, `</html><html>${SLOT}`, `< html>${SLOT}`,
    `<template><html>${SLOT}</html></template>`, `<?xml version="1.0"?><rss><title>${SLOT}</title></rss>`, `<svg><html>${SLOT}`,
    JSON.stringify({ html: SLOT }), JSON.stringify([SLOT]), `"${SLOT}"`, "null", "{}",
  ];
  for (const body of fragments) await untouched(body, body, "fragment");
  for (const body of ["", " \n", "\ufeff", "<!-- nothing -->", "<!doctype html", `<html ${SLOT.replaceAll(">", "")}`, `<!-- ${SLOT}`]) {
    await untouched(body, body, "unfinished");
  }
});

test("htmx: a leading head or body is a part of a page, unless the whole page is asked for", async () => {
  const part = { "HX-Request": "true", "Sec-Fetch-Dest": "empty", "Sec-Fetch-Mode": "cors" };
  const [head, body] = [`<head><title>x</title></head>${SLOT}`, `<body>${SLOT}</body>`];
  for (const fragment of [head, body, ` <!-- x -->${body}`]) {
    await untouched(fragment, fragment, "fragment", { headers: part });
    await filled(fragment, fragment, { ...part, "HX-Boosted": "true" });
  }
  await filled("a whole document", PAGE, part);
});

test("AMP stays valid: not a byte goes into it", async () => {
  for (const attribute of ["⚡", "⚡️", "amp", "AMP", 'amp=""', "⚡4ads", "amp4ads", "⚡4email", "amp4email", 'lang="en" class="a b" ⚡']) {
    const body = `<!doctype html><html ${attribute} lang="en"><head><meta charset="utf-8"></head><body>${SLOT}</body></html>`;
    await untouched(attribute, body, "amp");
  }
  for (const attribute of ["data-amp", "ampere", "amp-x", 'class="amp"', 'lang="⚡"', "amp4", "⚡x"]) {
    await filled(attribute, `<!doctype html><html ${attribute}><body>${SLOT}</body></html>`);
  }
});

test("encoding: only what the platform decodes is opened, in the very spelling that it decodes", async () => {
  const cases = {
    "x-gzip": gzipSync(PAGE), GZIP: gzipSync(PAGE), Gzip: gzipSync(PAGE), "X-GZIP": gzipSync(PAGE), BR: brotliCompressSync(PAGE),
    deflate: deflateSync(PAGE), "gzip, gzip": gzipSync(gzipSync(PAGE)), "br, gzip": gzipSync(brotliCompressSync(PAGE)), compress: Buffer.from(PAGE), "": gzipSync(PAGE),
  };
  for (const [encoding, bytes] of Object.entries(cases)) {
    await untouched(encoding, bytes, null, { sent: encoding === "" ? HTML : { ...HTML, "Content-Encoding": encoding }, bytes });
    const { headers } = await edge.fetch("/t/body");
    assert.equal(headers["content-encoding"] ?? "", encoding);
  }
  edge.origin.serve("/t/identity", { ...HTML, "Content-Encoding": "Identity" }, PAGE);
  assert.equal(withoutTail((await edge.fetch("/t/identity")).text), FILLED);
});

test("encoding: a body that is compressed once more than its header says passes as it is", async () => {
  const twice = gzipSync(PAGE);
  await untouched("gzip in gzip", gzipSync(twice), "fragment", { sent: { ...HTML, "Content-Encoding": "gzip" }, bytes: twice });
  await untouched("gzip in br", brotliCompressSync(twice), "fragment", { sent: { ...HTML, "Content-Encoding": "br" }, bytes: twice });
  const bodies = { gzip: gzipSync(PAGE), zlib: deflateSync(PAGE), zstd: Buffer.from("28b52ffd2400010000", "hex"), br: brotliCompressSync(PAGE) };
  for (const [name, body] of Object.entries(bodies)) await untouched(name, body, "fragment");
});

const GERMAN = `<html lang="de"><head><title>x</title></head><body>${SLOT}</body></html>`;
const HALLO = /<section data-slot="hero"><h1>Hallo/;

/** Serves a page in pieces: the next one goes when the one before has reached the Worker. */
function inPieces(path, pieces, headers = HTML) {
  edge.origin.on(path, async (_, response) => {
    response.writeHead(200, headers);
    // Where its length is known, the last piece is the end: the next request may come on the same connection.
    const isLengthKnown = "Content-Length" in headers;
    for (const piece of isLengthKnown ? pieces.slice(0, -1) : pieces) {
      await new Promise((sent) => response.write(piece, sent));
      // Answered by the same Worker, after the piece.
      await edge.fetch("/elsewhere");
    }
    response.end(isLengthKnown ? pieces.at(-1) : undefined);
  });
}

test("the language is that of the document, however late its first tag comes", async () => {
  const banner = `<!--${" x".repeat(6_000)}-->\n`;
  const cases = {
    "a doctype first": ["<!doctype html>\n", GERMAN],
    "a tag in a comment": ["<!doctype html>\n<!-- <b>Nova</b> -->\n", GERMAN],
    "html in a comment": ['<!doctype html><!--[if IE 8]><html lang="en"><![endif]-->', GERMAN],
    "a long banner": ["<!doctype html>\n", banner.slice(0, 5_000), banner.slice(5_000), GERMAN],
    "byte by byte": [..."<!doctype html><!-- x --><html class='a>b' lan", 'g="de_DE.UTF-8"', `><body>${SLOT}`],
    "a comment of 2 KB": [`<!doctype html><!--${" x".repeat(1_000)}-->`, GERMAN],
  };
  for (const [name, pieces] of Object.entries(cases)) {
    inPieces("/t/pieces", pieces);
    const { text } = await edge.fetch("/t/pieces");
    assert.match(text, HALLO, name);
    assert.equal(withoutTail(text).replace(/<section.*?<\/section>/, SLOT), pieces.join(""), name);
  }
});

test("a page of a known length comes whole in pieces, also when it ends before it shows what it is", async () => {
  const cases = { filled: ["<!doctype html>\n", GERMAN], unfinished: ["<!doctype html>\n", "<!-- not", "hing -->"], "white space": [" ", "\n"] };
  for (const [name, pieces] of Object.entries(cases)) {
    inPieces("/t/known", pieces, { ...HTML, "Content-Length": String(Buffer.byteLength(pieces.join(""))) });
    const { status, text, headers } = await edge.fetch("/t/known");
    assert.equal(status, 200, name);
    assert.equal(withoutTail(text).replace(/<section.*?<\/section>/, SLOT), pieces.join(""), name);
    assert.match(headers.attune, name === "filled" ? /filled=1/ : /untouched=unfinished;/, name);
  }
});

test("a page that does not show in 16 KB what it is passes as it is", async () => {
  for (const length of [16_400, 20_000, 70_000]) {
    await untouched(`a comment of ${length}`, `<!doctype html><!--${"x".repeat(length)}-->${GERMAN}`, "unfinished");
  }
  const long = `<!doctype html><!--${"x".repeat(16_300)}-->${SLOT}`;
  await filled("a comment that fits", long);
  inPieces("/t/late", [..."x".repeat(18)].map((x) => " ".repeat(1_000)).concat(GERMAN));
  const late = await edge.fetch("/t/late");
  assert.equal(late.text, " ".repeat(18_000) + GERMAN);
  assert.match(late.headers.attune, /untouched=unfinished;/);
});

test("a page that does not show in a second what it is goes on its way as it is", async () => {
  /** @type {import("node:http").ServerResponse | undefined} */
  let waiting;
  edge.origin.on("/t/slow", (_, response) => {
    response.writeHead(200, HTML);
    response.write("<!doctype html>\n");
    waiting = response;
  });
  const client = request(new URL("/t/slow", edge.url), { headers: { Host: HOST, "User-Agent": AGENT } }).end();
  const [response] = await once(client, "response");
  response.setEncoding("utf8");
  let text = (await once(response, "data"))[0];
  assert.equal(text, "<!doctype html>\n", "it came before the rest was there");
  response.on("data", (/** @type {string} */ more) => (text += more));
  waiting?.write(GERMAN.slice(0, 40));
  waiting?.end(GERMAN.slice(40));
  await once(response, "end");
  assert.equal(text, "<!doctype html>\n" + GERMAN);
  assert.match(String(response.headers.attune), /untouched=unfinished;/);
});

test("an origin that breaks off before its first tag breaks the page off", async () => {
  edge.origin.on("/t/broken", (_, response) => {
    response.writeHead(200, { ...HTML, "Content-Length": "100000" });
    response.write("<!doctype html>", () => response.destroy());
  });
  // Between workerd and this client stands Miniflare's own Worker, which ends a body of unknown length in order.
  const text = await edge.fetch("/t/broken").then((page) => page.text, () => "");
  assert.ok("<!doctype html>".startsWith(text));
  assert.ok(edge.log.some((line) => line.includes('"attune":"read"')), "one log line says why");
  assert.equal(withoutTail((await edge.fetch("/")).text), FILLED, "and the next page is served");
});

test("a document that names no language has that of its path, and odd names are read", async () => {
  const page = (/** @type {string} */ attributes) => `<!doctype html><html ${attributes}><body>${SLOT}</body></html>`;
  const cases = [
    ["/de/", "", true], ["/de/", 'lang=""', true], ["/de/", 'lang="{{lang}}"', true], ["/de/", 'lang="german"', true], ["/de/", 'lang="fr"', true], ["/de/", 'lang="en"', false], ["/t/l", "", false], ["/t/l", 'lang="fr"', false],
    ["/t/l", 'lang="de_DE"', true], ["/t/l", "lang='DE_at'", true], ["/t/l", "lang=de-DE.UTF-8", true], ["/t/l", "lang=de@euro", true],
    ["/t/l", 'xml:lang="de"', true], ["/t/l", 'lang="" xml:lang="de"', true], ["/t/l", 'lang="en" xml:lang="de"', false], ["/t/l", 'hreflang="de"', false],
  ];
  for (const [path, attributes, isGerman] of cases) {
    edge.origin.serve(path, HTML, page(attributes));
    assert.equal(HALLO.test((await edge.fetch(path)).text), isGerman, `${path} ${attributes}`);
  }
});
