// The overlay of previews in a real browser: what it outlines, what it says, and that a keyboard is enough.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openShop, planOf } from "./shop.mjs";

/** @type {Awaited<ReturnType<typeof openShop>>} */
let shop;
before(async () => {
  shop = await openShop();
});
after(() => shop.close());

/** @param {import("playwright-core").Page} page @param {string} persona */
async function become(page, persona) {
  const status = await page.evaluate(
    (key) => fetch("/demo/persona", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ persona: key }) }).then((r) => r.status),
    persona,
  );
  assert.equal(status, 200);
}

/** Somebody who tries on a persona and opens the overlay of a page. @param {string} persona @param {string} path @param {import("playwright-core").BrowserContextOptions} [options] */
async function explained(persona, path, options) {
  const visitor = await shop.visitor(options);
  await visitor.page.goto("/");
  await become(visitor.page, persona);
  await visitor.page.goto(path);
  const overlay = visitor.page.locator("#attune-overlay");
  await overlay.getByRole("button", { name: /^Why this page/ }).click();
  return { ...visitor, overlay };
}

/** What has the focus within the overlay: the text of a button, or the role of a panel. @param {import("playwright-core").Page} page */
const focused = (page) =>
  page.evaluate(() => {
    const element = document.querySelector("#attune-overlay")?.shadowRoot?.activeElement;
    return element?.getAttribute("role") ?? element?.textContent ?? null;
  });

/** Presses Tab until something has the focus. @param {import("playwright-core").Page} page @param {(text: string) => boolean} is */
async function tabTo(page, is) {
  for (let presses = 0; presses < 200; presses++) {
    await page.keyboard.press("Tab");
    const text = await focused(page);
    if (text !== null && is(text)) return text;
  }
  assert.fail("the focus never came there");
}

/** In the page: whether each slot that is there has a frame, shown where the slot is. @param {{ slot: string, selector: string }[]} slots */
function outlined(slots) {
  const root = document.querySelector("#attune-overlay")?.shadowRoot;
  const there = slots.filter(({ selector }) => document.querySelector(selector));
  return there.length > 0 && there.every(({ slot, selector }) => {
    const place = document.querySelector(selector)?.getBoundingClientRect();
    const frame = root?.querySelector(`[data-slot-why="${slot}"]`)?.parentElement?.getBoundingClientRect();
    return place && frame && /** @type {const} */ (["left", "top", "width", "height"]).every((side) => Math.abs(place[side] - frame[side]) <= 1);
  });
}

test("each slot is outlined where it is, and says why; a keyboard is enough, and Escape gives the focus back", async () => {
  const { context, page, faults } = await shop.visitor();
  await page.goto("/");
  await become(page, "abandoned-cart");
  await page.goto("/");
  const overlay = page.locator("#attune-overlay");
  // The demo asks for a closed overlay.
  await overlay.getByRole("button", { name: /^Why this page/ }).waitFor();
  assert.equal(await overlay.locator(".frame").first().isVisible(), false);
  await tabTo(page, (text) => text.startsWith("Why this page"));
  await page.keyboard.press("Enter");
  const plan = await planOf(page);
  // The page may still be scrolling to what has the focus.
  await page.waitForFunction(outlined, plan.slots);
  for (const { slot, selector, content } of plan.slots) {
    const frame = overlay.locator(".frame", { has: page.locator(`[data-slot-why="${slot}"]`) });
    assert.equal(await frame.count(), Math.min(1, await page.locator(selector).count()), slot);
    if ((await frame.count()) > 0) assert.equal((await frame.getAttribute("class"))?.includes("empty"), content === null, slot);
  }
  const opener = await tabTo(page, (text) => text.startsWith("hero: "));
  await page.keyboard.press("Enter");
  assert.equal(await focused(page), "dialog");
  const panel = overlay.getByRole("dialog");
  const told = await panel.innerText();
  const hero = plan.slots.find((/** @type {{ slot: string }} */ { slot }) => slot === "hero");
  assert.ok(told.includes(hero.why), told);
  assert.match(told, /Campaign abandoned-cart/);
  assert.match(told, /✓ cart\.items > 0: \d/);
  assert.match(told, /In the segments: /);
  // A decision may be over before the platform's clock, which counts milliseconds, moves on.
  assert.match(told, new RegExp(`Bundle ${plan.v}(, decided in [1-9]\\d* ms)?\\. The cookie has ${plan.preview.cookie} characters\\.`));
  // What the persona's cookie is made of: its id alone has more than 20.
  assert.ok(plan.preview.cookie > 100 && plan.preview.cookie < 1_500, String(plan.preview.cookie));
  for (const passed of hero.passed) assert.ok(told.includes(passed.why), passed.campaign);
  await page.keyboard.press("Escape");
  assert.equal(await panel.isVisible(), false);
  assert.equal(await focused(page), opener);
  // Open on one page is open on the next.
  await page.goto("/c/teatime");
  await overlay.locator(".frame").first().waitFor();
  assert.deepEqual(faults, []);
  await context.close();
});

