// The script is inserted again and again, by frameworks that fetch pages, and starts once a window.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, beforeEach, describe, test } from "node:test";
import { begun, consent, counted, FILLED, forget, logOf, openControl, push, settled } from "./control.mjs";

const packaged = (/** @type {string} */ file) => readFileSync(new URL(`../../node_modules/${file}`, import.meta.url));

/** @type {Awaited<ReturnType<typeof openControl>>} */
let control;
before(async () => {
  control = await openControl({ ignoreDefaultArgs: ["--disable-back-forward-cache"] });
  control.serve("/turbo.js", packaged("@hotwired/turbo/dist/turbo.es2017-umd.js"));
  control.serve("/htmx.js", packaged("htmx.org/dist/htmx.min.js"));
});
beforeEach(() => {
  control.beacons.length = 0;
});
after(() => control.close());

/** @param {string} framework @param {number} page @param {number} pages */
const html = (framework, page, pages) => `<!doctype html><html lang="en"><head><title>${page}</title><script>window.dataLayer = window.dataLayer || [];</script><script src="/${framework}.js"></script></head>
<body hx-boost="true"><section data-slot="hero"><h1>Page ${page}</h1><!--attune--></section><a id="next" href="/${framework}/${(page % pages) + 1}">next</a></body></html>`;

/** A click on the link to the next page, which the framework fetches. @param {import("playwright-core").Page} page @param {string} title */
async function next(page, title) {
  await page.click("#next");
  await page.waitForFunction((title) => document.title === title && document.getElementById("attune-plan")?.dataset.read, title);
}

for (const framework of ["turbo", "htmx"]) {
  describe(framework, () => {
    for (const at of [1, 2, 3]) before(() => control.pages.set(`/${framework}/${at}`, { html: html(framework, at, 3), slots: [{ ...FILLED, campaign: `sale-${at}`, products: [`p${at}`], strategy: `by-${at}`, sources: ["popular"] }] }));
    /** Campaign and strategy of the products that were seen. */
    const strategies = () => control.beacons.flatMap(({ beacon }) => beacon.events.filter(({ name }) => name === "attune_impression").map(({ params }) => [params.products, params.of, params.strategy].join(" ")));
    /** @param {import("playwright-core").Page} page @param {number} at */
    const seen = (page, at) => page.waitForRequest((request) => (request.postData() ?? "").includes(`"sale-${at}"`));

    test("no event is sent again with each page, each page is a view, and its slot is counted", async () => {
      const { context, page, problems } = await control.visitor();
      let documents = 0;
      page.on("request", (request) => request.resourceType() === "document" && documents++);
      await page.goto(`/${framework}/1`);
      await begun(page);
      await push(page, "MUG");
      for (const title of ["2", "3", "1"]) {
        const seen = page.waitForRequest((request) => (request.postData() ?? "").includes(`"sale-${title}"`));
        await next(page, title);
        await push(page, `CUP-${title}`);
        await seen;
      }
      const counts = await settled(page);
      assert.equal(documents, 1);
      assert.deepEqual(counts, {
        ...counts,
        [`page_view /${framework}/1`]: 2, [`page_view /${framework}/2`]: 1, [`page_view /${framework}/3`]: 1,
        "add_to_cart MUG": 1, "add_to_cart CUP-1": 1, "add_to_cart CUP-2": 1, "add_to_cart CUP-3": 1,
        "attune_impression sale-1": 1, "attune_impression sale-2": 1, "attune_impression sale-3": 1,
      });
      assert.deepEqual(problems, []);
      await context.close();
    });

    test("a page of the framework's own cache, from before a withdrawal, is no consent", async () => {
      const { context, page } = await control.visitor();
      await page.goto(`/${framework}/1`);
      await settled(page);
      await next(page, "2");
      await settled(page);
      await consent(page, false);
      await page.goBack();
      await page.waitForFunction(() => document.querySelector("h1")?.textContent === "Page 1");
      await push(page, "MUG");
      await next(page, "2");
      assert.deepEqual(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("attune"))), []);
      assert.ok(!control.events().includes("add_to_cart MUG"));
      await context.close();
    });

    test("products are those of the page that shows them, also when it comes back from the framework's own cache", async () => {
      const { context, page } = await control.visitor();
      const first = seen(page, 1);
      await page.goto(`/${framework}/1`);
      await first;
      const second = seen(page, 2);
      await next(page, "2");
      await second;
      const again = seen(page, 1);
      await page.goBack();
      await again;
      await settled(page);
      assert.deepEqual(strategies(), ["p1 sale-1 by-1", "p2 sale-2 by-2", "p1 sale-1 by-1"]);
      await context.close();
    });

    test("products of the page on which consent is given have their strategy", async () => {
      const { context, page } = await control.visitor({ agreed: false });
      await page.goto(`/${framework}/1`);
      await begun(page);
      const agreed = seen(page, 1);
      await consent(page, true);
      await agreed;
      await settled(page);
      assert.deepEqual(strategies(), ["p1 sale-1 by-1"]);
      await context.close();
    });

    test("consent that is given on one page holds on the next", async () => {
      const { context, page } = await control.visitor({ agreed: false });
      await page.goto(`/${framework}/1`);
      await begun(page);
      await push(page, "before");
      await consent(page, true);
      await next(page, "2");
      await push(page, "after");
      assert.deepEqual(await settled(page), { [`page_view /${framework}/2`]: 1, "add_to_cart after": 1 });
      await context.close();
    });
  });
}

