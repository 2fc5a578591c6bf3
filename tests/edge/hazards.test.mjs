// Every row of the table of hazards (DESIGN.md, section 6), over real HTTP.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { consented, Jar, planOf, startEdge, withoutTail } from "./harness.mjs";
import { FILLED, MARK, PAGE } from "./origin.mjs";

const HTML = { "Content-Type": "text/html; charset=utf-8" };

/** @type {Awaited<ReturnType<typeof startEdge>>} */
let edge;
before(async () => {
  edge = await startEdge();
});
after(() => edge.stop());

test("a slot is filled, and every other byte is the origin's", async () => {
  const { status, text } = await edge.fetch("/");
  assert.equal(status, 200);
  assert.equal(withoutTail(text), FILLED);
});

test("one visitor's page served to another: caches are told to keep nothing, filled or not", async () => {
  const cacheable = {
    ...HTML, ETag: '"1"', "Last-Modified": "Sat, 01 Nov 2025 00:00:00 GMT", "Accept-Ranges": "bytes", Age: "9",
    Expires: "Sat, 01 Nov 2036 00:00:00 GMT", "Cache-Control": "public, max-age=600", "CDN-Cache-Control": "max-age=600",
    "Cloudflare-CDN-Cache-Control": "max-age=600", "Surrogate-Control": "max-age=600", "Cache-Tag": "home",
    Vary: "Accept-Encoding", Link: "</shop.css>; rel=preload; as=style",
  };
  edge.origin.serve("/t/cached", cacheable, PAGE);
  edge.origin.serve("/t/no-slot", cacheable, "<!doctype html><p>no slot here");
  for (const path of ["/t/cached", "/t/no-slot"]) {
    const { headers } = await edge.fetch(path);
    assert.equal(headers["cache-control"], "private, no-cache", path);
    for (const name of ["etag", "last-modified", "accept-ranges", "age", "expires", "content-length",
      "cdn-cache-control", "cloudflare-cdn-cache-control", "surrogate-control", "cache-tag"]) {
      assert.equal(headers[name], undefined, `${path} ${name}`);
    }
    assert.deepEqual(headers.vary.split(/,\s*/), ["Accept-Encoding", "Cookie"]);
    assert.equal(headers.link, "</shop.css>; rel=preload; as=style");
  }
});

test("one visitor's page served to another: no-store and no-transform are kept", async () => {
  edge.origin.serve("/t/no-store", { ...HTML, "Cache-Control": "no-store, no-transform" }, PAGE);
  edge.origin.serve("/t/no-transform", { ...HTML, "Cache-Control": "public, no-transform", Vary: "*" }, PAGE);
  assert.equal((await edge.fetch("/t/no-store")).headers["cache-control"], "no-store, no-transform");
  const { headers } = await edge.fetch("/t/no-transform");
  assert.equal(headers["cache-control"], "private, no-cache, no-transform");
  assert.equal(headers.vary, "*");
});

test("wrong type: what is not a 200 of text/html on the list passes as it is", async () => {
  const etag = { ETag: '"x"', "Cache-Control": "public, max-age=60" };
  edge.origin.serve("/t/json", { "Content-Type": "application/json", ...etag }, '{"a":1}');
  edge.origin.serve("/t/page.html", { "Content-Type": "text/plain", ...etag }, PAGE);
  edge.origin.serve("/t/none", { ...etag }, PAGE);
  edge.origin.serve("/t/gone", { ...HTML, ...etag }, PAGE, 404);
  edge.origin.serve("/t/down", { ...HTML, ...etag }, PAGE, 503);
  edge.origin.serve("/elsewhere", { ...HTML, ...etag }, PAGE);
  for (const path of ["/t/json", "/t/page.html", "/t/none", "/t/gone", "/t/down", "/elsewhere"]) {
    const { headers, text } = await edge.fetch(path);
    assert.equal(text, path === "/t/json" ? '{"a":1}' : PAGE, path);
    assert.equal(headers.etag, '"x"', path);
    assert.equal(headers["cache-control"], "public, max-age=60", path);
    assert.deepEqual(headers["set-cookie"], undefined, path);
  }
});

