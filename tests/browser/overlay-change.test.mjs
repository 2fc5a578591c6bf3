// The holder of a preview link tries another persona, arm and moment in the overlay, and compares with the default. Keys are enough for all of it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PAGE } from "../edge/origin.mjs";
import { draftLink, TWO, withPreviews } from "../edge/previews.mjs";
import { launch, planOf } from "./shop.mjs";

/** @type {import("playwright-core").Browser} */
let browser;
before(async () => void (browser = await launch()));
after(() => browser.close());

/** @typedef {import("playwright-core").Page} Page */

const LINK = {
  name: "berlin",
  request: { country: "DE" },
  ttl_s: 600,
  personas: [{ name: "paris", request: { country: "FR" } }, { name: "gold", profile: { consent: { personalization: "granted", measurement: "granted", at: "2026-01-01T00:00:00Z", source: "api" }, traits: [{ trait: "loyalty_tier", value: "gold" }] } }],
};
/** As a shop might look. */
const DRESSED = PAGE.replace("<title>", '<meta name="viewport" content="width=device-width"><style>body{margin:0;font:16px Georgia,serif;color:#333}header{padding:12px 20px;background:#eee}main{padding:20px}section{padding:40px 20px;background:#f6efe2}.cta{color:#a33}</style><title>');
// The banner has style attributes.
const STRICT = "default-src 'none'; script-src 'nonce-r4nd0m'; style-src 'self'; style-src-attr 'unsafe-inline'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types attune";

/**
 * A page of a site, with the preview of a link.
 * @param {(page: { page: Page, context: import("playwright-core").BrowserContext, faults: string[], asked: string[], ends_s: number, overlay: import("playwright-core").Locator, dialog: import("playwright-core").Locator }) => Promise<void>} run
 * @param {import("playwright-core").BrowserContextOptions & { at?: string }} [options]
 */
const withPage = (run, { at = "/t/strict", ...options } = {}) =>
  withPreviews(async ({ edge, alice }) => {
    edge.origin.serve("/t/strict", { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": STRICT }, PAGE);
    edge.origin.serve("/t/plain", { "Content-Type": "text/html; charset=utf-8" }, DRESSED);
    const { body } = await draftLink(alice, TWO, { ...LINK, page: at });
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, timezoneId: "Europe/London", ...options });
    const page = await context.newPage();
    /** @type {string[]} */
    const faults = [];
    /** @type {string[]} what was sent */
    const asked = [];
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (message) => ["error", "warning"].includes(message.type()) && faults.push(message.text()));
    page.on("request", (request) => request.method() === "POST" && asked.push(new URL(request.url()).pathname));
    await page.route("**/favicon.ico", (route) => route.fulfill({ status: 204 }));
    const { pathname, search } = new URL(body.url);
    // A name, not an address: browsers keep secure cookies for http://localhost.
    await page.goto(`http://localhost:${edge.url.port}${pathname}${search}`);
    const overlay = page.locator("#attune-overlay");
    await overlay.getByRole("toolbar").waitFor();
    await run({ page, context, faults, asked, ends_s: body.ends_s, overlay, dialog: overlay.getByRole("dialog") });
    await context.close();
    assert.deepEqual(edge.origin.seen.filter(({ headers }) => headers.cookie?.includes("attune")), []);
  });

/** What has the focus within the overlay. @param {Page} page */
const focused = (page) =>
  page.evaluate(() => {
    const element = /** @type {HTMLInputElement | null | undefined} */ (document.querySelector("#attune-overlay")?.shadowRoot?.activeElement);
    return element && (element.type === "radio" ? `radio ${element.value}` : element.tagName === "SELECT" ? `select ${element.name}` : element.type === "datetime-local" ? "time" : element.getAttribute("role") ?? element.textContent);
  });

/** Presses a key until something has the focus. @param {Page} page @param {string} key @param {RegExp} what */
async function reach(page, key, what) {
  for (let presses = 0; presses < 30; presses++) {
    if (what.test((await focused(page)) ?? "")) return;
    await page.keyboard.press(key);
  }
  assert.fail(`${key} never led to ${what}, but to ${await focused(page)}`);
}