test("frames follow the page when it changes its size, on a phone too", async () => {
  const { context, page, overlay } = await explained("fan-baking", "/", { viewport: { width: 390, height: 844 } });
  const { slots } = await planOf(page);
  await page.waitForFunction(outlined, slots);
  await page.setViewportSize({ width: 844, height: 390 });
  await page.waitForFunction(outlined, slots);
  await context.close();
});

/** Whether a point of the screen, in the middle of an element, shows that element and not what lies above it. @param {Element} element */
const inSight = (element) => {
  const { left, top, width, height } = element.getBoundingClientRect();
  const [x, y] = [left + width / 2, top + Math.min(height / 2, 20)];
  return x >= 0 && y >= 0 && x < innerWidth && y < innerHeight;
};

for (const [name, viewport] of /** @type {const} */ ([["a desktop", { width: 1280, height: 900 }], ["a phone", { width: 390, height: 844 }]])) {
  test(`a campaign that only observes is named on its slot and told of once, on ${name}`, async () => {
    const { context, page, faults, overlay } = await explained("abandoned-cart", "/", { viewport });
    const { slots } = await planOf(page);
    const hero = slots.find((/** @type {{ slot: string }} */ { slot }) => slot === "hero");
    assert.deepEqual(hero.observed, { campaign: "basket-shelf", arm: null });
    assert.equal(hero.campaign, "abandoned-cart", "the slot is another campaign's");
    assert.doesNotMatch(await page.locator(hero.selector).innerText(), /teatime/i, "nothing of what observes is drawn");
    const opener = overlay.locator('[data-slot-why="hero"]');
    assert.equal(await opener.innerText(), "hero: finish-your-order (basket-shelf observes)");
    await opener.click();
    const panel = overlay.getByRole("dialog");
    assert.deepEqual((await panel.locator("h3").allInnerTexts()).filter((title) => title.startsWith("basket-shelf")), ["basket-shelf"]);
    const told = await panel.innerText();
    assert.match(told, /it only observes: it would have had this slot/);
    assert.match(told, /✓ known\(signal\.basket_shelf\): "teatime"/);
    // What is told of stays in sight beside or above the panel, and so does the way out, however far one reads.
    await page.waitForFunction(outlined, slots);
    const [slot, box] = [await page.locator(hero.selector).boundingBox(), await panel.boundingBox()];
    assert.ok(slot && box && (slot.x + slot.width / 2 < box.x || slot.y + 100 < box.y), JSON.stringify({ slot, box }));
    await panel.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    const close = overlay.getByRole("button", { name: "Close" });
    assert.ok(await close.evaluate(inSight));
    const edge = await close.boundingBox();
    assert.ok(edge && edge.y >= box.y && edge.y + edge.height <= box.y + box.height, JSON.stringify({ edge, box }));
    if (viewport.width < 600) assert.ok(edge.height >= 36 && edge.width >= 36, JSON.stringify(edge));
    // Nothing makes the page wider than the screen.
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
    await close.click();
    assert.equal(await panel.isVisible(), false);
    assert.deepEqual(faults, []);
    await context.close();
  });
}

test("recommended products say where they come from", async () => {
  const { context, page, overlay } = await explained("fan-baking", "/p/22697");
  await overlay.locator('[data-slot-why="goes-with"]').click();
  const told = await overlay.getByRole("dialog").innerText();
  assert.match(told, /22699 goes-with, because of 22697; score \d\.\d{3}\n/);
  await context.close();
});

test("a copy of the script that is inserted again takes the place of the first", async () => {
  const { context, page, overlay } = await explained("fan-baking", "/");
  await page.evaluate(() => new Promise((resolve) => document.body.append(Object.assign(document.createElement("script"), { src: "/_attune/overlay.js", onload: resolve }))));
  assert.equal(await page.locator("#attune-overlay").count(), 1);
  await overlay.locator('[data-slot-why="hero"]').click();
  assert.equal(await overlay.getByRole("dialog").isVisible(), true);
  await context.close();
});

test("nobody else has an overlay", async () => {
  const { context, page } = await shop.visitor();
  await page.goto("/");
  assert.equal(await page.locator("#attune-overlay").count(), 0);
  await context.close();
});
