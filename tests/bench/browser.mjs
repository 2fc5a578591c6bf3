// Three changes of the demo's home (a text, an image, a link) in Chromium: by Attune at the edge, and by GrowthBook's SDK with its visual
// editor, beside the page alone. Cold is a browser that has never been there, warm its next navigation. Slow is Lighthouse's slow 4G (150 ms,
// 1.6 Mbit/s) with a processor that is four times slower. All come from one workerd and one origin on this machine, features too.
//
//   node tests/bench/browser.mjs [--rounds 11]
import { cpus, loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { launch } from "../browser/shop.mjs";
import { median, spread } from "./lib/attune.mjs";
import { probe } from "./lib/browser-probe.mjs";
import { ALONE, CHANGES, openSite, OWN, WAYS } from "./lib/browser-site.mjs";

const { values: options } = parseArgs({ options: { rounds: { type: "string", default: "11" } } });
const ROUNDS = Number(options.rounds);
const SLOW = { network: { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 }, processor: 4 };
/** What would not be asked for without it. The demo's own scripts ask for `me`. */
const OWN_FILES = /\/_attune\/(?!me$)|\/growthbook\//;
/** After the load: long enough for what is sent then. */
const REST_MS = 1_500;
const LATEST_MS = 60_000;
const GOALS = { "Attune at the edge": 10, "Attune in the browser": 1.5 };

/** @typedef {import("./lib/browser-probe.mjs").Seen & { bytes: number, own_bytes: number }} Load */

/** Watches what a page transfers. @param {import("playwright-core").CDPSession} session */
function transfers(session) {
  /** @type {Map<string, string>} */
  const urls = new Map();
  const sum = { bytes: 0, own_bytes: 0 };
  session.on("Network.requestWillBeSent", ({ requestId, request }) => urls.set(requestId, request.url));
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    sum.bytes += encodedDataLength;
    if (OWN_FILES.test(urls.get(requestId) ?? "")) sum.own_bytes += encodedDataLength;
  });
  return sum;
}

/** One navigation. @param {import("playwright-core").Page} page @param {import("playwright-core").CDPSession} session @param {string} url @returns {Promise<Load>} */
async function load(page, session, url) {
  const sum = transfers(session);
  await page.goto(url, { waitUntil: "load", timeout: LATEST_MS });
  await page.waitForFunction(() => /** @type {any} */ (window).benchSeen.drawn_ms > 0, null, { timeout: LATEST_MS, polling: 50 });
  await sleep(REST_MS);
  session.removeAllListeners();
  return { .../** @type {any} */ (await page.evaluate(() => /** @type {any} */ (window).benchSeen)), ...sum };
}

/**
 * A browser that has never been there, and its next navigation.
 * @param {import("playwright-core").Browser} browser @param {string} site @param {string} way @param {boolean} isSlow
 */
async function visit(browser, site, way, isSlow) {
  const context = await browser.newContext({ baseURL: site, viewport: { width: 1280, height: 900 }, locale: "en-GB" });
  try {
    const consent = await context.request.post("/_attune/consent", { data: { personalization: true, measurement: true } });
    if (!consent.ok()) throw new Error(`the consent is answered with ${consent.status()}`);
    const page = await context.newPage();
    // A person clicks as soon as there is something to see.
    await page.exposeBinding("benchPainted", () => page.mouse.click(300, 400).catch(() => {}));
    await page.addInitScript(probe, way === ALONE ? { ...OWN, own: "" } : { ...CHANGES, own: OWN.title });
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    if (isSlow) {
      await session.send("Network.emulateNetworkConditions", SLOW.network);
      await session.send("Emulation.setCPUThrottlingRate", { rate: SLOW.processor });
    }
    return [await load(page, session, WAYS[way].path), await load(page, session, WAYS[way].path)];
  } finally {
    await context.close();
  }
}

/** @param {Load[]} loads @param {(load: Load) => number} field @param {number} [digits] */
const shown = (loads, field, digits = 0) => `${median(loads.map(field)).toFixed(digits)} (${spread(loads.map(field), (n) => n.toFixed(digits))})`;

/** @param {Load[]} loads */
const drawn = (loads) => median(loads.map(({ drawn_ms }) => drawn_ms));

/** @param {string} name @param {Record<string, Load[]>} ways */
function print(name, ways) {
  console.log(`\n${name}\n| | drawn, ms | more than the page alone, ms | own text before, ms | long tasks, ms | shift | click, ms | bytes | of it its own |\n|---|---|---|---|---|---|---|---|---|`);
  const more = (/** @type {string} */ way) => drawn(ways[way]) - drawn(ways[ALONE]);
  for (const [way, loads] of Object.entries(ways)) {
    const cells = [
      shown(loads, ({ drawn_ms }) => drawn_ms), way === ALONE ? "" : more(way).toFixed(0), shown(loads, ({ own_ms }) => own_ms),
      shown(loads, ({ longtasks }) => longtasks.reduce((sum, ms) => sum + ms, 0)), shown(loads, ({ shift }) => shift, 4), shown(loads, ({ interaction_ms }) => interaction_ms),
      shown(loads, ({ bytes }) => bytes), shown(loads, ({ own_bytes }) => own_bytes),
    ];
    console.log(`| ${way} | ${cells.join(" | ")} |`);
  }
  for (const [way, goal] of Object.entries(GOALS).filter(([way]) => ways[way])) {
    for (const peer of Object.keys(ways).filter((other) => other.startsWith("GrowthBook"))) {
      const ratio = drawn(ways[peer]) / drawn(ways[way]);
      console.log(`${way} draws ${ratio.toFixed(2)} x sooner than ${peer}, goal ${goal}: ${ratio >= goal ? "met" : "missed"}; it adds ${more(way).toFixed(0)} ms to the page, the other ${more(peer).toFixed(0)}`);
    }
  }
}

const site = await openSite();
const browser = await launch();
/** @type {Record<string, Record<string, Load[]>>} */
const figures = {};
try {
  console.log(`${ROUNDS} rounds, ${cpus().length} cores, load ${loadavg()[0].toFixed(1)} before, Chromium ${browser.version()}; median (least to most)`);
  const names = Object.keys(WAYS);
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const isSlow of [false, true]) {
      // Each is first as often as the others.
      for (const way of names.map((_, at) => names[(at + round + names.length) % names.length])) {
        const loads = await visit(browser, site.url, way, isSlow);
        // The first round warms the Workers up.
        if (round < 0) continue;
        loads.forEach((one, at) => ((figures[`${at === 0 ? "cold" : "warm"}, ${isSlow ? "slow" : "fast"}`] ??= {})[way] ??= []).push(one));
      }
    }
  }
} finally {
  await browser.close();
  await site.close();
}
for (const [name, ways] of Object.entries(figures)) print(name, Object.fromEntries(Object.keys(WAYS).map((way) => [way, ways[way]])));
console.log(`\nload ${loadavg()[0].toFixed(1)} after`);
