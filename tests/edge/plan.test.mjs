// POST /_attune/plan: what happened goes in, and out comes what the page has to show.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { API_KEY, consented, forged, Jar, planOf, startEdge } from "./harness.mjs";
import { draftLink, follow, TWO, withPreviews } from "./previews.mjs";
import { greeting, withShelf } from "./shelf.mjs";

const KEY = { Authorization: `Bearer ${API_KEY}` };
const COOKIE = "__Host-attune";

/** @typedef {Awaited<ReturnType<typeof startEdge>>} Edge */
/** @type {Edge} */
let edge;
before(async () => {
  edge = await startEdge();
});
after(() => edge.stop());

/** @param {Edge} at @param {object} body @param {Parameters<Edge["post"]>[2]} [options] */
const asked = async (at, body, options) => {
  const { status, text, setCookies, headers } = await at.post("/_attune/plan", body, options);
  return { status, setCookies, headers, ...JSON.parse(text) };
};
/** @param {object} body @param {Parameters<Edge["post"]>[2]} [options] */
const plan = (body, options) => asked(edge, body, options);
/** @param {Jar} jar @param {{ name: string, params?: object, age?: number }[]} events @param {object} [more] */
const beacon = (jar, events, more = {}) => ({ log: jar.log, oldest: 1, page: "/", events: events.map((event) => ({ n: ++jar.number, ...event })), ...more });
/** @param {{ slots: { slot: string }[] }} plan @param {string} name @returns {any} */
const slot = ({ slots }, name) => slots.find((each) => each.slot === name);
/** @param {Jar} jar */
const me = async (jar) => JSON.parse((await edge.fetch("/_attune/me", { jar })).text);
/** Who agreed, of whom no page was seen yet. */
const agreed = async (jar = new Jar()) => {
  await edge.post("/_attune/consent", { personalization: true, measurement: true }, { jar });
  jar.cookies.delete(COOKIE);
  return jar;
};
const CART = { name: "add_to_cart", params: { items: [{ item_id: "22423", price: 12.75, quantity: 2 }] } };

test("without consent nothing is begun, and what needs none is drawn", async () => {
  const jar = new Jar();
  const found = await plan({ url: "/", lang: "en-GB", beacon: beacon(jar, [CART]) }, { jar });
  assert.equal(found.status, 200);
  assert.deepEqual([found.last, found.mail, found.applied, found.rejected, found.setCookies], [null, 0, 0, [], []]);
  const { v, slots, ...rest } = found.plan;
  const consent = { personalization: "unknown", measurement: "unknown" };
  assert.deepEqual([rest, found.consent], [{ consent, logs: [], mail: 0, view: true, preview: null }, consent]);
  assert.match(v, /^[0-9a-f]{12}$/);
  assert.deepEqual(slot(found.plan, "hero"), { slot: "hero", selector: '[data-slot="hero"]', campaign: "hello", arm: null, content: "hello", reason: "shown", draw: { html: "<h1>Hello for £5 €</h1>" } });
  assert.equal(slot(found.plan, "bar").draw, undefined);
  assert.match(found.headers["content-type"] ?? "", /^application\/json/);
  assert.equal(found.headers["cache-control"], "no-store");
});

test("events go in and the plan comes out in one call: it is decided with what they changed", async () => {
  const jar = await consented(edge);
  const found = await plan({ url: "/", lang: "en-GB", beacon: beacon(jar, [CART, { name: "nonsense" }]) }, { jar });
  assert.deepEqual([found.last, found.applied, found.rejected.map((/** @type {any} */ each) => each.code)], [jar.number, 1, ["unknown_event"]]);
  assert.equal(found.setCookies.length, 1);
  const hero = slot(found.plan, "hero");
  assert.equal(hero.campaign, "cart");
  assert.deepEqual(hero.draw, { set: [["a.cta", "href", "/basket"], ["h1", "", "2 gifts are waiting"]] });
  assert.deepEqual(found.plan.logs, [[jar.log, jar.number]]);
  assert.equal((await me(jar)).cart.items[0].quantity, 2);
  // Sent again, they count once.
  const again = await plan({ url: "/", beacon: { log: jar.log, oldest: 1, page: "/", events: [{ n: jar.number - 1, ...CART }] } }, { jar });
  assert.deepEqual([again.last, again.applied, again.setCookies], [jar.number, 0, []]);
});

