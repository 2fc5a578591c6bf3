// The holder of a preview changes persona, arms and moment, and nothing else; nobody else changes anything.
import assert from "node:assert/strict";
import { test } from "node:test";
import { API_KEY, Jar, planOf } from "./harness.mjs";
import { PAGE } from "./origin.mjs";
import { ALICE, COOKIE, draftLink, follow, handmadeToken, holding, seen, tokenOf, TWO, withPreviews } from "./previews.mjs";

const PERSONAS = {
  name: "berlin",
  request: { country: "DE" },
  personas: [
    { name: "paris", request: { country: "FR" } },
    { name: "gold", profile: { consent: { personalization: "granted", measurement: "denied", at: "2026-01-01T00:00:00Z", source: "api" }, traits: [{ trait: "loyalty_tier", value: "gold" }] } },
  ],
};
/** What a page's own script sends. */
const OWN = { "Sec-Fetch-Site": "same-origin" };

/** @param {any} edge @param {Jar} jar @param {object} body @param {Record<string, string>} [headers] */
const change = (edge, jar, body, headers = OWN, name = /** @type {any} */ (body).name) => edge.post(`/_attune/preview?persona=${encodeURIComponent(name)}`, body, { jar, headers });
/** @param {{ text: string }} page @returns {Record<string, string>} */
const campaigns = ({ text }) => Object.fromEntries(planOf(text).slots.map((/** @type {any} */ { slot, campaign, arm }) => [slot, `${campaign}/${arm}`]));
/** What a cookie's attributes say of its end. @param {string} cookie */
const restOf = (cookie) => Number(/Max-Age=(\d+)/.exec(cookie)?.[1]);
const codeOf = (/** @type {{ text: string }} */ answer) => JSON.parse(answer.text).error.code;

test("a link brings its personas along, and its holder is each of them", () =>
  withPreviews(async ({ edge, alice }) => {
    const { body, status } = await draftLink(alice, TWO, { ...PERSONAS, ttl_s: 600 });
    assert.equal(status, 200, JSON.stringify(body));
    const { jar, answer } = await follow(edge, body.url);
    assert.equal(answer.setCookies.length, 4);
    for (const cookie of answer.setCookies.slice(1)) assert.match(cookie, /^__Secure-attune-persona-\d=[\w-]+; Path=\/_attune\/preview; Max-Age=(59\d|600); Secure; HttpOnly; SameSite=Lax$/);
    assert.deepEqual(JSON.parse((await edge.fetch("/_attune/preview", { jar })).text), { personas: ["berlin", "paris", "gold"] });
    assert.match(campaigns(await seen(edge, jar)).bar, /^german/);
    const changed = await change(edge, jar, { name: "gold" });
    assert.equal(changed.status, 200, changed.text);
    const page = await seen(edge, jar);
    assert.deepEqual([page.word, page.arm, planOf(page.text).preview.name], ["Howdy", "draft", "gold"]);
    assert.match(campaigns(page).bar, /^gold/);
    assert.match(page.banner, /, as gold, until/);
    // The end is the link's, and the answer does not have the token, which no script of a page can read.
    assert.deepEqual(JSON.parse(changed.text), { expires: body.ends_s });
    assert.equal(planOf(page.text).preview.expires, body.ends_s);
    assert.match(changed.setCookies[0], new RegExp(`^${COOKIE}=[\\w-]+; Path=/; Max-Age=\\d+; Secure; HttpOnly; SameSite=Lax$`));
    assert.ok(restOf(changed.setCookies[0]) <= 600);
    // And back, as often as one likes.
    assert.equal((await change(edge, jar, { name: "berlin" })).status, 200);
    assert.match(campaigns(await seen(edge, jar)).bar, /^german/);
    // Who is not of the link is nobody.
    assert.deepEqual([(await change(edge, jar, { name: "king" })).status, codeOf(await change(edge, jar, { name: "king" }))], [403, "not_yours"]);
    assert.equal(planOf((await seen(edge, jar)).text).preview.name, "berlin");
    // The origin does not see it, and the end takes all of it away. (The jar knows of no paths, and sends the personas everywhere.)
    assert.equal(edge.origin.seen.filter(({ headers }) => headers.cookie?.includes(COOKIE)).length, 0);
    const ended = await edge.fetch("/_attune/preview?end=1&page=/", { jar });
    assert.equal(ended.setCookies.length, 4);
    for (const cookie of ended.setCookies) assert.equal(restOf(cookie), 0);
  }));

