// Campaigns as flags, asked by OpenFeature's own providers: a browser's cookie says who it is, a server says it in the context.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { OFREPProvider } from "@openfeature/ofrep-provider";
import { OFREPWebProvider } from "@openfeature/ofrep-web-provider";
import { OpenFeature } from "@openfeature/server-sdk";
import { OpenFeature as WebFeature, ProviderEvents } from "@openfeature/web-sdk";
import { flagsBundle } from "./flags.mjs";
import { API_KEY, consented, Jar, startEdge } from "./harness.mjs";
import { draftLink, follow, TWO, withPreviews } from "./previews.mjs";
import { EAGER, shelfOf } from "./shelf.mjs";
import { until } from "./publisher.mjs";

const FLAGS = "/_attune/ofrep/v1/evaluate/flags";
const KEY = { Authorization: `Bearer ${API_KEY}` };
const ROBOT = "Googlebot/2.1 (+http://www.google.com/bot.html)";
/** @typedef {Awaited<ReturnType<typeof startEdge>>} Edge */
/** @typedef {{ key: string, value?: boolean | string, variant?: string, reason: string, metadata: Record<string, unknown> }} Flag */
/** @type {Buffer} */
let bundle;
/** @type {Edge} */
let edge;
before(async () => {
  bundle = await flagsBundle();
  edge = await startEdge({ bundle });
});
after(() => edge.stop());

/** @param {unknown} context @param {Parameters<Edge["post"]>[2]} [options] @param {string} [key] @param {Edge} [at] */
async function asked(context, options, key, at = edge) {
  const answer = await at.post(key === undefined ? FLAGS : `${FLAGS}/${key}`, { context }, options);
  return { ...answer, body: answer.text === "" ? null : JSON.parse(answer.text) };
}
/** All flags, by key. @param {unknown} context @param {Parameters<Edge["post"]>[2]} [options] @param {Edge} [at] @returns {Promise<Record<string, Flag>>} */
async function flagsOf(context, options, at = edge) {
  const { status, body, setCookies } = await asked(context, options, undefined, at);
  assert.deepEqual([status, setCookies], [200, []], JSON.stringify(body));
  return Object.fromEntries(body.flags.map((/** @type {Flag} */ flag) => [flag.key, flag]));
}
/** What a server says: no browser's headers. @param {Record<string, unknown>} context @param {string} [key] */
const server = (context, key) => asked(context, { headers: { ...KEY, Origin: [] } }, key);
/** The profile. @param {Jar} jar */
const me = async (jar) => JSON.parse((await edge.fetch("/_attune/me", { jar })).text);

/**
 * What a provider fetches with: the edge under the shop's name.
 * @param {{ jar?: Jar, headers?: Record<string, string> }} options @param {{ status: number, sent: import("node:http").IncomingHttpHeaders | Record<string, string> }[]} [seen]
 */
const transport = ({ jar, headers = {} }, seen = []) =>
  async (/** @type {Request} */ request) => {
    const sent = Object.fromEntries(request.headers);
    const { pathname } = new URL(request.url);
    const answer = await edge.fetch(pathname, { method: request.method, headers: { ...sent, ...headers }, body: await request.text(), jar });
    seen.push({ status: answer.status, sent });
    const kept = Object.entries(answer.headers).filter(([name]) => ["content-type", "etag", "retry-after"].includes(name));
    return new Response(answer.status === 304 ? null : answer.text, { status: answer.status, headers: /** @type {[string, string][]} */ (kept) });
  };
const OWN = { Origin: "http://shop.test", "Sec-Fetch-Site": "same-origin" };
const BASE = { baseUrl: "http://shop.test/_attune" };

/** A client of the web SDK whose provider is initialized. @param {string} domain @param {object} options @param {Record<string, string>} [context] */
async function webClient(domain, options, context = {}) {
  await WebFeature.setContext(domain, context);
  const provider = new OFREPWebProvider(/** @type {any} */ ({ ...BASE, cacheMode: "disabled", ...options }));
  await WebFeature.setProviderAndWait(domain, provider);
  return { provider, client: WebFeature.getClient(domain) };
}

