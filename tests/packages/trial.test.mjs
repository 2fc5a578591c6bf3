// What a site says of its own address, said of this machine; and sites that cannot be tried.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { readFileSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import test from "node:test";
import { letIn } from "../../build/packages/attune/lib/live/policy.mjs";
import { cookieHere, policyHere, toBrowser, toSite } from "../../build/packages/attune/lib/trial/headers.mjs";
import { linksHere, turnLinks } from "../../build/packages/attune/lib/trial/links.mjs";
import { serveSite } from "../../build/packages/attune/lib/trial/site.mjs";
import { addressOf, charsetOf, isChallenge, visit } from "../../build/packages/attune/lib/trial/visit.mjs";

const ADDRESSES = { site: new URL("https://www.shop.example"), local: "http://localhost:8787" };

test("links to the site lead to this machine, and no others", () => {
  /** @type {[string, string][]} */
  const links = [
    ['<a href="https://www.shop.example/a?b#c">', '<a href="http://localhost:8787/a?b#c">'],
    ["<a href=https://www.shop.example>", "<a href=http://localhost:8787>"],
    ["<form action='http://WWW.shop.example/x'>", "<form action='http://localhost:8787/x'>"],
    ['<img src="//www.shop.example/i.png">', '<img src="http://localhost:8787/i.png">'],
    ['<img srcset="https://www.shop.example/1.png 1x, https://www.shop.example/2.png 2x">', '<img srcset="http://localhost:8787/1.png 1x, http://localhost:8787/2.png 2x">'],
    ...["<a href='https://shop.example/'>", "<a href='https://www.shop.example.org/'>", "<a href='https://www.shop.example:444/'>", "<a href='/a'>", "text https://www.shop.example/", "<a href='mailto:x@www.shop.example'>"].map((same) => /** @type {[string, string]} */ ([same, same])),
  ];
  for (const [html, expected] of links) assert.equal(linksHere(html, ADDRESSES), expected);
});

test("wherever a page is cut, its links are the same, and what is put behind it is there", async () => {
  const html = 'a<a href="https://www.shop.example/x">é</a> 1 < 2 <img src="//www.shop.example/i">z<';
  const whole = linksHere(html, ADDRESSES) + "<i>";
  for (let size = 1; size <= html.length; size++) {
    const chunks = [];
    for (let at = 0; at < html.length; at += size) chunks.push(Buffer.from(html.slice(at, at + size), "latin1"));
    let out = "";
    await pipeline(chunks, turnLinks(ADDRESSES, "<i>"), async (pieces) => {
      for await (const piece of pieces) out += piece.toString("latin1");
    });
    assert.equal(out, whole, `pieces of ${size}`);
  }
});

test("cookies are this machine's", () => {
  /** @type {[string, string][]} */
  const cookies = [
    ["a=1; Domain=.shop.example; Path=/; Secure; HttpOnly; SameSite=None", "a=1; Path=/; HttpOnly"],
    ["a=1; SameSite=Lax; Partitioned; Secure", "a=1; SameSite=Lax"],
    ["__Host-a=1; Secure; Path=/", "__Host-a=1; Secure; Path=/"],
    ["__Secure-a=1; Domain=shop.example; Secure", "__Secure-a=1; Secure"],
  ];
  for (const [cookie, expected] of cookies) assert.equal(cookieHere(cookie), expected);
});

test("headers lead here, and back", () => {
  const headers = { location: "https://www.shop.example/a", "strict-transport-security": "max-age=1", refresh: "0; url=https://www.shop.example/b", etag: "x", "set-cookie": ["a=1; Secure", "b=2"], link: "</a>" };
  assert.deepEqual(toBrowser(headers, ADDRESSES), { location: "http://localhost:8787/a", refresh: "0; url=http://localhost:8787/b", etag: "x", "set-cookie": ["a=1", "b=2"], link: "</a>" });
  assert.equal(toBrowser({ location: "https://pay.example/" }, ADDRESSES).location, "https://pay.example/");
  assert.deepEqual(toSite({ host: "localhost:8787", origin: "http://localhost:8787", referer: "http://localhost:8787/a", "x-forwarded-host": "y", cookie: "a=1" }, ADDRESSES), {
    host: "www.shop.example",
    origin: "https://www.shop.example",
    referer: "https://www.shop.example/a",
    cookie: "a=1",
  });
  assert.equal(toSite({ origin: "http://localhost:87870" }, ADDRESSES).origin, "http://localhost:87870");
});

