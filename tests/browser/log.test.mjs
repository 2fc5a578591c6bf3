// The script's log, in a real browser: however tabs, pages and answers cross, everything is counted once.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { begun, counted, logOf, openControl, push, settled } from "./control.mjs";

/** @type {Awaited<ReturnType<typeof openControl>>} */
let control;
before(async () => {
  control = await openControl();
});
after(() => control.close());

/** @typedef {import("playwright-core").Page} Page */

/** A visitor on a page, whose view has been counted. @param {string} [path] */
async function arrived(path = "/p/1") {
  const visitor = await control.visitor();
  await visitor.page.goto(path);
  await settled(visitor.page);
  control.beacons.length = 0;
  return visitor;
}

/** The answer to the next beacon that has this in it. @param {Page} page @param {string} text */
const beacon = (page, text) => page.waitForResponse((response) => response.url().endsWith("/_attune/events") && (response.request().postData() ?? "").includes(text));

/** @param {Record<string, number>} counts @param {string} name */
const named = (counts, name) => Object.fromEntries(Object.entries(counts).filter(([label]) => label.startsWith(`${name} `)).map(([label, count]) => [label.slice(name.length + 1), count]));

/** @param {string[]} skus */
const once = (skus) => Object.fromEntries(skus.map((sku) => [sku, 1]));

describe("tabs share one log", () => {
  for (const tabs of [2, 4, 8]) {
    test(`${tabs} tabs that send at the same time, before any of them has an answer`, async () => {
      const { context, page, tab, problems } = await arrived();
      const pages = [page, ...(await Promise.all(Array.from({ length: tabs - 1 }, tab)))];
      for (const [at, one] of pages.entries()) await one.goto(`/p/${at}`);
      await settled(page);
      // Without locks, which only spare work.
      for (const one of pages) await one.evaluate(() => Object.defineProperty(navigator, "locks", { value: undefined }));
      /** @type {(() => void)[]} */
      const folds = [];
      // A browser has six connections to a host.
      const held = Math.min(tabs, 5);
      const all = new Promise((resolve) => {
        for (let at = 0; at < held; at++) control.faults.push((_, fold) => void (folds.push(fold) === held && resolve(null)));
      });
      const { next } = await logOf(page);
      for (const [at, one] of pages.entries()) {
        await one.waitForFunction((next) => JSON.parse(localStorage.getItem("attune:log") ?? "{}").next === next, next + at);
        await push(one, `s${at}`);
      }
      await all;
      for (const fold of folds.reverse()) fold();
      // Some leave before their answer is there; the others go on.
      await Promise.all(pages.slice(1).map((one, at) => (at % 2 ? one.close() : one.goto("/p/next"))));
      await page.goto("/p/last");
      const counts = await settled(page);
      assert.deepEqual(named(counts, "add_to_cart"), once(pages.map((_, at) => `s${at}`)));
      assert.deepEqual([counts["page_view /p/last"], counts["page_view /p/1"]], [1, 2]);
      assert.deepEqual(problems, []);
      await context.close();
    });
  }

  test("a tab that does not see yet what another one wrote, and writes over it, costs neither its event", async () => {
    const { context, page, tab } = await arrived();
    const other = await tab();
    await other.goto("/_attune/me");
    await page.evaluate(() => {
      const before = localStorage.getItem("attune:log") ?? "";
      window.dataLayer?.push({ event: "add_to_cart", ecommerce: { items: [{ item_id: "MUG" }] } });
      // What the other tab would write: the same number, for something else.
      const log = JSON.parse(before);
      const entry = { n: log.next, name: "add_to_cart", at: Date.now(), page: "/p/9", params: { items: [{ item_id: "CUP" }] } };
      localStorage.setItem("attune:log", JSON.stringify({ ...log, next: log.next + 1, entries: [...log.entries, entry] }));
    });
    assert.deepEqual(named(await settled(page), "add_to_cart"), { CUP: 1, MUG: 1 });
    await context.close();
  });

  test("what another tab has sent is not sent again", async () => {
    const { context, page, tab } = await arrived();
    const other = await tab();
    await other.goto("/p/2");
    // Or the other tab's beacon with its view may take the next event along.
    await settled(other);
    const sent = beacon(page, "MUG");
    await push(page, "MUG");
    await sent;
    // Storage reaches another tab's process a moment later. Until then that tab would send it again, which counts once too.
    await other.waitForFunction(() => {
      const { last, next } = JSON.parse(localStorage.getItem("attune:log") ?? "{}");
      return last === next - 1;
    });
    const later = beacon(other, "CUP");
    await push(other, "CUP");
    await later;
    assert.equal(control.events().filter((label) => label === "add_to_cart MUG").length, 1);
    await context.close();
  });
});

