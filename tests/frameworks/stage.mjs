// Fixtures behind the real page Worker, in workerd, and a real Chromium in front of it.
import { readFileSync } from "node:fs";
import { launch, watchShifts } from "../browser/shop.mjs";
import { startEdge } from "../edge/harness.mjs";
import { root } from "./build.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** Tests at a time: most of the time they wait for content to have been in sight for a second. */
export const TABS = 3;

/** What the configuration in site/ puts into slots: the text, and the addresses. */
export const WINTER = "Winter sale Everything warm is half price. To the sale /?winter";
export const SOCKS = "Socks for winter All socks /socks.svg /?socks";
export const EVENING = "Tonight Delivered by eight.";
/** The same below /spring. */
export const SPRING = "Spring sale Everything light is new.";
export const HATS = "Hats for spring All hats /hats.svg /?hats";
/** What the fixtures have there themselves. */
export const OWN = { hero: "Our shop", offer: "Offer See it /offer.svg /offer", late: "Opening hours" };

/** Starts the Worker with its origin, and a browser. */
export async function openStage() {
  const edge = await startEdge({ bundle: readFileSync(`${root}build/frameworks.bundle`), site: "fixtures", bindings: { ROUTES: /** @type {any} */ (["/t/*"]) } });
  const browser = await launch();
  const url = `http://localhost:${edge.url.port}`;
  for (const picture of ["/offer.svg", "/socks.svg", "/hats.svg", "/favicon.ico"]) edge.origin.serve(picture, { "Content-Type": "image/svg+xml" }, '<svg xmlns="http://www.w3.org/2000/svg"/>');
  return {
    edge,
    browser,
    /**
     * Serves a fixture at /t/NAME and below; at /c/NAME the Worker changes nothing, and the page asks for its plan.
     * @param {string} name @param {{ script: string, serve: (url: URL, response: import("node:http").ServerResponse, script: string) => void }} fixture
     */
    fixture(name, { script, serve }) {
      const path = `/assets/${name}.js`;
      edge.origin.serve(path, { "Content-Type": "text/javascript; charset=utf-8" }, script);
      for (const place of ["", "/elsewhere", "/spring", "/none"]) {
        for (const way of ["t", "c"]) edge.origin.on(`/${way}/${name}${place}`, (request, response) => serve(new URL(request.url ?? "", url), response, path));
      }
    },
    /** A browser profile of its own, which has agreed. @param {import("playwright-core").BrowserContextOptions} [options] */
    async visitor(options) {
      const context = await browser.newContext({ baseURL: url, viewport: { width: 1280, height: 900 }, locale: "en-GB", ...options });
      const agreed = await context.request.post("/_attune/consent", { data: { personalization: true, measurement: true }, headers: { Origin: url } });
      if (!agreed.ok()) throw new Error(await agreed.text());
      const page = await context.newPage();
      await page.addInitScript(watchShifts);
      return { context, page, ...watched(page) };
    },
    async close() {
      await browser.close();
      await edge.stop();
    },
  };
}

/** What a page complains about, and what it reports. @param {Page} page */
function watched(page) {
  /** @type {string[]} */
  const problems = [];
  let last = 0;
  let exposures = 0;
  /** @type {{ n: number, name: string, slot?: string, campaign?: string }[]} all but exposures and what an experiment that draws nothing reports, in the order in which they arrived, each once */
  const events = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  page.on("request", (request) => {
    if (!/\/_attune\/(events|plan)$/.test(request.url())) return;
    const body = JSON.parse(request.postData() ?? "{}");
    for (const { n, name, params } of (body.beacon ?? body).events ?? []) {
      if (n <= last) continue;
      last = n;
      if (name === "attune_exposure") exposures += 1;
      else if (params.campaign !== "watched") events.push({ n, name, slot: params.slot, campaign: params.campaign });
    }
  });
  const named = (/** @type {string} */ name) => [...new Set(events.filter((event) => event.name === name).map(({ slot }) => slot))].sort();
  const next = () => page.waitForEvent("request", { predicate: (request) => request.url().includes("/_attune/"), timeout: 15_000 });
  return {
    problems,
    /** What was reported; a test may empty it. */
    events,
    /** The slots of which an impression was reported. */
    seen: () => named("attune_impression"),
    /** The slots whose content was lost, as reported. */
    lost: () => named("attune_lost"),
    /** Whether an exposure was reported: its event goes out before the impressions. */
    exposed: () => exposures > 0,
    /** Waits until a slot's impression is reported. @param {string} slot */
    async impression(slot) {
      while (!named("attune_impression").includes(slot)) await next();
    },
    /** Waits until each of these slots is reported, seen or lost. @param {string[]} slots @param {number} from the first event that counts */
    async reported(slots, from) {
      const said = () => events.slice(from).filter(({ name }) => /^attune_(impression|lost)$/.test(name));
      while (!slots.every((slot) => said().some((event) => event.slot === slot))) await next();
      return said();
    },
  };
}

/** Layout shifts below this are none: CLS is given with two digits. */
export const SHIFT_MIN = 0.001;

/** What a reader gets of a slot: its text, and the addresses in it; null where there is none. @param {Page} page @param {string} slot */
export const shown = (page, slot) =>
  page.evaluate((slot) => {
    const element = document.querySelector(`[data-slot="${slot}"]`);
    if (!element) return null;
    const parts = [...element.querySelectorAll("h1, h2, p, a")].map((part) => part.textContent?.replace(/\s+/g, " ").trim());
    const addresses = [...element.querySelectorAll("[src], [href]")].map((part) => part.getAttribute("src") ?? part.getAttribute("href"));
    return [...parts, ...addresses].join(" ");
  }, slot);
