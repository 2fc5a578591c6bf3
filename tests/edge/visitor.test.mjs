// A visitor's cookie: what it takes to get one, what breaks it, and how it changes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { API_KEY, consented, HOST, Jar, KEY_1, planOf, startEdge } from "./harness.mjs";
import { PAGE } from "./origin.mjs";

/** @type {Awaited<ReturnType<typeof startEdge>>} */
let edge;
before(async () => {
  edge = await startEdge();
});
after(() => edge.stop());

const GRANTED = { personalization: true, measurement: true };
const item = { item_id: "22423", item_name: "Cakestand", item_category: "kitchen", price: 12.75, quantity: 2 };
const event = (name, params = {}) => ({ name, params });
const send = (jar, events, page = "/p/22423") => edge.events(jar, events, page);
const me = async (jar) => JSON.parse((await edge.fetch("/_attune/me", { jar })).text);

test("nothing is set before consent", async () => {
  const jar = new Jar();
  const page = await edge.fetch("/", { jar });
  assert.deepEqual([page.setCookies, planOf(page.text).mint], [[], undefined]);
  const answer = await send(jar, [event("add_to_cart", { items: [item] })]);
  assert.deepEqual([answer.setCookies, JSON.parse(answer.text).last, jar.header()], [[], null, ""]);
});

test("consent given: it has a cookie of its own and mints on that very answer; pages set nothing", async () => {
  const jar = new Jar();
  const answer = await edge.post("/_attune/consent", GRANTED, { jar });
  assert.deepEqual(JSON.parse(answer.text), { consent: { personalization: "granted", measurement: "granted" } });
  assert.deepEqual([...jar.cookies.keys()].toSorted(), ["__Host-attune", "__Host-attune-consent"]);
  for (const line of answer.setCookies) assert.match(line, /; Path=\/; Max-Age=34560000; Secure; HttpOnly; SameSite=Lax$/);
  const { id } = await me(jar);
  assert.match(id, /^[0-9a-f]{32}$/);
  const page = await edge.fetch("/p/22423", { jar });
  assert.deepEqual([page.setCookies, planOf(page.text).mint], [[], undefined]);
  const viewed = await send(jar, [event("page_view")]);
  assert.equal(viewed.setCookies.length, 1);
  const profile = await me(jar);
  assert.deepEqual([profile.id, profile.visits.session_pages, profile.viewed.map(({ sku }) => sku)], [id, 1, ["22423"]]);
  assert.deepEqual((await edge.fetch("/_attune/me", { jar })).setCookies, []);
});

test("a page without a profile is decided with a fresh id, which the first beacon makes the visitor's", async () => {
  const cf = { country: "US", isEUCountry: undefined };
  const jar = new Jar();
  const plan = planOf((await edge.fetch("/", { jar, cf })).text);
  assert.deepEqual([typeof plan.mint, plan.logs, plan.mail, plan.view, jar.header()], ["string", [], 0, true, ""]);
  const beacon = (more) => edge.post("/_attune/events", { log: jar.log, oldest: 1, page: "/", events: [{ n: 1, ...event("page_view") }], ...more }, { jar, cf });
  assert.deepEqual(JSON.parse((await beacon({})).text).last, null, "without the token there is nobody");
  assert.deepEqual(JSON.parse((await beacon({ mint: plan.mint.slice(0, -1) + "x" })).text).last, null, "nor with a forged one");
  assert.deepEqual(JSON.parse((await beacon({ mint: plan.mint })).text).last, 1);
  const profile = JSON.parse((await edge.fetch("/_attune/me", { jar, cf })).text);
  assert.ok(Buffer.from(plan.mint, "base64url").includes(Buffer.from(profile.id, "hex")));
  const next = planOf((await edge.fetch("/", { jar, cf })).text);
  assert.deepEqual([next.mint, next.logs], [undefined, [[jar.log, 1]]]);
});

test("consent refused, and withdrawn: everything goes on that very response", async () => {
  const jar = await consented(edge);
  await send(jar, [event("add_to_cart", { items: [item] })]);
  assert.equal((await me(jar)).cart.items.length, 1);
  const { text } = await edge.post("/_attune/consent", { personalization: false, measurement: false }, { jar });
  assert.deepEqual(JSON.parse(text).consent, { personalization: "denied", measurement: "denied" });
  assert.deepEqual([...jar.cookies.keys()], ["__Host-attune-consent"]);
  const profile = await me(jar);
  assert.deepEqual([profile.id, profile.cart, profile.opt_out], [undefined, undefined, true]);
  assert.deepEqual((await edge.fetch("/", { jar })).setCookies, []);
});

