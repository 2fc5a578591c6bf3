// A visitor, a page and a second: decided by the page core at the edge, and by the core in the browser with what it was handed.
import { readFileSync } from "node:fs";
import * as page from "../../build/page/page.js";
import * as parts from "../../build/vectors/page.js";
import { linesOf } from "../../www/browser/local/lines.mjs";
import { bytesOf, textOf } from "../../www/browser/local/profile.mjs";
import { Random } from "../edge/model/random.mjs";

const read = (/** @type {string} */ path) => readFileSync(new URL(`../../${path}`, import.meta.url));
page.initSync({ module: read("build/page/page_bg.wasm") });
parts.initSync({ module: read("build/vectors/page_bg.wasm") });

const HOST = "shop.test";
const SITE = "localshop";
const KEYS = `1:sign:${"11".repeat(32)}`;
const FIRST_S = 1_795_000_000;
const AGENTS = [
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
];
const CATEGORIES = ["Lamps", "Candles", "clocks", "Home > Tea Lights", "", "x".repeat(300)];
const BRANDS = ["acme", "lumen", "oak", "other", ""];
const PLACES = [["GB", "ENG", "EU", "0"], ["DE", "BE", "EU", "1"], ["US", "CA", "NA", "0"], ["", "", "", ""]];
const CAMPAIGNS = ["basket", "fan", "brand", "layered-one", "layered-two", "ramp", "test", "gone"];

/** @typedef {import("../../www/browser/page.js").AttuneBeacon} Beacon */

/** What a visitor comes with, and where. @param {Random} random */
const visitorOf = (random) => ({
  id: Array.from({ length: 16 }, () => random.between(0, 255).toString(16).padStart(2, "0")).join(""),
  customer: random.percent(30),
  agent: random.percent(3) ? AGENTS[2] : AGENTS[random.between(0, 1)],
  languages: random.one(["en-GB,en;q=0.9", "de,en;q=0.5", "de-AT", ""]),
  place: random.one(PLACES),
  offset: random.one(["0", "60", "-480", ""]),
  grants: random.percent(90),
  gpc: random.percent(10),
});

/** @param {Random} random */
const pathOf = (random) => random.one(["/", "/de/", `/p/p${random.between(1, 40)}`, `/c/lamps/p${random.between(1, 9)}`, "/c/candles", "/c/Tea%20Lights", "/health/x", "/basket"]);

/** @param {Random} random */
const itemOf = (random) => ({
  item_id: random.percent(5) ? random.between(1, 9) : `p${random.between(1, 40)}`,
  item_category: random.one(CATEGORIES),
  item_brand: random.one(BRANDS),
  price: random.one([random.between(1, 5_000) / 100, "12.50", " 3 ", "free", -1, 0]),
  quantity: random.one([1, 2, "3", 0.4, -1, undefined]),
  discount: random.one([undefined, 1.5]),
});

/** @param {Random} random @param {number} n @returns {import("../../www/browser/page.js").AttuneEvent} */
const eventOf = (random, n) => {
  const page = pathOf(random);
  const name = random.one(["page_view", "page_view", "view_item", "view_item", "view_item_list", "add_to_cart", "add_to_cart", "remove_from_cart", "view_cart", "begin_checkout", "purchase", "search", "attune_impression", "attune_impression", "attune_lost", "void"]);
  const items = Array.from({ length: random.between(0, 3) }, () => itemOf(random));
  /** @type {Record<string, unknown>} */
  let params = { items };
  if (name === "page_view") params = random.percent(80) ? { page_path: pathOf(random) } : {};
  if (name === "purchase" && random.percent(80)) params.transaction_id = random.one([`o-${random.between(1, 5)}`, random.between(1, 5), "  ", "ö".repeat(200)]);
  if (name.startsWith("attune_")) params = { slot: random.one(["hero", "bar"]), campaign: random.one(CAMPAIGNS), arm: random.one(["", "warm", null]) };
  if (name === "attune_impression" && random.percent(30)) params.products = [`p${random.between(1, 9)}`, "p2"];
  return { n, name, age: random.between(0, 90_000_000), page: random.percent(50) ? page : undefined, params };
};

/** @param {Random} random @param {number} first @param {number} count @returns {Beacon} */
const beaconOf = (random, first, count) => ({ log: "00c0ffee", oldest: 1, mail: 0, page: pathOf(random), events: Array.from({ length: count }, (_, at) => eventOf(random, first + at)) });

/** @param {ReturnType<typeof visitorOf>} visitor @param {Random} random @param {number} now_s @param {string} cookie @param {string} flags @param {string} path */
const requestOf = ({ agent, languages, place, offset, gpc }, random, now_s, cookie, flags, path) => {
  const query = random.one(["", "utm_source=mail", "utm_source=mail&x=1", "%zz"]);
  const referrer = random.one(["", "https://news.example/a", `https://${HOST}${pathOf(random)}`]);
  return ["1", now_s * 1_000, flags + (gpc ? "g" : "") + "m", HOST, path, query, cookie, referrer, agent, languages, ...place, offset, "", "ab".repeat(16), ""].join("\n");
};