test("a policy lets this machine do what the site may, and no more", () => {
  const here = (/** @type {string} */ policy) => policyHere(policy, ADDRESSES);
  assert.equal(here("script-src 'self' https://www.shop.example; upgrade-insecure-requests; report-uri /r"), "script-src 'self' https://www.shop.example http://localhost:8787");
  assert.equal(here("img-src https: data:, font-src *.shop.example"), "img-src https: data: http://localhost:8787, font-src *.shop.example http://localhost:8787");
  assert.equal(here("script-src 'self' https://cdn.example"), "script-src 'self' https://cdn.example");
});

test("the script that loads a page again is let in, and nothing else", () => {
  const source = "http://localhost:8787/_attune/dev/";
  const opened = (/** @type {string} */ policy) => letIn(policy, source);
  assert.deepEqual(opened(""), { header: "", nonce: "" });
  assert.deepEqual(opened("img-src 'self'"), { header: "img-src 'self'", nonce: "" });
  assert.deepEqual(opened("script-src 'none'"), { header: `script-src ${source}`, nonce: "" });
  assert.deepEqual(opened("default-src 'self'"), { header: `default-src 'self'; script-src 'self' ${source}; connect-src 'self' ${source}`, nonce: "" });
  assert.deepEqual(opened("script-src 'nonce-abc' 'strict-dynamic'; connect-src 'none'"), { header: `script-src 'nonce-abc' 'strict-dynamic'; connect-src ${source}`, nonce: "abc" });
  assert.deepEqual(opened("script-src 'unsafe-inline'").header, `script-src 'unsafe-inline' ${source}`, "a nonce would switch 'unsafe-inline' off");
});

test("what the package depends on is what this repository has checked", () => {
  const { dependencies } = JSON.parse(readFileSync(new URL("../../packages/attune/package.json", import.meta.url), "utf8"));
  const { packages } = JSON.parse(readFileSync(new URL("../../package-lock.json", import.meta.url), "utf8"));
  assert.deepEqual(dependencies, Object.fromEntries(Object.keys(dependencies).map((name) => [name, packages[`node_modules/${name}`].version])));
});