test("who agreed and has no profile gets one with the answer, and no mint token", async () => {
  const jar = await agreed();
  const found = await plan({ url: "/p/22423", beacon: beacon(jar, [{ name: "page_view", params: { page_path: "/c/tea" } }]) }, { jar });
  assert.deepEqual([found.last, found.applied, found.plan.mint, found.setCookies.length], [1, 1, undefined, 1]);
  const { id, viewed } = await me(jar);
  assert.match(id, /^[0-9a-f]{32}$/);
  assert.equal(viewed, undefined, "the page itself is counted in memory only");
  const later = await plan({ url: "/" }, { jar });
  assert.deepEqual([later.last, later.setCookies], [null, []]);
  assert.equal((await me(jar)).id, id);
});

test("a page's mint token is the id, also where it comes with a plan", async () => {
  const jar = await agreed();
  const { mint } = planOf((await edge.fetch("/", { jar })).text);
  const page = await edge.fetch("/", { jar: jar.copy() });
  assert.ok(mint && page.setCookies.length === 0);
  const two = jar.copy();
  await plan({ url: "/", beacon: beacon(jar, [CART], { mint }) }, { jar });
  await edge.post("/_attune/events", beacon(two, [CART], { mint }), { jar: two });
  assert.equal((await me(jar)).id, (await me(two)).id);
});

test("in a frame no profile is begun and no view is counted; prerendered, the plan brings what begins one", async () => {
  const framed = await agreed();
  const frame = await plan({ url: "/", frame: true }, { jar: framed });
  assert.deepEqual([frame.setCookies, frame.plan.view, frame.plan.mint, frame.consent.personalization], [[], undefined, undefined, "granted"]);
  assert.equal(slot(frame.plan, "hero").campaign, "hello");
  for (const header of ["prefetch", "prefetch;prerender"]) {
    const jar = await agreed();
    const early = await plan({ url: "/" }, { jar, headers: { "Sec-Purpose": header } });
    assert.deepEqual([early.setCookies, early.plan.view], [[], true]);
    await plan({ url: "/", beacon: beacon(jar, [CART], { mint: early.plan.mint }) }, { jar });
    assert.match((await me(jar)).id, /^[0-9a-f]{32}$/);
  }
});

test("where silence grants, the first plan begins a profile; an opt-out signal does not", async () => {
  const american = { cf: { country: "US", continent: "NA" } };
  const jar = new Jar();
  const found = await plan({ url: "/" }, { jar, ...american });
  assert.deepEqual([found.consent.personalization, found.setCookies.length], ["granted", 1]);
  const other = await plan({ url: "/" }, { headers: { "Sec-GPC": "1" }, ...american });
  assert.deepEqual([other.consent.personalization, other.setCookies], ["denied", []]);
});

test("after withdrawal nothing is taken, nothing is shown by what was known, and a profile that came back is deleted", async () => {
  const jar = await consented(edge);
  await edge.events(jar, [CART]);
  const profile = jar.profile;
  await edge.post("/_attune/consent", { personalization: false, measurement: false }, { jar });
  assert.equal(jar.profile, undefined);
  jar.cookies.set(COOKIE, String(profile));
  const found = await plan({ url: "/", beacon: beacon(jar, [CART]) }, { jar });
  assert.deepEqual([found.last, found.applied, found.consent.personalization, slot(found.plan, "hero").campaign], [null, 0, "denied", "hello"]);
  assert.match(found.setCookies.join(), /^__Host-attune=; Path=\/; Max-Age=0/);
});

test("a visitor whose cookies cannot be read gets the plan of anybody, and their events stay with the script", async () => {
  const jar = await consented(edge);
  // Of a key that this deployment does not have.
  const value = Buffer.from(String(jar.profile), "base64url");
  value[1] = 9;
  jar.cookies.set(COOKIE, value.toString("base64url"));
  const found = await plan({ url: "/", beacon: beacon(jar, [CART]) }, { jar });
  assert.deepEqual([found.status, found.last, found.setCookies, slot(found.plan, "hero").campaign], [200, null, [], "hello"]);
});