/** @typedef {import("../../build/browser/core.js").Local} Local */

/** The core in the browser: each build with bindings of its own, which hold one module. @param {string} wasm @param {Uint8Array} client @returns {Promise<Local>} */
async function localOf(wasm, client) {
  const core = await import(`../../build/browser/core.js?${wasm}`);
  core.initSync({ module: read(wasm) });
  return core.Local.load(client, "");
}

/** Where the two differ, as JSON. @typedef {{ seed: number, edge: unknown, browser: unknown }} Difference */

/**
 * Decides `count` triples with each, and says where they differ.
 * @param {number} count
 * @param {number} seed of the first
 * @param {{ wasm?: string, client?: string, whole?: string, each?: (decided: NonNullable<ReturnType<typeof both>>) => void, progress?: (done: number) => void }} [options] the build of the core in the browser, and what it decides by
 */
export async function compare(count, seed, { wasm = "build/browser/local.wasm", client = "build/local.client", whole = "build/local.bundle", each, progress } = {}) {
  const bundle = read(whole);
  const edge = new page.PageCore(bundle, KEYS);
  const control = new parts.Bundled(bundle);
  const local = await localOf(wasm, read(client));
  const found = { triples: 0, served: 0, shown: 0, /** @type {Record<string, number>} */ reasons: {}, /** @type {Difference[]} */ differences: [] };
  for (let at = 0; at < count; at++) {
    const random = new Random(seed + at);
    const decided = both(random, edge, control, local);
    found.triples += 1;
    if (!decided) {
      found.served += 1;
      continue;
    }
    each?.(decided);
    const { edge: here, browser: there } = decided;
    for (const { reason, campaign } of here.slots) {
      found.reasons[reason] = (found.reasons[reason] ?? 0) + 1;
      if (campaign) found.shown += 1;
    }
    if (JSON.stringify(here) !== JSON.stringify(there)) found.differences.push({ seed: seed + at, edge: here, browser: there });
    if (at % 50_000 === 0) progress?.(at);
  }
  return found;
}

/** @param {Random} random @param {page.PageCore} edge @param {parts.Bundled} control @param {Local} local */
function both(random, edge, control, local) {
  const visitor = visitorOf(random);
  let now_s = FIRST_S + random.between(0, 20_000_000);
  const profile = {
    consent: visitor.grants ? { personalization: "granted", measurement: "granted", at: iso(now_s - 90_000), source: "api" } : {},
    ...(visitor.grants ? { id: visitor.id, issued: iso(now_s - 80_000) } : {}),
    ...(visitor.grants && visitor.customer ? { customer: visitor.id.split("").reverse().join("") } : {}),
  };
  let cookie = `__Host-attune=${parts.write_cookie(KEYS, SITE, HOST, JSON.stringify(profile))}`;
  const before = random.between(0, 6);
  if (before > 0) cookie = parts.take_beacon(control, KEYS, now_s, cookie, Buffer.from(JSON.stringify(beaconOf(random, 1, before))));
  const asked = JSON.parse(edge.plan(requestOf(visitor, random, now_s, cookie, "dl", pathOf(random)), ""));
  // A robot, and who has no id yet, is decided by the server.
  if (!asked.local) return;
  const { profile: sections, draws } = asked.local;
  let held = bytesOf(sections);
  for (let visits = random.between(0, 2), n = before + 1; visits > 0; visits--) {
    now_s += random.between(1, random.percent(20) ? 200_000 : 600);
    const beacon = beaconOf(random, n, random.between(1, 6));
    n += beacon.events.length;
    cookie = parts.take_beacon(control, KEYS, now_s, cookie, Buffer.from(JSON.stringify(beacon)));
    const text = requestOf(visitor, random, now_s, "", "d", "/");
    held = local.take(text, held, linesOf(beacon))?.slice(4) ?? held;
  }
  const lang = random.one(["", "de", "en"]);
  const request = requestOf(visitor, random, now_s, "COOKIE", "d", pathOf(random));
  const here = JSON.parse(edge.plan(request.replace("COOKIE", cookie), lang));
  /** @type {Asked} */
  const asks = { request: request.replace("COOKIE", ""), lang, held: textOf(held), draws };
  const plan = local.plan_handed_out(asks.request, lang, held, bytesOf(draws));
  // Slots of the page are decided elsewhere.
  if (!plan) return;
  return { asks, edge: told(here), browser: told(JSON.parse(plan)) };
}

/** What a browser decides one page with; profile and draws in base64url. @typedef {{ request: string, lang: string, held: string, draws: string }} Asked */