/** Presses a key that loads the page again. @param {Page} page @param {string} key */
async function reloaded(page, key) {
  const loaded = page.waitForEvent("load");
  await page.keyboard.press(key);
  await loaded;
  await page.locator("#attune-overlay").getByRole("toolbar").waitFor();
}

const hero = (/** @type {Page} */ page) => page.locator("[data-slot=hero]").innerText();
const decided = async (/** @type {Page} */ page) => Object.fromEntries((await planOf(page)).slots.map((/** @type {any} */ { slot, campaign, arm }) => [slot, `${campaign}/${arm}`]));

test("keys alone change persona, arm and moment, and compare with the default, under a strict policy", () =>
  withPage(async ({ page, context, faults, asked, ends_s, overlay, dialog }) => {
    assert.match((await decided(page)).bar, /^german/);
    // The shortcut leads into the overlay from wherever one is, and arrows lead along it.
    await page.keyboard.press("Alt+Shift+P");
    assert.match((await focused(page)) ?? "", /^Why this page/);
    await page.keyboard.press("ArrowRight");
    assert.equal(await focused(page), "As berlin");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    assert.match((await focused(page)) ?? "", /^Why this page/);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await dialog.getByRole("heading", { name: "Show it in another way" }).waitFor();
    assert.equal(await focused(page), "dialog");
    // A persona.
    await reach(page, "Tab", /^radio berlin/);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    assert.equal(await focused(page), "radio gold");
    // A moment.
    await reach(page, "Tab", /^time/);
    await page.keyboard.type("12242026");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.type("061500PM");
    // An arm.
    await reach(page, "Tab", /^select by-customer/);
    await page.keyboard.press("s");
    await reach(page, "Tab", /^Show the page/);
    await reloaded(page, "Enter");
    const { preview } = await planOf(page);
    assert.deepEqual([preview.name, preview.arms, preview.expires], ["gold", { "by-customer": "sale" }, ends_s]);
    assert.equal(preview.now, Date.UTC(2026, 11, 24, 18, 15) / 1000);
    const slots = await decided(page);
    assert.match(slots.note, /^by-customer\/sale/);
    assert.match(await overlay.getByRole("button", { name: /^As gold, / }).innerText(), /Dec 24, 2026, 6:15/);
    assert.match(await page.locator("#attune-preview").innerText(), /^Preview of draft [0-9a-f]{12}, as gold, until/);
    // Why a slot shows what it shows, along the slots with arrows; Escape gives the focus back.
    await page.keyboard.press("Alt+Shift+P");
    await reach(page, "Tab", /^bar: /);
    await page.keyboard.press("ArrowDown");
    await reach(page, "ArrowDown", /^hero: /);
    await page.keyboard.press("Enter");
    assert.equal(await focused(page), "dialog");
    await page.keyboard.press("Escape");
    assert.match((await focused(page)) ?? "", /^hero: /);
    // The default, and back.
    const shown = await hero(page);
    assert.match(shown, /^Howdy/);
    await page.keyboard.press("Alt+Shift+P");
    await page.keyboard.press("ArrowLeft");
    assert.equal(await focused(page), "Default");
    await page.keyboard.press("Enter");
    await overlay.getByRole("button", { name: "Default", pressed: true }).waitFor();
    assert.match(await hero(page), /^Our shop\s+See all$/);
    const told = await dialog.innerText();
    assert.match(told, /hero\s+Default: Our shop See all\s+Preview: Howdy for/);
    assert.equal(await focused(page), "Default");
    await page.keyboard.press("Space");
    await overlay.getByRole("button", { name: "Default", pressed: false }).waitFor();
    assert.equal(await hero(page), shown);
    assert.equal(await dialog.isVisible(), false);
    // And back to now, as it is decided.
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Enter");
    await reach(page, "Tab", /^Now/);
    await page.keyboard.press("Enter");
    assert.equal(await focused(page), "time");
    await reach(page, "Tab", /^select by-customer/);
    await page.keyboard.press("Home");
    await reach(page, "Tab", /^Show the page/);
    await reloaded(page, "Enter");
    const plain = (await planOf(page)).preview;
    assert.deepEqual([plain.name, plain.now, plain.arms, plain.expires], ["gold", undefined, {}, ends_s]);
    // Nothing was counted, and nothing is kept but the preview's own cookies, which no script can read.
    assert.deepEqual(new Set(asked), new Set(["/_attune/preview"]));
    const cookies = await context.cookies();
    assert.deepEqual(new Set(cookies.map(({ name }) => name.replace(/\d$/, "N"))), new Set(["__Host-attune-preview", "__Secure-attune-persona-N"]));
    assert.ok(cookies.every(({ httpOnly, expires }) => httpOnly && expires <= ends_s + 2));
    assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), []);
    assert.deepEqual(faults, []);
  }));

