// A person in the shop: from refusing to being forgotten, in a real browser.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { cookieOf, inspected, minted, openShop, planOf } from "./shop.mjs";

/** @type {Awaited<ReturnType<typeof openShop>>} */
let shop;
before(async () => {
  shop = await openShop();
});
after(() => shop.close());

/** @param {import("playwright-core").Page} page @param {string} name */
const slotOf = async (page, name) => (await planOf(page)).slots.find((/** @type {any} */ { slot }) => slot === name);

/** The answer to the next beacon that has an event of this name. @param {import("playwright-core").Page} page @param {string} event */
const beacon = (page, event) =>
  page.waitForResponse((response) => response.url().endsWith("/_attune/events") && (response.request().postData() ?? "").includes(`"${event}"`));

/** What Attune's script keeps in this browser. @param {import("playwright-core").Page} page */
const stored = (page) => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("attune")));

/** No profile, no log: only the answer is remembered. @param {import("playwright-core").BrowserContext} context @param {import("playwright-core").Page} page */
async function leavesOnlyRefusal(context, page) {
  assert.deepEqual(await stored(page), []);
  const { consent, ...more } = await page.evaluate(() => fetch("/_attune/me").then((answer) => answer.json()));
  assert.deepEqual([consent.personalization, consent.measurement, Object.keys(more)], ["denied", "denied", ["opt_out"]]);
  // A beacon of before may be answered late, with the erased profile: the next answer deletes it.
  assert.deepEqual((await context.cookies()).map(({ name }) => name).filter((name) => name.includes("attune")), ["__Host-attune-consent"]);
}

/** @param {import("playwright-core").Page} page @param {string} button */
async function answer(page, button) {
  const answered = page.waitForResponse((response) => response.url().endsWith("/_attune/consent"));
  await page.locator("[data-consent]").getByRole("button", { name: button }).click();
  assert.equal((await answered).status(), 200);
  await page.locator("[data-consent]").waitFor({ state: "detached" });
}

/**
 * Closes the browser and comes back hours later: the same visitor, whose memory has aged.
 * In a context of its own, because an answer still on its way may bring the first one a cookie that has not aged.
 * @param {import("playwright-core").BrowserContext} context @param {number} hours
 */
async function comeBackAfter(context, hours) {
  const { cookies, origins } = await context.storageState();
  const token = cookies.find(({ name }) => name === "__Host-attune")?.value;
  assert.ok(token);
  await context.close();
  const earlier = (/** @type {string} */ time) => new Date(Date.parse(time) - hours * 3_600_000).toISOString().replace(/\.\d+Z/, "Z");
  const aged = minted(
    JSON.parse(JSON.stringify(inspected(token)), (key, value) =>
      ["at", "first", "last", "previous", "issued"].includes(key) && typeof value === "string" && value.includes("T") ? earlier(value) : value,
    ),
  );
  return shop.visitor({ storageState: { cookies: cookies.map((cookie) => (cookie.name === "__Host-attune" ? { ...cookie, value: aged } : cookie)), origins } });
}

describe("a visitor who refuses", () => {
  test("sees only what needs no memory, is not asked again, and leaves no trace", async () => {
    const { context, page, faults } = await shop.visitor();
    const posts = /** @type {string[]} */ ([]);
    page.on("request", (request) => request.method() === "POST" && posts.push(request.url()));
    await page.goto("/");
    assert.equal((await planOf(page)).consent.personalization, "unknown");
    assert.equal(await cookieOf(context), undefined);
    await answer(page, "Refuse both");
    await page.goto("/c/candlelight");
    await page.goto("/p/85123A");
    await page.goto("/");
    const plan = await planOf(page);
    assert.equal(plan.consent.personalization, "denied");
    const campaigns = plan.slots.map((/** @type {any} */ slot) => slot.campaign).filter(Boolean);
    assert.ok(campaigns.includes("winter-sale"), campaigns.join());
    assert.deepEqual(campaigns.filter((/** @type {string} */ key) => ["returning", "first-visit", "shelf-fan", "abandoned-cart", "hero-test"].includes(key)), []);
    assert.equal(await page.locator("[data-consent]").count(), 0);
    await leavesOnlyRefusal(context, page);
    assert.deepEqual(posts.map((url) => new URL(url).pathname), ["/_attune/consent"]);
    assert.deepEqual(faults, []);
    await context.close();
  });
});