test("what was withdrawn or forgotten does not come back with an answer that was on its way", async () => {
  for (const [path, body] of [["forget", {}], ["consent", { personalization: false, measurement: false }]]) {
    const jar = await consented(edge);
    await send(jar, [event("view_item", { items: [item] })]);
    const before = await me(jar);
    const slow = jar.copy();
    slow.log = jar.log;
    slow.number = jar.number;
    await edge.post(`/_attune/${path}`, body, { jar });
    // The answer of a beacon that began before arrives last.
    await send(slow, [event("add_to_cart", { items: [item] })]);
    assert.ok(slow.profile);
    jar.cookies.set("__Host-attune", slow.profile);
    const after = await me(jar);
    assert.deepEqual([after.id, after.viewed, after.cart], [undefined, undefined, undefined], path);
    const page = await edge.fetch("/", { jar });
    assert.match(String(page.setCookies), /^__Host-attune=; Path=\/; Max-Age=0/, "a page deletes it");
    // Who agrees again is somebody else.
    await edge.post("/_attune/consent", GRANTED, { jar });
    const again = await me(jar);
    assert.ok(again.id && again.id !== before.id);
    assert.equal(again.viewed, undefined);
  }
});

test("a mint token and events of before an erasure make nobody", async () => {
  const cf = { country: "US", isEUCountry: undefined };
  const jar = new Jar();
  const { mint } = planOf((await edge.fetch("/", { jar, cf })).text);
  const forget = await edge.post("/_attune/forget", {}, { jar, cf });
  assert.deepEqual([forget.status, [...jar.cookies.keys()]], [200, ["__Host-attune-consent"]]);
  const late = await edge.post("/_attune/events", { log: jar.log, oldest: 1, page: "/", mint, events: [{ n: 1, ...event("page_view") }] }, { jar, cf });
  assert.deepEqual([JSON.parse(late.text).last, late.setCookies], [null, []]);
  await edge.post("/_attune/consent", GRANTED, { jar });
  const old = JSON.parse((await edge.events(jar, [{ ...event("view_item", { items: [item] }), age: 60_000 }])).text);
  assert.deepEqual([old.last, old.applied, old.rejected.map(({ code }) => code)], [1, 0, ["erased"]]);
});

test("Sec-GPC: 1 refuses until the visitor agrees while it is sent, and empties nobody's agreed profile", async () => {
  const jar = await consented(edge);
  const before = await me(jar);
  const headers = { "Sec-GPC": "1" };
  const { setCookies, text } = await edge.fetch("/", { jar, headers });
  assert.deepEqual([setCookies, planOf(text).consent.personalization], [[], "denied"]);
  const asked = JSON.parse((await edge.fetch("/_attune/me", { jar, headers })).text);
  assert.deepEqual([asked.consent.personalization, asked.answered.personalization, asked.gpc], ["denied", "granted", "refused"]);
  assert.equal((await me(jar)).id, before.id, "without the signal all is as before");
  const yes = await edge.post("/_attune/consent", GRANTED, { jar, headers });
  assert.deepEqual(JSON.parse(yes.text), { consent: { personalization: "granted", measurement: "granted" } });
  const after = JSON.parse((await edge.fetch("/_attune/me", { jar, headers })).text);
  assert.deepEqual([after.id, after.consent.personalization, after.consent.under_gpc, after.gpc], [before.id, "granted", true, undefined]);
  assert.equal(planOf((await edge.fetch("/", { jar, headers })).text).consent.personalization, "granted");
});

test("Sec-GPC: 1 where silence grants: a profile that nobody agreed to goes on that very response", async () => {
  const cf = { country: "US", isEUCountry: undefined };
  const jar = new Jar();
  const { mint } = planOf((await edge.fetch("/", { jar, cf })).text);
  await edge.post("/_attune/events", { log: jar.log, oldest: 1, page: "/", mint, events: [] }, { jar, cf });
  assert.ok(jar.profile);
  await edge.fetch("/", { jar, cf, headers: { "Sec-GPC": "1" } });
  assert.equal(jar.header(), "");
});

