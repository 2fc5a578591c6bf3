// Single-page apps: a new plan with each navigation, slots that appear late, pages that come back, and the functions of window.attune.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, beforeEach, describe, test } from "node:test";
import { consent, FILLED, logOf, openControl, push, settled } from "./control.mjs";

/** @type {Awaited<ReturnType<typeof openControl>>} */
let control;
before(async () => (control = await openControl({ ignoreDefaultArgs: ["--disable-back-forward-cache"] })));
beforeEach(() => {
  control.beacons.length = control.plans.length = control.planFaults.length = 0;
});
after(() => control.close());

/** @typedef {import("playwright-core").Page} Page */

const SCRIPT = '<script src="/_attune/page.js" data-plan async></script>';
const HERO = '<section data-slot="hero"><h1>Our shop</h1></section>';
/** @param {string} text @param {object} [more] */
const fields = (text, more) => ({ slot: "hero", selector: '[data-slot="hero"]', campaign: `sale-${text}`, arm: null, content: text, reason: "campaign", draw: { set: [["h1", "", text]] }, ...more });
/** @param {string} text */
const whole = (text) => fields(text, { draw: { html: `<h1>${text}</h1>` } });

/** @param {string} path @param {object[]} slots @param {{ body?: string, head?: string }} [page] */
const serve = (path, slots, { body = HERO, head = SCRIPT } = {}) => control.pages.set(path, { bare: true, slots, html: `<!doctype html><html lang="en"><head><title>${path}</title>${head}</head><body>${body}</body></html>` });

/** @param {string} path @param {{ agreed?: boolean, init?: () => void }} [how] */
async function opened(path, { agreed, init } = {}) {
  const visitor = await control.visitor({ agreed });
  /** @type {string[]} */
  const warnings = [];
  visitor.page.on("console", (message) => message.type() === "warning" && warnings.push(message.text()));
  if (init) await visitor.page.addInitScript(init);
  await visitor.page.goto(path);
  await visitor.page.evaluate(() => window.attune?.ready?.());
  return { ...visitor, warnings };
}
const heading = (/** @type {Page} */ page) => page.evaluate(() => document.querySelector("h1")?.textContent);
const reads = (/** @type {Page} */ page, /** @type {string} */ text) => page.waitForFunction((text) => document.querySelector("h1")?.textContent === text, text);
const go = (/** @type {Page} */ page, /** @type {string} */ path) => page.evaluate((path) => history.pushState(null, "", path), path);
/** An event of this name arrives with a campaign. @param {Page} page @param {string} name @param {string} campaign */
const told = (page, name, campaign) => page.waitForRequest((request) => new RegExp(`"${name}"[^}]*"campaign":"${campaign}"`).test(request.postData() ?? ""));

for (const [name, init] of /** @type {[string, (() => void) | undefined][]} */ ([
  ["the Navigation API", undefined],
  ["a browser without it", () => Object.defineProperty(window, "navigation", { value: undefined })],
])) {
  describe(`a navigation, with ${name}`, () => {
    test("is a view and a new plan, which takes along what happened", async () => {
      serve("/a", [fields("A")]);
      serve("/b", [fields("B")]);
      const { context, page, problems } = await opened("/a", { init });
      assert.equal(await heading(page), "A");
      await told(page, "attune_impression", "sale-A");
      await settled(page);
      await push(page, "MUG");
      await go(page, "/b?x=1#top");
      await reads(page, "B");
      assert.deepEqual(control.plans.map(({ url, beacon }) => [url, beacon?.events.map(({ name }) => name)]), [["/a", undefined], ["/b?x=1", ["add_to_cart", "page_view"]]]);
      await told(page, "attune_impression", "sale-B");
      await page.goBack();
      await reads(page, "A");
      const { "page_view /a": a, "page_view /b": b, "add_to_cart MUG": mugs } = await settled(page);
      assert.deepEqual([a, b, mugs], [2, 1, 1]);
      await page.evaluate(() => (location.hash = "other"));
      assert.equal(control.plans.length, 3, "a fragment is no page");
      assert.deepEqual(problems, []);
      await context.close();
    });
  });
}