test("a robot gets a plan without campaigns, and leaves no trace", async () => {
  const jar = await agreed();
  const found = await plan({ url: "/", beacon: beacon(jar, [CART]) }, { jar, headers: { "User-Agent": "Googlebot/2.1 (+http://www.google.com/bot.html)" } });
  assert.deepEqual([found.status, found.setCookies, found.last, found.plan.view], [200, [], null, undefined]);
  assert.deepEqual(found.plan.slots.map((/** @type {any} */ { campaign, draw }) => [campaign, draw]), [[null, undefined], [null, undefined], [null, undefined]]);
});

test("under a preview the plan is the persona's, and nothing is taken or counted", async () => {
  const jar = await consented(edge);
  const before = jar.profile;
  const body = { name: "lena", profile: { consent: { personalization: "granted" }, cart: { items: [{ sku: "22423", quantity: 3, price: 1 }] } }, request: { country: "DE" } };
  const { token } = JSON.parse((await edge.post("/_attune/preview", body, { headers: KEY })).text);
  jar.cookies.set("__Host-attune-preview", token);
  const found = await plan({ url: "/", lang: "en", beacon: beacon(jar, [CART]) }, { jar });
  assert.deepEqual([found.last, found.applied, found.setCookies, jar.profile], [null, 0, [], before]);
  assert.equal(found.plan.preview.name, "lena");
  assert.deepEqual([found.plan.logs, found.plan.view, found.plan.mint], [undefined, undefined, undefined]);
  assert.deepEqual(slot(found.plan, "hero").draw.set[1], ["h1", "", "3 gifts are waiting"]);
  assert.match(slot(found.plan, "hero").why, /./);
  assert.equal(slot(found.plan, "bar").campaign, "german");
  jar.cookies.set("__Host-attune-preview", forged(token));
  assert.equal((await plan({ url: "/" }, { jar })).plan.preview, null);
});

test("under a link to a draft the plan is the draft's; where the core traps on it, what is published", () =>
  withPreviews(async ({ edge, alice }) => {
    const { jar } = await follow(edge, (await draftLink(alice, TWO)).body.url);
    const hero = async (/** @type {Jar | undefined} */ jar, url = "/") => slot((await asked(edge, { url }, { jar })).plan, "hero").draw.html.slice(4, 9);
    assert.deepEqual([await hero(jar), await hero(undefined)], ["Howdy", "Hello"]);
    const trapped = await asked(edge, { url: "/?fault=open" }, { jar });
    assert.deepEqual([trapped.status, trapped.plan.slots], [200, []], "the published one traps on it, too");
    assert.deepEqual([await hero(jar), await hero(undefined)], ["Hello", "Hello"], "a draft that trapped is refused from then on");
  }, { faults: true }));

test("where the core traps, and while it rests, events are taken and the plan is empty", async () => {
  const edge = await startEdge({ faults: true, bindings: { BREAKER_S: "60" } });
  try {
    const jar = await consented(edge);
    const first = await asked(edge, { url: "/?fault=open", beacon: beacon(jar, [CART]) }, { jar });
    assert.deepEqual([first.status, first.applied, first.setCookies.length], [200, 1, 1]);
    const { v, logs, ...rest } = first.plan;
    assert.deepEqual([logs, rest], [[[jar.log, jar.number]], { consent: { personalization: "granted", measurement: "granted" }, mail: 0, view: true, preview: null, slots: [] }]);
    assert.equal(slot((await asked(edge, { url: "/" }, { jar })).plan, "hero").campaign, "cart");
    for (let time = 0; time < 6; time++) await asked(edge, { url: "/?fault=open" });
    assert.equal((await edge.health()).status, "resting");
    const resting = await asked(edge, { url: "/", beacon: beacon(jar, [CART]) }, { jar });
    assert.deepEqual([resting.status, resting.applied, resting.plan.v, resting.plan.slots], [200, 1, v, []]);
  } finally {
    await edge.stop();
  }
});

test("while everything is switched off the plan is empty, and events are taken", () =>
  withShelf(async (edge, shelf) => {
    const one = await shelf.version(1, greeting("Hello"));
    await shelf.head({ manifest: one });
    await edge.health();
    const jar = await consented(edge);
    assert.equal(slot((await asked(edge, { url: "/" }, { jar })).plan, "hero").campaign, "hello");
    await shelf.head({ manifest: one, kills: await shelf.kills([{}]) });
    const off = await asked(edge, { url: "/", beacon: beacon(jar, [CART]) }, { jar });
    assert.deepEqual([off.status, off.applied, off.plan.slots, off.plan.view], [200, 1, [], true]);
    await shelf.head({ manifest: one, kills: await shelf.kills([{ key: "cart" }]) });
    assert.equal(slot((await asked(edge, { url: "/" }, { jar })).plan, "hero").campaign, "hello", "one campaign alone");
  }));

