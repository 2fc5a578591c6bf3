// The decision that the origin is told before it is asked: the signed request header Attune-Decision.
import assert from "node:assert/strict";
import { createHash, createHmac, hkdfSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { encodePieces } from "../../www/shim/signature.mjs";
import { API_KEY, consented, forged, HOST, Jar, KEY_1, planOf, startEdge, withoutTail } from "./harness.mjs";
import { PAGE } from "./origin.mjs";
import { decisionOf } from "./readme.mjs";

const read = (/** @type {string} */ path) => readFileSync(new URL(`../../${path}`, import.meta.url));
const KEY = { Authorization: `Bearer ${API_KEY}` };
const ROUTES = ["/", "/de/", "/told/*", "/de/told/*", "/p/{sku}", "/c/{category}", "/t/*"];
const HTML = { "Content-Type": "text/html; charset=utf-8" };

/** What `attune keys decision` prints. @param {string} site */
function keysOf(site) {
  const [id, , secret] = KEY_1.split(":");
  const info = encodePieces(["attune-decision-1", site].map((text) => new TextEncoder().encode(text)));
  return [`${id}:${Buffer.from(hkdfSync("sha256", Buffer.from(secret, "hex"), "", info, 32)).toString("hex")}`];
}

/** Campaign, arm and content of each slot that a campaign has. @param {{ slot: string, campaign: string | null, arm: string | null, content: string | null }[]} slots */
const slotsOf = (slots) =>
  Object.fromEntries(slots.filter(({ campaign }) => campaign !== null).map(({ slot, campaign, arm, content }) => [slot, { campaign, arm, content }]));

describe("the shop of the tests", () => {
  /** @type {Awaited<ReturnType<typeof startEdge>>} */
  let edge;
  before(async () => {
    edge = await startEdge({ bindings: { ROUTES } });
  });
  after(() => edge.stop());
  const verified = (/** @type {object} */ more = {}, seen = edge.origin.last()) =>
    decisionOf(seen, { site: "testshop", host: HOST, keys: keysOf("testshop"), ...more });

  /** A visitor with a basket. */
  async function customer() {
    const jar = await consented(edge);
    const item = { item_id: "22423", quantity: 2, price: 12.75 };
    assert.equal((await edge.events(jar, [{ name: "add_to_cart", params: { items: [item] } }])).status, 200);
    return jar;
  }

  test("the origin is told what the page shows, and what POST decide answers for the same visitor", async () => {
    const jar = await customer();
    const page = await edge.fetch("/told/basket?x=1", { jar });
    const told = verified();
    assert.deepEqual(told.slots, { hero: { campaign: "cart", arm: null, content: "cart" } });
    assert.deepEqual(told.segments, ["with-basket"]);
    assert.deepEqual([told.key, told.expires - told.issued], [1, 60]);
    const plan = planOf(page.text);
    assert.deepEqual(slotsOf(plan.slots), told.slots);
    assert.equal(plan.v, told.bundle);
    assert.match(page.text, /<h1>2 gifts are waiting<!--attune--><\/h1>/);
    const { handle, ...profile } = JSON.parse((await edge.fetch("/_attune/me", { jar })).text);
    const decided = await edge.post("/_attune/decide", { profile, page: "/told/basket" }, { headers: KEY });
    assert.equal(decided.status, 200, decided.text);
    const { slots } = JSON.parse(decided.text);
    assert.deepEqual(slotsOf(Object.entries(slots).map(([slot, decision]) => ({ slot, ...decision }))), told.slots);
    assert.equal((await edge.post("/_attune/decide", { profile, visitor: handle, page: "/told/basket" }, { headers: KEY })).text, decided.text);
    assert.ok(String(edge.origin.last().headers["attune-decision"]).length < 4096);
  });

  test("it holds for its host, path, site, key and minute, and as it was signed", async () => {
    await edge.fetch("/told/a");
    const seen = edge.origin.last();
    assert.notEqual(verified(), null);
    assert.equal(verified({ host: "other.test" }), null);
    assert.equal(verified({ site: "other" }), null);
    assert.equal(verified({ keys: keysOf("other") }), null);
    assert.equal(verified({ now_ms: Date.now() + 61_000 }), null);
    assert.equal(verified({}, { ...seen, url: "/told/b" }), null);
    const [payload, mac] = String(seen.headers["attune-decision"]).split(".");
    const forged = Buffer.from(JSON.stringify({ ...verified(), segments: ["with-basket"] })).toString("base64url");
    for (const header of [`${forged}.${mac}`, payload, `${payload}.`, `${payload}.${mac.slice(1)}`, "", "."]) {
      assert.equal(verified({}, { ...seen, headers: { "attune-decision": header } }), null, header);
    }
    const handle = createHmac("sha256", Buffer.alloc(32, 0x11)).update(payload).digest().subarray(0, 16).toString("base64url");
    assert.equal(verified({}, { ...seen, headers: { "attune-decision": `${payload}.${handle}` } }), null);
  });

  test("a client's own header never reaches the origin, and other pages carry none", async () => {
    const forged = { "Attune-Decision": "forged.forged" };
    for (const path of ["/", "/t/x", "/elsewhere", "/elsewhere.css"]) {
      await edge.fetch(path, { headers: forged });
      assert.equal(edge.origin.last().headers["attune-decision"], undefined, path);
    }
    for (const method of ["POST", "PUT", "DELETE"]) {
      await edge.fetch("/told/a", { method, headers: forged });
      assert.equal(edge.origin.last().headers["attune-decision"], undefined, method);
    }
    await edge.fetch("/told/a", { headers: forged });
    assert.deepEqual(verified().slots, { hero: { campaign: "hello", arm: null, content: "hello" } });
    await edge.fetch("/told/a", { method: "HEAD", headers: forged });
    assert.notEqual(verified(), null);
  });

  test("robots get nothing, strangers the default, and a prefetch writes nothing", async () => {
    const jar = await customer();
    const before = jar.profile;
    await edge.fetch("/told/a", { headers: { Cookie: jar.header(), "User-Agent": "Googlebot/2.1" } });
    assert.deepEqual([verified().slots, verified().segments], [{}, []]);
    const stranger = await edge.fetch("/told/a", { headers: { Cookie: `__Host-attune=${forged(String(before))}` } });
    assert.deepEqual([verified().slots, verified().segments], [{ hero: { campaign: "hello", arm: null, content: "hello" } }, []]);
    assert.ok(!stranger.setCookies.some((line) => /^__Host-attune=[^;]/.test(line)));
    await edge.fetch("/told/a", { headers: { Cookie: jar.header(), "Sec-GPC": "1" } });
    assert.deepEqual(verified().segments, []);
    const prefetch = await edge.fetch("/told/a", { headers: { Cookie: jar.header(), "Sec-Purpose": "prefetch" } });
    assert.deepEqual(prefetch.setCookies, []);
    assert.deepEqual(verified().segments, ["with-basket"]);
    assert.equal(edge.origin.last().headers.cookie, undefined);
  });

  test("an answer to a decision is in no cache, whatever it is", async () => {
    const keep = { "Cache-Control": "public, max-age=600", ETag: '"1"', "CDN-Cache-Control": "max-age=600" };
    edge.origin.serve("/told/json", { "Content-Type": "application/json", "Content-Encoding": "gzip", ...keep }, gzipSync('{"a":1}'));
    edge.origin.serve("/told/away", { Location: "/told/sale", ...keep }, "", 302);
    edge.origin.serve("/told/page", { ...HTML, "Content-Encoding": "gzip", ...keep }, gzipSync(PAGE));
    edge.origin.serve("/t/json", { "Content-Type": "application/json", ...keep }, '{"a":1}');
    for (const [path, status] of [["/told/json", 200], ["/told/away", 302], ["/told/page", 200]]) {
      const { headers, ...answer } = await edge.fetch(String(path), { headers: { "Accept-Encoding": "identity" } });
      assert.equal(answer.status, status, String(path));
      assert.equal(headers["cache-control"], "private, no-cache", String(path));
      assert.match(headers.vary, /Cookie/);
      assert.deepEqual([headers.etag, headers["cdn-cache-control"]], [undefined, undefined], String(path));
      assert.equal(edge.origin.last().headers["cache-control"], "no-cache", "the platform's cache is passed by");
      if (path === "/told/page") assert.match(answer.text, /Hello for/);
    }
    assert.equal((await edge.fetch("/t/json")).headers["cache-control"], "public, max-age=600");
  });
});

test("an isolate without a configuration tells nothing, and leaves the page to the origin", async () => {
  const edge = await startEdge({ bindings: { ROUTES }, held: true, publish: false });
  try {
    /** @type {() => void} */
    let open = () => {};
    const opened = new Promise((resolve) => (open = () => resolve(undefined)));
    edge.origin.on("/gate", async (_, response) => {
      await opened;
      response.end();
    });
    edge.origin.on("/told/slow", async (_, response) => {
      // The configuration arrives while the origin is at work.
      open();
      for (let asked = 0; asked < 100 && !(await edge.health()).bundle; asked++);
      response.writeHead(200, { ...HTML, "Cache-Control": "public, max-age=600" });
      response.end(PAGE);
    });
    const { BUNDLE } = await import("./harness.mjs");
    await edge.publish(BUNDLE);
    const cold = await edge.fetch("/told/slow");
    const seen = edge.origin.seen.find(({ url }) => url === "/told/slow");
    assert.equal(seen?.headers["attune-decision"], undefined);
    assert.equal(cold.text, PAGE);
    assert.equal(cold.headers["cache-control"], "private, no-cache");
    const warm = await edge.fetch("/told/warm");
    assert.notEqual(edge.origin.last().headers["attune-decision"], undefined);
    assert.notEqual(withoutTail(warm.text), PAGE);
  } finally {
    await edge.stop();
  }
});

describe("the vectors", () => {
  const channel = JSON.parse(read("tests/vectors/channel.json").toString());
  const vectors = JSON.parse(read("tests/vectors/decision-header.json").toString());
  /** @type {Awaited<ReturnType<typeof startEdge>>} */
  let edge;
  before(async () => {
    edge = await startEdge({ bundle: read(vectors.bundle), site: "vectors", bindings: { ROUTES } });
  });
  after(() => edge.stop());

  test("the example verifies every header of the vectors", () => {
    let told = 0;
    for (const { name, request, header } of vectors.cases) {
      if (!header.includes(".")) continue;
      const [, now_ms, , host, path] = request.split("\n");
      const seen = { url: `${path}?utm_source=x`, headers: { "attune-decision": header } };
      const options = { site: vectors.site, host, keys: [`1:${vectors.key}`], now_ms: Number(now_ms) };
      assert.ok(decisionOf(seen, options), name);
      assert.equal(decisionOf({ ...seen, url: "/other" }, options), null, name);
      told += 1;
    }
    assert.ok(told >= 10);
  });

  test("page, header and POST decide say the same of every visitor of the channel vectors", async () => {
    const paths = { home: () => "/", category: (/** @type {any} */ page) => `/c/${encodeURIComponent(page.category)}`, product: (/** @type {any} */ page) => `/p/${page.sku}` };
    assert.ok(channel.cases.length >= 12);
    for (const { name, ask, answer } of channel.cases) {
      const { token: _, ...decided } = JSON.parse((await edge.post("/_attune/decide", ask, { headers: KEY })).text);
      assert.deepEqual({ ...decided, bundle: answer.bundle }, answer, name);
      const id = ask.customer && createHash("sha256").update(`customer:${ask.customer}`).digest("hex").slice(0, 32);
      const profile = { ...(id ? { id, issued: "2025-01-01T00:00:00Z" } : {}), ...ask.profile };
      const preview = { name: "visitor", profile, request: ask.request, arms: ask.arms ?? {} };
      const made = await edge.post("/_attune/preview", preview, { headers: KEY });
      assert.equal(made.status, 200, `${name}: ${made.text}`);
      const path = typeof ask.page === "string" ? ask.page : paths[/** @type {keyof typeof paths} */ (ask.page.type)](ask.page);
      edge.origin.serve(path.split("?")[0], HTML, `<!doctype html><html lang="${answer.locale}"><body><p id=promo>x</p></body></html>`);
      const headers = { Cookie: `__Host-attune-preview=${JSON.parse(made.text).token}` };
      const page = await edge.fetch(path, { headers });
      const expected = Object.entries(answer.slots).map(([slot, decision]) => ({ slot, .../** @type {any} */ (decision) }));
      const told = decisionOf(edge.origin.last(), { site: "vectors", host: HOST, keys: keysOf("vectors") });
      assert.deepEqual(told.slots, slotsOf(expected), name);
      const plan = planOf(page.text);
      assert.deepEqual(slotsOf(plan.slots), told.slots, name);
      assert.deepEqual(plan.slots.map((/** @type {{ reason: string }} */ { reason }) => reason), expected.map(({ reason }) => reason), name);
    }
  });
});