test("of two plans the one that was asked last counts, whichever comes first", async () => {
  serve("/a", [fields("A")]);
  serve("/b", [fields("B")]);
  serve("/c", [fields("C")]);
  const { context, page } = await opened("/a");
  /** @type {() => void} */
  let answer = () => {};
  control.planFaults.push((_, answered) => void (answer = answered));
  const first = control.asked("/_attune/plan");
  await go(page, "/b");
  await first;
  await go(page, "/c");
  await reads(page, "C");
  const late = page.waitForResponse((response) => response.url().endsWith("/plan"));
  answer();
  await (await late).finished();
  assert.equal(await heading(page), "C");
  await context.close();
});

test("a page of the edge asks for a plan only once it navigates by itself", async () => {
  control.pages.set("/edge", { html: `<!doctype html><html lang="en"><head><title>edge</title></head><body><section data-slot="hero"><h1>A</h1><!--attune--></section></body></html>`, slots: [FILLED] });
  serve("/b", [fields("B")]);
  const { context, page } = await opened("/edge");
  assert.deepEqual(control.plans, []);
  await go(page, "/b");
  await reads(page, "B");
  assert.deepEqual(control.plans.map(({ url }) => url), ["/b"]);
  await context.close();
});

test("a slot that appears late is filled before it is painted", async () => {
  serve("/a", [whole("Sale")], { body: "<main></main>" });
  const { context, page } = await opened("/a");
  const texts = await page.evaluate(async (html) => {
    const main = /** @type {HTMLElement} */ (document.querySelector("main"));
    main.innerHTML = html;
    return new Promise((done) => requestAnimationFrame(() => done(main.innerText)));
  }, HERO);
  assert.equal(texts, "Sale");
  await told(page, "attune_impression", "sale-Sale");
  await context.close();
});

test("a page that is left comes out of the browser's own memory with what it showed", async () => {
  serve("/a", [fields("A")]);
  serve("/other", []);
  const { context, page, problems } = await opened("/a");
  await page.evaluate(() => addEventListener("pageshow", ({ persisted }) => persisted && Object.assign(window, { back: true })));
  await page.goto("/other");
  await page.goBack({ waitUntil: "commit" });
  await page.waitForFunction(() => "back" in window);
  assert.equal(await heading(page), "A");
  await push(page, "MUG");
  assert.equal((await settled(page))["add_to_cart MUG"], 1);
  assert.deepEqual(control.plans.map(({ url }) => url), ["/a", "/other"]);
  assert.deepEqual(problems, []);
  await context.close();
});

test("a page that is prerendered draws, and begins a profile once it is seen", async () => {
  serve("/a", [fields("A")]);
  // A browser that is driven from outside prerenders nothing: the page only believes it.
  const { context, page } = await opened("/a", { init: () => Object.defineProperty(document, "prerendering", { configurable: true, value: true }) });
  assert.equal(await heading(page), "A");
  assert.equal(await logOf(page), null);
  await page.evaluate(() => {
    Object.defineProperty(document, "prerendering", { value: false });
    document.dispatchEvent(new Event("prerenderingchange"));
  });
  await told(page, "attune_impression", "sale-A");
  assert.equal((await settled(page))["page_view /a"], 1);
  assert.equal(control.plans.length, 2);
  await context.close();
});

