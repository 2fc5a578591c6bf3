// What each kind of request asks of KV, of the control plane, of objects and of their rows, counted in workerd.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { killStatement, newSigningKey, publicKeyHex } from "../../xtask/manifest.mjs";
import { billTable, CALLS, callsTable, hasRows } from "./costs.mjs";
import { API_KEY, BUNDLE, consented, Jar, KEY_1, KEYS, planOf, SIGNING_KEY, startEdge } from "./harness.mjs";
import { measuredBundle } from "./measured.mjs";
import { hashOf, headOf, publisherOf, until } from "./publisher.mjs";
import { greeting, KILLER, shelfOf, SITE } from "./shelf.mjs";

const KEY = { Authorization: `Bearer ${API_KEY}` };
const NAMES = { "KV read": "reads", "KV write": "writes", "service call": "calls", "object call": "objects", "row read": "rowsRead", "row written": "rowsWritten" };
const SILENCE_GRANTS = { country: "US", isEUCountry: undefined };

/** What was asked since the last time, once nothing goes on behind an answer. @param {any} edge */
function asked(edge) {
  return until(async () => {
    const counts = JSON.parse((await edge.fetch("/counts")).text);
    for (const [name, count] of Object.entries(counts)) if (name in NAMES) edge.sum[NAMES[name]] = (edge.sum[NAMES[name]] ?? 0) + count;
    if (counts.pending > 0) return null;
    const sum = edge.sum;
    edge.sum = {};
    return sum;
  });
}

/** @type {Set<string>} */
const counted = new Set();

/**
 * A Worker that counts, and `kind`, which runs one request and compares.
 * @param {(tools: { edge: any, kind: (name: string, work: () => Promise<any>, isDone?: () => Promise<unknown>) => Promise<any> }) => Promise<void>} run
 * @param {Parameters<typeof startEdge>[0]} [options]
 */
async function withCounts(run, options = {}) {
  const edge = Object.assign(await startEdge({ counted: true, ...options }), { sum: {} });
  try {
    await asked(edge);
    await run({
      edge,
      async kind(name, work, isDone) {
        const answer = await work();
        assert.ok(answer.status < 300, `${name}: ${answer.status} ${answer.text ?? JSON.stringify(answer.body)}`);
        await isDone?.();
        const calls = await asked(edge);
        if (!hasRows(name)) for (const rows of ["rowsRead", "rowsWritten"]) delete calls[rows];
        assert.deepEqual(calls, CALLS[name], name);
        counted.add(name);
        return answer;
      },
    });
  } finally {
    await edge.stop();
  }
}

const order = (handle, id) => ({ visitor: handle, id, value: 12.3, currency: "GBP", items: [{ sku: "22423", quantity: 1, price: 12.3 }] });

test("pages, scripts, consent, events", () =>
  withCounts(async ({ edge, kind }) => {
    const page = (options = {}) => edge.fetch("/", options);
    await kind("page: nobody is known", page);
    await kind("page: a robot's", () => page({ headers: { "User-Agent": "Googlebot/2.1 (+http://www.google.com/bot.html)" } }));
    await kind("a path that is not personalized", () => edge.fetch("/static/logo.svg"));
    await kind("page script", () => edge.fetch("/_attune/page.js"));
    const jar = new Jar();
    await kind("consent: given", () => edge.post("/_attune/consent", { personalization: true, measurement: true }, { jar }));
    const { handle } = JSON.parse((await kind("me", () => edge.fetch("/_attune/me", { jar }))).text);
    // The first order of an object makes its tables.
    await edge.post("/_attune/orders", order(handle, "A-0"), { headers: KEY });
    await asked(edge);
    await kind("order", () => edge.post("/_attune/orders", order(handle, "A-1"), { headers: KEY }));
    await kind("page: with a profile, and orders wait", () => page({ jar }));
    await kind("events: the first of a visit, orders wait", () => edge.events(jar, [{ name: "page_view" }]));
    await kind("events: the next one, which shows that they arrived", () => edge.events(jar, [{ name: "search" }]));
    await kind("events: ordinary", () => edge.events(jar, [{ name: "search" }]));
    await kind("page: with a profile", () => page({ jar }));
    await edge.events(jar, [{ name: "login" }]);
    await asked(edge);
    await kind("events: in the hour after a login, nothing waits", () => edge.events(jar, [{ name: "search" }]));
    await kind("traits of a visitor", () => edge.post("/_attune/traits", { visitor: handle, traits: { region: "north" } }, { headers: KEY }));
    const made = await kind("login token: made", () => edge.post("/_attune/traits", { customer: "C-1", ttl_s: 60 }, { headers: KEY }));
    await kind("login token: brought", () => edge.post("/_attune/login", { token: JSON.parse(made.text).token }, { jar }));
    await kind("health", () => edge.fetch("/_attune/health"));
    await kind("forget", () => edge.post("/_attune/forget", {}, { jar }));
  }));