describe("a visitor who agrees", () => {
  test("becomes a fan by clicking through the shop, and the hero follows", async () => {
    const { context, page, faults } = await shop.visitor();
    await page.goto("/");
    const before = await page.locator('[data-slot="hero"] h1').innerText();
    await answer(page, "Accept both");
    const shelf = page.getByRole("navigation", { name: "Shelves" });
    await shelf.getByRole("link", { name: "Candlelight" }).click();
    await page.waitForURL("**/c/candlelight");
    for (const index of [0, 1, 2]) {
      const seen = beacon(page, "view_item");
      await page.locator(".grid .card a, .grid a").nth(index).click();
      await page.waitForURL("**/p/**");
      assert.equal((await seen).status(), 200);
      await page.goto("/c/candlelight");
    }
    await page.goto("/");
    const hero = await slotOf(page, "hero");
    assert.deepEqual([hero.campaign, hero.content], ["shelf-fan", "your-shelf"]);
    const title = await page.locator('[data-slot="hero"] h1').innerText();
    assert.notEqual(title, before);
    assert.match(title, /candlelight/i);
    await page.reload();
    assert.equal(await page.locator('[data-slot="hero"] h1').innerText(), title);
    assert.deepEqual(faults, []);
    await context.close();
  });

  test("loses nothing by navigating at once, and comes back to a basket that waits", async () => {
    const first = await shop.visitor();
    const { page } = first;
    await page.goto("/");
    await answer(page, "Accept both");
    await page.goto("/p/22423");
    // Click and leave in the same breath: the beacon and the next page race for the cookie.
    const settled = beacon(page, "add_to_cart");
    await page.evaluate(() => {
      /** @type {HTMLElement} */ (document.querySelector("[data-buy] button[type=submit]")).click();
      location.href = "/c/teatime";
    });
    await page.waitForURL("**/c/teatime");
    await settled.catch(() => {});
    // Whatever the race did, the next pages send again what the cookie does not have.
    let cart;
    for (const path of ["/", "/c/bags", "/c/party", "/"]) {
      const resent = beacon(page, "add_to_cart").catch(() => {});
      await page.goto(path);
      cart = inspected((await cookieOf(first.context))?.value ?? "").cart;
      if (cart?.items?.length) break;
      await Promise.race([resent, page.waitForLoadState("networkidle")]);
    }
    assert.deepEqual(cart?.items.map((/** @type {any} */ item) => [item.sku, item.quantity]), [["22423", 1]]);
    const later = await comeBackAfter(first.context, 26);
    await later.page.goto("/");
    const [hero, bar] = [await slotOf(later.page, "hero"), await slotOf(later.page, "bar")];
    assert.deepEqual([hero.campaign, bar.campaign], ["abandoned-cart", "abandoned-cart"]);
    assert.match(await later.page.locator('[data-slot="hero"] h1').innerText(), /1 gift is where you left/);
    assert.match(await later.page.locator('[data-slot="bar"]').innerText(), /1 gift for £/);
    assert.deepEqual([...first.faults, ...later.faults], []);
    await later.context.close();
  });

  test("can see, withdraw and be forgotten", async () => {
    const { context, page, faults } = await shop.visitor();
    await page.goto("/");
    await answer(page, "Accept both");
    await page.goto("/c/baking");
    await page.goto("/p/22423");
    await page.goto("/privacy");
    await page.locator("[data-known]", { hasText: "Baking" }).waitFor();
    // What waits in this browser is told in words, and taken along.
    const log = await page.locator("[data-log] li").allInnerTexts();
    assert.ok(log.some((line) => line.startsWith("Opened /c/baking")) && log.some((line) => line.startsWith("Looked at Regency Cake Stand 3 Tier")), log.join("\n"));
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator("[data-download]").click()]);
    const taken = JSON.parse(readFileSync(await download.path(), "utf8"));
    assert.ok(taken.interests.length > 0 && taken.log.entries.length >= log.length, "profile and log");
    await page.locator("[data-withdraw]").click();
    await page.locator("[data-state]", { hasText: "opted out" }).waitFor();
    await leavesOnlyRefusal(context, page);
    await page.locator("#personalization").check();
    await page.getByRole("button", { name: "Save these choices" }).click();
    await page.locator("[data-state]", { hasText: "agreed to personalization, not to measurement" }).waitFor();
    await page.goto("/c/baking");
    await page.goto("/privacy");
    await page.locator("[data-forget]").click();
    await page.locator("[data-forget-yes]").click();
    await page.locator("[data-result]", { hasText: "erased" }).waitFor();
    // A beacon of before may be answered late, with the erased profile: the next page deletes it.
    await page.waitForLoadState("networkidle");
    await page.goto("/privacy");
    assert.equal(await cookieOf(context), undefined);
    assert.deepEqual(await stored(page), []);
    assert.equal(await page.locator("[data-log]").count(), 0);
    assert.deepEqual(faults, []);
    await context.close();
  });

  test("buys: the order of the shop's own server is what counts", async () => {
    const { context, page, faults } = await shop.visitor();
    await page.goto("/");
    await answer(page, "Accept both");
    await page.goto("/p/22423");
    const added = beacon(page, "add_to_cart");
    await page.locator("[data-buy] button[type=submit]").click();
    await added;
    await page.goto("/checkout");
    for (const field of await page.locator("[data-order] input[required]").all()) {
      const type = await field.getAttribute("type");
      await field.fill(type === "email" ? "ada@example.com" : (await field.getAttribute("autocomplete")) === "postal-code" ? "SW1A 1AA" : "Ada");
    }
    const bought = beacon(page, "purchase");
    await page.locator("[data-order] button[type=submit]").click();
    await page.waitForURL("**/order-confirmed**");
    assert.equal((await bought).status(), 200);
    await page.goto("/");
    const profile = inspected((await cookieOf(context))?.value ?? "");
    assert.equal(profile.orders?.count, 1);
    assert.deepEqual(profile.orders?.skus, ["22423"]);
    assert.equal(profile.cart?.items?.length ?? 0, 0);
    assert.deepEqual(faults, []);
    await context.close();
  });
});