test("without consent, what needs no visitor holds, and everything else is the default", async () => {
  const jar = new Jar();
  const flags = await flagsOf({ url: "/" }, { jar });
  const phase = flags.hello.metadata.phase;
  assert.deepEqual(flags.hello, { key: "hello", value: true, reason: "TARGETING_MATCH", metadata: { phase, slot: "hero", decision: "shown", content: "hello" } });
  for (const key of ["cart", "shipping", "new-checkout", "new-search", "tea"]) assert.deepEqual(flags[key], { key, reason: "DEFAULT", metadata: { phase: flags[key].metadata.phase } });
  assert.equal(jar.header(), "");
  const shown = await flagsOf({ url: "https://shop.test/c/tea?size=2#top" }, { jar });
  assert.equal(shown.tea.value, true, "a whole address is one, too");
});

test("what has not begun is nobody's business but the server's", async () => {
  assert.equal((await flagsOf({ url: "/" }))["new-year"], undefined);
  assert.equal((await asked({ url: "/" }, undefined, "new-year")).body.errorCode, "FLAG_NOT_FOUND");
  const { body } = await server({});
  assert.deepEqual(body.flags.find((/** @type {Flag} */ { key }) => key === "new-year"), { key: "new-year", reason: "DEFAULT", metadata: { phase: body.flags[0].metadata.phase } });
});

test("a visitor has the arms of the cookie, whatever the targeting key says, and nothing is counted", async () => {
  const jar = await consented(edge);
  const cookie = jar.header();
  const before = await me(jar);
  const [first, second] = [await flagsOf({ url: "/" }, { jar }), await flagsOf({ url: "/", targetingKey: "C-1042", consent: false, profile: { opt_out: true }, visitor: "AAAA", plan: { any: ["thing"] } }, { jar })];
  assert.deepEqual(second, first);
  const { shipping, "new-checkout": checkout } = first;
  assert.ok(["control", "flat", "free"].includes(String(shipping.value)));
  assert.deepEqual([shipping.variant, shipping.reason, shipping.metadata.slot, shipping.metadata.decision], [shipping.value, "SPLIT", "shipping", shipping.value === "control" ? "control" : "shown"]);
  assert.deepEqual([checkout.value, checkout.reason], [checkout.variant === "on", "SPLIT"]);
  for (let time = 0; time < 5; time++) await flagsOf({ url: "/p/22423" }, { jar });
  assert.equal(jar.header(), cookie);
  assert.deepEqual(await me(jar), before);
});

test("who has agreed and has no profile yet gets none with an evaluation", async () => {
  const jar = new Jar();
  await edge.post("/_attune/consent", { personalization: true, measurement: true }, { jar });
  jar.cookies.delete("__Host-attune");
  assert.equal((await flagsOf({ url: "/" }, { jar })).shipping.reason, "DEFAULT");
  assert.equal((await me(jar)).id, undefined);
});

test("a robot has the defaults, and leaves no trace", async () => {
  const flags = await flagsOf({ url: "/" }, { headers: { "User-Agent": ROBOT } });
  assert.deepEqual(new Set(Object.values(flags).map(({ reason, value }) => [reason, value].join())), new Set(["DEFAULT,"]));
});

test("a flag is the arm of the plan: for many visitors, and after what they did", async () => {
  const arms = new Set();
  for (let time = 0; time < 24; time++) {
    const jar = await consented(edge);
    if (time % 3 === 0) await edge.events(jar, [{ name: "add_to_cart", params: { items: [{ item_id: "22423", price: 12.75, quantity: 2 }] } }]);
    for (const url of ["/", "/c/tea?size=2", "/p/22423"]) {
      const { plan } = JSON.parse((await edge.post("/_attune/plan", { url, lang: "en-GB" }, { jar })).text);
      const flags = await flagsOf({ url, locale: "en-GB" }, { jar });
      for (const { slot, campaign, arm, content } of plan.slots) {
        if (campaign === null) continue;
        const { value, variant, metadata } = flags[campaign];
        assert.deepEqual([variant ?? null, metadata.slot, metadata.content ?? null], [arm, slot, content], `${url} ${campaign}`);
        assert.deepEqual(value, arm === null ? true : campaign === "new-checkout" ? arm === "on" : arm);
        arms.add(`${campaign} ${arm}`);
      }
      const shown = plan.slots.map((/** @type {{ campaign: string | null }} */ { campaign }) => campaign);
      for (const { key, reason } of Object.values(flags)) assert.equal(reason === "DEFAULT", !shown.includes(key), key);
    }
  }
  for (const arm of ["control", "flat", "free"]) assert.ok(arms.has(`shipping ${arm}`), `${[...arms]}`);
  for (const arm of ["off", "on"]) assert.ok(arms.has(`new-checkout ${arm}`), `${[...arms]}`);
  assert.ok(arms.has("cart null") && arms.has("hello null"));
});

