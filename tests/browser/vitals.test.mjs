// A page that is slow or jumps is reported once, where a goal counts that; nobody else loads what measures it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { SIGNING_KEY, startEdge } from "../edge/harness.mjs";
import { ledgerOf, measuredBundle } from "../edge/measured.mjs";
import { publisherOf, until } from "../edge/publisher.mjs";
import { launch } from "./shop.mjs";

/** A ratio counts each event; a goal without `per` counts visitors. */
const GOALS = ["lcp", "inp", "cls"].map((metric) => `
[goals.${metric}]
event = "${metric}_poor"
trust = "browser"
guard = "rise"

[goals.${metric}-times]
event = "${metric}_poor"
per = "page_view"
trust = "browser"
`).join("");
const NONE = { lcp: 0, inp: 0, cls: 0 };

/** @typedef {{ edge: Awaited<ReturnType<typeof startEdge>>, ledger: ReturnType<typeof ledgerOf>, url: string }} Site */
/** @type {Site} whose goals count slow pages */
let counting;
/** @type {Site} whose goals do not */
let other;
/** @type {Awaited<ReturnType<typeof launch>>} */
let browser;

const HEADERS = { "Content-Type": "text/html; charset=utf-8" };
const page = (/** @type {string} */ body, head = "") =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,">${head}</head><body>
  <section data-slot="hero"><h1>Our shop</h1></section>${body}<a id="next" href="/t/good">Next</a></body></html>`;
const JUMP = `<div id="banner"></div><p style="height:600px;background:#ddd">Text</p><script>
  const jump = () => (document.getElementById("banner").style.height = "500px");
  const late = () => document.body.insertAdjacentHTML("beforeend", '<p style="position:absolute;top:0;margin:0;font-size:90px">' + "Late and large. ".repeat(20) + "</p>");
</script>`;
const SLOW_CLICK = '<button onclick="for (const start = performance.now(); performance.now() - start < 700; );">Buy</button>';
const STRICT = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-n0'; connect-src 'self'; style-src 'unsafe-inline'; require-trusted-types-for 'script'; trusted-types attune">`;

/** @param {string} [goals] @returns {Promise<Site>} */
async function site(goals) {
  const edge = await startEdge({ bundle: await measuredBundle("holdout = 20", goals) });
  edge.origin.serve("/t/good", HEADERS, page("<p>Text</p>"));
  edge.origin.serve("/t/jumps", HEADERS, page(JUMP));
  edge.origin.serve("/t/strict", HEADERS, page(JUMP.replace("<script>", '<script nonce="n0">'), STRICT));
  edge.origin.serve("/t/clicks", HEADERS, page(SLOW_CLICK));
  return { edge, ledger: ledgerOf(publisherOf(edge, SIGNING_KEY)), url: `http://localhost:${edge.url.port}` };
}

before(async () => {
  [counting, other] = await Promise.all([site(GOALS), site()]);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await Promise.all([counting?.edge.stop(), other?.edge.stop()]);
});

/** A browser whose visitor has answered. @param {Site} to @param {{ personalization: boolean, measurement: boolean }} [data] */
async function visitor({ url }, data = { personalization: true, measurement: true }) {
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1280, height: 800 } });
  const answer = await context.request.post("/_attune/consent", { data, headers: { Origin: url } });
  assert.ok(answer.ok(), await answer.text());
  const tab = await context.newPage();
  /** @type {string[]} */
  const asked = [];
  /** @type {string[]} */
  const errors = [];
  tab.on("request", (request) => asked.push(new URL(request.url()).pathname));
  tab.on("pageerror", (error) => errors.push(String(error)));
  return { context, tab, asked, errors };
}

/** The tab goes to a page, and what measures runs. @param {import("playwright-core").Page} tab @param {string} path */
async function measured(tab, path) {
  await tab.goto(path);
  await tab.waitForFunction(() => Symbol.for("attune.vitals") in window);
}

/** Waits until the browser knows an entry that a measure is made of. @param {import("playwright-core").Page} tab @param {string} type @param {number} least */
const known = (tab, type, least) =>
  tab.waitForFunction(({ type, least }) => new Promise((resolve) => {
    const observer = new PerformanceObserver((list) => {
      if (list.getEntries().some((/** @type {any} */ { startTime, duration, value, entryType }) => (entryType === "event" ? duration : value ?? startTime) > least)) resolve(true);
    });
    observer.observe({ type, buffered: true });
  }), { type, least });

/** How often each event was counted, and by how many visitors. @param {Site} of */
async function counted({ ledger }) {
  const arms = Object.values(await ledger.sums("site/0"));
  const total = (/** @type {string} */ goal) => arms.reduce((sum, goals) => sum + (goals[goal]?.y ?? 0), 0);
  const of = (/** @type {(metric: string) => string} */ goal) => Object.fromEntries(Object.keys(NONE).map((metric) => [metric, total(goal(metric))]));
  return { times: of((metric) => `${metric}-times`), visitors: of((metric) => metric) };
}

/** The visitor goes on, and all that came before is counted: it has the smaller numbers. @param {import("playwright-core").Page} tab @param {() => Promise<unknown>} [go] */
async function leave(tab, go = () => tab.goto("/t/good")) {
  const told = tab.waitForResponse((response) => (response.request().postData() ?? "").includes('"page":"/t/good"'));
  await go();
  const response = await told;
  assert.ok(response.ok());
}

