// An impression is of content that is on the screen: whoever replaces it ends the count.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, beforeEach, describe, test } from "node:test";
import { begun, consent, FILLED, openControl, settled } from "./control.mjs";

/** @type {Awaited<ReturnType<typeof openControl>>} */
let control;
before(async () => {
  control = await openControl();
  control.serve("/react.js", react());
});
beforeEach(() => {
  control.beacons.length = 0;
});
after(() => control.close());

/** React as its packages have it, in one script that a browser can run; `require` gives its parts. */
function react() {
  const file = (/** @type {string} */ name) => readFileSync(new URL(`../../node_modules/${name}.production.js`, import.meta.url), "utf8");
  const parts = { react: "react/cjs/react", scheduler: "scheduler/cjs/scheduler", "react-dom": "react-dom/cjs/react-dom", "react-dom/client": "react-dom/cjs/react-dom-client" };
  const modules = Object.entries(parts).map(([name, path]) => `${JSON.stringify(name)}: (exports, require, module) => {${file(path)}}`);
  return `(() => { const parts = {${modules.join(",\n")}}, made = {};
    window.require = (name) => { if (!made[name]) { const module = (made[name] = { exports: {} }); parts[name](module.exports, window.require, module); } return made[name].exports; }; })();`;
}

const HERO = '<section data-slot="hero"><h1>Winter sale</h1><img src="/sale.svg" alt=""><a href="/sale">See all</a><!--attune--></section>';
/** The same, where the edge set only the picture's attributes. */
const PICTURE = '<section data-slot="hero"><h1>Our shop</h1><img src="/sale.svg" alt="" data-attune=""></section>';
/** The slot of a control arm: it keeps the origin's content. */
const CONTROL = { ...FILLED, campaign: "test", arm: "control", content: null, reason: "control" };

/** @param {string} body @param {object[]} slots @param {string} [head] @param {string} [beside] */
const serve = (body, slots, head = "", beside = "") => control.pages.set("/shop", { html: `<!doctype html><html lang="en"><head><title>Shop</title>${head}</head><body><div id="root">${body}</div>${beside}</body></html>`, slots });

/** The next beacon that has an impression of this campaign. @param {import("playwright-core").Page} page @param {string} campaign */
const impression = (page, campaign) => page.waitForRequest((request) => new RegExp(`"attune_impression"[^}]*"campaign":"${campaign}"`).test(request.postData() ?? ""));

/** A second slot below, whose impression tells that the first one's time is over as well. */
const LATER = '<p data-slot="later">Later<!--attune--></p>';
const later = { ...FILLED, slot: "later", selector: '[data-slot="later"]', campaign: "later", content: "later" };

/** Whether the first slot counted. A second slot, which nobody touches, comes into sight after it. @param {(page: import("playwright-core").Page) => Promise<unknown>} meanwhile */
async function seen(meanwhile) {
  const { context, page, problems } = await control.visitor();
  const done = impression(page, "later");
  await page.goto("/shop");
  await begun(page);
  await meanwhile(page);
  await page.evaluate(() => document.querySelector('[data-slot="later"]')?.removeAttribute("hidden"));
  await done;
  const counts = await settled(page);
  assert.deepEqual(problems, []);
  await context.close();
  return Object.keys(counts).filter((label) => label.startsWith("attune_impression") && label !== "attune_impression later").map((label) => label.split(" ")[1]);
}
const HIDDEN = LATER.replace("<p ", "<p hidden ");