describe("answers that come late, or not at all", () => {
  test("a late answer sets the cookie back: the next page sends again what it lacks", async () => {
    const { context, page, tab } = await arrived();
    /** @type {() => void} */
    let release = () => {};
    const held = new Promise((resolve) => control.faults.push((_, fold) => new Promise((done) => ((release = () => done(fold())), resolve(null)))));
    const late = beacon(page, "MUG");
    await push(page, "MUG");
    await held;
    // A tab of its own, because the first one waits for its answer.
    const other = await tab();
    await other.goto("/p/2");
    await push(other, "CUP");
    await settled(other);
    release();
    await late;
    await other.goto("/p/3");
    const counts = await settled(other);
    assert.deepEqual(named(counts, "add_to_cart"), { CUP: 1, MUG: 1 });
    await context.close();
  });

  test("a cookie that went back is found out by the next event of the same page", async () => {
    const { context, page } = await arrived();
    const before = await context.cookies();
    await push(page, "MUG");
    await settled(page);
    await context.addCookies(before);
    await push(page, "CUP");
    assert.deepEqual(named(await settled(page), "add_to_cart"), { CUP: 1, MUG: 1 });
    await context.close();
  });

  for (const [name, fault] of /** @type {[string, import("./control.mjs").Fault][]} */ ([
    ["breaks off", (response) => (response.writeHead(200, { "Content-Length": 999 }), void response.write("{", () => response.destroy()))],
    ["is no JSON", (response) => void response.end("<h1>Error 1101</h1>")],
    ["is 429", (response) => void response.writeHead(429).end()],
    ["is 503", (response) => void response.writeHead(503).end()],
    ["comes from a Worker that knows no logs", (response) => void response.end('{"applied":0,"ring":[],"rejected":[]}')],
  ])) {
    test(`an answer that ${name}: all is kept, and the next page sends it again`, async () => {
      const { context, page, problems } = await arrived();
      control.faults.push(fault);
      const ended = new Promise((resolve) => page.on("requestfinished", resolve).on("requestfailed", resolve));
      await push(page, "MUG");
      await ended;
      await page.clock.install();
      await push(page, "CUP");
      await page.clock.runFor(5_000);
      await page.clock.resume();
      assert.equal(control.beacons.length, 1, "no second try on the same page");
      await page.goto("/p/2");
      assert.deepEqual(named(await settled(page), "add_to_cart"), { CUP: 1, MUG: 1 });
      assert.deepEqual(problems, []);
      await context.close();
    });
  }

  test("an answer that is lost on the way, after its events were counted: they are not counted twice", async () => {
    const { context, page } = await arrived();
    await page.route("**/_attune/events", async (route) => {
      await route.fetch();
      await route.abort();
    });
    const failed = page.waitForEvent("requestfailed");
    await push(page, "MUG");
    await failed;
    await page.unroute("**/_attune/events");
    await page.goto("/p/2");
    assert.deepEqual(named(await settled(page), "add_to_cart"), { MUG: 1 });
    assert.ok(control.events().filter((label) => label === "add_to_cart MUG").length > 1, "it was sent twice");
    await context.close();
  });

  test("503 with Retry-After is tried once more after that time, and no oftener", async () => {
    const { context, page } = await arrived();
    const busy = (/** @type {import("node:http").ServerResponse} */ response) => void response.writeHead(503, { "Retry-After": "1" }).end();
    control.faults.push(busy);
    await push(page, "MUG");
    assert.deepEqual(named(await settled(page), "add_to_cart"), { MUG: 1 });
    assert.equal(control.beacons.length, 2);
    await context.close();
  });

  test("without a profile nothing is dropped: the page that brings a mint token sends it all", async () => {
    const { context, page } = await arrived();
    await context.clearCookies({ name: "__Host-attune" });
    const refused = beacon(page, "MUG");
    await push(page, "MUG");
    assert.equal((await (await refused).json()).last, null);
    await page.goto("/p/2");
    const counts = await settled(page);
    assert.deepEqual(counts, { "page_view /p/1": 1, "add_to_cart MUG": 1, "page_view /p/2": 1 });
    assert.ok(control.beacons.at(-1)?.beacon.mint);
    await push(page, "CUP");
    await settled(page);
    assert.equal(control.beacons.at(-1)?.beacon.mint, undefined, "the token has served");
    await context.close();
  });

  test("a browser that keeps no cookie is not asked for ever", async () => {
    const { context, page } = await arrived();
    await page.route("**/_attune/events", async (route) => {
      await context.clearCookies({ name: "__Host-attune" });
      const response = await route.fetch({ headers: { ...(await route.request().allHeaders()), cookie: "" } });
      await route.fulfill({ response, headers: { "content-type": "application/json" } });
    });
    // More than one beacon takes.
    await page.evaluate(() => {
      const items = Array.from({ length: 30 }, (_, at) => ({ item_id: `SKU-${at}`, item_category: "lanterns", item_brand: "A brand with a name", price: 1 }));
      for (let at = 0; at < 6; at++) window.dataLayer?.push({ event: "view_item_list", ecommerce: { items } });
    });
    await page.goto("/p/2");
    await page.goto("/p/3");
    assert.ok(control.beacons.length < 12, String(control.beacons.length));
    await context.close();
  });

  test("a log that lost its newest entries in a crash does not give their numbers again", async () => {
    const { context, page } = await arrived();
    const before = await page.evaluate(() => localStorage.getItem("attune:log"));
    await push(page, "MUG", "CUP");
    await settled(page);
    await page.goto("about:blank");
    await page.goto("/_attune/me");
    await page.evaluate((text) => localStorage.setItem("attune:log", text ?? ""), before);
    await page.goto("/p/2");
    await push(page, "BOX");
    const counts = await settled(page);
    assert.deepEqual(named(counts, "add_to_cart"), { BOX: 1, CUP: 1, MUG: 1 });
    assert.equal(counts["page_view /p/2"], 1);
    await context.close();
  });
});