/** What a visit adds. @param {Partial<typeof NONE>} expected @param {(tab: import("playwright-core").Page, asked: string[]) => Promise<void>} visit @param {Parameters<typeof visitor>[1]} [consent] */
async function adds(expected, visit, consent) {
  const { times, visitors } = await counted(counting);
  const { context, tab, asked, errors } = await visitor(counting, consent);
  await visit(tab, asked);
  const more = (/** @type {Record<string, number>} */ now, /** @type {Record<string, number>} */ then) => Object.fromEntries(Object.keys(NONE).map((metric) => [metric, now[metric] - then[metric]]));
  /** @type {unknown} */
  let added;
  const wanted = { ...NONE, ...expected };
  await until(async () => {
    const now = await counted(counting);
    added = { times: more(now.times, times), visitors: more(now.visitors, visitors) };
    return JSON.stringify(added) === JSON.stringify({ times: wanted, visitors: wanted });
  }).catch(() => assert.deepEqual(added, { times: wanted, visitors: wanted }));
  assert.deepEqual(errors, []);
  await context.close();
}

/** Somebody looks at another tab, and comes back. @param {import("playwright-core").Page} tab */
const look = (tab) =>
  tab.evaluate(() => {
    for (const hidden of [true, false]) {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
      Object.defineProperty(document, "visibilityState", { configurable: true, get: () => (hidden ? "hidden" : "visible") });
      document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    }
  });

for (const path of ["/t/jumps", "/t/strict"]) {
  test(`${path}: a page whose content jumps is one cls_poor`, () =>
    adds({ cls: 1 }, async (tab) => {
      await measured(tab, path);
      await tab.evaluate("jump()");
      await known(tab, "layout-shift", 0.25);
      await leave(tab);
    }));
}

test("who looks at other tabs and comes back reports a page once", () =>
  adds({ cls: 1 }, async (tab) => {
    await measured(tab, "/t/jumps");
    await tab.evaluate("jump()");
    await known(tab, "layout-shift", 0.25);
    const told = tab.waitForRequest((request) => (request.postData() ?? "").includes('"cls_poor"'));
    await look(tab);
    await told;
    await look(tab);
    await leave(tab);
  }));

test("a page that jumped before anything measured it is one cls_poor", () =>
  adds({ cls: 1 }, async (tab) => {
    /** @type {() => void} */
    let open = () => {};
    const opened = new Promise((resolve) => (open = () => resolve(undefined)));
    await tab.route("**/_attune/vitals.js", async (route) => (await opened, route.continue()));
    await tab.goto("/t/jumps", { waitUntil: "domcontentloaded" });
    await tab.evaluate("jump()");
    await known(tab, "layout-shift", 0.25);
    open();
    await tab.waitForFunction(() => Symbol.for("attune.vitals") in window);
    await known(tab, "layout-shift", 0.25);
    await leave(tab);
  }));

test("a page whose largest content comes after four seconds is one lcp_poor", () =>
  adds({ lcp: 1 }, async (tab) => {
    await measured(tab, "/t/jumps");
    await tab.waitForFunction(() => performance.now() > 4_100);
    await tab.evaluate("late()");
    await known(tab, "largest-contentful-paint", 4_000);
    await leave(tab);
  }));

test("a page that answers a click after 700 ms is one inp_poor", () =>
  adds({ inp: 1 }, async (tab) => {
    await measured(tab, "/t/clicks");
    await tab.locator("button").click();
    await known(tab, "event", 500);
    await leave(tab);
  }));

test("a link that answers after 700 ms and leaves the page is one inp_poor", () =>
  adds({ inp: 1 }, async (tab) => {
    await measured(tab, "/t/clicks");
    await tab.evaluate(() => document.getElementById("next")?.addEventListener("click", () => {
      for (const start = performance.now(); performance.now() - start < 700; );
    }));
    // The browser knows how long the answer took once it has painted: a page that comes before that hides it.
    await tab.route("**/t/good", async (route) => (await new Promise((later) => setTimeout(later, 500)), route.continue()));
    await leave(tab, () => tab.locator("#next").click());
  }));

test("a good page reports nothing", () =>
  adds({}, async (tab) => {
    await measured(tab, "/t/jumps");
    await tab.locator("p").first().click();
    await look(tab);
    await leave(tab);
  }));

test("a site whose goals do not count slow pages never loads what measures them", async () => {
  const { context, tab, asked } = await visitor(other);
  await tab.goto("/t/jumps");
  await tab.evaluate("jump()");
  await leave(tab);
  assert.ok(asked.includes("/_attune/log.js"));
  assert.ok(!asked.includes("/_attune/vitals.js"));
  await context.close();
});

for (const personalization of [true, false]) {
  test(`who does not agree to be measured is not, where personalization is ${personalization ? "granted" : "denied"}`, () =>
    adds({}, async (tab, asked) => {
      await tab.goto("/t/jumps");
      await tab.evaluate("jump()");
      await known(tab, "layout-shift", 0.25);
      await (personalization ? leave(tab) : tab.goto("/t/good"));
      assert.ok(asked.includes("/_attune/page.js"));
      assert.deepEqual(asked.filter((path) => /vitals/.test(path)), []);
    }, { personalization, measurement: false }));
}