/**
 * Two who have agreed, and whose rows are in the same object: the first two digits of their ids are the same.
 * @param {any} edge
 */
async function neighbours(edge) {
  /** @type {Map<string, { jar: Jar, handle: string }>} */
  const known = new Map();
  for (;;) {
    const jar = new Jar();
    await edge.post("/_attune/consent", { personalization: true, measurement: true }, { jar });
    const { id, handle } = JSON.parse((await edge.fetch("/_attune/me", { jar })).text);
    const other = known.get(id.slice(0, 2));
    if (other !== undefined) return [other, { jar, handle }];
    known.set(id.slice(0, 2), { jar, handle });
  }
}

test("the first event of a visit, where the object has its tables and nothing for the visitor", () =>
  withCounts(async ({ edge, kind }) => {
    const [first, second] = await neighbours(edge);
    await edge.post("/_attune/orders", order(first.handle, "N-0"), { headers: KEY });
    await asked(edge);
    await kind("events: the first of a visit, nothing waits", () => edge.events(second.jar, [{ name: "page_view" }]));
    await kind("preview token", () => edge.post("/_attune/preview", { name: "somebody" }, { headers: KEY }));
  }));

test("a new visitor", () =>
  withCounts(async ({ edge, kind }) => {
    const jar = new Jar();
    const { mint } = planOf((await edge.fetch("/", { jar, cf: SILENCE_GRANTS })).text);
    const beacon = { log: jar.log, oldest: 1, page: "/", mint, events: [{ n: 1, name: "page_view" }] };
    await kind("events: the first of a new visitor", () => edge.post("/_attune/events", beacon, { jar, cf: SILENCE_GRANTS }));
    assert.ok(jar.profile);
    const other = await consented(edge);
    await asked(edge);
    await kind("consent: withdrawn", () => edge.post("/_attune/consent", { personalization: false, measurement: false }, { jar: other }));
  }));

test("what is measured: one experiment, the site's holdout, two slices", async () => {
  const bundle = await measuredBundle("holdout = 20");
  await withCounts(async ({ edge, kind }) => {
    const exposure = async (/** @type {Jar} */ jar) => ({ name: "attune_exposure", params: { token: planOf((await edge.fetch("/", { jar })).text).token } });
    // In no holdout: two experiments and the site. The first message of an object makes its tables.
    const personalized = async () => {
      for (;;) {
        const jar = await consented(edge);
        const { slots } = planOf((await edge.fetch("/", { jar })).text);
        if (slots[0].reason !== "site-holdout") return jar;
      }
    };
    await edge.events(await personalized(), [await exposure(await consented(edge))]);
    const jar = await personalized();
    const { handle } = JSON.parse((await edge.fetch("/_attune/me", { jar })).text);
    const [first, again] = [await exposure(jar), await exposure(jar)];
    await asked(edge);
    await kind("events: measured, the first exposure", () => edge.events(jar, [first]));
    await kind("events: measured, an exposure that is known", () => edge.events(jar, [again]));
    await kind("events: measured, a goal", () => edge.events(jar, [{ name: "purchase", params: { transaction_id: "T-1" } }]));
    await edge.post("/_attune/orders", order(handle, "M-0"), { headers: KEY });
    await asked(edge);
    await kind("order: measured", () => edge.post("/_attune/orders", order(handle, "M-1"), { headers: KEY }));
    await kind("conversion", () => edge.post("/_attune/conversions", { key: "C-1", visitor: handle, event: "subscribe" }, { headers: KEY }));
    await kind("forget: measured", () => edge.post("/_attune/forget", {}, { jar }));
  }, { bundle });
});

test("decisions for other channels", () => {
  const read = (/** @type {string} */ path) => readFileSync(new URL(`../../${path}`, import.meta.url));
  const { bundle, cases } = JSON.parse(read("tests/vectors/channel.json").toString());
  return withCounts(({ edge, kind }) => kind("decide", () => edge.post("/_attune/decide", cases[0].ask, { headers: KEY })), { bundle: read(bundle), site: "vectors" });
});

/** A page looks at every request, behind its visitor's back. */
const LOOKS = { BUNDLE_FRESH_S: "0", BUNDLE_STALE_S: "600", MANIFEST_KEYS: `${KEYS}, ${publicKeyHex(KILLER)}:kill` };

test("what a look asks that a page has started", () =>
  withCounts(async ({ edge, kind }) => {
    const shelf = shelfOf(edge);
    const page = () => edge.fetch("/");
    const one = await shelf.version(1, BUNDLE);
    await shelf.head({ manifest: one });
    await page();
    await asked(edge);
    await kind("look: nothing is new", page);
    const two = await shelf.version(2, greeting("Howdy"));
    await shelf.head({ manifest: two, before: one });
    await kind("look: a new version", page);
    const three = await shelf.version(3, greeting("Howdy"), { canary: { share_bp: 5_000, salt: Buffer.alloc(8), bundle: greeting("Salut") } });
    await shelf.head({ manifest: three, before: two });
    await kind("look: a new canary", page);
    const kills = await shelf.kills([{ key: "nobody" }]);
    await shelf.head({ manifest: three, before: two, kills });
    await kind("look: a new kill list", page);
  }, { publish: false, bindings: LOOKS }));