describe("a persona", () => {
  test("is tried on with a signed token, explains every slot, and leaves no trace", async () => {
    const { context, page, faults } = await shop.visitor({ viewport: { width: 390, height: 844 } });
    await page.goto("/");
    const become = (/** @type {string} */ persona) =>
      page.evaluate((key) => fetch("/demo/persona", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ persona: key }) }).then((r) => r.status), persona);
    for (const [persona, slot, campaign] of [
      ["abandoned-cart", "bar", "abandoned-cart"],
      ["high-value", "hero", "high-value"],
      ["fan-baking", "hero", "shelf-fan"],
      ["lapsed", "hero", "lapsed"],
      ["germany", "welcome", "germany"],
      ["france", "welcome", "france"],
      ["evening", "hero", "evening"],
      ["new", "welcome", "first-visit"],
    ]) {
      assert.equal(await become(persona), 200, persona);
      await page.goto("/");
      const plan = await planOf(page);
      assert.equal(plan.preview?.name !== undefined, true);
      const found = plan.slots.find((/** @type {any} */ s) => s.slot === slot);
      assert.equal(found.campaign, campaign, `${persona}: ${found.why}`);
      assert.ok(found.why.length > 20);
    }
    assert.equal(await cookieOf(context), undefined);
    assert.deepEqual(faults, []);
    await context.close();
  });
});

describe("recommendations", () => {
  test("follow what was looked at, give way when they were seen, and come back after a click", async () => {
    const { context, page, faults } = await shop.visitor();
    await page.goto("/");
    await answer(page, "Accept both");
    for (const sku of ["22423", "22697"]) {
      const seen = beacon(page, "view_item");
      await page.goto(`/p/${sku}`);
      assert.equal((await seen).status(), 200);
    }
    const beside = await page.locator('[data-slot="goes-with"] .card').evaluateAll((cards) => cards.map((card) => card.getAttribute("data-sku")));
    assert.ok(beside.includes("22699"), beside.join());
    const shown = async () => {
      await page.goto("/");
      const cards = page.locator('[data-slot="for-you"] .card');
      assert.equal(await cards.count(), 8);
      return cards.evaluateAll((all) => all.map((card) => card.getAttribute("data-sku") ?? ""));
    };
    const first = await shown();
    assert.deepEqual(first, (await slotOf(page, "for-you")).products);
    assert.match(await page.locator('[data-slot="for-you"] .card-why').first().innerText(), /Regency/);
    const counted = beacon(page, "attune_impression");
    await page.locator('[data-slot="for-you"]').scrollIntoViewIfNeeded();
    await page.locator('[data-slot="for-you"] .grid').evaluate((grid) => grid.scrollIntoView({ block: "center" }));
    assert.equal((await counted).status(), 200);
    const second = await shown();
    const stayed = second.filter((sku) => first.includes(sku)).length;
    assert.ok(stayed >= 4 && stayed < 8, `what was seen sinks and does not vanish: ${first} then ${second}`);
    const kept = async () => inspected((await cookieOf(context))?.value ?? "").seen.products.length;
    const before = await kept();
    assert.equal(before, 8);
    const clicked = beacon(page, "view_item");
    await page.goto(`/p/${first[0]}`);
    assert.equal((await clicked).status(), 200);
    assert.equal(await kept(), 7);
    assert.deepEqual(faults, []);
    await context.close();
  });
});
