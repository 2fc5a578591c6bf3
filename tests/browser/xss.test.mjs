// The hazard "XSS", tried in Chromium: nothing that a stranger writes becomes an element, an attribute or a script.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { address, CATEGORIES, fan, ofPath, PAGE, PATHS, product, SKUS, startHostile, TEXTS, URLS } from "../edge/hostile.mjs";
import { launch } from "./shop.mjs";

/** @type {Awaited<ReturnType<typeof startHostile>>} */
let edge;
/** @type {import("playwright-core").Browser} */
let browser;
let base = "";
before(async () => {
  edge = await startHostile();
  browser = await launch();
  // A name, not an address: browsers keep secure cookies for http://localhost.
  base = `http://localhost:${edge.url.port}`;
});
after(async () => {
  await browser.close();
  await edge.stop();
});

/** Every element with the names of its attributes. @param {import("playwright-core").Page} page */
const skeleton = (page) =>
  page.evaluate(() => Array.from(document.querySelectorAll("*"), (element) => [element.localName, ...element.getAttributeNames()].join(" ")).join("\n"));

/** Opens a page and does what a visitor does by accident: hovers, focuses, clicks. @param {import("playwright-core").Page} page @param {string} path */
async function visited(page, path) {
  await page.goto(base + path);
  const found = await skeleton(page);
  const { ran, origins } = await page.evaluate(() => {
    // Handlers run; the page stays, so that what they did can be seen.
    document.addEventListener("click", (event) => event.preventDefault());
    for (const element of document.querySelectorAll("body *")) {
      for (const type of ["mouseover", "focus", "click"]) element.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true }));
    }
    const links = Array.from(document.querySelectorAll("a"), (link) => link.origin);
    return { ran: "ran" in window, origins: [...new Set(links)] };
  });
  assert.equal(ran, false, path);
  assert.deepEqual(origins, [base], path);
  return found;
}

describe("hostile values", () => {
  test("in the query, as text, attributes, URLs and in elements of the origin", async () => {
    const page = await browser.newPage();
    const harmless = await visited(page, address("harmless", "/t/page"));
    for (const text of TEXTS) {
      assert.equal(await visited(page, address(text, "/t/page")), harmless, text);
      await page.goto(base + address(text, "/t/page"));
      const met = await page.evaluate(() => ["h1", "img", "p.double", "p.single"].map((place) => {
        const element = document.querySelector(place);
        return element?.getAttribute(place === "img" ? "alt" : "title") ?? element?.textContent;
      }));
      // A browser turns no text into another one, but for a carriage return, and there is none.
      assert.deepEqual(met, [text, text, text, text], "the value arrives as it was");
    }
    assert.ok(!edge.origin.seen.some(({ url }) => url === "/pwned"));
    await page.close();
  });

  test("as a whole URL", async () => {
    const page = await browser.newPage();
    const filled = await visited(page, address("harmless", "/t/page"));
    const unfilled = await visited(page, "/t/page?q=harmless");
    assert.notEqual(unfilled, filled);
    for (const url of URLS) {
      const found = await visited(page, address("harmless", url));
      // The content with its link, or the origin's own content, which has none.
      if (found !== filled) assert.equal(found, unfilled, url);
    }
    assert.ok(!edge.origin.seen.some(({ url }) => url === "/pwned"));
    await page.close();
  });

  test("as parts of a path", async () => {
    const page = await browser.newPage();
    const filled = await visited(page, ofPath(["de", "help"]));
    const unfilled = await visited(page, "/t/page");
    assert.notEqual(unfilled, filled);
    for (const parts of PATHS) {
      const found = await visited(page, ofPath(parts));
      if (found !== filled) assert.equal(found, unfilled, JSON.stringify(parts));
    }
    await page.close();
  });

  test("in the profile and in the path", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const favourite = async (/** @type {string} */ category) => {
      await context.clearCookies();
      await page.goto(`${base}/t/page`);
      const post = (/** @type {string} */ path, /** @type {unknown} */ body) =>
        page.evaluate(
          ([path, body]) => fetch(`/_attune/${path}`, { method: "POST", headers: { "Content-Type": "application/json" }, body }).then((answer) => answer.json()),
          [path, JSON.stringify(body)],
        );
      await post("consent", { personalization: true, measurement: true });
      await page.goto(`${base}/t/page`);
      const beacon = { log: "00000001", page: "/t/page", events: fan(category).map((event, at) => ({ n: at + 1, ...event })) };
      assert.equal((await post("events", beacon)).applied, 4);
      const found = await visited(page, "/t/page");
      return /^p class title$/m.test(found) ? found : null;
    };
    const harmless = await favourite("harmless");
    assert.ok(harmless !== null);
    let filled = 0;
    for (const category of CATEGORIES) {
      const found = await favourite(category);
      // A name without a letter or a digit has no key, and leaves the slot to the origin.
      if (found !== null) assert.equal(found, harmless, category);
      filled += found === null ? 0 : 1;
    }
    assert.ok(filled > 4);
    for (const sku of SKUS) edge.origin.serve(product(sku), { "Content-Type": "text/html; charset=utf-8" }, PAGE);
    edge.origin.serve(product("harmless"), { "Content-Type": "text/html; charset=utf-8" }, PAGE);
    const plain = await visited(page, product("harmless"));
    for (const sku of SKUS) assert.equal(await visited(page, product(sku)), plain, sku);
    assert.ok(!edge.origin.seen.some(({ url }) => url === "/pwned"));
    await context.close();
  });
});