test("a second copy in the same page changes nothing, also with a plan of its own", async () => {
  const { context, page, problems } = await control.visitor();
  await page.goto("/p/1");
  await begun(page);
  await page.evaluate(() => {
    const plan = document.getElementById("attune-plan")?.outerHTML ?? "";
    document.body.insertAdjacentHTML("beforeend", plan.replace(' data-read="1"', ""));
    return Promise.all([1, 2, 3].map(() => new Promise((resolve) => document.body.append(Object.assign(document.createElement("script"), { src: "/_attune/page.js", onload: resolve })))));
  });
  await push(page, "MUG");
  assert.deepEqual(await settled(page), { "page_view /p/1": 1, "add_to_cart MUG": 1 });
  assert.deepEqual(problems, []);
  await context.close();
});

describe("the back/forward cache", () => {
  /**
   * Leaves for another page, does something there, and comes back to the page that slept, which pushes BOX by itself:
   * the driver of the browser does not follow. @param {import("playwright-core").Page} page @param {() => Promise<unknown>} meanwhile
   */
  async function sleepAndWake(page, meanwhile) {
    await page.evaluate(() =>
      addEventListener("pageshow", ({ persisted }) => {
        window.dataLayer?.push({ event: "add_to_cart", ecommerce: { items: [{ item_id: persisted ? "BOX" : "NOT-RESTORED" }] } });
        fetch("/woken");
      }),
    );
    await page.goto("/p/2");
    await begun(page);
    await meanwhile();
    const woken = control.asked("/woken");
    await page.evaluate(() => history.back());
    await woken;
  }

  test("a page that comes back is no view, reads nothing twice, and goes on where the other stopped", async () => {
    const { context, page, tab, problems } = await control.visitor();
    await page.goto("/p/1");
    await begun(page);
    await push(page, "MUG");
    await settled(page);
    await sleepAndWake(page, async () => {
      await push(page, "CUP");
      await settled(page);
    });
    const other = await tab();
    await other.goto("/_attune/me");
    assert.deepEqual(await settled(other), { "page_view /p/1": 1, "page_view /p/2": 1, "add_to_cart MUG": 1, "add_to_cart CUP": 1, "add_to_cart BOX": 1 });
    assert.deepEqual(problems, []);
    await context.close();
  });

  test("a page that slept while consent was withdrawn stores nothing", async () => {
    const { context, page, tab } = await control.visitor();
    await page.goto("/p/1");
    await settled(page);
    await sleepAndWake(page, () => consent(page, false));
    const other = await tab();
    await other.goto("/_attune/me");
    assert.deepEqual(await other.evaluate(() => Object.keys(localStorage)), []);
    await context.close();
  });
});

