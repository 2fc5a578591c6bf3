// What holds for a slot in every framework, with its adapter and without.
import assert from "node:assert/strict";
import { test } from "node:test";
import { shiftOf } from "../browser/shop.mjs";
import { EVENING, HATS, OWN, SHIFT_MIN, shown, SOCKS, SPRING, WINTER } from "./stage.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {Awaited<ReturnType<typeof import("./stage.mjs").openStage>>} Stage */
/** @typedef {Awaited<ReturnType<Stage["visitor"]>>} Visitor */
/**
 * @typedef {object} Fixture
 * @property {string} name it is served at /t/NAME
 * @property {RegExp} complaint what the framework says about a mismatch
 * @property {string[]} mismatches where there can be one: a value of `mismatch` in the query
 */

/**
 * Who is first: its name, what is held back meanwhile, and until when.
 * @type {(name: string) => [string, string, () => unknown][]}
 */
const ordersOf = (name) => [
  ["the framework", "**/_attune/page.js", () => /** @type {any} */ (window).hydrated && /** @type {any} */ (window).lateHydrated],
  ["the plan", `**/assets/${name}.js`, () => /** @type {any} */ (window).attune?.ready?.()],
];

/** Opens a fixture, and waits until its framework has looked at everything. @param {Visitor} visitor @param {string} path @param {"t" | "c"} [way] where the edge changes pages, or not */
export async function opened({ page }, path, way = "t") {
  await page.goto(`/${way}/${path}`);
  await page.waitForFunction(() => /** @type {any} */ (window).hydrated && /** @type {any} */ (window).lateHydrated);
}

/** @param {Page} page @param {string} when */
export async function assertFilled(page, when) {
  assert.deepEqual([await shown(page, "hero"), await shown(page, "offer"), await shown(page, "late")], [WINTER, SOCKS, EVENING], when);
}

/** Clicks a button of the fixture, and waits until the page shows it. @param {Page} page @param {string} id @param {() => unknown} isDone */
async function click(page, id, isDone) {
  await page.click(`#${id}`);
  await page.waitForFunction(isDone);
}

/** Everything that happens to a slot: an update, a child that comes and goes, another element, another page and back. @param {Page} page */
export async function journey(page) {
  const hero = await page.$('[data-slot="hero"]');
  const isSame = () => page.evaluate((element) => document.querySelector('[data-slot="hero"]') === element, hero);
  const round = await page.evaluate(() => Number(/** @type {HTMLElement} */ (document.querySelector('[data-slot="hero"]')).dataset.round) + 1);
  await page.click("#again");
  await page.waitForSelector(`[data-slot="hero"][data-round="${round}"]`);
  await assertFilled(page, "after an update");
  await click(page, "toggle", () => document.getElementById("opened"));
  await assertFilled(page, "beside a child that came");
  await click(page, "toggle", () => !document.getElementById("opened"));
  await assertFilled(page, "beside a child that went");
  await page.click('[data-slot="hero"] h1');
  await page.waitForFunction(() => document.querySelector('[data-slot="hero"][data-clicked="1"]'));
  assert.equal(await isSame(), true, "the element is still the server's");
  await click(page, "remount", () => document.querySelector('[data-slot="hero"]'));
  assert.equal(await isSame(), false, "the element is a new one");
  await assertFilled(page, "mounted again");
  await went(page, () => document.getElementById("elsewhere"), WINTER);
  await went(page, () => !document.getElementById("elsewhere"), WINTER);
  await assertFilled(page, "back");
  await click(page, "count", () => document.getElementById("count")?.textContent === "1 clicks");
}

/**
 * Goes to another page of the application; the slot is there at once, and after its plan came.
 * @param {Page} page @param {() => unknown} isThere @param {string} content
 */
async function went(page, isThere, content) {
  const renewed = page.evaluate(() => {
    let plans = 0;
    return new Promise((resolve) => /** @type {any} */ (window).attune.on("plan", () => ++plans > 1 && resolve(true)));
  });
  await click(page, "go", isThere);
  assert.equal(await shown(page, "hero"), content);
  await renewed;
  assert.equal(await shown(page, "hero"), content);
}

/**
 * Waits until the second of everything that is in sight is over: a slot that comes into sight now is reported after them.
 * @param {Visitor} visitor
 */
export async function settled({ page, impression }) {
  await page.evaluate(() => document.querySelector('[data-slot="after"]')?.removeAttribute("hidden"));
  await impression("after");
}

/** With the adapter. @param {() => Stage} stage @param {Fixture} fixture */
export function holds(stage, { name, complaint, mismatches }) {
  test("what the edge put in stays, through updates, mounting again and navigation", async () => {
    const visitor = await stage().visitor();
    const { context, page, problems, impression, seen, lost, exposed } = visitor;
    await opened(visitor, name);
    await assertFilled(page, "hydrated");
    for (const slot of ["hero", "offer", "late"]) await impression(slot);
    const shift = await shiftOf(page);
    assert.ok(exposed() && shift < SHIFT_MIN, `content moved by ${shift}`);
    await journey(page);
    assert.deepEqual([seen(), lost(), problems], [["hero", "late", "offer"], [], []]);
    await context.close();
  });

  for (const mismatch of mismatches) {
    test(`another mismatch takes nothing away: ${mismatch}`, async () => {
      const visitor = await stage().visitor();
      const { context, page, problems, impression, lost, exposed } = visitor;
      await opened(visitor, `${name}?mismatch=${mismatch}`);
      await assertFilled(page, "hydrated");
      for (const slot of ["hero", "offer", "late"]) await impression(slot);
      assert.equal(exposed(), true);
      await journey(page);
      const others = problems.filter((problem) => !complaint.test(problem));
      assert.deepEqual([lost(), others], [[], []]);
      await context.close();
    });
  }
}

