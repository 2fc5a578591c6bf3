// Takes the pictures of docs/pictures from the demo shop: node tests/pictures/take.mjs [NAME...]
//
// The same input gives the same bytes: the clocks of Workers and browser stand still, profiles and personas are fixed, and
// the page script sends nothing. Another version of Chromium, or other fonts, may give other bytes.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { minted, openShop } from "../browser/shop.mjs";
import { NOW, RECIPES } from "./recipes.mjs";

/** @import { Page, BrowserContext } from "playwright-core" */
/** @import { Recipe } from "./recipes.mjs" */

const now_ms = Date.parse(NOW);
const folder = new URL("../../docs/pictures/", import.meta.url);
const fonts = fileURLToPath(new URL("fonts.conf", import.meta.url));

/** Runs in each page first: keeps events from being sent, so that no answer changes the profile while the picture is taken. */
function keepSilent() {
  const { fetch } = window;
  window.fetch = (input, init) => (String(input).endsWith("/_attune/events") ? new Promise(() => {}) : fetch(input, init));
  navigator.sendBeacon = () => true;
}

/** Runs in a page first: takes elements away as soon as they come, before they are painted. @param {string} selector */
function leaveOut(selector) {
  new MutationObserver(() => document.querySelectorAll(selector).forEach((element) => element.remove())).observe(document, { childList: true, subtree: true });
}

/** Answers the consent banner. @param {Page} page @param {string} button */
async function answer(page, button) {
  const banner = page.locator("[data-consent]");
  await banner.getByRole("button", { name: button }).click();
  await banner.waitFor({ state: "detached" });
}

/** Becomes the visitor of a recipe. @param {Page} page @param {BrowserContext} context @param {Recipe["visitor"]} visitor */
async function become(page, context, visitor) {
  await page.goto("/");
  if (visitor === "refused") {
    await answer(page, "Refuse both");
  } else if ("profile" in visitor) {
    await answer(page, "Accept both");
    const { hostname } = new URL(page.url());
    await context.addCookies([{ name: "__Host-attune", value: minted(visitor.profile), domain: hostname, path: "/", secure: true, httpOnly: true, sameSite: "Lax" }]);
    await page.evaluate(() => localStorage.clear());
  } else {
    await page.locator("[data-demo-bar] [aria-controls=demo-who]").click();
    const reloaded = page.waitForEvent("load");
    await page.locator(`[data-persona="${visitor.persona}"]`).click();
    await reloaded;
  }
}

/** Opens the overlay at a slot. @param {Page} page @param {string} slot */
async function explain(page, slot) {
  const overlay = page.locator("#attune-overlay");
  await overlay.getByRole("button", { name: /^Why this page/ }).click();
  await overlay.locator(`[data-slot-why="${slot}"]`).click();
  await overlay.getByRole("dialog").waitFor();
  await page.mouse.move(0, 0);
  // On a phone the page scrolls to the slot, and leaves half a line of text above its label.
  await page.evaluate(() => {
    if (scrollY > 0) scrollBy(0, 15);
    return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  });
}

/** The part of the screen that a recipe shows. @param {Page} page @param {NonNullable<Recipe["crop"]>} crop @param {Recipe["screen"]} screen */
async function clipOf(page, { from, to, margin }, screen) {
  const [first, last] = [await page.locator(from).boundingBox(), await page.locator(to).boundingBox()];
  if (!first || !last) throw new Error(`the page has no ${first ? to : from}`);
  const top = Math.max(0, Math.round(first.y) - margin);
  const bottom = Math.round(last.y + last.height) + margin;
  // To take more than the screen, the browser would lay the page out anew, and text would move by half a pixel, or not.
  if (bottom > screen.height) throw new Error(`the picture ends at ${bottom} px, below the screen`);
  return { x: 0, y: top, width: screen.width, height: bottom - top };
}

/** @param {Awaited<ReturnType<typeof openShop>>} shop @param {Recipe} recipe */
async function take(shop, { path, visitor, screen, explain: slot, crop }) {
  const { page, context } = await shop.visitor({ viewport: screen, deviceScaleFactor: 2, reducedMotion: "reduce", timezoneId: "Europe/London" });
  await context.clock.setFixedTime(now_ms);
  await page.addInitScript(keepSilent);
  await become(page, context, visitor);
  // The demo's own tools are no part of the shop.
  await page.addInitScript(leaveOut, slot ? "[data-demo-bar]" : "[data-demo-bar], #attune-overlay");
  await page.goto(path);
  await page.waitForLoadState("networkidle");
  if (slot) await explain(page, slot);
  const picture = await page.screenshot(crop ? { clip: await clipOf(page, crop, screen) } : {});
  await context.close();
  // With a palette a picture has a third of the size.
  return sharp(picture).png({ palette: true, quality: 100, effort: 10, dither: 0, compressionLevel: 9 }).toBuffer();
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !RECIPES.some((recipe) => recipe.name === name));
if (unknown.length > 0) throw new Error(`there is no recipe for ${unknown.join(", ")}; there are ${RECIPES.map(({ name }) => name).join(", ")}`);

const shop = await openShop({ now_ms, browser: { args: ["--disable-font-subpixel-positioning", "--font-render-hinting=none"], env: { ...process.env, FONTCONFIG_FILE: fonts } } });
try {
  for (const recipe of RECIPES) {
    if (wanted.length > 0 && !wanted.includes(recipe.name)) continue;
    const bytes = await take(shop, recipe);
    writeFileSync(new URL(`${recipe.name}.png`, folder), bytes);
    console.log(`${String(Math.ceil(bytes.length / 1024)).padStart(8)} KB  docs/pictures/${recipe.name}.png`);
  }
} finally {
  await shop.close();
}
