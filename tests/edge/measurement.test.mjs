// From a page to the sums: who is exposed, what counts, and what moves nothing.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { API_KEY, consented, forged, Jar, planOf, SIGNING_KEY, startEdge } from "./harness.mjs";
import { ledgerOf, measuredBundle } from "./measured.mjs";
import { publisherOf } from "./publisher.mjs";

const SERVER = { Authorization: `Bearer ${API_KEY}` };
/** @typedef {Awaited<ReturnType<typeof startEdge>>} Edge */
/** @type {Edge} */
let edge;
/** @type {ReturnType<typeof ledgerOf>} */
let ledger;
before(async () => {
  edge = await startEdge({ bundle: await measuredBundle() });
  ledger = ledgerOf(publisherOf(edge, SIGNING_KEY));
});
after(() => edge.stop());

/** The plan of a page, as its script gets it. @param {Jar} jar @param {string} [path] */
async function planAt(jar, path = "/") {
  const { text } = await edge.fetch(path, { jar, headers: { "Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate" } });
  return planOf(text);
}
/** Somebody who looks at a page, whose script says so. */
async function shopper(jar = new Jar()) {
  await consented(edge, jar);
  const plan = await planAt(jar);
  assert.match(plan.token, /^[\w-]{40,128}$/);
  const answer = await edge.events(jar, [{ name: "page_view" }, { name: "attune_exposure", params: { token: plan.token } }]);
  assert.equal(answer.status, 200, answer.text);
  return { jar, plan, arm: plan.slots.find(({ slot }) => slot === "hero").arm };
}
/** @param {Jar} jar */
const handleOf = async (jar) => JSON.parse((await edge.fetch("/_attune/me", { jar })).text).handle;
/** How many units an experiment has. @param {string} experiment */
const units = async (experiment) => Object.values(await ledger.sums(experiment)).reduce((sum, goals) => sum + (goals[""]?.n ?? 0), 0);
/** @param {string} goal @param {string} column @param {string} [experiment] */
async function total(goal, column, experiment = "site/0") {
  return Object.values(await ledger.sums(experiment)).reduce((sum, goals) => sum + (goals[goal]?.[column] ?? 0), 0);
}

test("a visitor is exposed to the site and to what is for them, in every arm alike", async () => {
  const before = [await units("site/0"), await units("test/1")];
  const arms = { held: 0, control: 0, sale: 0 };
  for (let n = 0; n < 24; n++) {
    const { plan, arm } = await shopper();
    const isHeld = plan.slots.every(({ reason }) => reason === "site-holdout");
    arms[isHeld ? "held" : arm]++;
  }
  assert.equal((await units("site/0")) - before[0], 24);
  assert.equal((await units("test/1")) - before[1], arms.control + arms.sale);
  const test = await ledger.sums("test/1");
  assert.equal(test.control[""].n + test.sale[""].n, arms.control + arms.sale);
  const site = await ledger.sums("site/0");
  assert.equal(site.holdout[""].n, arms.held);
  assert.ok(arms.held > 0 && arms.control > 0 && arms.sale > 0, JSON.stringify(arms));
});

test("what a browser could not send for long is taken at once, each experiment with its first exposure", async () => {
  const jar = await consented(edge);
  const first = await planAt(jar);
  const events = Array.from({ length: 32 }, () => ({ name: "attune_exposure", params: { token: first.token } }));
  const before = [await units("site/0"), await units("test/1")];
  const answer = await edge.events(jar, events);
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual([(await units("site/0")) - before[0], (await units("test/1")) - before[1]], [1, first.slots.every(({ reason }) => reason === "site-holdout") ? 0 : 1]);
});

test("a value below 0 that a browser reports takes nothing away", async () => {
  const { jar } = await shopper();
  const before = [await total("spent", "y"), await total("spent", "converters")];
  await edge.events(jar, [{ name: "purchase", params: { transaction_id: "N-1", value: -10_000_000, currency: "GBP" } }]);
  await edge.events(jar, [{ name: "purchase", params: { transaction_id: "N-2", value: 3, currency: "GBP" } }]);
  assert.deepEqual([(await total("spent", "y")) - before[0], (await total("spent", "converters")) - before[1]], [300, 1]);
});

test("an arm that loses its slot to another campaign is exposed as one that gets it", async () => {
  // "lost" is second in the hero: whoever meets it meets "test" there.
  const lost = await ledger.sums("lost/1");
  const test = await ledger.sums("test/1");
  const count = (/** @type {typeof test} */ arms) => Object.values(arms).reduce((sum, goals) => sum + goals[""].n, 0);
  assert.ok(count(lost) > 0);
  assert.equal(count(lost), count(test));
  assert.ok(lost.control[""].n > 0 && lost.sale[""].n > 0, JSON.stringify(lost));
});