describe("a page that is left", () => {
  test("in the same breath as something happened: a beacon leaves with it", async () => {
    const { context, page } = await arrived();
    await page.evaluate(() => {
      // Nothing but leaving sends.
      window.setTimeout = /** @type {any} */ (() => 0);
      window.dataLayer?.push({ event: "add_to_cart", ecommerce: { items: [{ item_id: "MUG" }] } });
      location.href = "/p/2";
    });
    await page.waitForURL("**/p/2");
    assert.deepEqual(named(await settled(page), "add_to_cart"), { MUG: 1 });
    assert.ok(control.beacons.some(({ beacon }) => beacon.page === "/p/1" && beacon.events.some(({ name }) => name === "add_to_cart")), "sent by the page that was left");
    await context.close();
  });

  test("while its beacon waits for an answer, and the tab closes: another page finishes", async () => {
    const { context, page, tab } = await arrived();
    const held = new Promise((resolve) => control.faults.push((response) => (resolve(null), response.on("close", () => {}), undefined)));
    await push(page, "MUG");
    await held;
    await push(page, "CUP");
    await page.close();
    const next = await tab();
    await next.goto("/p/2");
    assert.deepEqual(named(await settled(next), "add_to_cart"), { CUP: 1, MUG: 1 });
    await context.close();
  });
});