/** What the page shows after a plan of another path. @param {Page} page @param {string} path */
async function planned(page, path) {
  await page.evaluate((url) => /** @type {any} */ (window).attune.plan({ url }), path);
  return [await shown(page, "hero"), await shown(page, "offer"), await shown(page, "late")];
}

/** New plans, with the adapter. @param {() => Stage} stage @param {Fixture} fixture */
export function follows(stage, { name }) {
  test("a new plan takes the place of what the edge put in, and its end brings the framework's content back", async () => {
    const visitor = await stage().visitor();
    const { context, page, problems, lost } = visitor;
    await opened(visitor, name);
    assert.deepEqual(await planned(page, `/t/${name}/spring`), [SPRING, HATS, EVENING]);
    await click(page, "again", () => document.querySelector('[data-slot="hero"][data-round="1"]'));
    await click(page, "toggle", () => document.getElementById("opened"));
    assert.deepEqual([await shown(page, "hero"), await shown(page, "offer")], [SPRING, HATS]);
    assert.deepEqual(await planned(page, `/t/${name}/none`), ["Our shop Open", "Offer 1 See it /offer.svg /offer", OWN.late]);
    await click(page, "toggle", () => !document.getElementById("opened"));
    assert.equal(await shown(page, "hero"), OWN.hero);
    assert.deepEqual(await planned(page, `/t/${name}`), [WINTER, SOCKS, EVENING]);
    await journey(page);
    assert.deepEqual([lost(), problems], [[], []]);
    await context.close();
  });

  for (const [first, held, until] of ordersOf(name)) {
    test(`a page that the edge does not change is drawn where ${first} comes first`, async () => {
      const visitor = await stage().visitor();
      const { context, page, problems, impression, seen, lost, exposed } = visitor;
      await page.route(held, async (route) => {
        await page.waitForFunction(until);
        await route.continue();
      });
      await opened(visitor, name, "c");
      await page.evaluate(() => /** @type {any} */ (window).attune.ready());
      await assertFilled(page, "drawn");
      for (const slot of ["hero", "offer", "late"]) await impression(slot);
      assert.equal(exposed(), true);
      await journey(page);
      assert.deepEqual([seen(), lost(), problems], [["hero", "late", "offer"], [], []]);
      await context.close();
    });
  }
}

/** Nothing of an element is in sight before `reveal()`: what is there for a second before is seen, rightly. @param {Page} page @param {string} selector */
export const hide = (page, selector) =>
  page.addInitScript((selector) => {
    const style = document.createElement("style");
    style.textContent = `${selector} { display: none }`;
    new MutationObserver((_, changes) => {
      if (!document.head) return;
      document.head.append(style);
      changes.disconnect();
    }).observe(document, { childList: true, subtree: true });
    Object.assign(window, { reveal: () => style.remove() });
  }, selector);
/** @param {Page} page */
export const reveal = (page) => page.evaluate(() => /** @type {any} */ (window).reveal());

/**
 * Without the adapter: what the framework throws away is not reported as seen, and what is put back breaks nothing.
 * @param {() => Stage} stage @param {Fixture} fixture @param {typeof OWN} reverted what each slot shows instead
 */
export function loses(stage, { name, complaint }, reverted) {
  for (const [first, held, until] of ordersOf(name)) {
    test(`without the adapter, where ${first} comes first: HTML is given up and reported, fields are put back once`, async () => {
      const visitor = await stage().visitor();
      const { context, page, problems, seen, lost, reported } = visitor;
      await hide(page, "#root");
      await page.route(held, async (route) => {
        await page.waitForFunction(until);
        await route.continue();
      });
      await opened(visitor, `${name}?plain`);
      assert.deepEqual([await shown(page, "hero"), await shown(page, "late")], [reverted.hero, reverted.late]);
      await reveal(page);
      await reported(["hero", "offer", "late"], 0);
      assert.deepEqual([seen(), lost(), await shown(page, "offer")], [["offer"], ["hero", "late"], SOCKS]);
      await plainJourney(page);
      assert.deepEqual(problems.filter((problem) => !complaint.test(problem)), []);
      await context.close();
    });
  }

  test("without the adapter and without the script, the framework's content is what there is", async () => {
    const visitor = await stage().visitor();
    const { context, page } = visitor;
    await page.route("**/_attune/page.js", (route) => route.abort());
    await opened(visitor, `${name}?plain`);
    assert.deepEqual([await shown(page, "hero"), await shown(page, "offer"), await shown(page, "late")], [reverted.hero, reverted.offer, reverted.late]);
    await context.close();
  });
}

/** Updates, a child that comes and goes, another element, another page: after values were put back. @param {Page} page */
async function plainJourney(page) {
  await click(page, "toggle", () => document.getElementById("opened"));
  await click(page, "toggle", () => !document.getElementById("opened"));
  assert.equal(await shown(page, "offer"), SOCKS, "beside a child that came and went");
  await click(page, "again", () => document.querySelector('[data-slot="hero"][data-round="1"]'));
  await click(page, "remount", () => document.querySelector('[data-slot="offer"]'));
  await click(page, "go", () => document.getElementById("elsewhere"));
  await click(page, "go", () => !document.getElementById("elsewhere"));
  await click(page, "count", () => document.getElementById("count")?.textContent === "1 clicks");
}