test("a site's service worker does not get onto this machine", async (t) => {
  const asked = /** @type {string[]} */ ([]);
  const site = createServer((request, response) => {
    asked.push(String(request.url));
    response.end("self.oninstall = null");
  });
  await once(site.listen(0, "127.0.0.1"), "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (site.address());
  const served = await serveSite({ site: new URL(`http://127.0.0.1:${port}`), local: ADDRESSES.local, assets: "/nowhere" });
  t.after(() => void (served.close(), site.close(), site.closeAllConnections()));
  const status = async (headers = {}) => {
    const answer = await fetch(`http://127.0.0.1:${served.port}/sw.js`, { headers });
    await answer.text();
    return answer.status;
  };
  assert.deepEqual([await status(), await status({ "Service-Worker": "script" })], [200, 404]);
  assert.deepEqual(asked, ["/sw.js"]);
});

test("what is typed is an address", () => {
  /** @type {[string, string][]} */
  const typed = [["shop.example", "https://shop.example/"], ["localhost:3000/a", "http://localhost:3000/a"], ["127.0.0.1", "http://127.0.0.1/"], ["http://x.example/a#b", "http://x.example/a"]];
  for (const [text, url] of typed) assert.equal(addressOf(text).href, url);
  for (const text of ["", "ftp://x.example", "https://", "https://me:word@x.example"]) assert.throws(() => addressOf(text), { name: "Error", help: /./ }, text);
});

test("charsets, as a browser finds them out", () => {
  const bytes = (/** @type {string} */ text) => Buffer.from(text, "latin1");
  assert.equal(charsetOf("text/html; charset=ISO-8859-1", bytes("x")), "windows-1252");
  assert.equal(charsetOf("text/html", bytes('<meta charset="shift_jis">')), "shift_jis");
  assert.equal(charsetOf("text/html", Buffer.from("é")), "utf-8");
  assert.equal(charsetOf("text/html", bytes("\xe9")), "windows-1252");
  assert.equal(charsetOf("text/html; charset=nonsense", bytes("a")), "utf-8");
  assert.equal(charsetOf("text/html", bytes("\xff\xfea\0")), "utf-16le");
});

test("a test for robots is told from a page that has one", () => {
  const mark = '<script src="/cdn-cgi/challenge-platform/x.js"></script>';
  assert.ok(isChallenge(403, new Headers({ "cf-mitigated": "challenge" }), ""));
  assert.ok(isChallenge(403, new Headers(), mark));
  assert.ok(isChallenge(200, new Headers(), `<title>Just a moment</title>${mark}`));
  assert.ok(!isChallenge(200, new Headers(), `${mark}<p>${"A shop with a page of its own. ".repeat(60)}</p>`));
});

/** @type {[string, (response: import("node:http").ServerResponse) => void, RegExp][]} */
const REFUSED = [
  ["a login", (response) => response.writeHead(401).end("no"), /wants a login \(401\)/],
  ["a refusal", (response) => response.writeHead(403).end("no"), /does not let this machine in \(403\)/],
  ["too many", (response) => response.writeHead(429).end("no"), /does not let this machine in \(429\)/],
  ["a robot's test", (response) => response.writeHead(503, { "cf-mitigated": "challenge" }).end("x"), /asks whether this is a robot/],
  ["nothing there", (response) => response.writeHead(404, { "Content-Type": "text/html" }).end("<p>"), /does not exist \(404\)/],
  ["a fault", (response) => response.writeHead(500).end(), /has a fault of its own \(500\)/],
  ["a picture", (response) => response.writeHead(200, { "Content-Type": "image/png" }).end("x"), /is no HTML page, but image\/png/],
  ["no type", (response) => response.writeHead(200).end("<p>x</p>"), /without a Content-Type/],
  ["nothing", (response) => response.writeHead(200, { "Content-Type": "text/html" }).end(), /is empty/],
  ["a circle", (response) => response.writeHead(302, { Location: "/" }).end(), /from one address to another, more than 10 times/],
  ["another scheme", (response) => response.writeHead(302, { Location: "shop:open" }).end(), /which is no page/],
  ["half a page", (response) => void (response.writeHead(200, { "Content-Type": "text/html", "Content-Length": "100" }), response.write("<p>"), setImmediate(() => response.destroy())), /breaks off/],
  ["a page in UTF-16", (response) => response.writeHead(200, { "Content-Type": "text/html; charset=utf-16le" }).end(Buffer.from("<p>x</p>", "utf16le")), /is in utf-16le|is empty/],
];

for (const [name, answer, message] of REFUSED) {
  test(`no page: ${name}`, async (t) => {
    const server = createServer((_, response) => answer(response));
    await once(server.listen(0, "127.0.0.1"), "listening");
    t.after(() => void (server.close(), server.closeAllConnections()));
    const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
    await assert.rejects(visit(new URL(`http://127.0.0.1:${port}/`)), (/** @type {any} */ error) => message.test(error.message) && error.help.length > 10);
  });
}

test("no page: nobody listens, no such name, a certificate of nobody", async (t) => {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  server.close();
  await once(server, "close");
  await assert.rejects(visit(new URL(`http://127.0.0.1:${port}/`)), /nobody answers at/);
  await assert.rejects(visit(new URL("http://no-such-shop.invalid/")), /no host has the name no-such-shop\.invalid/);
  const pem = readFileSync(new URL("./sites/self-signed.pem", import.meta.url), "utf8");
  const tls = createTlsServer({ key: pem, cert: pem }, (_, response) => response.end("<p>x</p>"));
  await once(tls.listen(0, "127.0.0.1"), "listening");
  t.after(() => void (tls.close(), tls.closeAllConnections()));
  const place = /** @type {import("node:net").AddressInfo} */ (tls.address());
  await assert.rejects(visit(new URL(`https://127.0.0.1:${place.port}/`)), (/** @type {any} */ error) => /is not trusted: DEPTH_ZERO_SELF_SIGNED_CERT/.test(error.message) && /NODE_EXTRA_CA_CERTS/.test(error.help));
  await assert.rejects(visit(new URL(`http://127.0.0.1:${place.port}/`)), /breaks off/);
});
