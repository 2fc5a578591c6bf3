// No cache keeps a page of the list, whoever asks and whether or not anything can be decided.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { startEdge } from "./harness.mjs";
import { PAGE } from "./origin.mjs";

const VENDORS = {
  "CDN-Cache-Control": "max-age=600", "Cloudflare-CDN-Cache-Control": "max-age=600", "Vercel-CDN-Cache-Control": "max-age=600",
  "Netlify-CDN-Cache-Control": "max-age=600", "Akamai-Cache-Control": "max-age=600", "X-LiteSpeed-Cache-Control": "public,max-age=600",
  "Fastly-Cache-Control": "max-age=600", "x-some-cdn-cache-control": "max-age=600", "Edge-Control": "max-age=600", "Surrogate-Control": "max-age=600",
  "Surrogate-Key": "home", "X-Accel-Expires": "600", Pragma: "public", ETag: '"1"', "Last-Modified": "Sat, 01 Nov 2025 00:00:00 GMT",
  Expires: "Sat, 01 Nov 2036 00:00:00 GMT", "Cache-Tag": "home", "Edge-Cache-Tag": "home", "Netlify-Cache-Tag": "home", "Netlify-Vary": "query",
  "X-LiteSpeed-Tag": "home", Age: "7",
};
const CACHED = { "Cache-Control": "public, max-age=600", ...VENDORS };
const HTML = { "Content-Type": "text/html; charset=utf-8", ...CACHED };

/** Runs a test against a Worker of its own. */
async function withEdge(options, run) {
  const edge = await startEdge(options);
  try {
    await run(edge);
  } finally {
    await edge.stop();
  }
}

/** Asserts that no cache may keep the answer. */
function unshared({ status, headers }, name) {
  assert.equal(status, 200, name);
  assert.equal(headers["cache-control"], "private, no-cache", name);
  assert.match(headers.vary ?? "", /\bCookie\b/, name);
  for (const header of Object.keys(VENDORS)) assert.equal(headers[header.toLowerCase()], undefined, `${name}: ${header}`);
}

const WAYS = {
  GET: {}, HEAD: { method: "HEAD" }, POST: { method: "POST", body: "a=1" }, OPTIONS: { method: "OPTIONS" },
  "Upgrade: foo": { headers: { Connection: "Upgrade", Upgrade: "foo" } }, "Upgrade: h2c": { headers: { Connection: "Upgrade", Upgrade: "h2c" } },
  "an image": { headers: { "Sec-Fetch-Dest": "image", "Sec-Fetch-Mode": "no-cors" } }, "a robot": { headers: { "User-Agent": "Googlebot/2.1" } },
};
const BODIES = {
  "a page": [HTML, PAGE], "a fragment": [HTML, "<li>One</li>"], nothing: [HTML, ""], JSON: [HTML, "{}"],
  AMP: [HTML, "<!doctype html><html amp>"], "another encoding": [{ ...HTML, "Content-Encoding": "x-gzip" }, gzipSync(PAGE)],
  "another charset": [{ ...HTML, "Content-Type": "Text/HTML;charset=utf-16" }, PAGE],
};

test("with a bundle, every answer that is text/html and 200 is unshared, in every way of asking", () =>
  withEdge({}, async (edge) => {
    for (const [body, [headers, text]] of Object.entries(BODIES)) {
      edge.origin.serve("/t/cached", headers, text);
      for (const [way, options] of Object.entries(WAYS)) unshared(await edge.fetch("/t/cached", options), `${body}, ${way}`);
    }
  }));

test("without a bundle, without keys, and with the breaker open just as well", async () => {
  const states = {
    "no bundle": { publish: false }, "no keys": { bindings: { ATTUNE_KEYS: "" } }, "bad keys": { bindings: { ATTUNE_KEYS: "1:sign:short" } },
    "the breaker open": { faults: true }, "the script off": { bindings: { MEASURE: "off" } },
  };
  for (const [state, options] of Object.entries(states)) {
    await withEdge(options, async (edge) => {
      edge.origin.serve("/", HTML, PAGE);
      if (state === "the breaker open") for (let trap = 0; trap < 6; trap += 1) unshared(await edge.fetch("/?fault=open"), `trap ${trap}`);
      for (const [way, asked] of Object.entries(WAYS)) unshared(await edge.fetch("/", asked), `${state}, ${way}`);
    });
  }
});

test("what is no page, or on no route, keeps its caching", () =>
  withEdge({}, async (edge) => {
    const kept = async (/** @type {string} */ path, status = 200) => {
      const answer = await edge.fetch(path);
      assert.deepEqual([answer.status, answer.headers["cache-control"], answer.headers.pragma], [status, "public, max-age=600", "public"], path);
      for (const header of Object.keys(VENDORS)) assert.equal(answer.headers[header.toLowerCase()], VENDORS[header], `${path}: ${header}`);
    };
    edge.origin.serve("/t/json", { ...CACHED, "Content-Type": "application/json" }, "{}");
    edge.origin.serve("/t/gone", HTML, PAGE, 404);
    edge.origin.serve("/elsewhere", HTML, PAGE);
    await kept("/t/json");
    await kept("/t/gone", 404);
    await kept("/elsewhere");
  }));
