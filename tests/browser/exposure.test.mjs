// Who looks at a page is exposed, in every arm alike: also below the fold, where content is lost, and once a tab is looked at.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { SIGNING_KEY, startEdge } from "../edge/harness.mjs";
import { ledgerOf, measuredBundle } from "../edge/measured.mjs";
import { publisherOf, until } from "../edge/publisher.mjs";
import { launch } from "./shop.mjs";

/** @type {Awaited<ReturnType<typeof startEdge>>} */
let edge;
/** @type {Awaited<ReturnType<typeof launch>>} */
let browser;
/** @type {ReturnType<typeof ledgerOf>} */
let ledger;
let url = "";

const page = (/** @type {string} */ body, head = "") =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,">${head}</head><body>${body}</body></html>`;
const HERO = '<section data-slot="hero"><h1>Our shop</h1><a class="cta" href="/all">See all</a></section>';

before(async () => {
  edge = await startEdge({ bundle: await measuredBundle() });
  browser = await launch();
  ledger = ledgerOf(publisherOf(edge, SIGNING_KEY));
  url = `http://localhost:${edge.url.port}`;
  const html = { "Content-Type": "text/html; charset=utf-8" };
  edge.origin.serve("/t/first", html, page(HERO));
  edge.origin.serve("/t/below", html, page(`<div style="height:9000px"></div>${HERO}`));
  // The shop's own script puts its own content back.
  edge.origin.serve("/t/reverted", html, page(`${HERO}<script>addEventListener("DOMContentLoaded", () => { document.querySelector("[data-slot]").innerHTML = "<h1>Our shop</h1>"; });</script>`));
  edge.origin.serve("/t/hidden", html, page(HERO, '<script>Object.defineProperty(document, "hidden", { configurable: true, get: () => !window.isLookedAt });</script>'));
});
after(async () => {
  await browser?.close();
  await edge?.stop();
});

/** A browser that has agreed. */
async function visitor() {
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1280, height: 800 } });
  const agreed = await context.request.post("/_attune/consent", { data: { personalization: true, measurement: true }, headers: { Origin: url } });
  assert.ok(agreed.ok(), await agreed.text());
  return context;
}
/** The units of each arm. @param {string} experiment */
async function arms(experiment) {
  const sums = await ledger.sums(experiment);
  return Object.fromEntries(Object.entries(sums).map(([arm, goals]) => [arm, goals[""].n]));
}
const count = (/** @type {Record<string, number>} */ of) => Object.values(of).reduce((sum, n) => sum + n, 0);
const isExposure = (/** @type {import("playwright-core").Request} */ request) => (request.postData() ?? "").includes('"attune_exposure"');

for (const path of ["/t/first", "/t/below", "/t/reverted"]) {
  test(`${path}: each visitor is exposed once, in every arm`, async () => {
    const [site, experiment] = [await arms("site/0"), await arms("test/1")];
    const met = { holdout: 0, control: 0, sale: 0 };
    for (let n = 0; n < 60 && Object.values(met).some((times) => times < 2); n++) {
      const context = await visitor();
      const tab = await context.newPage();
      const reported = tab.waitForRequest(isExposure);
      await tab.goto(path);
      const { slots } = JSON.parse(await tab.evaluate(() => document.getElementById("attune-plan")?.textContent ?? ""));
      const hero = slots.find((/** @type {{ slot: string }} */ { slot }) => slot === "hero");
      met[/** @type {"control"} */ (hero.reason === "site-holdout" ? "holdout" : hero.arm)]++;
      await (await reported).response();
      // The same visitor on the same page again is no other unit.
      const again = tab.waitForRequest(isExposure);
      await tab.reload();
      await (await again).response();
      await context.close();
    }
    assert.ok(Object.values(met).every((times) => times >= 2), JSON.stringify(met));
    const [nowSite, nowTest] = [await arms("site/0"), await arms("test/1")];
    const gained = (/** @type {Record<string, number>} */ now, /** @type {Record<string, number>} */ before, /** @type {string} */ arm) => (now[arm] ?? 0) - (before[arm] ?? 0);
    assert.deepEqual(
      { holdout: gained(nowSite, site, "holdout"), control: gained(nowTest, experiment, "control"), sale: gained(nowTest, experiment, "sale") },
      met,
    );
    assert.equal(count(nowSite) - count(site), met.holdout + met.control + met.sale);
  });
}

test("an error of the page's scripts is told where a goal counts it, once a page", async () => {
  const errors = async () => Object.values(await ledger.sums("site/0")).reduce((sum, goals) => sum + (goals.errors?.y ?? 0), 0);
  const before = await errors();
  const context = await visitor();
  const tab = await context.newPage();
  const exposed = tab.waitForRequest(isExposure);
  await tab.goto("/t/first");
  await (await exposed).response();
  const told = tab.waitForRequest((request) => (request.postData() ?? "").includes('"js_error"'));
  await tab.evaluate(() => {
    for (let n = 0; n < 3; n++) setTimeout(() => { throw new Error("the shop's own"); });
  });
  const { events } = JSON.parse((await told).postData() ?? "");
  assert.equal(events.filter((/** @type {any} */ { name }) => name === "js_error").length, 1);
  await until(async () => (await errors()) === before + 1);
  await context.close();
});

test("a tab that nobody looks at exposes nobody, until somebody does", async () => {
  const before = count(await arms("site/0"));
  const context = await visitor();
  const tab = await context.newPage();
  let exposures = 0;
  tab.on("request", (request) => (exposures += Number(isExposure(request))));
  const viewed = tab.waitForRequest((request) => (request.postData() ?? "").includes('"page_view"'));
  await tab.goto("/t/hidden");
  await (await viewed).response();
  assert.deepEqual([exposures, count(await arms("site/0"))], [0, before]);
  await tab.evaluate(() => {
    /** @type {any} */ (window).isLookedAt = true;
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await until(async () => count(await arms("site/0")) === before + 1);
  assert.equal(exposures, 1);
  await context.close();
});