test("a flag is the arm of /_attune/decide: for many customers, held out or not", async () => {
  const found = new Set();
  for (let number = 0; number < 40; number++) {
    const customer = `C-${number}`;
    const place = { country: "GB", language: "en-gb", device: "phone" };
    const decided = await edge.post("/_attune/decide", { customer, profile: { consent: { personalization: "granted" } }, request: place, page: "/c/tea" }, { headers: KEY });
    const { slots } = JSON.parse(decided.text);
    const { status, body } = await server({ targetingKey: customer, consent: true, ...place, url: "/c/tea", favourite: { colour: ["blue"] } });
    assert.equal(status, 200);
    /** @type {Record<string, Flag>} */
    const flags = Object.fromEntries(body.flags.map((/** @type {Flag} */ flag) => [flag.key, flag]));
    for (const [slot, { campaign, arm, reason }] of /** @type {[string, any][]} */ (Object.entries(slots))) {
      if (campaign === null) continue;
      const flag = flags[campaign];
      assert.deepEqual([flag.variant ?? null, flag.metadata.slot, flag.metadata.decision], [arm, slot, reason]);
      assert.equal(flag.value === undefined, reason === "holdout", `${campaign} ${reason}`);
      found.add(`${campaign} ${arm} ${reason}`);
    }
  }
  for (const each of ["new-search null holdout", "new-search control control", "new-search on shown", "by-customer sale shown", "shipping free shown", "tea null shown"]) assert.ok(found.has(each), `${each}: ${[...found]}`);
});

test("an e-mail with a visitor's handle has the arms of the visitor's browser", async () => {
  const jar = await consented(edge);
  const { handle } = await me(jar);
  const own = await flagsOf({ url: "/" }, { jar });
  const { body } = await server({ visitor: handle, consent: true, url: "/" });
  const value = (/** @type {string} */ name) => body.flags.find((/** @type {Flag} */ { key }) => key === name).value;
  assert.deepEqual([value("shipping"), value("new-checkout")], [own.shipping.value, own["new-checkout"].value]);
});

test("a server's context is what /_attune/decide takes", async () => {
  const value = async (/** @type {string} */ key, /** @type {Record<string, unknown>} */ context) => (await server(context, key)).body.value;
  assert.equal(await value("german", { country: "DE" }), true);
  assert.equal(await value("german", { country: "GB" }), undefined);
  assert.equal(await value("tea", {}), undefined, "without an address it is the first page");
  const profile = { consent: { personalization: "granted" }, cart: { items: [{ sku: "22423", quantity: 2, price: 1 }] }, traits: [{ trait: "loyalty_tier", value: "gold" }] };
  assert.deepEqual([await value("cart", { targetingKey: "C-1", profile }), await value("gold", { targetingKey: "C-1", profile })], [true, true]);
  assert.equal(await value("shipping", { targetingKey: "C-1" }), undefined, "nobody is enrolled who has not agreed");
});

