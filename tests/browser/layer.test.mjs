// What the script reads of a shop's data layer: once, whatever is in it, and without a word to the shop's own code.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { begun, consent, logOf, openControl, push, settled } from "./control.mjs";

/** @type {Awaited<ReturnType<typeof openControl>>} */
let control;
before(async () => {
  control = await openControl();
});
after(() => control.close());

/** @typedef {import("playwright-core").Page} Page */

/** A visitor on a page whose own script runs before ours. @param {string} [script] */
async function arrived(script = "") {
  control.pages.set("/shop", { html: `<!doctype html><html lang="en"><head><title>Shop</title><script>${script}</script></head><body><h1>Shop</h1></body></html>` });
  const visitor = await control.visitor();
  await visitor.page.goto("/shop");
  await begun(visitor.page);
  control.beacons.length = 0;
  return visitor;
}

/** The params of the events that the log has, but for views. @param {Page} page */
const kept = async (page) => {
  await settled(page);
  const { entries } = await logOf(page);
  return entries.filter((/** @type {any} */ { name }) => name !== "page_view").map((/** @type {any} */ { name, params }) => [name, params]);
};

/** Runs the shop's code; what it threw. @param {Page} page @param {string} code */
const run = (page, code) =>
  page.evaluate((code) => {
    try {
      new Function(code)();
      return null;
    } catch (error) {
      return String(error);
    }
  }, code);

const A = 'items: [{ item_id: "A" }]';
const KEPT = { items: [{ item_id: "A" }] };

describe("an entry that a tracker stumbles over", () => {
  /** What is kept of it. @type {[string, string, unknown[]][]} */
  const entries = [
    ["an item that is null", 'dataLayer.push({ event: "add_to_cart", ecommerce: { items: [null, { item_id: "A" }] } })', [["add_to_cart", KEPT]]],
    ["an item that is a text", 'dataLayer.push({ event: "add_to_cart", ecommerce: { items: ["A", 7, { item_id: "A" }] } })', [["add_to_cart", KEPT]]],
    ["items with holes", 'dataLayer.push({ event: "view_item_list", ecommerce: { items: [, { item_id: "A" }] } })', [["view_item_list", KEPT]]],
    ["items that are an object", 'dataLayer.push({ event: "view_cart", ecommerce: { items: { 0: { item_id: "A" } } } })', [["view_cart", { items: [] }]]],
    ["items that say they are many", 'const items = [{ item_id: "A" }]; items.length = 2 ** 32 - 1; dataLayer.push({ event: "view_cart", ecommerce: { items } })', [["view_cart", KEPT]]],
    ["an ecommerce that is a text", `dataLayer.push({ event: "add_to_cart", ecommerce: "x", ${A} })`, [["add_to_cart", KEPT]]],
    ["an item without an id", 'dataLayer.push({ event: "purchase", ecommerce: { transaction_id: "T-1", items: [{ item_name: "Gift wrapping" }, { item_id: "A" }] } })', [["purchase", { transaction_id: "T-1", ...KEPT }]]],
    ["a price that is a BigInt", 'dataLayer.push({ event: "add_to_cart", ecommerce: { items: [{ item_id: "A", price: 10n }] } })', [["add_to_cart", KEPT]]],
    ["a price that is no number", 'dataLayer.push({ event: "add_to_cart", ecommerce: { items: [{ item_id: "A", price: NaN, quantity: Infinity }] } })', [["add_to_cart", KEPT]]],
    ["a price that holds itself", 'const a = {}; a.a = a; dataLayer.push({ event: "add_to_cart", ecommerce: { items: [{ item_id: "A", price: a }] } })', [["add_to_cart", KEPT]]],
    ["an id that is an element", 'dataLayer.push({ event: "add_to_cart", ecommerce: { items: [{ item_id: document.body }] } })', [["add_to_cart", { items: [] }]]],
    ["a getter that throws", 'dataLayer.push({ event: "add_to_cart", ecommerce: { items: [{ item_id: "A", get price() { throw 1; } }] } })', [["add_to_cart", KEPT]]],
    ["an event that throws", `dataLayer.push({ get event() { throw 1; }, ${A} })`, []],
    ["an item that was revoked", 'const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); dataLayer.push({ event: "add_to_cart", ecommerce: { items: [proxy, { item_id: "A" }] } })', [["add_to_cart", KEPT]]],
    ["an entry that was revoked", "const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); dataLayer.push(proxy)", []],
    ["a toJSON that throws", `dataLayer.push({ event: "add_to_cart", toJSON() { throw 1; }, ecommerce: { items: [{ item_id: "A", toJSON() { throw 1; } }] } })`, [["add_to_cart", KEPT]]],
    ["a name that is a symbol", 'dataLayer.push({ event: Symbol("add_to_cart") })', []],
    ["a name that throws as a text", "dataLayer.push({ event: { toString() { throw 1; } } })", []],
    ["an address that is none", 'dataLayer.push({ event: "page_view", page_location: "https://" })', []],
    ["an address that throws", "dataLayer.push({ event: 'page_view', page_location: { toString() { throw 1; } } })", []],
    ["no entry at all", 'dataLayer.push(null, undefined, 7, "add_to_cart", Symbol("x"), function () {}, [], window)', []],
    ["a frozen entry", 'dataLayer.push(Object.freeze({ event: "login", method: "Demo" }))', [["login", {}]]],
    ["an entry without a prototype", 'dataLayer.push(Object.assign(Object.create(null), { event: "login" }))', [["login", {}]]],
    ["half a character", String.raw`dataLayer.push({ event: "purchase", ecommerce: { transaction_id: "T-\ud83c", items: [{ item_id: "A", item_category: "\udf81 gifts" }] } })`, [["purchase", { transaction_id: "T-\ufffd", items: [{ item_id: "A", item_category: "\ufffd gifts" }] }]]],
    ["a text that is cut within a character", String.raw`dataLayer.push({ event: "add_to_cart", ecommerce: { items: [{ item_id: "A", item_brand: "x".repeat(99) + "\u{1f381}" }] } })`, [["add_to_cart", { items: [{ item_id: "A", item_brand: `${"x".repeat(99)}\ufffd` }] }]]],
  ];
  for (const [name, code, expected] of entries) {
    test(`${name}, pushed`, async () => {
      const { context, page, problems } = await arrived();
      assert.equal(await run(page, code), null);
      assert.equal(await run(page, 'dataLayer.push({ event: "search", search_term: "mugs" })'), null);
      assert.deepEqual(await kept(page), [...expected, ["search", {}]]);
      assert.deepEqual(problems, []);
      await context.close();
    });
  }

  test("any of them, on a page that already has it", async () => {
    const { context, page, problems } = await arrived(`window.dataLayer = []; ${entries.map(([, code]) => `{ ${code} }`).join("\n")}`);
    assert.deepEqual(await kept(page), entries.flatMap(([, , expected]) => expected));
    assert.deepEqual(problems, []);
    await context.close();
  });
});