test("a new isolate, a canary, and everything switched off", () =>
  withCounts(async ({ edge, kind }) => {
    const shelf = shelfOf(edge);
    const [canary, own] = [{ share_bp: 5_000, salt: Buffer.alloc(8), bundle: greeting("Salut") }, await shelf.version(1, BUNDLE)];
    const two = await shelf.version(2, BUNDLE, { canary });
    await shelf.head({ manifest: two, before: own, kills: await shelf.kills([{ key: "nobody" }]) });
    await kind("look: of a new isolate, with a canary and a kill list", () => edge.fetch("/"));
    const isIn = async (jar) => /arm=canary/.test((await edge.fetch("/", { jar })).headers.attune ?? "");
    let jar = await consented(edge);
    while (!(await isIn(jar))) jar = await consented(edge);
    await asked(edge);
    await kind("page: in a canary", () => edge.fetch("/", { jar }));
  }, { publish: false, bindings: { MANIFEST_KEYS: LOOKS.MANIFEST_KEYS } }));

test("everything switched off", () =>
  withCounts(async ({ edge, kind }) => {
    const shelf = shelfOf(edge);
    await shelf.head({ manifest: await shelf.version(1, BUNDLE), kills: await shelf.kills([{}]) });
    await edge.health();
    await asked(edge);
    await kind("page: everything is switched off", () => edge.fetch("/"));
  }, { publish: false, bindings: { MANIFEST_KEYS: LOOKS.MANIFEST_KEYS } }));

/** Publishes a version with a catalogue, and lets the isolate have it. @param {any} edge */
async function publishCatalogue(edge) {
  const read = (/** @type {string} */ name) => readFileSync(new URL(`../../build/bandit.${name}`, import.meta.url));
  const shelf = shelfOf(edge);
  await shelf.head({ manifest: await shelf.version(1, read("bundle"), { artifacts: [{ kind: 2, bytes: read("catalog") }] }) });
  await edge.health();
  await asked(edge);
}

test("a look where there is a catalogue", () =>
  withCounts(async ({ edge, kind }) => {
    await publishCatalogue(edge);
    await kind("look: nothing is new, there is a catalogue", () => edge.fetch("/"));
  }, { publish: false, bindings: LOOKS }));

test("recommendations for a front end", () =>
  withCounts(async ({ edge, kind }) => {
    await publishCatalogue(edge);
    const answer = await kind("recommend", () => edge.fetch("/_attune/recommend?slot=picks&page=/"));
    assert.ok(JSON.parse(answer.text).items.length > 0);
  }, { publish: false }));

test("publishing", () => {
  const key = newSigningKey();
  return withCounts(async ({ edge, kind }) => {
    const alice = publisherOf(edge, key);
    await alice.state();
    await asked(edge);
    await kind("publish: GET state", () => alice.get("state"));
    await kind("publish: GET missing", () => alice.get(`missing?sha256=${hashOf(BUNDLE)}`));
    await kind("publish: PUT artifact", () => alice.upload(BUNDLE));
    const file = await alice.next({ bundle: BUNDLE });
    await asked(edge);
    const head = (/** @type {number} */ serial) => () => headOf(edge, { site: SITE, ring: KEY_1 }, serial);
    await kind("publish: POST draft, published", () => alice.draft(file), head(1));
    await kind("publish: POST kill", () => alice.kill(killStatement({ site: SITE, number: 1, key: "hello" }, [key])), head(2));
    await edge.health();
    await edge.put("head", Buffer.from("damaged"));
    await asked(edge);
    await kind("publish: an isolate reports what is wrong", () => edge.fetch("/"));
  }, { publish: false, bindings: { ...LOOKS, MANIFEST_KEYS: `${publicKeyHex(key)}:publish+kill` } });
});

test("every kind was counted", () => {
  assert.deepEqual(Object.keys(CALLS).filter((name) => !counted.has(name)), []);
});

test("the guide has the tables of what was counted", () => {
  const path = new URL("../../docs/deploying.md", import.meta.url);
  const page = readFileSync(path, "utf8");
  const written = page.replace(/(<!-- (calls|bill) -->\n)[^]*?(\n<!-- end -->)/g, (_, before, name, end) => `${before}\n${name === "calls" ? callsTable() : billTable()}\n${end}`);
  if (process.env.ATTUNE_BLESS === "1") writeFileSync(path, written);
  assert.equal(written.split("<!-- end -->").length, 3, "both tables are there");
  assert.equal(readFileSync(path, "utf8"), written, "docs/deploying.md is not current: run this test with ATTUNE_BLESS=1");
});
