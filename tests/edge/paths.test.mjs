// Paths as the Worker gets them: its routes, and every spelling of a URL under /_attune/.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { test } from "node:test";
import { AGENT, HOST, planOf, startEdge } from "./harness.mjs";

const { cases } = JSON.parse(readFileSync(new URL("../vectors/paths.json", import.meta.url)).toString());

/** Runs a test against a Worker of its own. */
async function withEdge(options, run) {
  const edge = await startEdge(options);
  try {
    await run(edge);
  } finally {
    await edge.stop();
  }
}

/** A request with exactly this target, which no URL parser has touched. */
function ask(edge, path, { method = "GET", headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const { hostname, port } = edge.url;
    const sent = { Host: HOST, "User-Agent": AGENT, "MF-CF-Blob": "{}", ...(body === undefined ? {} : { "Content-Length": Buffer.byteLength(body) }), ...headers };
    const asked = request({ hostname, port, path, method, headers: sent, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (more) => (text += more));
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, text }));
      response.on("error", reject);
    });
    asked.on("error", reject).end(body);
  });
}

/** What a URL makes of a path before the Worker gets it; `null` for what can be no path of a request. */
function sent(path) {
  if (!path.startsWith("/") || /[^\x21-\x7e]/.test(path)) return null;
  const url = URL.canParse(path, `http://${HOST}`) ? new URL(path, `http://${HOST}`) : null;
  return url?.host === HOST && url.pathname === path ? path : null;
}

test("the Worker's routes read a path as the vectors say", async () => {
  const asked = cases.filter(({ path }) => sent(path) !== null);
  assert.ok(asked.length >= 60);
  // One Worker for all: a prefix of its own keeps the patterns apart.
  const patterns = [...new Set(asked.map(({ pattern }) => pattern))];
  await withEdge({ bindings: { ROUTES: patterns.map((pattern, index) => `/r${index}${pattern}`) } }, async (edge) => {
    for (const { pattern, path, has } of asked) {
      const { text } = await ask(edge, `/r${patterns.indexOf(pattern)}${path}`);
      assert.equal(planOf(text) !== null, has, `${pattern} ${path}`);
    }
  });
});

test("routes are a list, or a text with spaces and commas; without any nothing is personalized", async () => {
  const personalized = async (/** @type {unknown} */ ROUTES, /** @type {string} */ path) => {
    let found;
    await withEdge({ bindings: { ROUTES } }, async (edge) => (found = planOf((await edge.fetch(path)).text) !== null));
    return found;
  };
  assert.equal(await personalized("/x, /%70/{sku}\n/y", "/p/1"), true);
  assert.equal(await personalized(["/a b"], "/a%20b"), true);
  assert.equal(await personalized("p/{sku}", "/p/1"), false);
  assert.equal(await personalized([], "/"), false);
  assert.equal(await personalized("", "/"), false);
});

const HOSTILE = [
  "/", "//", "/\\", "\\", "/\\evil.test", "//evil.test/x", "/\\/evil.test", "http://evil.test/", "javascript:1", "?", "#", "/%", "/%zz", "/%00", "/\0", "/\n", "/\t/evil.test",
  "/%ff%fe", "/%c0%af", "/..", "/../..", "/%2e%2e/", "/[", "/]", "/@", "/:", "/a:b@c", "//[", "//[::1", "//:99999", "//a:b", "/\u{d800}", "/\u202e", "\ufeff/", " /", "/ ", "",
  `/${"a".repeat(3_000)}`, `/${"%41".repeat(1_000)}`, `/${"../".repeat(500)}`, "/p/{sku}", "/*",
];
const SPELT = ["", "/", "//", "/x", "/%", "/%zz", "/%00", "/%ff", "/%2e%2e/", "/..%2f", "%2f", "%5c", ";x", "?", "?%", "?%ff", "?a=%zz&=&&", "?=", "?page", "?page=", "?slot", "?slot=%00&page=/", "#"];
const NAMES = ["events", "consent", "me", "forget", "export", "orders", "traits", "login", "preview", "decide", "recommend", "health", "page.js", "log.js", "vitals.js", "overlay.js", "bundle", "unknown", "__proto__", "constructor", ""];

test("no spelling of a URL under /_attune/ is the origin's, or more than the shim can answer", () =>
  withEdge({}, async (edge) => {
    const good = async (/** @type {string} */ path, /** @type {object} */ options = {}) => {
      const before = edge.origin.seen.length;
      const { status, text } = await ask(edge, path, options);
      const name = `${JSON.stringify(options)} ${path}: ${status} ${text.slice(0, 80)}`;
      assert.ok(status >= 200 && status < 500, name);
      assert.equal(edge.origin.seen.length, before, `${name} reached the origin`);
      return { status, text };
    };
    for (const page of HOSTILE) {
      const query = `slot=hero&page=${encodeURIComponent(page.toWellFormed())}`;
      const { status, text } = await good(`/_attune/recommend?${query}`);
      const isPath = /^\/(?![/\\])/.test(page) && !/^\/\t/.test(page);
      assert.equal(status, isPath ? 200 : 400, `${page} ${text}`);
      if (status === 400) assert.equal(JSON.parse(text).error.code, "page");
      await good(`/_attune/recommend?slot=${encodeURIComponent(page.toWellFormed())}&lang=${encodeURIComponent(page.toWellFormed())}`);
    }
    for (const name of NAMES) {
      for (const spelt of SPELT) {
        await good(`/_attune/${name}${spelt}`);
        await good(`/_attune/${name}${spelt}`, { method: "POST", body: "{", headers: { Origin: `http://${HOST}`, "Content-Type": "application/json" } });
      }
      for (const method of ["HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"]) await good(`/_attune/${name}`, { method });
    }
    assert.deepEqual(edge.log.filter((line) => line.includes('"attune":"control"')), [], "nothing was thrown");
  }));

test("without a bundle, keys or a control plane /_attune/ says so itself", async () => {
  for (const options of [{ publish: false }, { bindings: { ATTUNE_KEYS: "" } }, { bindings: { ATTUNE_KEYS: "1:sign:short" } }, { publish: false, control: false }]) {
    await withEdge(options, async (edge) => {
      for (const name of NAMES) {
        const { status, headers } = await ask(edge, `/_attune/${name}?slot=hero&page=/%5C`);
        assert.ok(status < 500 || (status === 503 && headers["cache-control"] === "no-store"), `${JSON.stringify(options)} ${name}: ${status}`);
      }
      assert.deepEqual(edge.origin.seen, []);
    });
  }
});