describe("window.attune", () => {
  const [, push] = /```js\n(window\.attune[\s\S]*?)```/.exec(readFileSync(new URL("../../docs/browser.md", import.meta.url), "utf8")) ?? [];
  const queued = `<script>${push};window.attune.q.push(["ready",[],(ready)=>Promise.resolve(ready).then((plan)=>(window.first=plan))],["nothing",[],()=>{}])</script>${SCRIPT}`;

  test("answers the calls that were made before it was there; a call that is none costs nothing", async () => {
    serve("/a", [fields("A")], { head: queued });
    const { context, page, problems, warnings } = await opened("/a");
    await page.waitForFunction(() => "first" in window);
    assert.equal(await page.evaluate(() => /** @type {any} */ (window).first.slots[0].campaign), "sale-A");
    assert.equal((await settled(page))["add_to_cart 22423"], 1, "an event that waits for the script waits for the plan too");
    assert.match(warnings.join(), /attune: call nothing/);
    assert.deepEqual(problems, []);
    await context.close();
  });

  test("takes no event before consent, and every one after it", async () => {
    serve("/a", [fields("A")]);
    const { context, page } = await opened("/a", { agreed: false });
    await page.evaluate(() => window.attune?.track?.("add_to_cart", { items: [{ item_id: "BEFORE" }] }));
    assert.equal(await logOf(page), null);
    assert.deepEqual(await page.evaluate(() => window.attune?.consent?.({ personalization: true, measurement: true })), { personalization: "granted", measurement: "granted" });
    await page.evaluate(() => window.attune?.track?.("add_to_cart", { items: [{ item_id: "AFTER" }] }));
    const counts = await settled(page);
    assert.equal(counts["add_to_cart AFTER"], 1);
    assert.equal(counts["add_to_cart BEFORE"], undefined);
    assert.deepEqual(await page.evaluate(() => window.attune?.forget?.()), { personalization: "granted", measurement: "granted" });
    await page.evaluate(() => window.attune?.consent?.({ personalization: false, measurement: false }));
    assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), []);
    await context.close();
  });

  test("says what went wrong: an event that is not known, a token that is refused, a listener that throws", async () => {
    serve("/a", [fields("A")]);
    const { context, page, problems, warnings } = await opened("/a");
    // The script of the log may still be on its way.
    const warned = page.waitForEvent("console");
    await page.evaluate(() => window.attune?.track?.("add_to_basket", {}));
    await warned;
    assert.match(warnings.join(), /attune: event "add_to_basket" is not an event that is known/);
    assert.deepEqual(await page.evaluate(() => window.attune?.identify?.("x").catch((error) => [error.message, error.code])), ["the visitor has no profile", "no_profile"]);
    await page.evaluate(() => {
      window.attune?.on?.("plan", () => {
        throw new Error("mine");
      });
      return window.attune?.plan?.();
    });
    assert.match(warnings.join(), /attune: callback Error: mine/);
    assert.equal(await heading(page), "A");
    assert.deepEqual(problems, []);
    await context.close();
  });

  test("tells of plans, slots and consent, until it is told no more; who answers true draws itself", async () => {
    serve("/a", [fields("A")]);
    serve("/b", [fields("B")]);
    serve("/c", [fields("C")]);
    const { context, page } = await opened("/a");
    await page.evaluate(() => {
      const heard = /** @type {any[]} */ ((/** @type {any} */ (window).heard = []));
      window.attune?.on?.("plan", ({ slots }) => heard.push(["plan", slots[0].content]));
      window.attune?.on?.("consent", ({ personalization }) => heard.push(["consent", personalization]));
      Object.assign(window, { off: window.attune?.on?.("slot", ({ slot, draw, element }) => heard.push(["slot", slot, draw?.set?.[0][2], element?.tagName]) > 0) });
    });
    await go(page, "/b");
    await page.waitForFunction(() => /** @type {any} */ (window).heard.length === 5);
    assert.equal(await heading(page), "Our shop", "the listener draws, and the page before is taken out");
    await page.evaluate(() => /** @type {any} */ (window).off());
    await consent(page, false);
    await go(page, "/c");
    await reads(page, "C");
    assert.deepEqual(await page.evaluate(() => /** @type {any} */ (window).heard), [
      ["plan", "A"], ["consent", "granted"], ["slot", "hero", "A", "SECTION"],
      ["slot", "hero", "B", "SECTION"], ["plan", "B"], ["consent", "denied"], ["plan", "C"],
    ]);
    await context.close();
  });
});

