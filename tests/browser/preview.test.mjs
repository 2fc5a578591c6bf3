// A preview link in Chromium: the draft and its banner are seen on every page until the preview ends, and scripts of a draft run only once
// it has all its signatures.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ALICE, BOB, draftLink, ONE, TWO, withPreviews } from "../edge/previews.mjs";
import { HELLO } from "../edge/origin.mjs";
import { launch } from "./shop.mjs";

/** @type {import("playwright-core").Browser} */
let browser;
before(async () => void (browser = await launch()));
after(() => browser.close());

const own = Buffer.from(HELLO.replace(/<!--.*/, ""));

/** The test's bundle with another content, of the same length. @param {string} html */
function saying(html) {
  const bytes = Buffer.from(ONE);
  const text = Buffer.from(html.padEnd(own.length));
  assert.equal(text.length, own.length, html);
  bytes.set(text, bytes.indexOf(own));
  return bytes;
}

/** A link as a browser on this machine follows it. @param {{ url: URL }} edge @param {string} url */
function here(edge, url) {
  const { pathname, search } = new URL(url);
  // A name, not an address: browsers keep secure cookies for http://localhost.
  return `http://localhost:${edge.url.port}${pathname}${search}`;
}

/** In at most 26 bytes. They set `window.ran` where they run. */
const RUN = ["<script>ran=1</script>", "<p onclick=ran=1>x</p>", "<img src onerror=ran=1>", "<a href=javascript:ran=1>", "<svg onload=ran=1></svg>", "<p><style onload=ran=1>"];

/** Whether something ran that a visitor does by accident. @param {import("playwright-core").Page} page */
async function hasRun(page) {
  await page.locator("#attune-preview").waitFor();
  return page.evaluate(async () => {
    // The page stays, so that what ran can be seen.
    document.addEventListener("click", (event) => {
      const link = /** @type {Element} */ (event.target).closest("a");
      if (link?.protocol.startsWith("http")) event.preventDefault();
    });
    document.querySelectorAll("[data-slot=hero] *").forEach((element) => element.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true })));
    // What is clicked leads on, and pictures fail, after this task.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    return "ran" in window;
  });
}

describe("a preview link", () => {
  test("shows the draft and the banner on every page, and leads out", () =>
    withPreviews(async ({ edge, alice }) => {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(here(edge, (await draftLink(alice, TWO, { name: "lapsed", page: "/t/any" })).body.url));
      assert.equal(new URL(page.url()).pathname, "/t/any", "the token is not in the address");
      for (const path of ["/t/any", "/c/tea", "/"]) {
        await page.goto(`http://localhost:${edge.url.port}${path}`);
        assert.match(await page.locator("h1").innerText(), /^Howdy/);
        const banner = page.locator("#attune-preview");
        assert.match(await banner.innerText(), /^Preview of draft [0-9a-f]{12}, as lapsed, until/);
        const box = await banner.boundingBox();
        assert.ok(box !== null && box.height > 20, "it is seen");
        await page.locator("#attune-overlay").waitFor({ state: "attached" });
      }
      await page.getByText("End the preview").click();
      await page.locator("h1", { hasText: "Hello" }).waitFor();
      assert.equal(await page.locator("#attune-preview").count(), 0);
      assert.deepEqual(await context.cookies(), []);
      await context.close();
    }));

  test("runs no script of a draft before it has all its signatures", () =>
    withPreviews(async ({ edge, alice }) => {
      const visit = async (/** @type {string} */ html, /** @type {string[]} */ keys) => {
        const context = await browser.newContext();
        const page = await context.newPage();
        await page.goto(here(edge, (await draftLink(alice, saying(html), {}, keys)).body.url));
        const ran = await hasRun(page);
        const left = /could run scripts/.test(await page.locator("#attune-preview").innerText());
        await context.close();
        return [ran, left];
      };
      for (const html of RUN) assert.deepEqual(await visit(html, [ALICE]), [false, true], html);
      for (const html of RUN.slice(0, 2)) assert.deepEqual(await visit(html, [ALICE, BOB]), [true, false], html);
      assert.deepEqual(await visit("<h1 class=big>Hi</h1>", [ALICE]), [false, false]);
    }, { bindings: { MANIFEST_SIGNATURES: "2" } }));
});