test("a page that is prerendered is a view when it is shown, and reads what it pushed meanwhile", async () => {
  const { context, page } = await control.visitor();
  // A browser that is driven from outside prerenders nothing: the page only believes it.
  await page.addInitScript(() => Object.defineProperty(document, "prerendering", { configurable: true, value: true }));
  await page.goto("/p/1");
  await page.waitForFunction(() => document.getElementById("attune-plan")?.dataset.read);
  await page.evaluate(() => void (window.dataLayer ??= []).push({ event: "login" }));
  assert.equal(await logOf(page), null);
  await page.evaluate(() => {
    Object.defineProperty(document, "prerendering", { value: false });
    document.dispatchEvent(new Event("prerenderingchange"));
  });
  assert.deepEqual(await settled(page), { "page_view /p/1": 1, login: 1 });
  await context.close();
});

describe("withdrawal and forgetting", () => {
  /** Two tabs of one visitor, with something in the log. */
  async function both() {
    const visitor = await control.visitor();
    const other = await visitor.tab();
    await visitor.page.goto("/p/1");
    await other.goto("/p/2");
    await push(visitor.page, "MUG");
    await settled(visitor.page);
    return { ...visitor, other };
  }

  test("a withdrawal erases the log at once, and stops every tab", async () => {
    const { context, page, other } = await both();
    await consent(page, false);
    assert.equal(await logOf(page), null);
    await other.waitForFunction(() => localStorage.getItem("attune:log") === null);
    await push(page, "CUP");
    await push(other, "BOX");
    await page.goto("/p/3");
    await other.goto("/p/4");
    assert.deepEqual([await logOf(page), await logOf(other)], [null, null]);
    assert.ok(!control.events().some((label) => /CUP|BOX/.test(label)));
    await context.close();
  });

  test("forgetting begins another log, in every tab, with nothing of the one before", async () => {
    const { context, page, other } = await both();
    const { id } = await logOf(page);
    await forget(page);
    const log = await logOf(page);
    assert.notEqual(log.id, id);
    assert.deepEqual(log.entries, []);
    await other.waitForFunction((id) => JSON.parse(localStorage.getItem("attune:log") ?? "{}").id === id, log.id);
    await push(other, "CUP");
    await page.goto("/p/3");
    assert.deepEqual(await settled(page), { "add_to_cart CUP": 1, "page_view /p/3": 1 });
    await context.close();
  });

  test("the answer to a beacon of before does not touch what came after", async () => {
    const { context, page } = await both();
    /** @type {() => void} */
    let fold = () => {};
    const held = new Promise((resolve) => control.faults.push((_, now) => ((fold = now), resolve(null))));
    await push(page, "CUP");
    await held;
    await consent(page, false);
    await consent(page, true);
    await push(page, "BOX");
    fold();
    await page.goto("/p/3");
    const counts = await settled(page);
    assert.deepEqual([counts["add_to_cart BOX"], counts["add_to_cart MUG"], counts["page_view /p/3"]], [1, undefined, 1]);
    await context.close();
  });

  test("an answer that says denied erases the log, and so does a page", async () => {
    const { context, page } = await both();
    await context.request.post("/_attune/consent", { data: { personalization: false, measurement: false } });
    await push(page, "CUP");
    await page.waitForFunction(() => localStorage.getItem("attune:log") === null);
    await page.evaluate(() => localStorage.setItem("attune:log", '{"id":"00000001","next":1,"entries":[]}'));
    await page.goto("/p/3");
    await begun(page);
    assert.equal(await logOf(page), null);
    assert.deepEqual(await counted(page), {});
    await context.close();
  });

  test("a choice that cannot be read is no consent", async () => {
    const { context, page } = await both();
    await page.evaluate(() => document.dispatchEvent(new Event("attune:consent")));
    assert.equal(await logOf(page), null);
    await context.close();
  });

  test("what an earlier version kept is removed", async () => {
    const { context, page } = await both();
    await page.evaluate(() => localStorage.setItem("attune:events", "[]"));
    await page.goto("/p/3");
    await settled(page);
    assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), ["attune:log"]);
    await context.close();
  });
});