test("the web provider has the values, and asks again only for what has changed", async () => {
  const jar = await consented(edge);
  const flags = await flagsOf({ url: "/" }, { jar });
  /** @type {{ status: number, sent: Record<string, string> }[]} */
  const seen = [];
  const { provider, client } = await webClient("polling", { fetchImplementation: transport({ jar, headers: OWN }, /** @type {any} */ (seen)), pollInterval: 40 }, { url: "/" });
  const details = client.getStringDetails("shipping", "none");
  assert.deepEqual([details.value, details.variant, details.reason, details.errorCode], [flags.shipping.value, flags.shipping.value, "SPLIT", undefined]);
  assert.deepEqual(details.flagMetadata, flags.shipping.metadata);
  assert.deepEqual([client.getBooleanValue("new-checkout", flags["new-checkout"].value === false), client.getBooleanValue("hello", false)], [flags["new-checkout"].value, true]);
  const absent = client.getBooleanDetails("cart", true);
  assert.deepEqual([absent.value, absent.reason, absent.errorCode], [true, "DEFAULT", undefined]);
  assert.deepEqual([client.getBooleanDetails("shipping", false).errorCode, client.getStringDetails("nothing", "x").errorCode], ["TYPE_MISMATCH", "FLAG_NOT_FOUND"]);
  await until(async () => seen.filter(({ status }) => status === 304).length >= 2);
  assert.equal(seen[0].sent["if-none-match"], undefined);
  assert.ok(seen.slice(1).every(({ status, sent }) => status === 304 && /^"[0-9a-f]{32}"$/.test(sent["if-none-match"])));
  const changed = new Promise((resolve) => client.addHandler(ProviderEvents.ConfigurationChanged, (news) => resolve(news?.flagsChanged)));
  await edge.events(jar, [{ name: "add_to_cart", params: { items: [{ item_id: "22423", price: 12.75, quantity: 2 }] } }]);
  assert.deepEqual((/** @type {string[]} */ (await changed)).toSorted(), ["cart", "hello"]);
  assert.deepEqual([client.getBooleanValue("cart", false), client.getBooleanDetails("hello", false).reason], [true, "DEFAULT"]);
  await WebFeature.setContext("polling", { url: "/c/tea" });
  assert.equal(client.getBooleanValue("tea", false), true);
  await provider.onClose();
});

test("the server provider has the values for whom the context names", async () => {
  await OpenFeature.setProviderAndWait("server", new OFREPProvider({ ...BASE, headers: KEY, fetchImplementation: /** @type {any} */ (transport({})) }));
  const client = OpenFeature.getClient("server");
  const context = { targetingKey: "C-7", consent: true, url: "/c/tea" };
  const { body } = await server(context);
  const of = (/** @type {string} */ name) => body.flags.find((/** @type {Flag} */ { key }) => key === name);
  const details = await client.getStringDetails("shipping", "none", context);
  assert.deepEqual([details.value, details.variant, details.reason, details.flagMetadata], [of("shipping").value, of("shipping").value, "SPLIT", of("shipping").metadata]);
  assert.equal(await client.getBooleanValue("new-checkout", !of("new-checkout").value, context), of("new-checkout").value);
  assert.equal(await client.getBooleanValue("tea", false, context), true);
  assert.equal((await client.getStringDetails("nothing", "x", context)).errorCode, "FLAG_NOT_FOUND");
  assert.equal((await client.getStringDetails("shipping", "x", { consent: true })).errorCode, "TARGETING_KEY_MISSING");
  assert.equal((await client.getStringDetails("shipping", "x", { country: "Germany" })).errorCode, "INVALID_CONTEXT");
  // This version of the provider knows no flag without a value, and gives the default all the same.
  assert.equal(await client.getStringValue("shipping", "default", { targetingKey: "C-7" }), "default");
  await OpenFeature.setProviderAndWait("wrong key", new OFREPProvider({ ...BASE, headers: { Authorization: "Bearer wrong" }, fetchImplementation: /** @type {any} */ (transport({})) }));
  const refused = await OpenFeature.getClient("wrong key").getStringDetails("shipping", "default", context);
  assert.deepEqual([refused.value, refused.reason, refused.errorCode], ["default", "ERROR", "GENERAL"]);
});

test("the bulk answer is private, and has a tag that says whether it is the same", async () => {
  const jar = await consented(edge);
  const first = await asked({ url: "/" }, { jar });
  const tag = String(first.headers.etag);
  assert.match(tag, /^"[0-9a-f]{32}"$/);
  assert.deepEqual([first.headers["cache-control"], first.headers["content-type"]], ["private, no-cache", "application/json"]);
  for (const known of [tag, `W/${tag}`, `"x", ${tag}`, "*"]) {
    const { status, text, headers, setCookies } = await asked({ url: "/" }, { jar, headers: { "If-None-Match": known } });
    assert.deepEqual([status, text, headers.etag, headers["cache-control"], setCookies], [304, "", tag, "private, no-cache", []], known);
  }
  for (const other of ['"x"', tag.slice(1, -1)]) assert.equal((await asked({ url: "/" }, { jar, headers: { "If-None-Match": other } })).status, 200, other);
  const one = await asked({ url: "/" }, { jar }, "hello");
  assert.deepEqual([one.status, one.body.key, one.headers.etag, one.headers["cache-control"]], [200, "hello", undefined, "private, no-cache"]);
});