test("with a lean core there are plans, too; without a configuration there is none", async () => {
  const lean = await startEdge({ lean: true });
  try {
    const jar = await consented(lean);
    const found = await asked(lean, { url: "/", beacon: beacon(jar, [CART]) }, { jar });
    assert.deepEqual([found.applied, slot(found.plan, "hero").campaign], [1, "cart"]);
  } finally {
    await lean.stop();
  }
  const empty = await startEdge({ publish: false });
  try {
    const found = await asked(empty, { url: "/" });
    assert.deepEqual([found.status, found.error.code], [503, "no_bundle"]);
  } finally {
    await empty.stop();
  }
});

test("the page is the one that is named: its path, its query, its language and what led to it", async () => {
  const jar = await consented(edge);
  assert.equal(slot((await plan({ url: "/de/", lang: "de-DE" }, { jar, cf: { country: "DE", continent: "EU", isEUCountry: "1" } })).plan, "bar").draw.html, "<p>Willkommen</p>");
  const words = async (/** @type {string} */ lang) => slot((await plan({ url: "/", lang }, { jar })).plan, "hero").draw.html;
  assert.deepEqual([await words("de"), await words("en"), await words("")], ["<h1>Hallo für 5 €</h1>", "<h1>Hello for £5 €</h1>", "<h1>Hello for £5 €</h1>"]);
});

test("a body that cannot be read is refused, with the place; it changes nothing", async () => {
  const jar = await consented(edge);
  const before = jar.profile;
  for (const [body, status, code, message] of /** @type {[unknown, number, string, RegExp][]} */ ([
    ["{", 400, "not_json", /^the body is not JSON/],
    [{}, 400, "malformed", /^url: is missing$/],
    [{ url: "https://shop.test/" }, 400, "malformed", /^url: must be path and query of a page of this site/],
    [{ url: "//evil.test/" }, 400, "malformed", /^url: /],
    [{ url: "/", lang: 7 }, 400, "malformed", /^lang: must be text$/],
    [{ url: "/", frame: "yes" }, 400, "malformed", /^frame: must be true or false$/],
    [{ url: "/", beacon: { log: "x", page: "/", events: [] } }, 400, "malformed", /^beacon\.log: must be 8 hex/],
    [{ url: "/", beacon: { log: "1a2b3c4d", page: "/", events: Array.from({ length: 33 }, (_, n) => ({ n: n + 1, name: "login" })) } }, 400, "too_many_events", /more than 32/],
    [{ url: `/${"x".repeat(16 * 1024)}` }, 413, "too_large", /16384 bytes/],
  ])) {
    const found = await plan(/** @type {object} */ (body), { jar });
    assert.deepEqual([found.status, found.error.code, found.setCookies], [status, code, []], JSON.stringify(body).slice(0, 80));
    assert.match(found.error.message, message);
  }
  const untyped = await edge.post("/_attune/plan", { url: "/" }, { jar, headers: { "Content-Type": "text/plain" } });
  assert.equal(untyped.status, 415);
  const got = await edge.fetch("/_attune/plan", { jar });
  assert.deepEqual([got.status, got.headers.allow, JSON.parse(got.text).error.code], [405, "POST", "method_not_allowed"]);
  assert.equal(jar.profile, before);
});

test("what was lost counts in no cap and changes nothing but the number of the log", async () => {
  const jar = await consented(edge);
  const { logs: _, ...before } = await me(jar);
  const lost = { name: "attune_lost", params: { slot: "hero", campaign: "hello", arm: null } };
  const found = await plan({ url: "/", beacon: beacon(jar, [lost, { name: "attune_lost", params: { campaign: "hello" } }]) }, { jar });
  assert.deepEqual([found.last, found.applied, found.rejected], [jar.number, 1, [{ n: jar.number, code: "malformed_event", message: "beacon.events[1].params.slot: is missing" }]]);
  const { logs, ...now } = await me(jar);
  assert.deepEqual([now, logs[0].last], [before, jar.number]);
});
