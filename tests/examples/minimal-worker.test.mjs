// examples/minimal-worker: a shop's own Worker with Attune in it, asked over HTTP and used in a browser.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "../browser/shop.mjs";
import { consented, Jar, planOf, withoutTail } from "../edge/client.mjs";
import { startExample } from "./example.mjs";

/** @type {Awaited<ReturnType<typeof startExample>>} */
let shop;
before(async () => {
  shop = await startExample("minimal-worker");
});
after(() => shop?.stop());

const ITEM = { item_id: "blue-cup", quantity: 2, price: 12 };

test("the Worker answers its own route without Attune", async () => {
  const { status, text, headers } = await shop.fetch("/healthz");
  assert.deepEqual([status, text, headers.attune], [200, "ok\n", undefined]);
});

test("an unknown visitor gets the shop's own page, uncached and without a cookie", async () => {
  const page = await shop.fetch("/");
  const origin = await shop.origin.fetch("/");
  assert.equal(page.status, 200);
  assert.equal(withoutTail(page.text), origin.text);
  assert.equal(planOf(page.text).slots[0].campaign, null);
  assert.deepEqual(page.setCookies, []);
  assert.equal(origin.headers["cache-control"], "public, max-age=600");
  assert.equal(page.headers["cache-control"], "private, no-cache");
  assert.equal(page.headers.vary, "Cookie");
});

test("a basket fills the hero, in the words of the configuration", async () => {
  const jar = await consented(shop);
  assert.equal((await shop.events(jar, [{ name: "add_to_cart", params: { items: [ITEM] } }])).status, 200);
  const page = await shop.fetch("/", { jar });
  assert.match(page.text, /<h1>2 cups are waiting for you<!--attune--><\/h1><p>Your basket is worth £24.00.<!--attune--><\/p><a href="\/basket">Go to the basket<!--attune--><\/a>/);
  const [hero] = planOf(page.text).slots;
  assert.deepEqual([hero.campaign, hero.content, hero.reason], ["open-basket", "finish-your-order", "shown"]);
  assert.match(page.headers.attune, /filled=1\/1, consent=granted/);
  assert.deepEqual(page.setCookies, []);
});

test("without consent nothing is remembered, and a refusal erases what was", async () => {
  const stranger = new Jar();
  await shop.events(stranger, [{ name: "add_to_cart", params: { items: [ITEM] } }]);
  assert.equal(stranger.profile, undefined);
  const jar = await consented(shop);
  assert.notEqual(jar.profile, undefined);
  const refused = await shop.post("/_attune/consent", { personalization: false, measurement: false }, { jar });
  assert.ok(refused.setCookies.some((line) => /^__Host-attune-consent=[^;]+;.*HttpOnly/.test(line)), refused.setCookies.join("\n"));
  assert.deepEqual([...jar.cookies.keys()], ["__Host-attune-consent"]);
  assert.equal(planOf((await shop.fetch("/", { jar })).text).consent.personalization, "denied");
});

test("paths outside ROUTES pass through as they are", async () => {
  const { status, headers, text } = await shop.fetch("/elsewhere");
  assert.deepEqual([status, headers["cache-control"], planOf(text)], [404, "public, max-age=600", null]);
});

test("the buttons of the page do what the README says", async () => {
  const browser = await launch();
  try {
    const page = await browser.newPage();
    await page.goto(shop.url.href);
    assert.equal(await page.locator("h1").innerText(), "Cups for two");
    await page.locator("#agree").click();
    await page.locator("#agree").waitFor({ state: "detached" });
    const beacon = page.waitForResponse((response) => response.url().endsWith("/_attune/events") && (response.request().postData() ?? "").includes("add_to_cart"));
    await page.locator("#add").click();
    assert.equal((await beacon).status(), 200);
    await page.reload();
    assert.equal(await page.locator("h1").innerText(), "1 cup is waiting for you");
  } finally {
    await browser.close();
  }
});