test("the page that asks is the page, where the context does not say it", async () => {
  const value = async (/** @type {Record<string, string>} */ headers, context = {}) => (await asked(context, { headers }, "tea")).body.value;
  assert.equal(await value({ Referer: "http://shop.test/c/tea?a=1" }), true);
  for (const referrer of ["http://shop.test/", "http://shop.test", "http://other.test/c/tea", "http://shop.test.evil/c/tea"]) assert.equal(await value({ Referer: referrer }), undefined, referrer);
  assert.equal(await value({ Referer: "http://shop.test/c/tea" }, { url: "/" }), undefined);
});

test("every refusal has the protocol's form, with the flag where one was asked for", async () => {
  const long = { context: { url: `/${"x".repeat(17_000)}` } };
  /** @type {[name: string, body: unknown, headers: Record<string, string | string[]>, status: number, code: string][]} */
  const cases = [
    ["no JSON", "{", {}, 400, "PARSE_ERROR"],
    ["another type", "context=1", { "Content-Type": "text/plain" }, 415, "PARSE_ERROR"],
    ["too long", long, {}, 413, "PARSE_ERROR"],
    ["no object", [], {}, 400, "INVALID_CONTEXT"],
    ["a context that is no object", { context: "me" }, {}, 400, "INVALID_CONTEXT"],
    ["an address of another host", { context: { url: "//evil.test/" } }, {}, 400, "INVALID_CONTEXT"],
    ["an address that is a number", { context: { url: 1 } }, {}, 400, "INVALID_CONTEXT"],
    ["a country in words", { context: { country: "Germany" } }, KEY, 400, "INVALID_CONTEXT"],
    ["a profile that is none", { context: { profile: { cart: 1 } } }, KEY, 400, "INVALID_CONTEXT"],
    ["consent in words", { context: { consent: "yes" } }, KEY, 400, "INVALID_CONTEXT"],
    ["a handle that is none", { context: { visitor: "AAAA" } }, KEY, 400, "INVALID_CONTEXT"],
    ["nobody who has agreed", { context: { consent: true } }, KEY, 400, "TARGETING_KEY_MISSING"],
    ["a wrong API key", { context: {} }, { Authorization: "Bearer wrong" }, 401, "GENERAL"],
    ["a server without its key", { context: {} }, { Origin: [] }, 401, "GENERAL"],
    ["another site", { context: {} }, { Origin: "https://evil.test", "Sec-Fetch-Site": "cross-site" }, 403, "GENERAL"],
    ["another site, in an old browser", { context: {} }, { Origin: "https://evil.test" }, 403, "GENERAL"],
  ];
  for (const [name, body, headers, status, code] of cases) {
    for (const key of ["", "hello"]) {
      const answer = await edge.post(key === "" ? FLAGS : `${FLAGS}/${key}`, body, { headers });
      const { errorDetails, ...rest } = JSON.parse(answer.text);
      assert.deepEqual([answer.status, rest, answer.setCookies], [status, { ...(key !== "" && { key }), errorCode: code }, []], `${name}: ${answer.text}`);
      assert.ok(errorDetails.length > 5 && answer.headers.etag === undefined, name);
      assert.equal(answer.headers["cache-control"], "no-store", name);
    }
  }
  const place = JSON.parse((await edge.post(FLAGS, { context: { country: "Germany" } }, { headers: KEY })).text);
  assert.match(place.errorDetails, /^context\.country: /);
  const got = await edge.fetch(FLAGS);
  assert.deepEqual([got.status, got.headers.allow, JSON.parse(got.text).errorCode], [405, "POST", "GENERAL"]);
});

