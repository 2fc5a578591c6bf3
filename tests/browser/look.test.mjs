// How the shop looks while it loads, on a phone and on a desk: nothing moves, nothing is covered, nothing is a key.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openShop, shiftOf, watchShifts } from "./shop.mjs";

const SCREENS = { phone: { width: 390, height: 844 }, laptop: { width: 1280, height: 720 }, desk: { width: 1280, height: 900 } };
/** What Chromium calls good is 0.1. */
const SHIFT_MAX = 0.01;

/** @type {Awaited<ReturnType<typeof openShop>>} */
let shop;
before(async () => {
  shop = await openShop();
});
after(() => shop.close());

/** @param {import("playwright-core").Page} page @param {string} path */
async function settled(page, path) {
  await page.goto(path);
  await page.waitForLoadState("networkidle");
  return shiftOf(page);
}

/** @param {import("playwright-core").Page} page */
async function accept(page) {
  await page.locator("[data-consent]").getByRole("button", { name: "Accept both" }).click();
  await page.locator("[data-consent]").waitFor({ state: "detached" });
}

/** The answer to the next beacon that has an event of this name. @param {import("playwright-core").Page} page @param {string} event */
const beacon = (page, event) =>
  page.waitForResponse((response) => response.url().endsWith("/_attune/events") && (response.request().postData() ?? "").includes(`"${event}"`));

/** @param {import("playwright-core").Page} page */
async function order(page) {
  await page.goto("/p/22423");
  await page.locator("[data-buy] button[type=submit]").click();
  await page.goto("/checkout");
  for (const field of await page.locator("[data-order] input[required]").all()) await field.fill("Ada");
  const bought = beacon(page, "purchase");
  await page.locator("[data-order] button[type=submit]").click();
  await page.waitForURL("**/order-confirmed**");
  assert.equal((await bought).status(), 200);
}

for (const [name, viewport] of Object.entries(SCREENS)) {
  describe(`on a ${name}`, () => {
    test("no page moves under the reader, with an empty basket and with a full one", async () => {
      const { context, page, faults } = await shop.visitor({ viewport });
      await page.addInitScript(watchShifts);
      const shifts = /** @type {Record<string, unknown>} */ ({});
      shifts["first page"] = await settled(page, "/");
      await accept(page);
      const paths = ["/", "/c/candlelight", "/p/22423", "/basket", "/checkout", "/search?q=lantern", "/search", "/account", "/privacy"];
      for (const path of paths) shifts[`${path}, empty`] = await settled(page, path);
      await page.goto("/p/22423");
      await page.locator("[data-buy] button[type=submit]").click();
      for (const path of ["/basket", "/checkout"]) shifts[`${path}, full`] = await settled(page, path);
      await order(page);
      for (const path of ["/order-confirmed", "/account", "/privacy"]) shifts[`${path}, ordered`] = await settled(page, path);
      const moved = Object.entries(shifts).filter(([, shift]) => !(Number(shift) <= SHIFT_MAX));
      assert.deepEqual(moved, []);
      assert.ok(Object.values(shifts).every((shift) => typeof shift === "number"), JSON.stringify(shifts));
      assert.deepEqual(faults, []);
      await context.close();
    });

    test("the consent banner covers neither the headline nor the button of the first screen", async () => {
      const { context, page } = await shop.visitor({ viewport });
      for (const path of ["/", "/p/22423", "/c/candlelight"]) {
        await page.goto(path);
        await page.locator("[data-consent]").waitFor();
        const covered = await page.evaluate(() => {
          const banner = document.querySelector("[data-consent]")?.getBoundingClientRect();
          const parts = [...document.querySelectorAll("main h1, .hero .cta")].map((node) => ({ name: node.textContent, box: node.getBoundingClientRect() }));
          if (!banner || parts.length === 0) return ["nothing to look at"];
          return parts.filter(({ box }) => box.bottom > banner.top && box.top < banner.bottom && box.right > banner.left && box.left < banner.right).map((part) => part.name);
        });
        assert.deepEqual(covered, [], path);
      }
      await context.close();
    });
  });
}

test("whoever has ordered is no stranger, and reads words and not keys", async () => {
  const { context, page } = await shop.visitor();
  await page.goto("/");
  await accept(page);
  const seen = beacon(page, "attune_impression");
  await page.goto("/");
  assert.equal((await seen).status(), 200);
  assert.match(await page.locator('[data-slot="welcome"]').innerText(), /First time here/);
  await order(page);
  await page.goto("/");
  assert.doesNotMatch(await page.locator('[data-slot="welcome"]').innerText(), /First time here/);
  await page.goto("/account");
  await page.locator("[data-orders]", { hasText: /, 1 gift(?!s)/ }).waitFor();
  await page.goto("/privacy");
  await page.locator("[data-known] h3", { hasText: "Messages you have been shown" }).waitFor();
  const read = await page.locator("[data-known] .known > :not(details)").allInnerTexts();
  assert.ok(read.some((text) => text.includes("A welcome for a first visit")), read.join("\n"));
  for (const key of ["first-visit", "hero-test", "winter-sale", "basket_shelf", "no longer in use"]) assert.ok(!read.join("\n").includes(key), `${key} in ${read.join("\n")}`);
  await context.close();
});