describe("a data layer that is not as it was", () => {
  test("an array that was replaced is read, and nothing of it twice", async () => {
    const { context, page } = await arrived(`window.dataLayer = [{ event: "add_to_cart", ${A} }];`);
    await run(page, `window.dataLayer = [...dataLayer, { event: "login" }]; document.dispatchEvent(new Event("visibilitychange"));`);
    await run(page, 'dataLayer.push({ event: "refund" }); document.dispatchEvent(new Event("visibilitychange"));');
    assert.deepEqual(await kept(page), [["add_to_cart", KEPT], ["login", {}], ["refund", {}]]);
    await context.close();
  });

  test("entries that a tag manager pushes again are read once", async () => {
    const { context, page } = await arrived(`window.dataLayer = [{ event: "add_to_cart", ${A} }];`);
    // As tag managers do: their own push, which numbers the entry, calls the one before, and drops what is old.
    await run(page, `const { push } = dataLayer;
      dataLayer.push = (...all) => { for (const one of all) one["gtm.uniqueEventId"] = 5; const length = push.apply(dataLayer, all); dataLayer.splice(0, dataLayer.length - 1); return length; };
      const again = dataLayer[0]; dataLayer.push(again); dataLayer.push({ event: "login" }); dataLayer.push(again);`);
    assert.deepEqual(await kept(page), [["add_to_cart", KEPT], ["login", {}]]);
    await context.close();
  });

  test("a push of somebody else's, which calls nobody, is found out when the page is left", async () => {
    const { context, page } = await arrived();
    await run(page, `dataLayer.push = function (entry) { this[this.length] = entry; return 99; }; if (dataLayer.push({ event: "add_to_cart", ${A} }) !== 99) throw 1;`);
    await page.goto("/p/next");
    assert.deepEqual(await kept(page), [["add_to_cart", KEPT]]);
    await context.close();
  });

  for (const [name, script] of [
    ["frozen", `window.dataLayer = Object.freeze([{ event: "login" }]);`],
    ["an object", "window.dataLayer = { push() { return 1; } };"],
    ["a text", 'window.dataLayer = "x";'],
    ["an element", 'addEventListener("DOMContentLoaded", () => document.body.insertAdjacentHTML("afterbegin", "<p id=dataLayer>"));'],
    ["endless", "window.dataLayer = new Proxy([], { get: (array, key) => (key === 'length' ? Infinity : Reflect.get(array, key)) });"],
    ["one that throws", "Object.defineProperty(window, 'dataLayer', { get() { throw 1; } });"],
  ]) {
    test(`a data layer that is ${name} breaks nothing`, async () => {
      control.pages.set("/odd", { html: `<!doctype html><html lang="en"><head><title>Shop</title><script>${script}</script></head><body><h1>Shop</h1></body></html>` });
      const { context, page, problems } = await control.visitor();
      await page.goto("/odd");
      assert.equal((await settled(page))["page_view /odd"], 1);
      const { entries } = await logOf(page);
      assert.equal(entries.length, name === "frozen" ? 2 : 1);
      assert.deepEqual(problems, []);
      await context.close();
    });
  }

  test("what its push throws and returns is its own", async () => {
    const { context, page } = await arrived(`window.dataLayer = []; dataLayer.push = (...all) => { if (all[0] === 0) throw new Error("the shop's"); return all.length; };`);
    assert.equal(await run(page, "dataLayer.push(0)"), "Error: the shop's");
    assert.equal(await page.evaluate(() => window.dataLayer?.push({ event: "login" }, {})), 2);
    assert.deepEqual(await kept(page), [["login", {}]]);
    await context.close();
  });
});