describe("the numbers", () => {
  test("the log keeps the newest 32, and the server takes the oldest of them", async () => {
    const { context, page } = await arrived();
    control.faults.push((response) => void response.writeHead(429).end());
    const failed = beacon(page, "lost");
    await push(page, "lost");
    await failed;
    const skus = Array.from({ length: 40 }, (_, at) => `s${String(at).padStart(2, "0")}`);
    await push(page, ...skus);
    const log = await logOf(page);
    assert.deepEqual([log.entries.length, log.entries[0].n, log.next], [32, log.next - 32, 43]);
    await page.goto("/p/2");
    // Sent when the page was left, before the next one's view pushed one more out.
    assert.deepEqual(named(await settled(page), "add_to_cart"), once(skus.slice(8)));
    await context.close();
  });

  test("the mailbox's number goes with every beacon, also of pages that are older", async () => {
    const { context, page, tab } = await arrived();
    control.post(7);
    const other = await tab();
    await other.goto("/p/2");
    await settled(other);
    await push(page, "MUG");
    await settled(page);
    assert.equal(control.beacons.at(-1)?.beacon.mail, 7);
    await context.close();
  });

  test("the document's view comes first, with the page before it where that is one of ours", async () => {
    const { context, page } = await arrived();
    await page.evaluate(() => (location.href = "/p/2?utm_source=letter"));
    await page.waitForURL("**/p/2**");
    await settled(page);
    const [{ name, params, page: from }] = control.beacons[0].beacon.events;
    assert.deepEqual([name, params, from], ["page_view", { page_path: "/p/2" }, undefined]);
    await page.goto("/p/3", { referer: "https://search.example/?q=mugs" });
    await settled(page);
    assert.deepEqual(control.beacons.at(-1)?.beacon.events.at(-1)?.params, { page_path: "/p/3" });
    await context.close();
  });

  test("an age is the time since the event, and never negative when the clock was set back", async () => {
    const { context, page } = await arrived();
    await page.evaluate(() => {
      window.dataLayer?.push({ event: "add_to_cart", ecommerce: { items: [{ item_id: "MUG" }] } });
      const { now } = Date;
      Date.now = () => now() - 3_600_000;
    });
    await settled(page);
    assert.equal(control.beacons.at(-1)?.beacon.events.at(-1)?.age, 0);
    await context.close();
  });
});

describe("storage", () => {
  test("that is full or refused: what happens is sent from memory", async () => {
    const { context, page, problems } = await arrived();
    await context.addInitScript(() => {
      Storage.prototype.setItem = () => {
        throw new DOMException("full", "QuotaExceededError");
      };
    });
    for (const [at, sku] of ["MUG", "CUP"].entries()) {
      await page.goto(`/p/${at + 2}`);
      const sent = beacon(page, sku);
      await begun(page);
      await push(page, sku);
      await (await sent).finished();
    }
    assert.deepEqual(await counted(page), { "page_view /p/1": 1, "page_view /p/2": 1, "page_view /p/3": 1, "add_to_cart MUG": 1, "add_to_cart CUP": 1 });
    assert.deepEqual(problems, []);
    await context.close();
  });

  for (const text of ["", "null", "[]", "{", '{"id":"00000001"}', '{"id":"x","next":1,"entries":[]}', '{"id":"00000001","next":1.5,"entries":[]}', '{"id":"00000001","next":"x","entries":[]}', '{"id":"00000001","next":9,"entries":[{"n":2}]}', '{"id":"00000001","next":2,"entries":[null]}']) {
    test(`that holds ${JSON.stringify(text)} in place of a log: another log begins`, async () => {
      const { context, page, problems } = await arrived();
      await context.addInitScript((text) => localStorage.getItem("spoiled") ?? (localStorage.setItem("attune:log", text), localStorage.setItem("spoiled", "1")), text);
      await page.goto("/p/2");
      await push(page, "MUG");
      const counts = await settled(page);
      assert.deepEqual([counts["page_view /p/2"], counts["add_to_cart MUG"]], [1, 1]);
      assert.deepEqual(problems, []);
      await context.close();
    });
  }
});