describe("recommended products", () => {
  /** @param {string} slot @param {object} [more] */
  const picks = (slot, more) => ({
    ...FILLED, slot, selector: `[data-slot="${slot}"]`, campaign: "for-you", content: `for-you.${slot}`, strategy: "bought", products: ["1", "2"], sources: ["goes-with", "popular"], ...more,
  });
  /** Cards with one address each, and what else is linked. @param {string} slot @param {string} [more] */
  const cards = (slot, more = "") =>
    `<ul data-slot="${slot}"><li><a href="/p/1"><img src="/1.svg" width="40" height="40" alt=""></a><a href="/p/1">One</a></li><li><a href="/p/2">Two <b>new</b></a></li>${more}<!--attune--></ul>`;
  /** What was reported under a name. @param {string} name */
  const told = (name) => control.beacons.flatMap(({ beacon }) => beacon.events.filter((event) => event.name === name).map(({ params }) => params));
  /** @param {string} body @param {object[]} slots @param {string[]} clicks selectors */
  async function clicked(body, slots, clicks) {
    // A link that leads nowhere: the page stays.
    serve(body, slots, '<script>addEventListener("click", (event) => event.preventDefault())</script>');
    const { context, page, problems } = await control.visitor();
    const done = impression(page, "later");
    await page.goto("/shop");
    await begun(page);
    await done;
    for (const selector of clicks) await page.click(selector);
    await settled(page);
    assert.deepEqual(problems, []);
    await context.close();
  }

  test("are reported with the source of each, also where another slot has counted the campaign", async () => {
    await clicked(cards("home") + cards("basket") + LATER, [picks("home"), picks("basket"), later], []);
    const own = told("attune_impression").filter(({ products }) => products);
    const common = { arm: "", products: ["1", "2"], of: "for-you", strategy: "bought", sources: ["goes-with", "popular"] };
    assert.deepEqual(own.toSorted((a, b) => a.slot.localeCompare(b.slot)).map(({ campaign, ...rest }) => rest), [
      { slot: "basket", ...common },
      { slot: "home", ...common },
    ]);
    assert.deepEqual(own.map(({ campaign }) => campaign).sort(), ["", "for-you"], "a cap counts one decision once");
  });

  test("that are followed are reported with their source, by whatever part of their card", async () => {
    await clicked(cards("home") + LATER, [picks("home"), later], ["img", "b", "li:first-child a:last-child"]);
    const click = { slot: "home", of: "for-you", strategy: "bought" };
    assert.deepEqual(told("attune_click"), [
      { ...click, sources: ["goes-with"] },
      { ...click, sources: ["popular"] },
      { ...click, sources: ["goes-with"] },
    ]);
  });

  test("have no source where the links are not those of the products", async () => {
    await clicked(cards("home", '<li><a href="/all">All</a></li>') + LATER, [picks("home"), later], ["b"]);
    assert.deepEqual(told("attune_click"), [{ slot: "home", of: "for-you", strategy: "bought" }]);
  });

  test("have no source where a carousel shows copies", async () => {
    const copied = cards("home").replace('<li><a href="/p/1">', '<li><a href="/p/2">Two</a></li><li><a href="/p/1">');
    await clicked(copied + LATER, [picks("home"), later], ["b"]);
    assert.deepEqual(told("attune_click"), [{ slot: "home", of: "for-you", strategy: "bought" }]);
  });

  test("of a slot whose sources nobody counts are no click", async () => {
    await clicked(cards("home") + LATER, [picks("home", { strategy: undefined, sources: undefined }), later], ["b"]);
    assert.deepEqual(told("attune_click"), []);
    assert.deepEqual(told("attune_impression").filter(({ slot }) => slot === "home"), [{ slot: "home", campaign: "for-you", arm: "", products: ["1", "2"] }]);
  });
});

