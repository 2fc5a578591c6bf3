// Which pages may call: the site's own, and those of its other hosts, with the visitor's cookies. Nobody else's.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { workplace } from "./attune.mjs";
import { API_KEY, Jar, startEdge } from "./harness.mjs";

const ROUTES = { consent: "POST", events: "POST", forget: "POST", login: "POST", me: "GET", plan: "POST", recommend: "GET", "ofrep/v1/evaluate/flags": "POST", "ofrep/v1/evaluate/flags/hello": "POST" };
const WWW = "https://www.shop.test";
/** The API is called at the site's other host. */
const API = { Host: "api.shop.test", "Sec-Fetch-Site": "same-site" };

/** @type {Awaited<ReturnType<typeof startEdge>>} */
let edge;
before(async () => {
  const place = workplace();
  try {
    const file = place.path("shop/attune.toml");
    writeFileSync(file, readFileSync(file, "utf8").replace('hosts = ["shop.test"]', 'hosts = ["www.shop.test", "api.shop.test"]'));
    await place.ok(["compile", "shop", "--out", "bundle"]);
    edge = await startEdge({ bundle: readFileSync(place.path("bundle")) });
  } finally {
    place.leave();
  }
});
after(() => edge.stop());

/** @param {string} route @param {string} origin @param {Record<string, string>} [headers] */
const preflight = (route, origin, headers = API) =>
  edge.fetch(`/_attune/${route}`, { method: "OPTIONS", headers: { ...headers, Origin: origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type" } });
/** @param {{ headers: import("node:http").IncomingHttpHeaders }} answer */
const allowed = ({ headers }) => [headers["access-control-allow-origin"], headers["access-control-allow-credentials"], headers.vary];
/** @param {string} text */
const code = (text) => JSON.parse(text).error?.code;

test("a browser that asks is told what a page of another host may call, exactly", async () => {
  for (const [route, method] of Object.entries(ROUTES)) {
    const answer = await preflight(route, WWW);
    assert.deepEqual([answer.status, answer.text, ...allowed(answer)], [204, "", WWW, "true", "Origin"], route);
    const { "access-control-allow-methods": methods, "access-control-allow-headers": headers, "access-control-max-age": age } = answer.headers;
    assert.deepEqual([methods, headers, age], [method, "Content-Type, If-None-Match", "7200"], route);
  }
  for (const route of ["decide", "health", "orders", "preview", "traits", "nothing"]) {
    const answer = await preflight(route, WWW);
    assert.deepEqual([answer.status >= 404, ...allowed(answer)], [true, undefined, undefined, undefined], route);
  }
});

test("a visitor who agrees on one host and is asked about on another has one profile, in a cookie of both", async () => {
  const jar = new Jar();
  const post = async (/** @type {string} */ route, /** @type {object} */ body, headers = {}) => {
    const answer = await edge.post(`/_attune/${route}`, body, { jar, headers: { ...API, Origin: WWW, ...headers } });
    assert.deepEqual([answer.status, ...allowed(answer), answer.headers["access-control-expose-headers"]], [200, WWW, "true", "Origin", "ETag, Retry-After"], `${route}: ${answer.text}`);
    return answer;
  };
  const agreed = await post("consent", { personalization: true, measurement: true });
  assert.match(agreed.setCookies.join("\n"), /^__Secure-attune-consent=[^;]+; Path=\/; Max-Age=34560000; Domain=shop\.test; Secure; HttpOnly; SameSite=Lax$/m);
  jar.cookies.delete("__Secure-attune");
  const { text, setCookies } = await post("plan", { url: "/p/2", referrer: `${WWW}/p/1`, beacon: { log: jar.log, oldest: 1, page: "/p/1", events: [{ n: 1, name: "login" }] } });
  assert.deepEqual([JSON.parse(text).applied, setCookies.length], [1, 1]);
  await post("events", { log: jar.log, oldest: 1, page: "/p/2", events: [{ n: 2, name: "page_view" }] });
  const me = await edge.fetch("/_attune/me", { jar, headers: { ...API, Origin: WWW } });
  assert.deepEqual([JSON.parse(me.text).viewed.map((/** @type {any} */ { sku }) => sku), ...allowed(me)], [["2"], WWW, "true", "Origin"]);
  const recommended = await edge.fetch("/_attune/recommend?slot=hero", { jar, headers: { ...API, Origin: WWW } });
  assert.deepEqual([recommended.status, ...allowed(recommended)], [200, WWW, "true", "Origin"]);
  const refused = await edge.post("/_attune/login", { token: "x" }, { jar, headers: { ...API, Origin: WWW } });
  assert.deepEqual([refused.status, code(refused.text), ...allowed(refused)], [400, "bad_token", WWW, "true", "Origin"], "an error can be read, too");
  await post("forget", {});
  assert.equal(jar.cookies.get("__Secure-attune"), undefined);
});

test("no other page may call, and none of another site gets a cookie", async () => {
  const strangers = ["https://evil.test", "null", "http://www.shop.test", `${WWW}:8443`, `${WWW}.evil.test`, "https://shop.test", "https://m.shop.test", "http://localhost:5173", "https://WWW.shop.test"];
  for (const origin of strangers) {
    for (const site of ["same-site", "cross-site", undefined]) {
      const headers = { Host: "api.shop.test", ...(site ? { "Sec-Fetch-Site": site } : {}) };
      const asked = await preflight("consent", origin, headers);
      assert.deepEqual([asked.status, code(asked.text), allowed(asked)[0]], [403, "cross_site", undefined], origin);
      for (const [route, body] of /** @type {[string, object][]} */ ([["consent", { personalization: true, measurement: true }], ["plan", { url: "/" }]])) {
        const answer = await edge.post(`/_attune/${route}`, body, { headers: { ...headers, Origin: origin } });
        assert.deepEqual([answer.status, code(answer.text), answer.setCookies, allowed(answer)[0]], [403, "cross_site", [], undefined], `${origin} ${site}`);
      }
    }
  }
  // What a browser calls another site is one, whatever its page is called.
  const posed = await edge.post("/_attune/consent", { personalization: true, measurement: true }, { headers: { Host: "api.shop.test", Origin: WWW, "Sec-Fetch-Site": "cross-site" } });
  assert.deepEqual([posed.status, code(posed.text), posed.setCookies], [403, "cross_site", []]);
  const unnamed = await edge.fetch("/_attune/me", { headers: { ...API } });
  assert.deepEqual([unnamed.status, code(unnamed.text)], [403, "cross_site"], "a picture on a page of another host names no origin");
});

test("products are for anybody to ask, and only the site's own pages can read them with a visitor's cookies", async () => {
  const answer = await edge.fetch("/_attune/recommend?slot=hero", { headers: { Host: "api.shop.test", Origin: "https://evil.test", "Sec-Fetch-Site": "cross-site" } });
  assert.deepEqual([answer.status, ...allowed(answer)], [200, undefined, undefined, undefined]);
});

test("on a developer's machine any port may call, and nobody else's machine", async () => {
  const local = { Host: "localhost:8787", "Sec-Fetch-Site": "same-site" };
  for (const origin of ["http://localhost:5173", "http://127.0.0.1:3000", "http://localhost"]) {
    const answer = await edge.post("/_attune/plan", { url: "/" }, { headers: { ...local, Origin: origin } });
    assert.deepEqual([answer.status, ...allowed(answer)], [200, origin, "true", "Origin"], origin);
  }
  for (const origin of ["http://localhost.evil.test:5173", "http://192.168.0.2:5173"]) {
    const answer = await edge.post("/_attune/plan", { url: "/" }, { headers: { ...local, Origin: origin } });
    assert.deepEqual([answer.status, allowed(answer)[0]], [403, undefined], origin);
  }
});

test("servers are not asked where they come from, and the scripts are for pages of every host", async () => {
  const decided = await edge.post("/_attune/decide", { page: "/" }, { headers: { ...API, Origin: "https://evil.test", Authorization: `Bearer ${API_KEY}` } });
  assert.equal(decided.status, 200);
  for (const name of ["page.js", "overlay.js"]) {
    const script = await edge.fetch(`/_attune/${name}`, { headers: { ...API, "Sec-Fetch-Dest": "script" } });
    assert.deepEqual([script.status, script.headers["cross-origin-resource-policy"]], [200, undefined], name);
  }
});
