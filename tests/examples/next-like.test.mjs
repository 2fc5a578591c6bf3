// examples/next-like: cached pages whose key has the variant in it, and a middleware that verifies the decision.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createCache } from "../../examples/next-like/cache.mjs";
import { consented, planOf, withoutTail } from "../edge/client.mjs";
import { startExample } from "./example.mjs";

/** @type {Awaited<ReturnType<typeof startExample>>} */
let shop;
before(async () => {
  shop = await startExample("next-like");
});
after(() => shop?.stop());

/** A visitor with mugs in the basket. @param {number} quantity */
async function customer(quantity) {
  const jar = await consented(shop);
  await shop.events(jar, [{ name: "add_to_cart", params: { items: [{ item_id: "blue-mug", quantity, price: 14 }] } }]);
  return jar;
}

/** The origin's variant of a page, and whether it came from its cache. @param {{ text: string, headers: any }} page */
const renderingOf = ({ text, headers }) => [/class="hero-(\w+)"/.exec(text)?.[1], headers["x-cache"]];

test("an unknown visitor gets the default, which is rendered once", async () => {
  const first = await shop.fetch("/");
  assert.equal(first.status, 200);
  assert.deepEqual(renderingOf(first), ["default", "MISS"]);
  assert.match(first.text, /<h1>Mugs for slow mornings<\/h1>/);
  assert.deepEqual(first.setCookies, []);
  assert.deepEqual(renderingOf(await shop.fetch("/")), ["default", "HIT"]);
});

test("visitors with a basket share one rendering, and each reads their own words", async () => {
  const [first, second] = [await shop.fetch("/", { jar: await customer(1) }), await shop.fetch("/", { jar: await customer(3) })];
  assert.deepEqual([renderingOf(first), renderingOf(second)], [["basket", "MISS"], ["basket", "HIT"]]);
  assert.match(first.text, /<h1>1 mug is waiting for you<!--attune--><\/h1>/);
  assert.match(second.text, /<h1>3 mugs are waiting for you<!--attune--><\/h1>/);
  for (const { text } of [first, second]) {
    assert.match(text, /rel="preload" as="image" href="\/img\/parcel.avif"/);
    assert.match(text, /<h2>Often bought with what you have<\/h2>/);
    assert.equal(planOf(text).slots[0].content, "finish-your-order");
  }
});

test("after them an unknown visitor still gets the default", async () => {
  const page = await shop.fetch("/");
  assert.deepEqual(renderingOf(page), ["default", "HIT"]);
  assert.doesNotMatch(page.text, /mugs? (is|are) waiting|parcel/);
});

test("every answer varies by the decision at the origin, and is not cached behind the Worker", async () => {
  const atOrigin = await shop.origin.fetch("/");
  assert.deepEqual([atOrigin.headers.vary, atOrigin.headers["cache-control"]], ["Attune-Decision", "s-maxage=60"]);
  for (const options of [{}, { jar: await customer(1) }]) {
    const { headers } = await shop.fetch("/", options);
    assert.equal(headers["cache-control"], "private, no-cache");
    assert.match(headers.vary, /Attune-Decision/);
    assert.match(headers.vary, /Cookie/);
  }
});

test("a forged header gets the default and makes no entry in the cache, through the Worker and past it", async () => {
  const claim = Buffer.from(JSON.stringify({ expires: 9e9, slots: { hero: { campaign: "open-basket", arm: null, content: "finish-your-order" } }, segments: [] })).toString("base64url");
  for (const header of [`${claim}.${Buffer.alloc(16).toString("base64url")}`, claim, "basket", "."]) {
    for (const way of [shop, shop.origin]) {
      const page = await way.fetch("/", { headers: { "Attune-Decision": header } });
      assert.equal(page.status, 200);
      assert.deepEqual(renderingOf(page), ["default", "HIT"], header);
    }
  }
});

test("a page without variants and a route handler pass through as the origin sends them", async () => {
  const [about, stock] = [await shop.fetch("/about"), await shop.fetch("/api/stock", { jar: await customer(1) })];
  assert.equal(withoutTail(about.text), (await shop.origin.fetch("/about")).text);
  assert.deepEqual([about.headers["cache-control"], about.headers.vary, planOf(about.text)], ["s-maxage=3600", undefined, null]);
  assert.deepEqual(JSON.parse(stock.text), { "blue-mug": 12 });
  assert.deepEqual([stock.headers["content-type"], stock.headers["cache-control"], stock.setCookies], ["application/json", "public, max-age=30", []]);
  assert.deepEqual([(await shop.fetch("/elsewhere")).status, (await shop.origin.fetch("/", { method: "PUT" })).status], [404, 405]);
});

test("the cache renders once for requests at the same time, again after its seconds, and keeps no failure", async () => {
  let now_ms = 0;
  let rendered = 0;
  const cache = createCache({ now_ms: () => now_ms });
  const ask = (/** @type {string} */ key) => cache.get(key, 60, async () => `${key} ${(rendered += 1)}`);
  const both = await Promise.all([ask("/ basket"), ask("/ basket")]);
  assert.deepEqual(both, [{ html: "/ basket 1", isHit: false }, { html: "/ basket 1", isHit: true }]);
  assert.deepEqual(await ask("/ default"), { html: "/ default 2", isHit: false });
  now_ms = 59_999;
  assert.equal((await ask("/ basket")).isHit, true);
  now_ms = 60_000;
  assert.deepEqual(await ask("/ basket"), { html: "/ basket 3", isHit: false });
  await assert.rejects(cache.get("/ broken", 60, () => Promise.reject(new Error("broken"))));
  assert.deepEqual(await ask("/ broken"), { html: "/ broken 4", isHit: false });
});
