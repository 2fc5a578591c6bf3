// A visitor who agrees, fills a basket and is forgotten. Every call is made before the script is there.
import assert from "node:assert/strict";

/** @typedef {import("playwright-core").Page} Page */

/** The calls that wait for the script. @param {Page} page */
const waiting = (page) => page.evaluate(() => (window.attune?.q ?? []).map(([name, args]) => (name === "on" ? `on ${args[0]}` : name)));
/** All that is known of the visitor. @param {Page} page */
const known = (page) => page.evaluate(async () => (await fetch("/_attune/me")).json());

/**
 * Opens the page without the script, presses a button, and lets the script come. What was heard is what it was before, and after.
 * @param {Page} page @param {string} url @param {string | null} press
 * @param {{ until: string, answer?: (response: import("playwright-core").Response) => boolean }} wanted
 */
async function pressed(page, url, press, { until, answer }) {
  let release = () => {};
  const held = new Promise((done) => (release = () => done(undefined)));
  const script = "**/_attune/page.js";
  await page.route(script, (route) => held.then(() => route.continue()));
  await page.goto(url, { waitUntil: "commit" });
  await page.locator("output[data-ready]").waitFor({ state: "attached" });
  if (press !== null) await page.locator(`[name=${press}]`).click();
  const calls = await waiting(page);
  assert.equal(await page.locator("output").textContent(), "", "nobody has heard anything yet");
  const answered = answer && page.waitForResponse(answer);
  release();
  await page.waitForFunction((words) => document.querySelector("output")?.textContent?.includes(words), until);
  if (answered) assert.equal((await answered).status(), 200);
  await page.unroute(script);
  const said = (await page.locator("output").textContent()) ?? "";
  return { calls, said: said.trim().split("\n") };
}

const LISTENS = ["on plan", "on slot", "on consent", "ready"];

/** @param {import("playwright-core").Browser} browser @param {string} url */
export async function visit(browser, url) {
  const context = await browser.newContext({ locale: "en-GB" });
  try {
    const page = await context.newPage();
    /** @type {string[]} */
    const faults = [];
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (message) => ["error", "warning"].includes(message.type()) && faults.push(message.text()));
    const shows = (/** @type {string} */ text) => page.locator("[data-slot=hero] h1").getByText(text, { exact: true }).waitFor();
    // A component's own calls come before the page's.
    const last = (/** @type {string[]} */ calls) => calls.slice(-LISTENS.length - 1);

    const first = await pressed(page, url, "agree", { until: "agreed" });
    assert.deepEqual(last(first.calls), [...LISTENS, "consent"]);
    // A component draws into an element of its own, so that its slot is told once more.
    assert.deepEqual([...new Set(first.said)].toSorted(), ["agreed, measurement granted", "consent is granted", "plan of 3 slots", "ready, consent unknown", "slot bar: null", "slot hero: hello", "slot note: null"]);
    await shows("Hello for £5 €");

    const beacon = (/** @type {import("playwright-core").Response} */ response) => response.url().endsWith("/_attune/events") && (response.request().postData() ?? "").includes('"add_to_cart"');
    const second = await pressed(page, url, "add", { until: "ready, consent granted", answer: beacon });
    assert.deepEqual(last(second.calls), [...LISTENS, "track"]);
    const { cart, consent } = await known(page);
    assert.deepEqual(cart.items.map((/** @type {any} */ { sku, quantity, price }) => [sku, quantity, price]), [["blue-mug", 2, 14]]);
    assert.deepEqual([consent.personalization, consent.measurement], ["granted", "granted"]);

    const third = await pressed(page, url, "forget", { until: "forgotten" });
    assert.deepEqual(last(third.calls), [...LISTENS, "forget"]);
    assert.ok(third.said.includes("slot hero: cart"), `the plan knows the basket: ${third.said}`);
    await shows("2 gifts are waiting");
    assert.equal((await known(page)).cart, undefined);
    assert.equal((await context.cookies()).some(({ name }) => name === "__Host-attune"), false);
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
}