describe("a filled slot", () => {
  test("that stays as it was is counted, also when white space or classes change", async () => {
    serve(HERO + HIDDEN, [FILLED, later]);
    assert.deepEqual(await seen((page) => page.evaluate(() => document.querySelector("h1")?.replaceChildren("  Winter \n", "sale"))), ["sale"]);
  });

  for (const [name, change] of /** @type {[string, () => void][]} */ ([
    ["whose text was replaced", () => document.querySelector("h1")?.replaceChildren("Our shop")],
    ["whose picture was replaced", () => document.querySelector("img")?.setAttribute("src", "/shop.svg")],
    ["whose link was replaced", () => document.querySelector("section a")?.setAttribute("href", "/all")],
    ["that was emptied", () => document.querySelector("section")?.replaceChildren()],
    ["that was removed", () => document.querySelector("section")?.remove()],
    ["before which another element took its selector", () => document.querySelector("section")?.insertAdjacentHTML("beforebegin", '<div data-slot="hero">Ours</div>')],
  ])) {
    test(`${name} is not`, async () => {
      serve(HERO + HIDDEN, [FILLED, later]);
      assert.deepEqual(await seen((page) => page.evaluate(change)), []);
    });
  }

  test("whose element was replaced by an equal one is counted: it is on the screen", async () => {
    serve(HERO + HIDDEN, [FILLED, later]);
    assert.deepEqual(await seen((page) => page.evaluate(() => document.querySelector("section")?.replaceWith(document.querySelector("section")?.cloneNode(true) ?? ""))), ["sale"]);
  });

  test("of which only attributes were set is counted", async () => {
    serve(PICTURE + HIDDEN, [FILLED, later]);
    assert.deepEqual(await seen(async () => {}), ["sale"]);
  });

  for (const [name, body] of [
    ["replaced", '<section data-slot="hero"><h1>Our shop</h1></section>'],
    ["emptied", '<section data-slot="hero"></section>'],
    ["given the shop's picture", PICTURE.replace(' data-attune=""', "")],
  ]) {
    test(`${name} before the script began is not`, async () => {
      serve(body + HIDDEN, [FILLED, later]);
      assert.deepEqual(await seen(async () => {}), []);
    });
  }

  test("of a control arm needs only its element, whatever the shop does with its own content", async () => {
    serve(HERO + HIDDEN, [CONTROL, later]);
    assert.deepEqual(await seen((page) => page.evaluate(() => document.querySelector("h1")?.replaceChildren("Our shop"))), ["test"]);
  });

  test("that nobody replaced counts what only observed as well", async () => {
    serve(HERO + HIDDEN, [{ ...FILLED, observed: { campaign: "watcher", arm: null } }, later]);
    assert.deepEqual((await seen(async () => {})).sort(), ["sale", "watcher"]);
  });

  test("is counted after consent was given on the page, with what it held at the start", async () => {
    serve(HERO + LATER, [FILLED, later]);
    const { context, page } = await control.visitor({ agreed: false });
    await page.goto("/shop");
    await begun(page);
    await page.evaluate(() => document.querySelector("h1")?.replaceChildren("Our shop"));
    const done = impression(page, "later");
    await consent(page, true);
    await done;
    assert.deepEqual(await settled(page), { "attune_lost sale": 1, "attune_impression later": 1 });
    await context.close();
  });

  test("whose selector no browser reads costs the others nothing", async () => {
    serve(HERO + LATER, [{ ...FILLED, selector: "[" }, later]);
    const { context, page, problems } = await control.visitor();
    const done = impression(page, "later");
    await page.goto("/shop");
    await done;
    assert.deepEqual(problems, []);
    await context.close();
  });
});

describe("React", () => {
  /** Hydrates the page with what the shop's own server rendered; what is in the slot then. @param {string} inner */
  const app = (inner) => `<script src="/react.js"></script><script>
    const { createElement: h } = require("react");
    window.hydrate = () => new Promise((done) => {
      const App = () => { require("react").useEffect(() => done(document.querySelector("[data-slot]").innerHTML)); return ${inner}; };
      require("react-dom/client").hydrateRoot(document.getElementById("root"), h(App), { onRecoverableError: () => (window.recovered = true) });
    });
  </script>`;
  const hydrate = (/** @type {import("playwright-core").Page} */ page) => page.evaluate(() => /** @type {any} */ (window).hydrate());

  test("throws away what was put into its root: no impression", async () => {
    serve(HERO, [FILLED, later], app('h("section", { "data-slot": "hero" }, h("h1", null, "Our shop"))'), HIDDEN);
    const counted = await seen(async (page) => {
      assert.equal(await hydrate(page), "<h1>Our shop</h1>");
      assert.equal(await page.evaluate(() => /** @type {any} */ (window).recovered), true);
    });
    assert.deepEqual(counted, []);
  });

  test("throws it away before the script began: no impression, and the loss is told", async () => {
    serve(HERO, [FILLED, later], app('h("section", { "data-slot": "hero" }, h("h1", null, "Our shop"))'), LATER);
    const { context, page } = await control.visitor();
    await page.route("**/_attune/page.js", async (route) => {
      await page.waitForFunction(() => "hydrate" in window);
      assert.equal(await hydrate(page), "<h1>Our shop</h1>");
      await route.continue();
    });
    const done = impression(page, "later");
    await page.goto("/shop");
    await done;
    assert.deepEqual(await settled(page), { "page_view /shop": 1, "attune_lost sale": 1, "attune_impression later": 1 });
    await context.close();
  });

  test("that leaves the slot's content alone: an impression", async () => {
    serve(HERO, [FILLED], app('h("section", { "data-slot": "hero", suppressHydrationWarning: true, dangerouslySetInnerHTML: { __html: "" } })'));
    const { context, page } = await control.visitor();
    const done = impression(page, "sale");
    await page.goto("/shop");
    await begun(page);
    assert.match(String(await hydrate(page)), /Winter sale/);
    await done;
    await context.close();
  });
});
