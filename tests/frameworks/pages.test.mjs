// Pages that no framework hydrates: plain ones, and those that Turbo and htmx fetch and put in place of each other.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { assertFilled, hide, reveal, settled } from "./laws.mjs";
import { openStage, TABS } from "./stage.mjs";

const packaged = (/** @type {string} */ file) => readFileSync(new URL(`../../node_modules/${file}`, import.meta.url));

/** @type {Awaited<ReturnType<typeof openStage>>} */
let stage;
before(async () => {
  stage = await openStage();
  const script = { "Content-Type": "text/javascript; charset=utf-8" };
  stage.edge.origin.serve("/assets/turbo.js", script, packaged("@hotwired/turbo/dist/turbo.es2017-umd.js"));
  stage.edge.origin.serve("/assets/htmx.js", script, packaged("htmx.org/dist/htmx.min.js"));
  for (const kind of ["plain", "turbo", "htmx"]) {
    for (const number of [1, 2]) stage.edge.origin.serve(`/t/${kind}/${number}`, { "Content-Type": "text/html; charset=utf-8" }, pageOf(kind, number));
  }
  stage.edge.origin.serve("/t/htmx/part", { "Content-Type": "text/html; charset=utf-8" }, '<section data-slot="hero"><h1>Our shop</h1></section>');
});
after(() => stage?.close());

/** @param {string} kind @param {number} number */
const pageOf = (kind, number) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${number}</title><meta name="turbo-refresh-method" content="morph">
${kind === "plain" ? "" : `<script src="/assets/${kind}.js"></script>`}</head><body hx-boost="true">
<a id="next" href="/t/${kind}/${3 - number}">next</a> <a id="same" href="/t/${kind}/${number}">same</a>
<main><section data-slot="hero"><h1>Our shop</h1></section>
<section data-slot="offer"><h2>Offer</h2><img src="/offer.svg" alt="" width="20" height="20"><a class="cta" href="/offer">See it</a></section>
<aside data-slot="late"><h2>Opening hours</h2></aside></main>
<button id="part" hx-get="/t/htmx/part" hx-target="[data-slot=hero]" hx-swap="outerHTML">part</button>
<div data-slot="after" hidden>After</div></body></html>`;

const ALL = ["hero", "late", "offer"];

/** Waits for the page with this title, and for the script to have its plan. @param {import("playwright-core").Page} page @param {string} title */
const arrived = (page, title) => page.waitForFunction((title) => document.title === title && document.getElementById("attune-plan")?.dataset.read, title);

for (const kind of ["plain", "turbo", "htmx"]) {
  describe(kind, { concurrency: TABS }, () => {
    test("each page has its content and is seen, also on the way back", async () => {
      const visitor = await stage.visitor();
      const { context, page, problems, events, reported, lost, exposed } = visitor;
      await page.goto(`/t/${kind}/1`);
      let from = 0;
      for (const title of ["1", "2", "1"]) {
        await arrived(page, title);
        await assertFilled(page, title);
        await reported(ALL, from);
        from = events.length;
        if (title === "1") await page.click("#next");
        else await page.goBack();
      }
      assert.deepEqual([lost(), problems, exposed()], [[], [], true]);
      await context.close();
    });

    test("a child that comes and goes beside a slot, and a slot that is moved, are nothing to it", async () => {
      const visitor = await stage.visitor();
      const { context, page, problems, seen, lost } = visitor;
      await page.goto(`/t/${kind}/1`);
      await arrived(page, "1");
      await page.evaluate(() => {
        const hero = document.querySelector('[data-slot="hero"]');
        const child = document.createElement("p");
        hero?.before(child);
        child.remove();
        if (hero) document.querySelector("main")?.append(hero);
      });
      await settled(visitor);
      await assertFilled(page, "moved");
      assert.deepEqual([seen(), lost(), problems], [["after", ...ALL], [], []]);
      await context.close();
    });

    test("content of the shop in its place is not seen as the campaign's", async () => {
      const visitor = await stage.visitor();
      const { context, page, problems, seen } = visitor;
      await hide(page, "main");
      await page.goto(`/t/${kind}/1`);
      await arrived(page, "1");
      if (kind === "htmx") await page.click("#part");
      else await page.evaluate(() => document.querySelector('[data-slot="hero"] h1')?.replaceChildren("Our shop"));
      await page.waitForFunction(() => document.querySelector('[data-slot="hero"] h1')?.textContent === "Our shop");
      await reveal(page);
      await settled(visitor);
      assert.deepEqual([seen(), problems], [["after", "late", "offer"], []]);
      await context.close();
    });
  });
}

test("turbo: a page that is morphed into itself keeps its content, and nothing is lost or seen twice", async () => {
  const visitor = await stage.visitor();
  const { context, page, problems, events, impression, seen, lost } = visitor;
  await page.goto("/t/turbo/1");
  await arrived(page, "1");
  for (const slot of ALL) await impression(slot);
  events.length = 0;
  const morphed = page.evaluate(() => new Promise((resolve) => document.addEventListener("turbo:render", (event) => resolve(/** @type {any} */ (event).detail.renderMethod))));
  await page.evaluate(() => /** @type {any} */ (window).Turbo.visit(location.href, { action: "replace" }));
  assert.equal(await morphed, "morph");
  await assertFilled(page, "morphed");
  await settled(visitor);
  assert.deepEqual([seen(), lost(), problems], [["after"], [], []]);
  await context.close();
});