test("a tampered, truncated or oversized cookie is as if there were none, and a 200", async () => {
  const jar = await consented(edge);
  const { profile } = jar;
  const flipped = profile.slice(0, -1) + (profile.endsWith("A") ? "E" : "A");
  const cases = {
    tampered: `__Host-attune=${flipped}`,
    "tampered inside": `__Host-attune=${profile.slice(0, 20)}${profile[20] === "x" ? "y" : "x"}${profile.slice(21)}`,
    truncated: `__Host-attune=${profile.slice(0, -8)}`,
    oversized: `__Host-attune=${profile}${"A".repeat(4000)}`,
    "posing as the prefix": `\u2000__Host-attune=${profile}`,
    empty: "__Host-attune=",
    "not base64": "__Host-attune=%%%",
  };
  for (const [name, Cookie] of Object.entries(cases)) {
    const { status, text } = await edge.fetch("/", { headers: { Cookie: Buffer.from(Cookie).toString("latin1") } });
    assert.equal(status, 200, name);
    assert.equal(planOf(text).consent.personalization, "unknown", name);
    assert.deepEqual(planOf(text).logs, [], name);
  }
});

test("cookies of others do not cost the visitor's own, however they are joined", async () => {
  const jar = await consented(edge);
  const [own, other] = [jar.header(), await consented(edge)];
  for (const planted of ["__Host-attune=zz", "x=1,__Host-attune=zz", "x=1,__Host-attune=", "a=,__Host-attune-consent=AQ,__Host-attune=AQ", own]) {
    for (const Cookie of [`${planted}; ${own}`, `${own}, ${planted}`]) {
      const plan = planOf((await edge.fetch("/", { headers: { Cookie } })).text);
      assert.deepEqual([plan.consent.personalization, plan.logs], ["granted", [[jar.log, 1]]], Cookie);
    }
  }
  // Two authentic ones that differ, and more than are looked at: nobody knows which, and nothing is set.
  for (const Cookie of [`${own}; __Host-attune=${other.profile}`, `${"__Host-attune=A; ".repeat(16)}${own}`]) {
    const page = await edge.fetch("/", { headers: { Cookie }, cf: { country: "US", isEUCountry: undefined } });
    assert.deepEqual([planOf(page.text).consent.personalization, page.setCookies], ["unknown", []]);
    const beacon = await edge.post("/_attune/events", { log: jar.log, oldest: 1, page: "/", events: [] }, { headers: { Cookie } });
    const agreed = await edge.post("/_attune/consent", GRANTED, { headers: { Cookie } });
    for (const { status, text, setCookies } of [beacon, agreed]) {
      const { code, message } = JSON.parse(text).error;
      assert.deepEqual([status, code, setCookies], [503, "unknown_visitor", []]);
      assert.match(message, /; delete this site's cookies in the browser$/);
    }
  }
  // A refusal stays one.
  const refused = new Jar();
  await edge.post("/_attune/consent", { personalization: false, measurement: false }, { jar: refused });
  for (const planted of ["x=1,__Host-attune=", "__Host-attune-consent=zz", "x=1,__Host-attune-consent=; y=2"]) {
    const page = await edge.fetch("/", { headers: { Cookie: `${planted}; ${refused.header()}` }, cf: { country: "US", isEUCountry: undefined } });
    assert.deepEqual([planOf(page.text).consent.personalization, page.setCookies], ["denied", []], planted);
  }
});

test("an unknown key id or format: anonymous for this response, and no Set-Cookie", async () => {
  const jar = await consented(edge);
  const bytes = Buffer.from(jar.profile, "base64url");
  const withByte = (at, value) => {
    const copy = Buffer.from(bytes);
    copy[at] = value;
    return `__Host-attune=${copy.toString("base64url")}`;
  };
  for (const Cookie of [withByte(1, 77), withByte(0, 3)]) {
    const { status, text, setCookies } = await edge.fetch("/", { headers: { Cookie } });
    assert.equal(status, 200);
    assert.deepEqual(setCookies, []);
    assert.equal(planOf(text).consent.personalization, "unknown");
    const events = await edge.post("/_attune/events", { log: jar.log, page: "/", events: [{ n: 1, name: "login" }] }, { headers: { Cookie } });
    assert.deepEqual([events.status, events.setCookies], [503, []], "the script sends them again");
    // An answer needs nothing that was there before.
    const agreed = new Jar();
    const posted = await edge.post("/_attune/consent", GRANTED, { headers: { Cookie } });
    posted.setCookies.forEach((cookie) => agreed.set(cookie));
    assert.deepEqual([posted.status, JSON.parse(posted.text).consent.personalization], [200, "granted"]);
    assert.equal(planOf((await edge.fetch("/", { jar: agreed })).text).consent.personalization, "granted");
    for (const measurement of [false, true]) {
      const refused = await edge.post("/_attune/consent", { personalization: false, measurement }, { headers: { Cookie } });
      assert.deepEqual([refused.status, refused.setCookies.length], [200, 2], "the answer, and the end of what cannot be read");
    }
  }
});

test("a key that only verifies still reads, and the next beacon signs with the new one", async () => {
  const old = await consented(edge);
  const rotated = await startEdge({ bindings: { ATTUNE_KEYS: `${KEY_1.replace("sign", "verify")},2:sign:${"22".repeat(32)}` } });
  try {
    assert.equal(planOf((await rotated.fetch("/", { jar: old })).text).consent.personalization, "granted");
    assert.equal((await rotated.events(old, [])).setCookies.length, 1);
    assert.equal(Buffer.from(old.profile, "base64url")[1], 2);
  } finally {
    await rotated.stop();
  }
});

test("events: a cart is remembered, and the next page shows it", async () => {
  const jar = await consented(edge);
  const { status, text, setCookies } = await send(jar, [event("add_to_cart", { currency: "GBP", items: [item] })]);
  assert.equal(status, 200);
  assert.equal(setCookies.length, 1);
  const answer = JSON.parse(text);
  assert.deepEqual([answer.applied, answer.last, answer.rejected], [1, 2, []]);
  const page = await edge.fetch("/", { jar });
  assert.match(page.text, /<h1>2 gifts are waiting<!--attune--><\/h1><a data-attune="" class="cta" href="\/basket">See all<\/a>/);
});

test("events: one that comes twice counts once, and a gap is sent again", async () => {
  const jar = await consented(edge);
  const beacon = async (events, oldest = 1) => JSON.parse((await edge.post("/_attune/events", { log: jar.log, oldest, page: "/", events }, { jar })).text);
  const add = (n) => ({ n, ...event("add_to_cart", { items: [item] }) });
  assert.deepEqual((await beacon([add(2)])).applied, 1);
  assert.deepEqual([(await beacon([add(2)])).applied, (await me(jar)).cart.items[0].quantity], [0, 2]);
  const gap = await beacon([add(4), add(5)]);
  assert.deepEqual([gap.applied, gap.last], [0, 2], "3 is still to come");
  assert.deepEqual([(await beacon([add(3), add(4), add(5)])).last, (await me(jar)).cart.items[0].quantity], [5, 8]);
  assert.equal((await beacon([add(9)], 9)).last, 9, "the log has nothing older any more");
});

test("events: a stale cookie is behind, and never wrong", async () => {
  const jar = await consented(edge);
  const stale = jar.profile;
  await send(jar, [event("add_to_cart", { items: [item] })]);
  await send(jar, [event("add_to_cart", { items: [item] })]);
  const { handle } = await me(jar);
  await edge.post("/_attune/orders", orderOf(handle, "S-1"), { headers: KEY });
  await send(jar, [event("login")]);
  assert.deepEqual(pick((await me(jar)).orders), { count: 1, total: 12.3 });
  // The cookie shows that it arrived, and then a slow answer sets it back.
  await send(jar, []);
  jar.cookies.set("__Host-attune", String(stale));
  const plan = planOf((await edge.fetch("/", { jar })).text);
  assert.deepEqual(plan.logs, [[jar.log, 1]]);
  const add = (n) => ({ n, ...event("add_to_cart", { items: [item] }) });
  const events = [add(2), add(3), { n: 4, ...event("login") }];
  await edge.post("/_attune/events", { log: jar.log, oldest: 1, page: "/", events }, { jar });
  const healed = await me(jar);
  assert.deepEqual([healed.cart.items[0].quantity, pick(healed.orders)], [4, { count: 1, total: 12.3 }]);
});

test("events: one that is malformed, unknown or half an emoji refuses itself alone", async () => {
  const jar = await consented(edge);
  const body = `{"log":"${jar.log}","oldest":1,"page":"/","events":[{"n":2,"name":"shopping_spree"},{"n":3},7,
    {"n":4,"name":"view_item","params":{"items":[{"item_id":"\\ud83c"}]}},{"n":5,"name":"add_to_cart","params":{"items":[{"item_name":"by name"},${JSON.stringify(item)}]}}]}`;
  const answer = JSON.parse((await edge.post("/_attune/events", body, { jar })).text);
  assert.deepEqual([answer.last, answer.applied, answer.rejected.map(({ n, code }) => `${n} ${code}`)], [5, 2, ["2 unknown_event", "3 malformed_event", "0 malformed_event"]]);
  assert.equal((await me(jar)).cart.items[0].quantity, 2);
});

test("the mailbox is asked at a visit's first beacon, after a login, and while rows are unacknowledged, and not otherwise", async () => {
  const jar = await consented(edge);
  const { handle } = await me(jar);
  await edge.post("/_attune/orders", orderOf(handle, "M-1"), { headers: KEY });
  await send(jar, [event("search")]);
  assert.equal((await me(jar)).orders, undefined, "an ordinary beacon does not ask");
  // A browser that has seen a higher number than its cookie shows.
  await edge.events(jar, [event("search")], "/", { mail: 1 });
  assert.equal((await me(jar)).orders.count, 1);
  assert.equal((await me(jar)).mailbox.unacknowledged, true);
  await send(jar, [event("search")]);
  assert.equal((await me(jar)).mailbox.unacknowledged, undefined);
});

test("an order is not lost where a page brings its token again after the browser has lost the cookie", async () => {
  const cf = { country: "US", isEUCountry: undefined };
  const [jar, later] = [new Jar(), new Jar()];
  const { mint } = planOf((await edge.fetch("/", { jar, cf })).text);
  const beacon = (/** @type {Jar} */ of, /** @type {string} */ name) => edge.post("/_attune/events", { log: of.log, oldest: 1, page: "/", mint, events: [{ n: ++of.number, name }] }, { jar: of, cf });
  await beacon(jar, "page_view");
  const known = async (/** @type {Jar} */ of) => JSON.parse((await edge.fetch("/_attune/me", { jar: of, cf })).text);
  const { id, handle } = await known(jar);
  await edge.post("/_attune/orders", orderOf(handle, "T-1"), { headers: KEY });
  await beacon(later, "page_view");
  assert.deepEqual([(await known(later)).id, (await known(later)).orders], [id, undefined], "the same visitor; whoever makes an id does not ask");
  await beacon(later, "login");
  assert.equal((await known(later)).orders.count, 1);
});

test("events: a purchase that a browser reports empties the cart and leaves orders.* alone", async () => {
  const jar = await consented(edge);
  await send(jar, [event("add_to_cart", { items: [item] }), event("purchase", { transaction_id: "T1", value: 99, currency: "GBP", items: [item] })]);
  const profile = await me(jar);
  assert.equal(profile.orders, undefined);
  assert.equal(profile.cart?.items.length ?? 0, 0);
  assert.ok(profile.purchased_at);
});

test("events: single-page navigation counts a page, and a page without memory leaves none", async () => {
  const jar = await consented(edge);
  await send(jar, [event("page_view", { page_path: "/c/lanterns" })], "/c/lanterns");
  const seen = await me(jar);
  assert.equal(seen.visits.session_pages, 2);
  assert.deepEqual(seen.interests.map(({ category }) => category), ["lanterns"]);
  const answer = JSON.parse((await send(jar, [event("view_item", { items: [item] })], "/health/tests")).text);
  assert.deepEqual(answer.rejected.map(({ code }) => code), ["never_profile"]);
  assert.equal((await me(jar)).viewed, undefined);
});

test("a signal says which brand was looked at most: in the cookie, in conditions, in contents, until it is withdrawn", async () => {
  const jar = await consented(edge);
  const look = (/** @type {unknown[]} */ ...brands) => event("view_item", { items: brands.map((item_brand, n) => ({ item_id: `b${n}`, item_brand })) });
  const bar = async () => (await edge.fetch("/", { jar })).text.match(/More from [^<]*/)?.[0];
  const signals = async () => (await me(jar)).signals?.map((/** @type {any} */ { signal, value, sum }) => `${signal} ${value} ${sum}`).toSorted();
  assert.equal(await bar(), undefined);
  await send(jar, [look("acme"), look("acme", "acme", "unheard of"), look(7, null, "<oak>")]);
  assert.deepEqual(await signals(), ["brand <oak> 1", "brand acme 2"]);
  assert.equal(await bar(), undefined, "acme is on top");
  await send(jar, [look("lumen"), look("lumen"), look("lumen")]);
  assert.equal(await bar(), "More from lumen");
  // A page without memory teaches nothing.
  await send(jar, [look("<oak>"), look("<oak>"), look("<oak>"), look("<oak>")], "/health/oak");
  assert.equal(await bar(), "More from lumen");
  await send(jar, [look("<oak>"), look("<oak>"), look("<oak>")]);
  assert.equal(await bar(), "More from &lt;oak&gt;");
  await edge.post("/_attune/consent", { personalization: false, measurement: false }, { jar });
  assert.deepEqual([await signals(), await bar()], [undefined, undefined]);
});

test("events: bad input is refused with a code, and is never a 500", async () => {
  const jar = await consented(edge);
  const ask = async (body, headers) => {
    const { status, text } = await edge.post("/_attune/events", body, { jar, headers });
    const answer = JSON.parse(text);
    return [status, answer.error?.code ?? answer.rejected.map(({ code }) => code)];
  };
  const one = (name, params) => ({ log: jar.log, page: "/", events: [{ n: 1, ...event(name, params) }] });
  assert.deepEqual(await ask("{"), [400, "not_json"]);
  assert.deepEqual(await ask(""), [400, "not_json"]);
  assert.deepEqual(await ask(new Uint8Array([0xff, 0xfe])), [400, "not_json"]);
  assert.deepEqual(await ask([]), [400, "malformed"]);
  assert.deepEqual(await ask({ events: [] }), [400, "malformed"]);
  assert.deepEqual(await ask({ page: "/", events: [] }), [400, "malformed"]);
  assert.deepEqual(await ask({ log: jar.log, page: "/", events: {} }), [400, "malformed"]);
  assert.deepEqual(await ask("[".repeat(16_000)), [400, "not_json"]);
  assert.deepEqual(await ask({ log: jar.log, page: "/", events: Array.from({ length: 33 }, () => event("login")) }), [400, "too_many_events"]);
  assert.deepEqual(await ask({ page: "/", events: [], more: "x".repeat(17_000) }), [413, "too_large"]);
  assert.deepEqual(await ask(one("login"), { "Content-Type": "text/plain" }), [415, "not_json"]);
  assert.deepEqual(await ask(one("shopping_spree")), [200, ["unknown_event"]]);
  assert.deepEqual(await ask(one(7, {})), [200, ["malformed_event"]]);
  assert.deepEqual(await ask(one("add_to_cart", {})), [200, []]);
  assert.deepEqual(await ask(one("view_item", { items: [{ item_id: "x".repeat(999) }] })), [200, []]);
});

test("events: the limit holds while reading, whatever the length header says", async () => {
  const { request } = await import("node:http");
  const status = await new Promise((resolve, reject) => {
    const client = request(new URL("/_attune/events", edge.url), {
      method: "POST", agent: false,
      headers: { Host: HOST, Origin: `http://${HOST}`, "Content-Type": "application/json", "Transfer-Encoding": "chunked" },
    }, (response) => resolve(response.statusCode));
    client.on("error", reject);
    for (let part = 0; part < 40; part += 1) client.write(" ".repeat(1000));
    client.end("{}");
  });
  assert.equal(status, 413);
});

test("cross-site calls are refused, and set no cookie", async () => {
  const jar = await consented(edge);
  const Cookie = jar.header();
  for (const headers of [
    { Origin: "https://evil.example" }, { Origin: "null" }, { "Sec-Fetch-Site": "cross-site" },
    { "Sec-Fetch-Site": "same-site" }, { Origin: `http://${HOST}.evil.example` },
  ]) {
    for (const [path, body] of [["consent", { personalization: false, measurement: false }], ["events", { log: "00000001", page: "/", events: [] }], ["forget", {}]]) {
      const { status, text, setCookies } = await edge.post(`/_attune/${path}`, body, { headers: { Cookie, ...headers } });
      assert.deepEqual([status, JSON.parse(text).error.code, setCookies], [403, "cross_site", []], `${path} ${JSON.stringify(headers)}`);
    }
  }
  assert.equal((await edge.fetch("/_attune/me", { headers: { Cookie, "Sec-Fetch-Site": "cross-site" } })).status, 403);
});

test("addresses and methods that are not there have clear errors", async () => {
  const ask = async (method, path) => {
    const { status, text, headers } = await edge.fetch(path, { method });
    return [status, JSON.parse(text).error.code, headers.allow];
  };
  assert.deepEqual(await ask("GET", "/_attune/nothing"), [404, "not_found", undefined]);
  assert.deepEqual(await ask("GET", "/_attune/events"), [405, "method_not_allowed", "POST"]);
  assert.deepEqual(await ask("DELETE", "/_attune/me"), [405, "method_not_allowed", "GET"]);
});

test("forget: a refusal survives beside cookies that cannot be read", async () => {
  // Where silence grants, a refusal that is lost would be an agreement.
  const cf = { country: "US" };
  for (const beside of ["__Host-attune=Aw", "__Host-attune=A; ".repeat(17), "__Host-attune-consent=A; ".repeat(17), `pad=${"p".repeat(32 * 1024)}`]) {
    const jar = new Jar();
    await edge.post("/_attune/consent", { personalization: false, measurement: false }, { jar, cf });
    const answer = await edge.post("/_attune/forget", {}, { cf, headers: { Cookie: `${jar.header()}; ${beside}` } });
    assert.equal(answer.status, 200);
    answer.setCookies.forEach((line) => jar.set(line));
    const plan = planOf((await edge.fetch("/", { jar, cf })).text);
    assert.deepEqual([plan.consent.personalization, plan.mint], ["denied", undefined], beside.slice(0, 40));
  }
});

test("forget: the profile and the orders that wait are gone; an opt-out survives", async () => {
  const jar = await consented(edge);
  await send(jar, [event("add_to_cart", { items: [item] })]);
  const { handle } = await me(jar);
  const order = await edge.post("/_attune/orders", orderOf(handle, "F-1"), { headers: KEY });
  assert.equal(order.status, 202);
  const kept = jar.copy();
  const { status } = await edge.fetch("/_attune/forget", { method: "POST", jar, headers: { Origin: `http://${HOST}` } });
  assert.deepEqual([status, [...jar.cookies.keys()]], [200, ["__Host-attune-consent"]]);
  assert.equal((await me(jar)).id, undefined);
  await edge.events(kept, [event("login")]);
  assert.equal((await me(kept)).orders, undefined, "even an old copy of the cookie gets no order any more");
  await edge.post("/_attune/consent", { personalization: false, measurement: false }, { jar });
  await edge.fetch("/_attune/forget", { method: "POST", jar, headers: { Origin: `http://${HOST}` } });
  assert.equal((await me(jar)).opt_out, true);
});

const KEY = { Authorization: `Bearer ${API_KEY}` };
const orderOf = (visitor, id) => ({ visitor, id, value: 12.3, currency: "GBP", items: [{ sku: "22423", quantity: 1, price: 12.3 }] });

test("orders: reach the visitor's cookie at the next event, once", async () => {
  const jar = await consented(edge);
  const { handle } = await me(jar);
  const first = await edge.post("/_attune/orders", orderOf(handle, "A-1"), { headers: KEY });
  assert.deepEqual([first.status, JSON.parse(first.text)], [202, { accepted: true, duplicate: false }]);
  assert.deepEqual(JSON.parse((await edge.post("/_attune/orders", orderOf(handle, "A-1"), { headers: KEY })).text), { accepted: true, duplicate: true });
  assert.equal((await me(jar)).orders, undefined);
  await send(jar, [event("login")]);
  assert.deepEqual(pick((await me(jar)).orders), { count: 1, total: 12.3 });
  await send(jar, [event("login")]);
  await send(jar, [event("login")]);
  assert.deepEqual(pick((await me(jar)).orders), { count: 1, total: 12.3 });
  assert.match((await edge.fetch("/", { jar })).text, /Thank you for your order/);
});

const pick = ({ count, total }) => ({ count, total });

test("orders: an answer that is lost brings the order again", async () => {
  const jar = await consented(edge);
  const { handle } = await me(jar);
  await edge.post("/_attune/orders", orderOf(handle, "L-1"), { headers: KEY });
  const lost = await edge.events(jar.copy(), [event("login")]);
  assert.equal(lost.setCookies.length, 1, "which the browser never stores");
  await send(jar, [event("login")]);
  assert.deepEqual(pick((await me(jar)).orders), { count: 1, total: 12.3 });
});

test("orders: bad calls are refused", async () => {
  const { handle } = await me(await consented(edge));
  const ask = async (body, headers = KEY) => {
    const { status, text } = await edge.post("/_attune/orders", body, { headers });
    return [status, JSON.parse(text).error.code];
  };
  assert.deepEqual(await ask(orderOf(handle, "B-1"), {}), [401, "unauthorized"]);
  assert.deepEqual(await ask(orderOf(handle, "B-1"), { Authorization: `Bearer ${API_KEY}x` }), [401, "unauthorized"]);
  assert.deepEqual(await ask(orderOf("nobody", "B-1")), [400, "bad_visitor"]);
  assert.deepEqual(await ask({ ...orderOf(handle, "B-1"), currency: "USD" }), [400, "bad_currency"]);
  assert.deepEqual(await ask({ ...orderOf(handle, "B-1"), value: -1 }), [400, "malformed"]);
  assert.deepEqual(await ask({ ...orderOf(handle, "B-1"), id: "" }), [400, "malformed"]);
});

test("preview: a signed token shows the page as somebody else, and changes nobody", async () => {
  const now = "2026-11-27T20:30:00Z";
  const body = { name: "german", ttl_s: 60, profile: { consent: { personalization: "granted" }, cart: { items: [{ sku: "22423", quantity: 3, price: 2.55 }], at: now } }, request: { country: "DE", now } };
  assert.equal((await edge.post("/_attune/preview", body)).status, 401);
  const made = await edge.post("/_attune/preview", body, { headers: KEY });
  assert.equal(made.status, 200);
  const { token, expires } = JSON.parse(made.text);
  assert.ok(expires - Date.now() / 1000 <= 60);
  const Cookie = `__Host-attune-preview=${token}`;
  const page = await edge.fetch("/", { headers: { Cookie } });
  assert.match(page.text, /3 gifts are waiting/);
  assert.match(page.text, /Willkommen/);
  assert.deepEqual(page.setCookies, []);
  const plan = planOf(page.text);
  assert.equal(plan.preview.name, "german");
  assert.ok(plan.slots.every(({ why }) => why.length > 0));
  const events = await edge.post("/_attune/events", { log: "00000001", page: "/", events: [{ n: 1, ...event("login") }] }, { headers: { Cookie } });
  assert.deepEqual([JSON.parse(events.text).applied, events.setCookies], [0, []]);
  const forged = `${Cookie.slice(0, -1)}${Cookie.endsWith("A") ? "E" : "A"}`;
  assert.doesNotMatch((await edge.fetch("/", { headers: { Cookie: forged } })).text, /Willkommen/);
});

test("preview: a forced arm is shown to whoever has the token, and enrols nobody", async () => {
  const note = (/** @type {string} */ text) => planOf(text).slots.find((/** @type {any} */ { slot }) => slot === "note");
  for (const arm of ["control", "sale"]) {
    const answer = await edge.post("/_attune/preview", { name: arm, arms: { "by-customer": arm } }, { headers: { Authorization: `Bearer ${API_KEY}` } });
    const jar = new Jar();
    jar.set(`__Host-attune-preview=${JSON.parse(answer.text).token}`);
    const { text, setCookies } = await edge.fetch("/", { jar });
    assert.deepEqual([note(text).campaign, note(text).arm, setCookies], ["by-customer", arm, []]);
  }
  assert.equal(note((await edge.fetch("/", { jar: await consented(edge) })).text).campaign, null);
});

test("the scripts of the page are served minified", async () => {
  const { minified } = await import("../../xtask/minified.mjs");
  for (const name of ["page.js", "log.js", "vitals.js"]) {
    const { status, headers, text } = await edge.fetch(`/_attune/${name}`);
    assert.equal(status, 200);
    assert.match(headers["content-type"], /^(text|application)\/javascript/);
    assert.equal(text, minified(`www/browser/${name}`));
  }
});

test("a page without a slot costs no more than the plan", async () => {
  edge.origin.serve("/t/plain", { "Content-Type": "text/html" }, "<!doctype html><p>plain</p>");
  assert.match((await edge.fetch("/t/plain")).text, /^<!doctype html><p>plain<\/p><script type="application\/json" id="attune-plan">/);
  assert.ok(PAGE.includes("data-slot"));
});
