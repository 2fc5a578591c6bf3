// The script draws what a plan brings: at once, without a flash of what was there before, and so that it can be taken out again.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, beforeEach, describe, test } from "node:test";
import { openControl, settled } from "./control.mjs";

/** @type {Awaited<ReturnType<typeof openControl>>} */
let control;
before(async () => (control = await openControl({ ignoreDefaultArgs: ["--disable-back-forward-cache"] })));
beforeEach(() => {
  control.beacons.length = control.plans.length = control.planFaults.length = 0;
});
after(() => control.close());

/** @typedef {import("playwright-core").Page} Page */

/** What the document says that a page has in its head. */
const [, HEAD] = /```html\n([\s\S]*?)```/.exec(readFileSync(new URL("../../docs/browser.md", import.meta.url), "utf8")) ?? [];
const RULE = `${HEAD.split("\n")[0]}<style>[data-slot]{min-height:60px}</style>`;
const SCRIPT = '<script src="/_attune/page.js" data-plan async></script>';
const HERO = '<section data-slot="hero" data-attune-draw><h1>Our shop</h1><img src="/shop.svg" width="120" height="40" alt=""><a href="/all">All</a></section>';
const BAR = '<p data-slot="bar" data-attune-draw>Free returns</p>';

const decided = { campaign: "sale", arm: null, content: "sale.hero", reason: "campaign" };
/** Values of three elements. */
const FIELDS = { slot: "hero", selector: '[data-slot="hero"]', ...decided, draw: { set: [["h1", "", "Winter  sale"], ["img", "src", "/sale.svg"], ["a", "", "See all"], ["a", "href", "/sale"]] } };
/** Everything in the slot. */
const WHOLE = { slot: "bar", selector: '[data-slot="bar"]', ...decided, campaign: "note", content: "note", draw: { html: '<b>20 %</b> off <a href="/sale">now</a>' } };

/** @param {string} path @param {object[]} slots @param {{ body?: string, head?: string, plan?: object }} [page] */
const serve = (path, slots, { body = HERO + BAR, head = "", plan } = {}) =>
  control.pages.set(path, { bare: true, slots, plan, html: `<!doctype html><html lang="en"><head><title>${path}</title>${RULE}${head}${head.includes("page.js") ? "" : SCRIPT}</head><body>${body}</body></html>` });

/** What the slots show. @param {Page} page */
const shown = (page) => page.evaluate(() => Array.from(document.querySelectorAll("[data-slot]"), (slot) => (slot instanceof HTMLElement ? slot.innerText : "").replace(/\s+/g, " ")));
const DRAWN = ["Winter sale See all", "20 % off now"];
const ORIGIN = ["Our shop All", "Free returns"];

/** Opens a page and waits for its plan. @param {string} path @param {{ agreed?: boolean }} [choice] */
async function opened(path, choice) {
  const visitor = await control.visitor(choice);
  /** @type {string[]} */
  const warnings = [];
  visitor.page.on("console", (message) => message.type() === "warning" && warnings.push(message.text()));
  visitor.page.on("console", (message) => message.type() === "error" && visitor.problems.push(message.text()));
  await visitor.page.route(/\.svg$/, (route) => route.fulfill({ contentType: "image/svg+xml", body: '<svg xmlns="http://www.w3.org/2000/svg"/>' }));
  await visitor.page.route("**/favicon.ico", (route) => route.fulfill({ status: 204 }));
  await visitor.page.goto(path);
  return { ...visitor, warnings };
}
const ready = (/** @type {Page} */ page) => page.evaluate(() => window.attune?.ready?.());