test("a goal of the browser counts once a visitor, and a reloaded thank-you page not again", async () => {
  const { jar } = await shopper();
  const [y, average, d] = [await total("purchase", "y"), await total("average", "y"), await total("average", "d")];
  const order = { name: "purchase", params: { transaction_id: "T-1", value: 48.5, currency: "GBP", items: [] } };
  for (let n = 0; n < 3; n++) await edge.events(jar, [order]);
  await edge.events(jar, [{ name: "purchase", params: { transaction_id: "T-2", value: 5 } }]);
  assert.equal((await total("purchase", "y")) - y, 1, "two orders of one visitor");
  assert.deepEqual([(await total("average", "y")) - average, (await total("average", "d")) - d], [0, 0], "the server's goal hears no browser");
});

test("an event that only a goal knows is taken, and another is refused", async () => {
  const { jar, plan } = await shopper();
  assert.equal(plan.events, "js_error,sign_up");
  const y = await total("newsletter", "y");
  const { text } = await edge.events(jar, [{ name: "sign_up", params: {} }, { name: "sign_down", params: {} }]);
  assert.deepEqual(JSON.parse(text).rejected.map(({ code }) => code), ["unknown_event"]);
  assert.equal((await total("newsletter", "y")) - y, 1);
});

test("orders of the shop's server count with their value, once an id, and are taken back by refunds", async () => {
  const { jar } = await shopper();
  const visitor = await handleOf(jar);
  const before = [await total("revenue", "y"), await total("average", "d")];
  const sums = async () => [(await total("revenue", "y")) - before[0], (await total("average", "d")) - before[1]];
  const order = { visitor, id: "A-1", value: 48.5, currency: "GBP" };
  for (let n = 0; n < 2; n++) assert.equal((await edge.post("/_attune/orders", order, { headers: SERVER })).status, 202);
  assert.deepEqual(await sums(), [4850, 1]);
  const refund = { key: "R-1", event: "refund", order: "A-1", value: 12 };
  for (let n = 0; n < 2; n++) assert.equal((await edge.post("/_attune/conversions", refund, { headers: SERVER })).status, 202);
  assert.deepEqual(await sums(), [3650, 1]);
  assert.equal((await edge.post("/_attune/conversions", { key: "R-2", event: "refund", order: "A-1" }, { headers: SERVER })).status, 202);
  assert.deepEqual(await sums(), [0, 0]);
});

test("a conversion of the shop's server counts once a key, and an event of no goal is refused with what to do", async () => {
  const { jar } = await shopper();
  const visitor = await handleOf(jar);
  const y = await total("subscription", "y");
  for (let n = 0; n < 2; n++) {
    const { status, text } = await edge.post("/_attune/conversions", { key: "S-1", visitor, event: "subscribe" }, { headers: SERVER });
    assert.deepEqual([status, JSON.parse(text)], [202, { accepted: true, goals: ["subscription"] }]);
  }
  assert.equal((await total("subscription", "y")) - y, 1);
  /** @param {object} body @param {object} [headers] */
  const refused = async (body, headers = SERVER) => JSON.parse((await edge.post("/_attune/conversions", body, { headers })).text).error.code;
  assert.equal(await refused({ key: "S-2", visitor, event: "unsubscribe" }), "unknown_event");
  assert.equal(await refused({ key: "S-2", visitor: forged(visitor), event: "subscribe" }), "bad_visitor");
  assert.equal(await refused({ key: "S-2", event: "subscribe" }), "malformed");
  assert.equal(await refused({ key: "S-2", visitor, event: "subscribe", currency: "USD" }), "bad_currency");
  assert.equal(await refused({ key: "S-2", visitor, event: "subscribe" }, {}), "unauthorized");
});

test("a decision for a server brings a token that the server hands back", async () => {
  const jar = await consented(edge);
  const visitor = await handleOf(jar);
  const profile = { consent: { personalization: "granted", measurement: "granted" } };
  const { status, text } = await edge.post("/_attune/decide", { visitor, profile, page: "/", locale: "en-GB" }, { headers: SERVER });
  assert.equal(status, 200, text);
  const { token } = JSON.parse(text);
  assert.ok(token, text);
  const before = await units("site/0");
  for (let n = 0; n < 2; n++) assert.equal((await edge.post("/_attune/conversions", { key: "E-1", visitor, token }, { headers: SERVER })).status, 202);
  assert.equal((await units("site/0")) - before, 1);
});

test("forged and foreign tokens, and conversions without exposure, move nothing and are counted by cause", async () => {
  const { plan: other } = await shopper();
  const counts = await ledger.counts();
  const refused = async (/** @type {string} */ cause) => ((await ledger.counts())[`refused/${cause}`] ?? 0) - (counts[`refused/${cause}`] ?? 0);
  const before = JSON.stringify([await ledger.sums("site/0"), await ledger.sums("test/1")]);
  const jar = await consented(edge);
  const expose = (/** @type {string} */ token) => edge.events(jar, [{ name: "attune_exposure", params: { token } }]);
  await expose(other.token);
  await expose(forged(other.token));
  await expose("AQ");
  for (let n = 0; n < 80; n++) await edge.events(new Jar(), [{ name: "purchase", params: { transaction_id: `F-${n}` } }]);
  await edge.events(jar, [{ name: "purchase", params: { transaction_id: "never-exposed" } }]);
  assert.equal(JSON.stringify([await ledger.sums("site/0"), await ledger.sums("test/1")]), before);
  assert.equal(await refused("token_not_of_this_visitor"), 2);
  assert.equal(await refused("token_malformed"), 1);
  assert.equal((await refused("no_profile")) + (await refused("no_consent")), 80);
});