test("personas of another link, or of another end, are none", () =>
  withPreviews(async ({ edge, alice }) => {
    const { body } = await draftLink(alice, TWO, { ...PERSONAS, ttl_s: 600 });
    const ends_s = body.ends_s;
    const others = {
      "of what is published": handmadeToken({ name: "gold", ends_s }),
      "of another end": handmadeToken({ name: "gold", ends_s: ends_s + 60, draft: body.draft }),
      altered: `${handmadeToken({ name: "gold", ends_s, draft: body.draft }).slice(0, -3)}AAA`,
    };
    for (const [what, token] of Object.entries(others)) {
      const { jar } = await follow(edge, `http://shop.test/_attune/preview?token=${tokenOf(body.url)}&token=${token}&page=/`);
      assert.deepEqual(JSON.parse((await edge.fetch("/_attune/preview", { jar })).text), { personas: ["berlin"] }, what);
      assert.equal((await change(edge, jar, { name: "gold" })).status, 403, what);
    }
    // One that is not of a link is refused with all the others.
    const { answer } = await follow(edge, `http://shop.test/_attune/preview?token=x&token=${tokenOf(body.url)}&page=/`);
    assert.equal(answer.status, 403);
  }));

test("arms and moment are changed, and the persona, the place and the end stay", () =>
  withPreviews(async ({ edge, alice }) => {
    const { body } = await alice.post("preview", { name: "berlin", request: { country: "DE", now: "2026-03-01T10:00:00Z" }, arms: { "by-customer": "sale" }, ttl_s: 600 });
    const { jar } = await follow(edge, body.url);
    const before = await seen(edge, jar);
    assert.deepEqual(planOf(before.text).preview.arms, { "by-customer": "sale" });
    assert.equal(planOf(before.text).preview.now, Date.UTC(2026, 2, 1, 10) / 1000);
    assert.match(campaigns(before).note, /^by-customer\/sale/);
    assert.deepEqual(planOf(before.text).campaigns["by-customer"].arms, ["control", "sale"]);
    const changed = await change(edge, jar, { name: "berlin", arms: { "by-customer": "control" }, request: { now: "2026-12-24T18:00:00Z" } });
    assert.equal(changed.status, 200, changed.text);
    const page = await seen(edge, jar);
    assert.match(campaigns(page).note, /^by-customer\/control/);
    assert.match(campaigns(page).bar, /^german/);
    const { preview } = planOf(page.text);
    assert.deepEqual([preview.now, preview.arms, preview.expires], [Date.UTC(2026, 11, 24, 18) / 1000, { "by-customer": "control" }, body.ends_s]);
    // Without them the campaign decides, at the present moment.
    assert.equal((await change(edge, jar, { name: "berlin" })).status, 200);
    const plain = planOf((await seen(edge, jar)).text).preview;
    assert.deepEqual([plain.now, plain.arms], [undefined, {}]);
  }));

test("a preview cannot be made longer, somebody else's or another draft's", () =>
  withPreviews(async ({ edge, alice }) => {
    const { body } = await draftLink(alice, TWO, { name: "berlin", ttl_s: 600 });
    const { jar } = await follow(edge, body.url);
    const asked = { name: "berlin" };
    const longer = await change(edge, jar, { ...asked, ttl_s: 86_400 });
    assert.deepEqual([longer.status, JSON.parse(longer.text).expires], [200, body.ends_s]);
    for (const more of [{ profile: { visits: { count: 3 } } }, { request: { country: "FR" } }, { request: { now: "2026-12-24T18:00:00Z", device: "phone" } }, { name: "somebody" }]) {
      const answer = await change(edge, jar, { ...asked, ...more }, OWN, "berlin");
      assert.deepEqual([answer.status, codeOf(answer), answer.setCookies], [403, "not_yours", []], JSON.stringify(more));
    }
    for (const [more, code] of /** @type {[object, string][]} */ ([[{ draft: "00" }, "malformed"], [{ arms: { x: 7 } }, "malformed"], [{ arms: Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`c${n}`, "a"])) }, "malformed"]])) {
      const answer = await change(edge, jar, { ...asked, ...more });
      assert.deepEqual([answer.status, codeOf(answer), answer.setCookies], [400, code, []], JSON.stringify(more));
    }
    const page = await seen(edge, jar);
    assert.deepEqual([page.arm, planOf(page.text).preview.expires], ["draft", body.ends_s]);
  }));

