// The demo shop where its pages do not pass through a Worker: as files that decide by themselves (`cargo xtask dev --mode static`).
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { after, before, test } from "node:test";
import { launch } from "./shop.mjs";

const FOLDER = new URL("../../build/demo-static", import.meta.url).pathname;
/** @type {Record<string, string>} */
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json", ".wasm": "application/wasm" };

/** @type {import("node:http").Server} */
let server;
/** @type {import("playwright-core").Browser} */
let browser;
let site = "";
before(async () => {
  const policy = /Content-Security-Policy: (.*)/.exec(readFileSync(join(FOLDER, "_headers"), "utf8"))?.[1] ?? "";
  server = createServer((request, response) => {
    const path = (request.url ?? "/").split("?")[0];
    const file = [path, `${path}.html`, `${path}index.html`].map((name) => join(FOLDER, name)).find((name) => extname(name) && existsSync(name));
    response.writeHead(file ? 200 : 404, { "Content-Type": TYPES[extname(file ?? "")] ?? "application/octet-stream", "Content-Security-Policy": policy });
    response.end(file && readFileSync(file));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  site = `http://localhost:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}`;
  browser = await launch();
});
after(async () => {
  await browser.close();
  server.closeAllConnections();
  server.close();
});

/** @param {import("playwright-core").Page} page @param {string} path */
async function planOf(page, path) {
  await page.goto(path);
  await page.waitForFunction(() => /** @type {any} */ (window).attune?.ready);
  /** @type {import("../../www/browser/page.js").AttunePlan} */
  const plan = await page.evaluate(() => /** @type {any} */ (window).attune.ready());
  return { plan, of: (/** @type {string} */ slot) => plan.slots.find((known) => known.slot === slot) };
}

test("without any server the shop asks, remembers, recommends and forgets", async () => {
  const context = await browser.newContext({ baseURL: site, viewport: { width: 1280, height: 900 }, locale: "en-GB" });
  const page = await context.newPage();
  const trouble = /** @type {string[]} */ ([]);
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && trouble.push(message.text()));
  page.on("pageerror", (error) => trouble.push(String(error)));
  page.on("request", (request) => (request.method() === "GET" && request.url().startsWith(site)) || trouble.push(`${request.method()} ${request.url()}`));

  const first = await planOf(page, "/");
  assert.equal(first.plan.consent.personalization, "unknown");
  assert.equal(first.of("for-you")?.content, null, "of somebody unknown nothing is recommended");
  await page.getByRole("button", { name: "Accept both" }).click();
  await page.waitForFunction(() => localStorage["attune:profile"]);
  await planOf(page, (await page.locator('a[href^="/c/"]').first().getAttribute("href")) ?? "");
  await page.waitForFunction(() => JSON.parse(localStorage["attune:log"]).last > 0);

  const product = await planOf(page, (await page.locator('a[href^="/p/"]').first().getAttribute("href")) ?? "");
  assert.equal(product.of("goes-with")?.products?.length, 4);
  assert.equal(await page.locator('[data-slot="goes-with"] a[href^="/p/"]').evaluateAll((links) => new Set(links.map((link) => link.getAttribute("href"))).size), 4, "the cards are on the page");
  await page.waitForFunction(() => JSON.parse(localStorage["attune:log"]).last === JSON.parse(localStorage["attune:log"]).next - 1);
  const home = await planOf(page, "/");
  assert.equal(home.of("for-you")?.products?.length, 8);
  assert.match((await page.locator('[data-slot="for-you"]').textContent()) ?? "", /Because you looked at/);

  await page.evaluate(() => /** @type {any} */ (window).attune.forget());
  assert.equal((await planOf(page, "/")).of("for-you")?.content, null);
  assert.deepEqual(trouble, []);
  await context.close();
});