test("redirects: passed on, not followed, with every cookie of the origin", async () => {
  edge.origin.on("/t/moved", (_, response) => {
    response.writeHead(302, { Location: "/elsewhere", "Set-Cookie": ["a=1; Path=/", "b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "c=3"] });
    response.end();
  });
  const { status, headers } = await edge.fetch("/t/moved");
  assert.equal(status, 302);
  assert.equal(headers.location, "/elsewhere");
  assert.deepEqual(headers["set-cookie"], ["a=1; Path=/", "b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "c=3"]);
});

test("redirects: the origin's cookies on a page stay, and Attune sets none", async () => {
  edge.origin.on("/t/cookies", (_, response) => {
    response.writeHead(200, { ...HTML, "Set-Cookie": ["a=1; Path=/", "b=2"] });
    response.end(PAGE);
  });
  const jar = new Jar();
  await edge.post("/_attune/consent", { personalization: true, measurement: true }, { jar });
  const { setCookies } = await edge.fetch("/t/cookies", { headers: { Cookie: jar.header() } });
  assert.deepEqual(setCookies, ["a=1; Path=/", "b=2"]);
});

test("redirects: the origin sees its own host, and the public one beside it", async () => {
  await edge.fetch("/t/host?q=%20a");
  const { url, headers } = edge.origin.last();
  assert.equal(url, "/t/host?q=%20a");
  assert.equal(headers["x-forwarded-host"], "shop.test");
  assert.match(headers.host, /^127\.0\.0\.1:/);
});

test("304, Range, HEAD: conditional and range headers are stripped on personalized routes only", async () => {
  const conditional = {
    "If-None-Match": '"1"', "If-Modified-Since": "Sat, 01 Nov 2025 00:00:00 GMT", Range: "bytes=0-9", "If-Range": '"1"',
    "If-Match": '"1"', "If-Unmodified-Since": "Sat, 01 Nov 2036 00:00:00 GMT",
  };
  await edge.fetch("/t/whole", { headers: conditional });
  for (const name of Object.keys(conditional)) assert.equal(edge.origin.last().headers[name.toLowerCase()], undefined, name);
  edge.origin.on("/file", (request, response) => {
    response.writeHead(request.headers["if-none-match"] ? 304 : 206, { "Content-Range": "bytes 0-1/9" });
    response.end(request.headers["if-none-match"] ? undefined : "ab");
  });
  assert.equal((await edge.fetch("/file", { headers: { "If-None-Match": '"1"' } })).status, 304);
  const part = await edge.fetch("/file", { headers: { Range: "bytes=0-1" } });
  assert.deepEqual([part.status, part.text, part.headers["content-range"]], [206, "ab", "bytes 0-1/9"]);
});

test("304, Range, HEAD: an origin's 206 or 304 on a personalized route passes as it is", async () => {
  edge.origin.serve("/t/part", { ...HTML, "Content-Range": "bytes 0-4/9" }, "<div ", 206);
  assert.equal((await edge.fetch("/t/part")).text, "<div ");
  edge.origin.on("/t/same", (_, response) => response.writeHead(304, { ETag: '"1"' }).end());
  assert.equal((await edge.fetch("/t/same")).status, 304);
});

test("304, Range, HEAD: a HEAD has a page's headers, no length and no cookie", async () => {
  edge.origin.serve("/t/head", { ...HTML, ETag: '"1"', "Content-Length": String(PAGE.length) }, undefined);
  const { status, headers, text, setCookies } = await edge.fetch("/t/head", { method: "HEAD" });
  assert.equal(status, 200);
  assert.equal(edge.origin.last().method, "HEAD");
  assert.equal(text, "");
  assert.equal(headers["content-length"], undefined);
  assert.equal(headers.etag, undefined);
  assert.equal(headers["cache-control"], "private, no-cache");
  assert.deepEqual(setCookies, []);
});

test("encoding: gzip and br are asked for, decoded, and not put on again", async () => {
  edge.origin.serve("/t/gzip", { ...HTML, "Content-Encoding": "gzip" }, gzipSync(PAGE));
  edge.origin.serve("/t/br", { ...HTML, "Content-Encoding": "br" }, brotliCompressSync(PAGE));
  for (const path of ["/t/gzip", "/t/br"]) {
    const { headers, text } = await edge.fetch(path, { headers: { "Accept-Encoding": "identity" } });
    assert.equal(edge.origin.last().headers["accept-encoding"], "gzip, br");
    assert.equal(headers["content-encoding"], undefined, path);
    assert.equal(withoutTail(text), FILLED, path);
  }
});

test("encoding: any other passes untouched", async () => {
  const frame = rawZstd(Buffer.from(PAGE));
  edge.origin.serve("/t/zstd", { ...HTML, "Content-Encoding": "zstd", ETag: '"z"' }, frame);
  const { headers, bytes } = await edge.fetch("/t/zstd");
  assert.equal(headers["content-encoding"], "zstd");
  assert.equal(headers.etag, undefined, "and no cache keeps it");
  assert.deepEqual(bytes, Buffer.from(frame));
});

/** A zstd frame of one raw block: Node 20 cannot make another. @param {Buffer} bytes 256 bytes to 64 KB */
function rawZstd(bytes) {
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x60, 0, 0, 0, 0, 0]);
  head.writeUInt16LE(bytes.length - 256, 5);
  const block = (bytes.length << 3) | 1;
  return Buffer.concat([head.subarray(0, 7), Buffer.from([block & 255, (block >> 8) & 255, block >> 16]), bytes]);
}

test("encoding: UTF-16, UTF-7, ISO-2022-JP and HZ pass untouched", async () => {
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(PAGE, "utf16le")]);
  edge.origin.serve("/t/bom", { "Content-Type": "text/html" }, utf16);
  assert.deepEqual((await edge.fetch("/t/bom")).bytes, utf16);
  for (const charset of ["UTF-16LE", "utf-16", "utf-7", "ISO-2022-JP", "hz-gb-2312"]) {
    edge.origin.serve("/t/foreign", { "Content-Type": `text/html; Charset="${charset}"`, ETag: '"f"' }, PAGE);
    const { headers, text } = await edge.fetch("/t/foreign");
    assert.equal(text, PAGE, charset);
    assert.equal(headers.etag, undefined, charset);
  }
  const meta = PAGE.replace("utf-8", "iso-2022-jp");
  edge.origin.serve("/t/meta", { "Content-Type": "text/html" }, meta);
  assert.equal((await edge.fetch("/t/meta")).text, meta);
});

test("encoding: outside ASCII, references stand in unless the header says utf-8", async () => {
  edge.origin.serve("/t/latin", { "Content-Type": "text/html; charset=iso-8859-1" }, PAGE);
  edge.origin.serve("/t/silent", { "Content-Type": "text/html" }, PAGE);
  for (const path of ["/t/latin", "/t/silent"]) {
    const { bytes } = await edge.fetch(path);
    assert.ok(bytes.includes(`<h1>Hello for &#163;5 &#8364;</h1>${MARK}`), path);
    assert.ok(bytes.every((byte) => byte < 128), path);
  }
});

test("CSP: the origin's nonce is copied, and its policy is left as it is", async () => {
  const policy = "default-src 'none'; script-src 'nonce-r4nd0m+/=' 'strict-dynamic'";
  edge.origin.serve("/t/csp", { ...HTML, "Content-Security-Policy": policy }, PAGE);
  const { headers, text } = await edge.fetch("/t/csp");
  assert.equal(headers["content-security-policy"], policy);
  assert.match(text, /<script src="\/_attune\/page\.js" async nonce="r4nd0m\+\/="><\/script><\/body>/);
});

test("CSP: a nonce of another directive is not the scripts' nonce", async () => {
  const policy = "style-src 'nonce-style'; script-src 'self'";
  edge.origin.serve("/t/style", { ...HTML, "Content-Security-Policy": policy }, PAGE);
  assert.match((await edge.fetch("/t/style")).text, /<script src="\/_attune\/page\.js" async><\/script><\/body>/);
});

test("bots: default content, no cookie, nothing to count", async () => {
  const jar = await consented(edge);
  const agents = ["Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Mozilla/5.0 (compatible; bingbot/2.0)"];
  for (const agent of agents) {
    const { text, setCookies } = await edge.fetch("/", { headers: { "User-Agent": agent, Cookie: jar.header() } });
    assert.equal(text, PAGE, agent);
    assert.deepEqual(setCookies, []);
  }
  for (const cf of [{ verifiedBotCategory: "Search Engine Crawler" }, { botManagement: { score: 2 } }, { botManagement: { verifiedBot: true } }]) {
    assert.equal((await edge.fetch("/", { cf })).text, PAGE, JSON.stringify(cf));
  }
});

test("prefetch, prerender: no cookie is written", async () => {
  const jar = new Jar();
  await edge.post("/_attune/consent", { personalization: true, measurement: true }, { jar });
  for (const headers of [{ "Sec-Purpose": "prefetch" }, { "Sec-Purpose": "prefetch;prerender" }, { Purpose: "prefetch" }]) {
    const { setCookies } = await edge.fetch("/", { headers: { Cookie: jar.header(), ...headers } });
    assert.deepEqual(setCookies, [], JSON.stringify(headers));
  }
});

test("only document navigations mint: not a frame, not a fetch", async () => {
  const cf = { country: "US", isEUCountry: undefined };
  const mints = async (headers) => {
    const { mint, view } = planOf((await edge.fetch("/", { cf, headers })).text);
    return [mint !== undefined, view];
  };
  assert.deepEqual(await mints({ "Sec-Fetch-Dest": "iframe", "Sec-Fetch-Mode": "navigate" }), [false, undefined]);
  assert.deepEqual(await mints({ "Sec-Fetch-Dest": "empty", "Sec-Fetch-Mode": "cors" }), [false, "url"]);
  assert.deepEqual(await mints({ "Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate" }), [true, true]);
  assert.deepEqual(await mints({}), [true, true]);
});

test("the origin never sees Attune's cookies, and the others byte for byte", async () => {
  await edge.fetch("/t/c", { headers: { Cookie: 'a="1; 2"; __Host-attune=abc;b=2;  __Host-attune-preview=x; __Secure-attune=y; c=%20' } });
  assert.equal(edge.origin.last().headers.cookie, 'a="1; 2";b=2; c=%20');
  await edge.fetch("/t/c", { headers: { Cookie: "x=1,__Host-attune=abc, y=2; __Secure-attune-consent=z" } });
  assert.equal(edge.origin.last().headers.cookie, "x=1, y=2");
  await edge.fetch("/t/c", { headers: { Cookie: "__Host-attune=abc" } });
  assert.equal(edge.origin.last().headers.cookie, undefined);
});

test("a cookie of bytes that are no UTF-8 arrives as it was sent, on a page and elsewhere", async () => {
  for (const path of ["/t/c", "/elsewhere"]) {
    for (const Cookie of ["name=caf\xe9", "a=\xff\xfe; b=2", "name=caf\xe9; __Host-attune=abc; b=2"]) {
      await edge.fetch(path, { headers: { Cookie } });
      assert.equal(edge.origin.last().headers.cookie, Cookie, `${path} ${Cookie}`);
    }
  }
});

test("an address that is not on the list gets the request as it is, but for what poses as a decision", async () => {
  const headers = { Cookie: "__Host-attune=abc;  y = 2", "If-None-Match": '"1"', "X-Own": "caf\xe9" };
  await edge.fetch("/elsewhere", { headers: { ...headers, "Attune-Decision": "forged", Attune_Decision: "forged" } });
  const seen = edge.origin.last().headers;
  for (const [name, value] of Object.entries(headers)) assert.equal(seen[name.toLowerCase()], value, name);
  assert.deepEqual(Object.keys(seen).filter((name) => /^attune.decision/i.test(name)), []);
  await edge.fetch("/t/c", { headers: { Attune_Decision: "forged" } });
  assert.equal(edge.origin.last().headers.attune_decision, undefined);
});

test("a request may say nothing of itself: no query, no header changes place or persona", async () => {
  const german = await edge.fetch("/", { cf: { country: "DE" } });
  assert.match(german.text, /<div data-slot="bar"><p>Willkommen<\/p><!--attune--><\/div>/);
  const headers = { "CF-IPCountry": "DE", "X-Country": "DE" };
  assert.doesNotMatch((await edge.fetch("/?country=DE&geo.country=DE&attune_country=DE", { headers })).text, /Willkommen/);
});

test("unknown stays unknown: no place matches nothing", async () => {
  for (const cf of [{}, { country: "XX" }, { country: "T1" }, { country: "de" }]) {
    assert.match((await edge.fetch("/", { cf })).text, /<div data-slot="bar">Free delivery<\/div>/, JSON.stringify(cf));
  }
});

test("a response header says which bundle served, and Server-Timing how long the decision took", async () => {
  const { headers } = await edge.fetch("/");
  const { bundle } = await edge.health();
  assert.match(headers.attune, new RegExp(`^bundle=${bundle.version}, filled=1/3, consent=unknown, cookie=0; decision_ms=[\\d.]+; version=1$`));
  assert.match(headers["server-timing"], /^attune;dur=[\d.]+$/);
});

test("the plan is in the page, once, before its end", async () => {
  const { text } = await edge.fetch("/");
  const plan = planOf(text);
  assert.deepEqual(plan.consent, { personalization: "unknown", measurement: "unknown" });
  assert.deepEqual(plan.slots.map(({ slot, campaign, reason }) => [slot, campaign, reason]), [["hero", "hello", "shown"], ["bar", null, "none"], ["note", null, "none"]]);
  assert.equal(text.match(/attune-plan/g).length, 1);
  assert.match(text, /<\/script><\/body><\/html>\n$/);
});