/**
 * Pages for a core somewhere else, and what the edge says of each.
 * @param {number} count @param {number} seed of the first
 */
export async function cases(count, seed) {
  const found = /** @type {{ asks: Asked, edge: unknown }[]} */ ([]);
  await compare(count, seed, { each: ({ asks, edge }) => void found.push({ asks, edge }) });
  return found;
}

/** Slots of tests/local/site that are in its client bundle. */
const CUT = ["hero", "bar", "note", "side"];

/** What must be equal: everything but the version of the bundle, what only a cookie has, and slots that stay on the server. @param {import("../../www/browser/page.js").AttunePlan} plan */
export const told = ({ consent, logs, view, slots }) => ({ consent, logs, view, slots: slots.filter(({ slot }) => CUT.includes(slot)) });

const iso = (/** @type {number} */ at_s) => new Date(at_s * 1_000).toISOString().replace(".000Z", "Z");

const DEMO = { name: "tuppence", host: "www.tuppence.example", cookie: "__Host-attune" };

/**
 * The same for a site without a server: the browser has the whole profile, a catalogue and what is bought together, and picks products
 * and rotates them. Also the profile after each batch of events must be the cookie's, byte for byte.
 * @param {number} count @param {number} seed of the first
 */
export async function compareAlone(count, seed) {
  const bundle = read("build/demo.bundle");
  const edge = new page.PageCore(bundle, KEYS);
  const control = new parts.Bundled(bundle);
  const local = await localOf("build/browser/local-full.wasm", bundle);
  for (const [kind, file] of /** @type {const} */ ([[2, "build/demo.catalog"], [4, "build/demo.baskets"]])) {
    edge.put(kind, read(file));
    if (!local.put(kind, read(file))) throw new Error(`the browser refuses ${file}`);
  }
  /** @type {string[]} */
  const skus = JSON.parse(read("build/demo/data/catalogue.json").toString()).products.map(([sku]) => sku);
  const found = { triples: 0, products: 0, rotated: 0, /** @type {Difference[]} */ differences: [] };
  for (let at = 0; at < count; at++) {
    const random = new Random(seed + at);
    const visitor = { ...visitorOf(random), agent: AGENTS[0], gpc: false };
    let now_s = FIRST_S + random.between(0, 3_000_000);
    const profile = { consent: { personalization: "granted", measurement: "granted", at: iso(now_s - 90_000), source: "api" }, id: visitor.id, issued: iso(now_s - 80_000) };
    let cookie = `${DEMO.cookie}=${parts.write_cookie(KEYS, DEMO.name, DEMO.host, JSON.stringify(profile))}`;
    let held = sectionsOf(cookie);
    /** @type {string[]} products that the last page showed */
    let shown = [];
    /** @type {unknown[]} */
    const [here, there] = [[], []];
    for (let pages = random.between(2, 5), n = 1; pages > 0; pages--) {
      now_s += random.between(1, random.percent(20) ? 900_000 : 600);
      const beacon = beaconOf(random, n, random.between(1, 5));
      for (const event of beacon.events) {
        const { items } = /** @type {{ items?: { item_id: unknown, item_category: unknown }[] }} */ (event.params);
        for (const item of items ?? []) Object.assign(item, { item_id: random.one(skus), item_category: random.one(["lanterns", "Bunting", "candles"]) });
        if (event.name === "attune_impression") event.params = { slot: "for-you", campaign: "for-you", arm: "", products: shown };
      }
      n += beacon.events.length;
      cookie = parts.take_beacon(control, KEYS, now_s, cookie, Buffer.from(JSON.stringify(beacon)));
      const path = random.one(["/", `/p/${random.one(skus)}`, "/basket", "/c/lanterns"]);
      const request = requestOf(visitor, random, now_s, "COOKIE", "d", path);
      held = local.take(request.replace("COOKIE", ""), held, linesOf(beacon))?.slice(4) ?? held;
      here.push(textOf(sectionsOf(cookie)), JSON.parse(edge.plan(request.replace("COOKIE", cookie), "")).slots);
      const { slots } = JSON.parse(local.plan(request.replace("COOKIE", ""), "", held) ?? "{}");
      there.push(textOf(held), slots);
      const next = slots.flatMap((/** @type {{ products?: string[] }} */ { products }) => products ?? []);
      found.products += next.length;
      if (shown.length > 0 && next.length > 0 && JSON.stringify(next) !== JSON.stringify(shown)) found.rotated += 1;
      if (next.length > 0) shown = next.slice(0, 8);
    }
    found.triples += here.length / 2;
    if (JSON.stringify(here) !== JSON.stringify(there)) found.differences.push({ seed: seed + at, edge: here, browser: there });
  }
  return found;
}

/** The sections in a cookie: what stands between its head and its signature. @param {string} cookie */
const sectionsOf = (cookie) => bytesOf(cookie.split(/[=;]/)[1]).slice(2, -16);
