// examples/hydrogen-like: an origin that verifies the decision, renders the variant, and streams it.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { AGENT, consented, planOf, withoutTail } from "../edge/client.mjs";
import { startExample } from "./example.mjs";

/** The catalogue's API: it answers when a test lets it. */
const storefront = createServer((request, response) => {
  asked.push(String(request.url));
  void held.then(() => response.end(JSON.stringify([{ title: "Bulb & <shade>" }])));
});
/** @type {string[]} */
const asked = [];
let held = Promise.resolve();

/** @type {Awaited<ReturnType<typeof startExample>>} */
let shop;
before(async () => {
  storefront.listen(0, "localhost");
  await once(storefront, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (storefront.address());
  shop = await startExample("hydrogen-like", { STOREFRONT: `http://localhost:${port}` });
});
after(async () => {
  await shop?.stop();
  storefront.closeAllConnections();
  storefront.close();
});

/** A visitor with a lamp in the basket. */
async function customer() {
  const jar = await consented(shop);
  await shop.events(jar, [{ name: "add_to_cart", params: { items: [{ item_id: "desk-lamp", quantity: 1, price: 40 }] } }]);
  return jar;
}

/** The origin's page of a variant. @param {string} html */
const variantOf = (html) => [/class="hero-(\w+)"/.exec(html)?.[1], /rel="preload" as="image" href="([^"]+)"/.exec(html)?.[1]];

test("an unknown visitor gets the default, as the origin renders it", async () => {
  const page = await shop.fetch("/");
  assert.equal(page.status, 200);
  assert.deepEqual(variantOf(page.text), ["default", "/img/lamps.avif"]);
  assert.match(page.text, /<h1>Lamps for long evenings<\/h1>/);
  assert.match(page.text, /<p>Bulb &amp; &lt;shade&gt;<\/p>/);
  assert.equal(asked.at(-1), "/picks?for=everybody");
  assert.deepEqual(page.setCookies, []);
});

test("for a visitor with a basket the server renders the variant and the Worker fills its words", async () => {
  const page = await shop.fetch("/", { jar: await customer() });
  assert.deepEqual(variantOf(page.text), ["basket", "/img/parcel.avif"]);
  assert.match(page.text, /<h1>1 lamp is waiting for you<!--attune--><\/h1><a href="\/basket">Go to the basket<!--attune--><\/a>/);
  assert.match(page.text, /<h2>Chosen for your basket<\/h2>/);
  assert.equal(asked.at(-1), "/picks?for=basket");
  const [hero] = planOf(page.text).slots;
  assert.deepEqual([hero.campaign, hero.content], ["open-basket", "finish-your-order"]);
});

test("an answer to a decision is not cached, and the page script has the nonce of the policy", async () => {
  const { headers, text } = await shop.fetch("/", { jar: await customer() });
  assert.equal(headers["cache-control"], "private, no-cache");
  assert.match(headers.vary, /Cookie/);
  const [, nonce] = /'nonce-([^']+)'/.exec(headers["content-security-policy"]) ?? [];
  assert.ok(text.includes(`<script src="/_attune/page.js" async nonce="${nonce}">`), text);
});

test("the browser has the hero while the catalogue is still working", async () => {
  const jar = await customer();
  let release = () => {};
  held = new Promise((resolve) => (release = resolve));
  try {
    const answer = await fetch(shop.url, { headers: { Cookie: jar.header(), "User-Agent": AGENT, "Accept-Encoding": "identity" } });
    assert.ok(answer.body);
    const chunks = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let html = "";
    while (!html.includes("Chosen for your basket")) {
      const { value, done } = await chunks.read();
      assert.ok(!done, html);
      html += value;
    }
    assert.match(html, /<h1>1 lamp is waiting for you<!--attune--><\/h1>/);
    assert.doesNotMatch(html, /Bulb|<\/html>/);
    release();
    for (let part = await chunks.read(); !part.done; part = await chunks.read()) html += part.value;
    assert.match(html, /<p>Bulb &amp; &lt;shade&gt;<\/p>\s*<\/section>/);
    assert.match(html, /<\/html>\s*$/);
  } finally {
    release();
    held = Promise.resolve();
  }
});

test("a forged header gets the default, through the Worker and past it", async () => {
  const claim = Buffer.from(JSON.stringify({ expires: 9e9, slots: { hero: { campaign: "open-basket", arm: null, content: "finish-your-order" } }, segments: [] })).toString("base64url");
  const headers = { "Attune-Decision": `${claim}.${Buffer.alloc(16).toString("base64url")}` };
  for (const way of [shop, shop.origin]) {
    const page = await way.fetch("/", { headers });
    assert.equal(page.status, 200);
    assert.deepEqual(variantOf(page.text), ["default", "/img/lamps.avif"]);
  }
});

test("a path outside ROUTES passes through as the origin sends it", async () => {
  const [page, origin] = [await shop.fetch("/elsewhere"), await shop.origin.fetch("/elsewhere")];
  assert.deepEqual([page.status, withoutTail(page.text)], [404, origin.text]);
});