describe("what is read of an event", () => {
  test("gtag's arguments, and items in either place", async () => {
    const { context, page } = await arrived();
    await run(page, `function gtag() { dataLayer.push(arguments); }
      gtag("js", new Date()); gtag("config", "G-1"); gtag("event", "add_to_cart", { currency: "GBP", ${A} });
      gtag("event", "login"); dataLayer.push({ event: "view_cart", ${A} }, { event: "view_item", ecommerce: { value: 3 }, ${A} }, { ecommerce: null }, { event: "gtm.js" });`);
    assert.deepEqual(await kept(page), [["add_to_cart", KEPT], ["login", {}], ["view_cart", KEPT], ["view_item", KEPT]]);
    await context.close();
  });

  test("only what something uses", async () => {
    const { context, page } = await arrived();
    const item = { item_id: "A", item_category: "mugs", item_brand: "B", item_variant: "red", price: 5, quantity: 2, discount: 1 };
    await page.evaluate((item) => {
      const ecommerce = { currency: "GBP", value: 10, coupon: "X", tax: 1, items: [{ ...item, item_name: "A mug", index: 0, item_list_id: "l" }] };
      window.dataLayer?.push({ event: "purchase", user_id: "u", ecommerce: { ...ecommerce, transaction_id: "T-1" } }, { event: "add_to_cart", ecommerce: { ...ecommerce, transaction_id: "T-2" } }, { event: "search", search_term: "mugs" });
    }, item);
    assert.deepEqual(await kept(page), [["purchase", { transaction_id: "T-1", value: 10, currency: "GBP", items: [item] }], ["add_to_cart", { items: [item] }], ["search", {}]]);
    await context.close();
  });

  test("a thank-you page that is opened twice says its order twice, with its id", async () => {
    const { context, page } = await arrived(`window.dataLayer = [{ event: "purchase", ecommerce: { transaction_id: "T-1001", ${A} } }];`);
    await settled(page);
    await page.reload();
    assert.deepEqual(await kept(page), [["purchase", { transaction_id: "T-1001", ...KEPT }], ["purchase", { transaction_id: "T-1001", ...KEPT }]]);
    await context.close();
  });

  test("a page without a document is a view where its path is another one", async () => {
    const { context, page } = await arrived();
    await settled(page);
    await run(page, `history.pushState({}, "", "/c/mugs?sort=price"); dataLayer.push({ event: "page_view" });
      dataLayer.push({ event: "page_view", page_location: location.href }); dataLayer.push({ event: "page_view", page_location: "/c/cups" });`);
    await settled(page);
    const views = control.beacons.flatMap(({ beacon }) => beacon.events).filter(({ name }) => name === "page_view");
    assert.deepEqual(views.map(({ params }) => params).filter(({ page_path }) => page_path !== "/shop"), [
      { page_path: "/c/mugs" },
      { page_path: "/c/cups" },
    ]);
    await context.close();
  });
});