test("a preview that has ended meanwhile is said, and nothing changes", () =>
  withPage(async ({ page, context, overlay, dialog }) => {
    await overlay.getByRole("button", { name: "As berlin" }).click();
    await dialog.getByRole("button", { name: "Show the page" }).waitFor();
    await context.clearCookies();
    await dialog.getByRole("button", { name: "Show the page" }).click();
    await dialog.getByRole("alert").getByText("The preview has ended. Ask for a new link.").waitFor();
    assert.equal(await dialog.isVisible(), true);
  }));

test("a page that cannot be fetched for the comparison says why, and shows what it showed", () =>
  withPage(async ({ page, overlay, dialog }) => {
    const shown = await hero(page);
    await page.route("**/strict", (route) => route.abort());
    await overlay.getByRole("button", { name: "Default" }).click();
    await dialog.getByRole("alert").waitFor();
    assert.equal(await hero(page), shown);
    assert.equal(await overlay.getByRole("button", { name: "Default", pressed: true }).count(), 0);
  }));

for (const width of [390, 1440]) {
  test(`everything is in sight and can be touched at ${width} px`, () =>
    withPage(async ({ page, overlay, dialog, faults }) => {
      const inside = async (/** @type {import("playwright-core").Locator} */ locator) => {
        const box = await locator.boundingBox();
        assert.ok(box && box.x >= 0 && box.x + box.width <= width && box.y >= 0 && box.y + box.height <= 900, JSON.stringify(box));
        return box;
      };
      const bar = await inside(overlay.getByRole("toolbar"));
      const banner = await page.locator("#attune-preview").boundingBox();
      assert.ok(banner && bar.y + bar.height <= banner.y, "the bar stands above the banner");
      for (const button of await overlay.getByRole("toolbar").getByRole("button").all()) {
        const box = await inside(button);
        if (width < 600) assert.ok(box.height >= 36, JSON.stringify(box));
      }
      await overlay.getByRole("button", { name: "As berlin" }).click();
      await inside(dialog);
      for (const control of await dialog.locator("button, select, input[type=datetime-local], label.choice").all()) {
        await control.scrollIntoViewIfNeeded();
        const box = await inside(control);
        if (width < 600) assert.ok(box.height >= 30, JSON.stringify(box));
      }
      await overlay.getByRole("button", { name: "Default" }).click({ force: true });
      await overlay.getByRole("button", { name: "Default", pressed: true }).waitFor();
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
      assert.deepEqual(faults, []);
    }, { at: "/t/plain", viewport: { width, height: 900 } }));
}

test("who has no preview has no overlay, and asks for a default that is the page they have", () =>
  withPreviews(async ({ edge }) => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`http://localhost:${edge.url.port}/`);
    assert.equal(await page.locator("#attune-overlay").count(), 0);
    const refused = await page.evaluate(async () => {
      const answer = await fetch("/_attune/preview", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name: "berlin" }) });
      return [answer.status, (await answer.json()).error.code];
    });
    assert.deepEqual(refused, [401, "unauthorized"]);
    await context.close();
  }));