describe("a page that asks for its plan", () => {
  test("shows what the plan brings, and counts it", async () => {
    serve("/shop", [FIELDS, WHOLE]);
    const { context, page, problems } = await opened("/shop?utm_source=mail");
    await page.waitForFunction(() => document.querySelector("h1")?.textContent?.startsWith("Winter"));
    assert.deepEqual(await shown(page), DRAWN);
    assert.deepEqual(await page.evaluate(() => [document.querySelector("img")?.getAttribute("src"), document.querySelector("a")?.getAttribute("href")]), ["/sale.svg", "/sale"]);
    assert.deepEqual(control.plans, [{ url: "/shop?utm_source=mail", referrer: "", lang: "en", frame: false, viewed: false }]);
    await page.waitForRequest((request) => (request.postData() ?? "").includes('"campaign":"note"'));
    assert.deepEqual(await settled(page), { "page_view /shop": 1, "attune_impression sale": 1, "attune_impression note": 1 });
    assert.deepEqual(problems, []);
    await context.close();
  });

  test("never shows in between what was there before, and shifts nothing", async () => {
    serve("/shop", [FIELDS, WHOLE], {
      // The rule would show the origin's content on a slow machine, and rightly.
      head: `<style>[data-attune-draw]{animation-delay:30s}</style><script>
        window.frames_seen = new Set(); window.shift = 0;
        new PerformanceObserver((list) => { for (const entry of list.getEntries()) shift += entry.value; }).observe({ type: "layout-shift", buffered: true });
        const look = () => {
          for (const slot of document.querySelectorAll("[data-slot]")) frames_seen.add(getComputedStyle(slot).visibility === "visible" ? slot.innerText : "");
          requestAnimationFrame(look);
        };
        look();
      </script>${SCRIPT}`,
    });
    control.planFaults.push((_, answered) => void setTimeout(answered, 120));
    const { context, page } = await opened("/shop");
    await ready(page);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    const { texts, shift } = await page.evaluate(() => ({ texts: [.../** @type {any} */ (window).frames_seen], shift: /** @type {any} */ (window).shift }));
    assert.ok(texts.some((/** @type {string} */ text) => text.includes("Winter")) && texts.includes(""), texts.join("|"));
    assert.ok(!texts.some((/** @type {string} */ text) => /Our shop|Free returns/.test(text)), texts.join("|"));
    assert.equal(shift, 0);
    await context.close();
  });

  test("with the head of the document uses the answer that it asked for before the script came", async () => {
    serve("/shop", [FIELDS, WHOLE], { head: HEAD });
    const { context, page } = await opened("/shop");
    await ready(page);
    assert.deepEqual(await shown(page), DRAWN);
    assert.deepEqual(control.plans, [{ url: "/shop", referrer: "", lang: "en", frame: false }]);
    await context.close();
  });

  for (const [name, fault, code] of /** @type {[string, (response: import("node:http").ServerResponse) => void, RegExp][]} */ ([
    ["is refused", (response) => response.writeHead(503, { "Content-Type": "application/json" }).end('{"error":{"code":"no_bundle","message":"no configuration is loaded"}}'), /attune: plan.*no configuration/],
    ["is no JSON", (response) => response.writeHead(200).end("<!doctype html>"), /attune: plan/],
    ["breaks off", (response) => void response.writeHead(200, { "Content-Length": "100" }).write("{", () => response.destroy()), /attune: plan/],
  ])) {
    test(`whose plan ${name} is the origin's, and the console says so once`, async () => {
      serve("/shop", [FIELDS, WHOLE]);
      control.planFaults.push(fault);
      const { context, page, problems, warnings } = await opened("/shop");
      assert.equal(await ready(page), undefined);
      assert.deepEqual(await shown(page), ORIGIN);
      assert.deepEqual(warnings.length, 1);
      assert.match(warnings[0], code);
      assert.deepEqual(problems.filter((text) => !text.startsWith("Failed to load resource")), []);
      await context.close();
    });
  }

  for (const [name, script] of [["never gets an answer", SCRIPT], ["has no script", "<!-- page.js is blocked -->"]]) {
    test(`that ${name} shows the origin's content after a moment`, async () => {
      serve("/shop", [FIELDS, WHOLE], { head: script });
      control.planFaults.push(() => {});
      const { context, page } = await opened("/shop");
      await page.waitForFunction(() => Array.from(document.querySelectorAll("[data-slot]"), (slot) => getComputedStyle(slot).visibility).join() === "visible,visible");
      assert.deepEqual(await shown(page), ORIGIN);
      await context.close();
    });
  }

  test("costs a slot whose selector nobody reads only that slot", async () => {
    serve("/shop", [{ ...FIELDS, selector: "[" }, WHOLE]);
    const { context, page, problems } = await opened("/shop");
    await ready(page);
    await page.waitForFunction(() => getComputedStyle(/** @type {Element} */ (document.querySelector("[data-slot]"))).visibility === "visible");
    assert.deepEqual(await shown(page), [ORIGIN[0], DRAWN[1]]);
    assert.deepEqual(problems, []);
    await context.close();
  });
});

describe("a strict content security policy", () => {
  const policy = (/** @type {string} */ types) => `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types ${types}">`;

  test("with Trusted Types of the script's name is kept", async () => {
    serve("/shop", [FIELDS, WHOLE], { head: `${policy("attune")}${SCRIPT}` });
    const { context, page, problems, warnings } = await opened("/shop");
    await ready(page);
    assert.deepEqual(await shown(page), DRAWN);
    assert.deepEqual([problems, warnings], [[], []]);
    await context.close();
  });

  test("that forbids its Trusted Types costs the whole HTML, and says so", async () => {
    serve("/shop", [FIELDS, WHOLE], { head: `${policy("'none'")}${SCRIPT}` });
    const { context, page, warnings } = await opened("/shop");
    await ready(page);
    assert.deepEqual(await shown(page), [DRAWN[0], ORIGIN[1]]);
    assert.match(warnings.join("\n"), /attune: draw bar/);
    await context.close();
  });
});

describe("a plan that comes again", () => {
  test("changes nothing where it says the same", async () => {
    serve("/shop", [FIELDS, WHOLE]);
    const { context, page } = await opened("/shop");
    await ready(page);
    const changes = await page.evaluate(async () => {
      let changes = 0;
      const observer = new MutationObserver((records) => (changes += records.length));
      observer.observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true });
      await window.attune?.plan?.();
      changes += observer.takeRecords().length;
      return changes;
    });
    assert.equal(changes, 0);
    assert.equal(control.plans.length, 2);
    await context.close();
  });

  test("gives back the origin's own nodes where it brings nothing any more", async () => {
    serve("/shop", [FIELDS, WHOLE]);
    const { context, page } = await opened("/shop");
    const first = await page.evaluateHandle(() => document.querySelector("h1")?.firstChild);
    await ready(page);
    serve("/shop", []);
    await page.evaluate(() => window.attune?.plan?.());
    assert.deepEqual(await shown(page), ORIGIN);
    assert.deepEqual(await page.evaluate(() => [document.querySelector("img")?.getAttribute("src"), document.querySelector("a")?.getAttribute("href")]), ["/shop.svg", "/all"]);
    assert.ok(await page.evaluate((text) => text === document.querySelector("h1")?.firstChild, first));
    await context.close();
  });

  test("leaves alone what the page changed meanwhile", async () => {
    serve("/shop", [FIELDS, WHOLE]);
    const { context, page } = await opened("/shop");
    await ready(page);
    await page.evaluate(() => {
      document.querySelector("h1")?.replaceChildren("Hello Ana");
      document.querySelector('[data-slot="bar"]')?.replaceChildren("Two days left");
    });
    serve("/shop", []);
    await page.evaluate(() => window.attune?.plan?.());
    assert.deepEqual(await shown(page), ["Hello Ana All", "Two days left"]);
    await context.close();
  });
});