describe("events that are too large", () => {
  test("a list of 150 large items loses items from its end, and the event after it nothing", async () => {
    const { context, page } = await arrived();
    await page.evaluate(() => {
      const items = Array.from({ length: 150 }, (_, at) => ({ item_id: `SKU-${at}`, item_category: "lanterns", item_brand: "Some “brand” name", item_variant: `colour ${at}`, price: 12.95, quantity: 1 }));
      window.dataLayer?.push({ event: "view_item_list", ecommerce: { items } });
    });
    await push(page, "MUG");
    const [[, { items }], last] = await kept(page);
    assert.ok(items.length > 20 && items.length < 150, String(items.length));
    assert.equal(items[0].item_id, "SKU-0");
    assert.deepEqual(last[1].items[0].item_id, "MUG");
    const sent = control.beacons.flatMap(({ beacon }) => beacon.events).find(({ name }) => name === "view_item_list");
    assert.ok(Buffer.byteLength(JSON.stringify(sent)) <= 6_000, "bytes, and not characters, count");
    await context.close();
  });

  test("many of them go in several beacons", async () => {
    const { context, page } = await arrived();
    await page.evaluate(() => {
      for (let list = 0; list < 8; list++) {
        const items = Array.from({ length: 60 }, (_, at) => ({ item_id: `L${list}-${at}`, item_category: "lanterns", item_brand: "Some “brand” name" }));
        window.dataLayer?.push({ event: "view_item_list", ecommerce: { items } });
      }
    });
    const counts = await settled(page);
    assert.deepEqual(Array.from({ length: 8 }, (_, list) => counts[`view_item_list L${list}-0`]), Array(8).fill(1));
    assert.ok(control.beacons.length > 3);
    for (const { bytes } of control.beacons) assert.ok(bytes <= 12_000, String(bytes));
    await context.close();
  });

  test("a path that is too long is cut, and the beacon goes", async () => {
    const { context, page } = await arrived();
    const path = `/search/${"x".repeat(3_000)}`;
    await page.goto(path);
    const counts = await settled(page);
    assert.equal(counts[`page_view ${path.slice(0, 1_000)}`], 1);
    await context.close();
  });

  for (const status of [400, 413]) {
    test(`an event that the server refuses with ${status} is found, retired, and costs no other`, async () => {
      const { context, page } = await arrived();
      await settled(page);
      const picky = /** @type {import("./control.mjs").Fault} */ ((response, fold, { events }) => {
        control.faults.push(picky);
        if (events.some(({ params }) => params.items?.[0]?.item_id === "BAD")) response.writeHead(status).end();
        else fold();
      });
      control.faults.push(picky);
      await push(page, "a", "b", "c", "d", "BAD", "e", "f");
      const counts = await settled(page);
      control.faults.length = 0;
      assert.deepEqual(Object.keys(counts).filter((label) => label.startsWith("add")).sort(), ["a", "b", "c", "d", "e", "f"].map((sku) => `add_to_cart ${sku}`));
      const { entries } = await logOf(page);
      assert.deepEqual(entries.filter((/** @type {any} */ { name }) => name === "void").map((/** @type {any} */ { n, params }) => [n, params]), [[6, {}]]);
      // The next page sends it no more.
      control.beacons.length = 0;
      await page.goto("/p/2");
      await settled(page);
      assert.ok(!control.events().includes("add_to_cart BAD"));
      await context.close();
    });
  }
});

test("what was pushed before the visitor agreed stays unsaid, also by a push of somebody else's", async () => {
  control.pages.set("/shop", { html: `<!doctype html><html lang="en"><head><title>Shop</title><script>window.dataLayer = [{ event: "refund" }];</script></head><body></body></html>` });
  const { context, page } = await control.visitor({ agreed: false });
  await page.goto("/shop");
  await begun(page);
  await push(page, "before");
  await run(page, 'dataLayer[dataLayer.length] = { event: "search" };');
  assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), []);
  await consent(page, true);
  await push(page, "after");
  assert.deepEqual(await settled(page), { "add_to_cart after": 1 });
  await context.close();
});