test("a customer has one arm and one row on all devices, and an order on any of them counts once", async () => {
  /** A device that is not held out of the site, on which the customer signs in. */
  const device = async () => {
    for (let tries = 0; tries < 40; tries++) {
      const { jar, plan } = await shopper();
      if (plan.slots.every((/** @type {{ reason: string }} */ { reason }) => reason === "site-holdout")) continue;
      const visitor = await handleOf(jar);
      const said = await edge.post("/_attune/traits", { visitor, customer: "C-77" }, { headers: SERVER });
      assert.equal(said.status, 202, said.text);
      await edge.events(jar, [{ name: "login" }]);
      const { plan: signedIn } = await shopper(jar);
      const { campaign, arm } = signedIn.slots.find((/** @type {{ slot: string }} */ { slot }) => slot === "note");
      assert.equal(campaign, "by-customer");
      return { visitor, arm };
    }
    throw new Error("every device is held out");
  };
  const before = [await total("revenue", "y", "by-customer/1"), await units("by-customer/1")];
  const [phone, laptop] = [await device(), await device()];
  assert.equal(phone.arm, laptop.arm);
  assert.equal((await units("by-customer/1")) - before[1], 1, "one customer, not two visitors");
  const order = { visitor: laptop.visitor, customer: "C-77", id: "C-77-1", value: 30, currency: "GBP" };
  for (let n = 0; n < 2; n++) assert.equal((await edge.post("/_attune/orders", order, { headers: SERVER })).status, 202);
  assert.equal((await total("revenue", "y", "by-customer/1")) - before[0], 3000);
  // From the shop's counter, where no device is known.
  const conversion = { key: "C-77-2", customer: "C-77", event: "subscribe" };
  assert.equal((await edge.post("/_attune/conversions", conversion, { headers: SERVER })).status, 202);
  assert.equal(await total("subscription", "y", "by-customer/1"), 1);
});

test("who refuses measurement has no token and counts nowhere", async () => {
  const jar = new Jar();
  await edge.post("/_attune/consent", { personalization: true, measurement: false }, { jar });
  await edge.events(jar, [{ name: "page_view" }]);
  const before = await units("site/0");
  assert.equal((await planAt(jar)).token, undefined);
  await edge.events(jar, [{ name: "purchase", params: { transaction_id: "Q-1" } }]);
  assert.equal(await units("site/0"), before);
});

test("a visitor who is forgotten leaves no row, and the sums keep what was counted", async () => {
  const { jar } = await shopper();
  await edge.events(jar, [{ name: "purchase", params: { transaction_id: "G-1" } }]);
  const before = JSON.stringify(await ledger.sums("site/0"));
  const day = Math.floor(Date.now() / 86_400_000);
  const rows = async () => (await ledger.lines(`rows?kind=exposures&day=${day}`)).filter((row) => row.unit !== undefined).length;
  const had = await rows();
  assert.equal((await edge.post("/_attune/forget", {}, { jar })).status, 200);
  assert.ok((await rows()) < had);
  assert.equal(JSON.stringify(await ledger.sums("site/0")), before);
});

test("a previewer and a robot are not measured", async () => {
  const robot = { "User-Agent": "Googlebot/2.1 (+http://www.google.com/bot.html)" };
  const { text } = await edge.fetch("/", { headers: robot });
  assert.equal(planOf(text)?.token, undefined);
});

test("events behind a no in the consent tool's cookie erase what the ledger has of the visitor", async () => {
  const other = await startEdge({ bundle: await measuredBundle("holdout = 20", "", 'source = "cookie:choice"\npersonalization = "yes"\nmeasurement = "yes"') });
  try {
    const jar = new Jar();
    jar.set("choice=yes");
    const { mint } = planOf((await other.fetch("/", { jar })).text);
    await other.events(jar, [{ name: "page_view" }], "/", { mint });
    const { token } = planOf((await other.fetch("/", { jar })).text);
    const exposure = { name: "attune_exposure", params: { token } };
    await other.events(jar, [exposure]);
    const today = Math.floor(Date.now() / 86_400_000);
    const rows = async () => (await ledgerOf(publisherOf(other, SIGNING_KEY)).lines(`rows?kind=exposures&day=${today}`)).filter(({ unit }) => unit);
    assert.notDeepEqual(await rows(), []);
    jar.set("choice=no");
    const answer = await other.events(jar, [exposure]);
    assert.ok(answer.setCookies.some((line) => /Max-Age=0/.test(line)), answer.text);
    assert.deepEqual(await rows(), []);
  } finally {
    await other.stop();
  }
});
