// What the guard costs on a page that takes its content out again in every frame, and on one that changes something else in every
// frame: time of the page script on the main thread, from samples of the profiler, in ten seconds from the moment that the plan
// is drawn; and the same page without such a script. The log's script is left out: it does the same on each of the pages, and
// its writing to storage takes longer than the guard.
import { openControl } from "../browser/control.mjs";

const ROUNDS = 5;
const SECONDS = 10;
const SAMPLE_US = 100;
const GOAL_MS = 5;

const HERO = '<section data-slot="hero"><h1>Our shop</h1><a href="/all">All</a></section>';
const SLOT = {
  slot: "hero", selector: '[data-slot="hero"]', campaign: "sale", arm: null, content: "sale.hero", reason: "campaign",
  draw: { set: [["h1", "", "Winter sale"], ["a", "", "See all"], ["a", "href", "/sale"]] },
};
const REVERTS = `<script>
  window.everyFrame = () => {
    const [title, link] = document.querySelectorAll("[data-slot] h1, [data-slot] a");
    title.textContent = "Our shop"; link.textContent = "All"; link.setAttribute("href", "/all");
    requestAnimationFrame(everyFrame);
  };
</script>`;
const CHANGES = `<p></p><script>
  window.everyFrame = () => {
    document.querySelector("p").textContent = performance.now();
    requestAnimationFrame(everyFrame);
  };
</script>`;
const page = (/** @type {string} */ script) => `<!doctype html><html lang="en"><head><title>guard</title></head><body>${HERO}${script}<script src="/_attune/page.js" data-plan async></script></body></html>`;

const control = await openControl();
control.pages.set("/reverted", { bare: true, slots: [SLOT], html: page(REVERTS) });
control.pages.set("/changed", { bare: true, slots: [SLOT], html: page(CHANGES) });
control.pages.set("/quiet", { bare: true, slots: [SLOT], html: page("") });

/** Milliseconds of the page script on the main thread. @param {string} path */
async function measured(path) {
  const { context, page } = await control.visitor();
  const session = await context.newCDPSession(page);
  await session.send("Profiler.enable");
  await session.send("Profiler.setSamplingInterval", { interval: SAMPLE_US });
  await page.goto(path);
  await page.waitForFunction(() => document.querySelector("h1")?.textContent === "Winter sale");
  // Before that, it would be the time in which the browser reads the script.
  await session.send("Profiler.start");
  await page.evaluate((isBusy) => isBusy && /** @type {any} */ (window).everyFrame(), path !== "/quiet");
  await page.waitForTimeout(SECONDS * 1_000);
  const { profile } = await session.send("Profiler.stop");
  await context.close();
  const own = new Set(profile.nodes.filter(({ callFrame }) => callFrame.url.endsWith("/_attune/page.js")).map(({ id }) => id));
  const us = (profile.samples ?? []).reduce((sum, id, at) => sum + (own.has(id) ? (profile.timeDeltas?.[at] ?? 0) : 0), 0);
  return us / 1_000;
}

const median = (/** @type {number[]} */ list) => list.toSorted((a, b) => a - b)[list.length >> 1];
const shown = (/** @type {number[]} */ list) => `${median(list).toFixed(2)} ms (${Math.min(...list).toFixed(2)} to ${Math.max(...list).toFixed(2)})`;
/** @type {Record<string, number[]>} */
const found = { "/quiet": [], "/changed": [], "/reverted": [] };
for (let round = 0; round < ROUNDS; round++) for (const path of Object.keys(found)) found[path].push(await measured(path));
await control.close();
const beyond = (/** @type {string} */ path) => found[path].map((ms, at) => ms - found["/quiet"][at]);
const judged = (/** @type {number[]} */ list) => `${shown(list)}; goal ${GOAL_MS} ms: ${median(list) <= GOAL_MS ? "met" : "missed"}`;
console.log(`guard, ${ROUNDS} rounds of ${SECONDS} s, the page script on the main thread, median (least to most)`);
console.log(`  a page that leaves the content                  ${shown(found["/quiet"])}`);
console.log(`  the guard, something else changes every frame   ${judged(beyond("/changed"))}`);
console.log(`  the guard, the page reverts it every frame      ${judged(beyond("/reverted"))}`);