describe("the guard", () => {
  /** What a framework would do to the heading. @param {Page} page @param {string} text */
  const revert = (page, text) => page.evaluate((text) => void (/** @type {Element} */ (document.querySelector("h1")).textContent = text), text);

  test("puts values back once; the impression is of what is on the screen", async () => {
    serve("/a", [fields("A")]);
    const { context, page } = await opened("/a");
    await revert(page, "Our shop");
    await reads(page, "A");
    await told(page, "attune_impression", "sale-A");
    await context.close();
  });

  test("gives up the second time, and tells the loss", async () => {
    serve("/a", [fields("A")]);
    const { context, page } = await opened("/a");
    const lost = told(page, "attune_lost", "sale-A");
    await revert(page, "Our shop");
    await reads(page, "A");
    await revert(page, "Our shop");
    await lost;
    assert.equal(await heading(page), "Our shop");
    assert.equal((await settled(page))["attune_impression sale-A"], undefined);
    await context.close();
  });

  test("adds no node, and gives up what would need one", async () => {
    serve("/a", [fields("A")]);
    const { context, page } = await opened("/a");
    const lost = told(page, "attune_lost", "sale-A");
    await page.evaluate(() => /** @type {Element} */ (document.querySelector("h1")).replaceChildren(document.createElement("b")));
    await lost;
    assert.equal(await page.evaluate(() => document.querySelector("h1")?.innerHTML), "<b></b>");
    await context.close();
  });

  test("gives up whole HTML that somebody replaced", async () => {
    serve("/a", [whole("A")]);
    const { context, page } = await opened("/a");
    const lost = told(page, "attune_lost", "sale-A");
    await page.evaluate(() => document.querySelector("section")?.replaceChildren("Ours"));
    await lost;
    assert.equal(await page.evaluate(() => document.querySelector("section")?.textContent), "Ours");
    await context.close();
  });

  test("asks for the values of a page of the edge that was reverted before the script began", async () => {
    const hash = 0xc40bf6cc; // of "A"
    control.pages.set("/edge", { html: `<!doctype html><html lang="en"><head><title>edge</title></head><body>${HERO}</body></html>`, slots: [fields("A", { checks: [["h1", "", hash]] })] });
    const { context, page } = await opened("/edge");
    await reads(page, "A");
    await told(page, "attune_impression", "sale-A");
    await context.close();
  });

  test("costs a page that reverts with every frame little, and gives up", async () => {
    serve("/a", [fields("A")]);
    const { context, page } = await opened("/a");
    const lost = told(page, "attune_lost", "sale-A");
    await page.evaluate(() => {
      const heading = /** @type {Element} */ (document.querySelector("h1"));
      const frame = () => {
        heading.textContent = `Our shop ${performance.now()}`;
        requestAnimationFrame(frame);
      };
      frame();
    });
    await lost;
    await context.close();
  });

  for (const [what, selector, few, many] of /** @type {[string, string, number, number][]} */ ([
    ["of a slot", "h1", 100, 160],
    ["of something else", "#clock", 250, 310],
  ])) {
    test(`looks at ${few} changes ${what}, and no more after ${many}`, async () => {
      const late = { ...fields("B"), slot: "late", selector: '[data-slot="late"]', draw: { set: [["p", "", "Filled"]] } };
      serve("/a", [fields("A"), late], { body: `${HERO}<p id="clock">0</p>` });
      /** Whether a slot that appears after so many changes is filled. @param {number} times */
      const isFilled = async (times) => {
        const { context, page } = await opened("/a");
        const text = await page.evaluate(async ([selector, times]) => {
          const element = /** @type {Element} */ (document.querySelector(String(selector)));
          for (let at = 0; at < Number(times); at += 1) {
            element.textContent = String(at);
            await new Promise((resolve) => setTimeout(resolve));
          }
          document.body.insertAdjacentHTML("beforeend", '<section data-slot="late"><p>Empty</p></section>');
          await new Promise(requestAnimationFrame);
          return document.querySelector('[data-slot="late"] p')?.textContent;
        }, [selector, times]);
        await context.close();
        return text === "Filled";
      };
      assert.deepEqual([await isFilled(few), await isFilled(many)], [true, false]);
    });
  }
});