test("a key that is no campaign's is not found, and every other address neither", async () => {
  for (const [key, name] of [["nothing", "nothing"], ["a%2Fb", "a/b"], ["a/b", "a/b"], ["%", "%"], ["x".repeat(5_000), "x".repeat(5_000)], ["__proto__", "__proto__"]]) {
    const { status, body } = await asked({}, undefined, key);
    assert.deepEqual([status, body.key, body.errorCode], [404, name, "FLAG_NOT_FOUND"]);
  }
  for (const path of ["/_attune/ofrep", "/_attune/ofrep/v1/configuration", `${FLAGS}x`, "/_attune/flags"]) {
    const { status, text } = await edge.post(path, {});
    assert.deepEqual([status, JSON.parse(text).error?.code], [404, "not_found"], path);
  }
  assert.equal((await edge.post(FLAGS, {})).status, 200, "the context may be left out");
});

test("what is switched off is a disabled flag, and the rest goes on", async () => {
  const edge = await startEdge({ publish: false, bindings: EAGER });
  try {
    const shelf = shelfOf(edge);
    const manifest = await shelf.version(1, bundle);
    await shelf.head({ manifest });
    await until(async () => (await edge.health()).published.manifest !== null);
    assert.equal((await flagsOf({ url: "/" }, {}, edge)).hello.value, true);
    await shelf.head({ manifest, kills: await shelf.kills([{ key: "hello" }]) });
    await until(async () => (await edge.health()).published.killed.campaigns.length > 0);
    const one = await flagsOf({ url: "/c/tea" }, {}, edge);
    assert.deepEqual([one.hello.reason, one.hello.value, one.tea.value], ["DISABLED", undefined, true]);
    await shelf.head({ manifest, kills: await shelf.kills([{}]) });
    await until(async () => (await edge.health()).published.killed.everything);
    const all = await flagsOf({ url: "/c/tea" }, {}, edge);
    assert.ok(Object.keys(all).length > 5 && Object.values(all).every(({ reason, value }) => reason === "DISABLED" && value === undefined));
    const { body } = await asked({}, { headers: KEY }, "hello", edge);
    assert.equal(body.reason, "DISABLED");
  } finally {
    await edge.stop();
  }
});

test("a preview's flags are the persona's, with the arm that it forces and the draft that it names", async () => {
  const jar = await consented(edge);
  for (const arm of ["control", "flat", "free"]) {
    const { token } = JSON.parse((await edge.post("/_attune/preview", { name: "lena", request: { country: "DE" }, arms: { shipping: arm } }, { headers: KEY })).text);
    jar.cookies.set("__Host-attune-preview", token);
    const flags = await flagsOf({ url: "/" }, { jar });
    assert.deepEqual([flags.shipping.value, flags.german.value], [arm, true]);
  }
  await withPreviews(async ({ edge, alice }) => {
    const { jar } = await follow(edge, (await draftLink(alice, bundle)).body.url);
    const [draft, present] = [await flagsOf({ url: "/c/tea" }, { jar }, edge), await flagsOf({ url: "/c/tea" }, {}, edge)];
    assert.deepEqual([draft.tea.value, present.tea], [true, undefined]);
    assert.equal((await flagsOf({ url: "/" }, { jar: (await follow(edge, (await draftLink(alice, TWO)).body.url)).jar }, edge)).hello.value, true);
  });
});

test("where nothing can be decided, the answer is an error that providers keep their values at", async () => {
  const traps = await startEdge({ bundle, faults: true, bindings: { BREAKER_S: "60" } });
  try {
    const { status, body } = await asked({ url: "/?fault=open" }, {}, undefined, traps);
    assert.deepEqual([status, body.errorCode], [503, "GENERAL"]);
    assert.equal((await flagsOf({ url: "/" }, {}, traps)).hello.value, true);
  } finally {
    await traps.stop();
  }
  const bare = await startEdge({ publish: false });
  try {
    const { status, body } = await asked({}, {}, "hello", bare);
    assert.deepEqual([status, body.key, body.errorCode], [503, "hello", "GENERAL"]);
  } finally {
    await bare.stop();
  }
});

test("the lean core answers pages, and says to servers what it lacks", async () => {
  const lean = await startEdge({ bundle, lean: true });
  try {
    assert.equal((await flagsOf({ url: "/c/tea" }, {}, lean)).tea.value, true);
    const { status, body } = await asked({}, { headers: KEY }, undefined, lean);
    assert.deepEqual([status, body.errorCode], [501, "GENERAL"]);
  } finally {
    await lean.stop();
  }
});