test("a stranger, another site's page and who holds a token that has ended are refused", () =>
  withPreviews(async ({ edge, alice }) => {
    const { body } = await draftLink(alice, TWO, { name: "berlin", ttl_s: 600 });
    const { jar } = await follow(edge, body.url);
    const asked = { name: "berlin", arms: { "by-customer": "sale" } };
    const ended = handmadeToken({ name: "berlin", ends_s: Math.floor(Date.now() / 1000) - 1 });
    for (const [who, stranger] of /** @type {[string, Jar][]} */ ([["nobody", new Jar()], ["ended", holding(ended)], ["forged", holding(`${tokenOf(body.url).slice(0, -3)}AAA`)]])) {
      const answer = await change(edge, stranger, asked);
      assert.deepEqual([answer.status, codeOf(answer), answer.setCookies], [401, "unauthorized", []], who);
      assert.deepEqual(JSON.parse((await edge.fetch("/_attune/preview", { jar: stranger })).text), { personas: [] }, who);
    }
    const foreign = await change(edge, jar, asked, { "Sec-Fetch-Site": "cross-site", Origin: "https://evil.test" });
    assert.deepEqual([foreign.status, codeOf(foreign), foreign.setCookies], [403, "cross_site", []]);
    // With a key it is the server's question, whatever cookie comes along.
    const server = await edge.post("/_attune/preview", { name: "own" }, { jar, headers: { Authorization: `Bearer ${API_KEY}` } });
    assert.ok(JSON.parse(server.text).token);
    const wrong = await edge.post("/_attune/preview", { name: "berlin" }, { jar, headers: { Authorization: "Bearer wrong" } });
    assert.equal(wrong.status, 401);
  }));

test("what the shop's server made for itself is changed, too, and stays no link", () =>
  withPreviews(async ({ edge }) => {
    const made = JSON.parse((await edge.post("/_attune/preview", { name: "own" }, { headers: { Authorization: `Bearer ${API_KEY}` } })).text);
    const jar = holding(made.token);
    assert.equal((await change(edge, jar, { name: "own", arms: { "by-customer": "sale" } })).status, 200);
    const page = await seen(edge, jar);
    assert.match(campaigns(page).note, /^by-customer\/sale/);
    assert.deepEqual([planOf(page.text).preview.expires, page.banner], [made.expires, ""]);
    assert.equal((await follow(edge, `http://shop.test/_attune/preview?token=${jar.cookies.get(COOKIE)}`)).answer.status, 403);
  }));

test("a page is asked for as the origin made it, with nothing counted", () =>
  withPreviews(async ({ edge, alice }) => {
    const { body } = await draftLink(alice, TWO, {});
    const { jar } = await follow(edge, body.url);
    for (const somebody of [jar, new Jar()]) {
      const page = await edge.fetch("/", { jar: somebody, headers: { "Attune-Preview": "default" } });
      assert.deepEqual([page.status, page.text, page.setCookies], [200, PAGE, []]);
      assert.match(page.headers["cache-control"], /private/);
    }
    assert.equal((await seen(edge, jar)).word, "Howdy");
    assert.equal(edge.origin.seen.filter(({ headers }) => headers.cookie?.includes("attune")).length, 0);
  }));

test("more personas than a link takes are refused", () =>
  withPreviews(async ({ edge, alice }) => {
    const many = Array.from({ length: 8 }, (_, at) => ({ name: `p${at}` }));
    const refused = await alice.post("preview", { personas: many });
    assert.deepEqual([refused.status, refused.code], [400, "malformed"]);
    assert.match(refused.body.error.message, /personas is not a list of at most 7/);
    const viewed = Array.from({ length: 60 }, (_, at) => ({ sku: `sku-${at}-${"x".repeat(20)}`, at: "2026-01-01T00:00:00Z" }));
    const large = await alice.post("preview", { personas: many.slice(1).map((persona) => ({ ...persona, profile: { consent: { personalization: "granted", measurement: "granted", at: "2026-01-01T00:00:00Z", source: "api" }, viewed: viewed.slice(0, 20) } })) });
    assert.deepEqual([large.status, large.code], [400, "malformed"], JSON.stringify(large.body));
    assert.match(large.body.error.message, /characters of the link, and 6000 are the most/);
    assert.equal((await alice.post("preview", { personas: many.slice(1) })).status, 200);
    assert.ok(ALICE && edge);
  }));
