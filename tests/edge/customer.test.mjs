// What the shop's backend says of a visitor: traits, and which customer they are; through the mailbox and by login token.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { API_KEY, consented, HOST, Jar, planOf, startEdge } from "./harness.mjs";

/** @type {Awaited<ReturnType<typeof startEdge>>} */
let edge;
before(async () => {
  edge = await startEdge();
});
after(() => edge.stop());

const KEY = { Authorization: `Bearer ${API_KEY}` };
const me = async (/** @type {Jar} */ jar) => JSON.parse((await edge.fetch("/_attune/me", { jar })).text);
/** Traits as an object. @param {any} profile */
const traits = ({ traits = [] }) => Object.fromEntries(traits.map((/** @type {any} */ { trait, value }) => [trait, value]));
/** The visitor's next event. @param {Jar} jar */
const event = (jar) => edge.events(jar, [{ name: "login" }]);
/** What the backend says. @param {object} body */
const say = async (body, headers = KEY) => {
  const { status, text, setCookies } = await edge.post("/_attune/traits", body, { headers });
  assert.deepEqual(setCookies, []);
  return { status, ...JSON.parse(text) };
};
const login = (/** @type {string} */ token, /** @type {Jar} */ jar, headers = {}) => edge.post("/_attune/login", { token }, { jar, headers });
const tokenOf = async (/** @type {object} */ body) => (await say(body)).token;

test("traits reach the cookie at the visitor's next event, show, and are taken away again", async () => {
  const jar = await consented(edge);
  const { handle } = await me(jar);
  assert.deepEqual(await say({ visitor: handle, traits: { loyalty_tier: "gold", region: "north" } }), { status: 202, accepted: true, outdated: [] });
  assert.equal((await me(jar)).traits, undefined);
  assert.equal((await event(jar)).setCookies.length, 1);
  assert.deepEqual(traits(await me(jar)), { loyalty_tier: "gold", region: "north" });
  assert.match((await edge.fetch("/", { jar })).text, /For gold members/);
  await say({ visitor: handle, traits: { loyalty_tier: null } });
  await event(jar);
  assert.deepEqual(traits(await me(jar)), { region: "north" });
  assert.doesNotMatch((await edge.fetch("/", { jar })).text, /For gold members/);
});

test("of two posts that disagree the later one holds, in whatever order they come", async () => {
  const jar = await consented(edge);
  const { handle } = await me(jar);
  const now = Date.now();
  const tier = (/** @type {string | null} */ value, /** @type {number} */ at) => say({ visitor: handle, traits: { loyalty_tier: value }, at });
  await tier("gold", now - 1_000);
  assert.deepEqual((await tier("silver", now - 1_001)).outdated, ["loyalty_tier"]);
  await event(jar);
  assert.deepEqual(traits(await me(jar)), { loyalty_tier: "gold" });
  // Also after the cookie was seen with it, when the mailbox has forgotten the value.
  await event(jar);
  assert.deepEqual((await tier("silver", now - 1_001)).outdated, ["loyalty_tier"]);
  await event(jar);
  assert.deepEqual(traits(await me(jar)), { loyalty_tier: "gold" });
  assert.deepEqual((await tier("silver", now - 1_000)).outdated, [], "of two at the same moment the second");
  // Only what is older is passed over.
  const both = await say({ visitor: handle, traits: { loyalty_tier: null, region: "south" }, customer: "C-9", at: now - 2_000 });
  assert.deepEqual(both.outdated, ["loyalty_tier"]);
  await event(jar);
  const profile = await me(jar);
  assert.deepEqual([traits(profile), profile.signed_in], [{ loyalty_tier: "silver", region: "south" }, true]);
});

test("an answer that is lost brings the trait again, and one that arrived does not come twice", async () => {
  const jar = await consented(edge);
  const { handle } = await me(jar);
  await say({ visitor: handle, traits: { region: "north" } });
  const lost = await edge.events(jar.copy(), [{ name: "login" }]);
  assert.equal(lost.setCookies.length, 1, "which the browser never stores");
  await event(jar);
  assert.deepEqual(traits(await me(jar)), { region: "north" });
  const last = (await me(jar)).mailbox.last;
  await event(jar);
  await event(jar);
  const { mailbox } = await me(jar);
  assert.deepEqual([mailbox.last, mailbox.unacknowledged], [last, undefined], "it was shown that it arrived");
});

test("traits that are not the server's to set, or not there, are refused with the reason", async () => {
  const { handle } = await me(await consented(edge));
  const ask = async (/** @type {object} */ body, headers = KEY) => {
    const { status, error } = await say(body, headers);
    return [status, error.code, error.message];
  };
  const set = (/** @type {object} */ given) => ask({ visitor: handle, traits: given });
  assert.deepEqual((await ask({ visitor: handle, customer: "C-1" }, {})).slice(0, 2), [401, "unauthorized"]);
  assert.deepEqual((await ask({ visitor: handle, customer: "C-1" }, { Authorization: "Bearer guess" })).slice(0, 2), [401, "unauthorized"]);
  assert.deepEqual((await ask({ visitor: "nobody", customer: "C-1" })).slice(0, 2), [400, "bad_visitor"]);
  assert.deepEqual(await set({ loyalty_tire: "gold" }), [400, "malformed", "traits.loyalty_tire: there is no such trait under [traits]; known are loyalty_tier, region, nickname"]);
  assert.deepEqual(await set({ loyalty_tier: "platinum" }), [400, "malformed", "traits.loyalty_tier: must be one of none, silver, gold, or null to take it away"]);
  assert.deepEqual(await set({ nickname: "Al" }), [400, "malformed", 'traits.nickname: is not for the shop\'s server to say: its trust is "browser"']);
  assert.deepEqual(await set({ region: "x".repeat(33) }), [400, "malformed", "traits.region: must be at most 32 bytes long"]);
  assert.equal((await set({}))[0], 400);
  assert.equal((await ask({ visitor: handle, customer: "x".repeat(129) }))[0], 400);
  assert.equal((await edge.fetch("/_attune/traits", { headers: KEY })).status, 405);
});

test("withdrawing and forgetting erase traits and customer, in the cookie and in the mailbox", async () => {
  for (const path of ["forget", "consent"]) {
    const jar = await consented(edge);
    const { handle } = await me(jar);
    await say({ visitor: handle, traits: { region: "north" }, customer: "C-1042" });
    await event(jar);
    await say({ visitor: handle, traits: { loyalty_tier: "gold" } });
    const revived = jar.copy();
    await edge.post(`/_attune/${path}`, { personalization: false, measurement: false }, { jar });
    const profile = await me(jar);
    assert.deepEqual([profile.traits, profile.signed_in, profile.id], [undefined, undefined, undefined], path);
    await event(revived);
    assert.deepEqual(traits(await me(revived)), { region: "north" }, "an old copy of the cookie gets nothing any more");
  }
});

test("a login token signs in on that very answer, and one that signs out is as quick", async () => {
  const jar = await consented(edge);
  const { status, token, expires } = await say({ customer: "C-1042", traits: { loyalty_tier: "gold" }, ttl_s: 60 });
  assert.equal(status, 200);
  assert.ok(expires - Date.now() / 1_000 <= 60);
  assert.ok(!Buffer.from(token, "base64url").includes("C-1042"));
  const answer = await login(token, jar);
  assert.deepEqual([answer.status, answer.setCookies.length, JSON.parse(answer.text)], [200, 1, { accepted: true, outdated: [], signed_in: true }]);
  const profile = await me(jar);
  assert.deepEqual([profile.signed_in, profile.customer, traits(profile)], [true, undefined, { loyalty_tier: "gold" }]);
  assert.ok(!Buffer.from(String(jar.profile), "base64url").includes("C-1042"), "the cookie does not say who");
  const out = await login(await tokenOf({ customer: null, traits: { loyalty_tier: null } }), jar);
  assert.equal(JSON.parse(out.text).signed_in, false);
  const after = await me(jar);
  assert.deepEqual([after.signed_in, after.traits], [undefined, undefined]);
  // The token of before says what was true before.
  const late = JSON.parse((await login(token, jar)).text);
  assert.deepEqual([late.outdated.toSorted(), late.signed_in], [["customer", "loyalty_tier"], false]);
});

test("a login token is for the first visitor who brings it, who may bring it again", async () => {
  const [jar, other] = [await consented(edge), await consented(edge)];
  const token = await tokenOf({ customer: "C-1042" });
  // Both at once: one of them has it.
  const answers = await Promise.all([login(token, jar), login(token, other)]);
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 409]);
  const [first, second] = answers[0].status === 200 ? [jar, other] : [other, jar];
  const refused = await login(token, second);
  assert.deepEqual([refused.status, JSON.parse(refused.text).error.code, refused.setCookies], [409, "used_token", []]);
  assert.equal((await me(second)).signed_in, undefined);
  assert.equal(JSON.parse((await login(token, first)).text).signed_in, true);
  // A token of its own does.
  assert.equal((await login(await tokenOf({ customer: "C-1042", traits: { region: "north" } }), second)).status, 200);
  // Whoever is forgotten is somebody else, also for the token.
  await edge.post("/_attune/forget", {}, { jar: first });
  await edge.post("/_attune/consent", { personalization: true, measurement: true }, { jar: first });
  await edge.fetch("/", { jar: first });
  assert.equal((await login(token, first)).status, 409);
});

test("a login token is for this site, this purpose, a while, and somebody who has agreed", async () => {
  const jar = await consented(edge);
  const token = await tokenOf({ customer: "C-1042" });
  const refused = async (/** @type {string} */ token, jar_ = jar, headers = {}) => {
    const { status, text, setCookies } = await login(token, jar_, headers);
    assert.deepEqual(setCookies, []);
    return [status, JSON.parse(text).error.code];
  };
  assert.deepEqual(await refused(token, jar, { Origin: "https://evil.example" }), [403, "cross_site"]);
  assert.deepEqual(await refused(`${token.slice(0, 20)}${token[20] === "A" ? "B" : "A"}${token.slice(21)}`), [400, "bad_token"]);
  assert.deepEqual(await refused((await me(jar)).handle), [400, "bad_token"], "a handle is signed for something else");
  assert.deepEqual(await refused(token, new Jar()), [409, "no_profile"]);
  const preview = JSON.parse((await edge.post("/_attune/preview", { name: "p" }, { headers: KEY })).text).token;
  assert.deepEqual(await refused(preview), [400, "bad_token"]);
  const previewing = new Jar();
  previewing.set(`__Host-attune-preview=${preview}`);
  assert.deepEqual(await refused(token, previewing), [409, "preview"]);
  const brief = await tokenOf({ customer: "C-1042", ttl_s: 1 });
  const body = Buffer.from(brief, "base64url");
  // The clock is real: wait until the token's own end has passed.
  while (Date.now() / 1_000 < body.readUInt32BE(2)) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual(await refused(brief), [400, "bad_token"]);
  const other = await startEdge({ bindings: { ATTUNE_KEYS: `1:sign:${"33".repeat(32)}` } });
  try {
    assert.equal((await other.post("/_attune/login", { token }, { jar: await consented(other) })).status, 400);
  } finally {
    await other.stop();
  }
});

/** @param {string[]} options @param {string} input */
function attune(options, input) {
  const run = spawnSync(process.env.CARGO ?? "cargo", ["run", "--quiet", "-p", "attune", "--", ...options], { cwd: new URL("../..", import.meta.url), encoding: "utf8", input });
  assert.equal(run.status, 0, run.stderr);
  return run.stdout;
}

test("a customer has one arm: on pages, by POST /_attune/decide, in a batch, and in attune assign", async () => {
  const customers = Array.from({ length: 12 }, (_, n) => `C-${n}: é`);
  const now = new Date().toISOString().replace(/\.\d+/, "");
  const ask = (/** @type {string} */ customer) => ({ customer, profile: { consent: { personalization: "granted" } }, page: "/" });
  const lines = (/** @type {string} */ text) => text.trim().split("\n");
  const batch = lines(attune(["decide", "tests/edge/site", "--batch", "-", "--now", now], customers.map((c) => JSON.stringify(ask(c))).join("\n"))).map((line) => JSON.parse(line));
  const assigned = lines(attune(["assign", "tests/edge/site", "--campaign", "by-customer", "--now", now], customers.join("\n"))).slice(1);
  const found = new Set();
  for (const [n, customer] of customers.entries()) {
    const hash = createHash("sha256").update(`customer:${customer}`).digest("hex").slice(0, 32);
    const bucket = Math.floor(Number(`0x${createHash("sha256").update(`arm:by-customer:1:${hash}`).digest("hex").slice(0, 8)}`) * 10_000 / 2 ** 32);
    const arm = bucket < 5_000 ? "control" : "sale";
    // A new visitor each time: the arm goes with the customer.
    const jar = await consented(edge);
    const before = planOf((await edge.fetch("/", { jar })).text).slots.find((/** @type {any} */ { slot }) => slot === "note");
    assert.deepEqual([before.campaign, before.reason], [null, "none"]);
    await login(await tokenOf({ customer }), jar);
    const page = planOf((await edge.fetch("/", { jar })).text).slots.find((/** @type {any} */ { slot }) => slot === "note");
    const decided = JSON.parse((await edge.post("/_attune/decide", ask(customer), { headers: KEY })).text).slots.note;
    assert.deepEqual([page.campaign, page.arm, decided.arm, batch[n].slots.note.arm, assigned[n]], ["by-customer", arm, arm, arm, `${customer},in,${arm}`]);
    found.add(arm);
  }
  assert.equal(found.size, 2);
});

test("who is no customer is not enrolled, and a preview says so", async () => {
  const profile = { consent: { personalization: "granted" } };
  const token = async (/** @type {object} */ more) => JSON.parse((await edge.post("/_attune/preview", { name: "p", profile: { ...profile, ...more } }, { headers: KEY })).text).token;
  const note = async (/** @type {object} */ more) => {
    const { text } = await edge.fetch("/", { headers: { Host: HOST, Cookie: `__Host-attune-preview=${await token(more)}` } });
    return planOf(text).slots.find((/** @type {any} */ { slot }) => slot === "note");
  };
  const nobody = await note({});
  assert.deepEqual([nobody.campaign, nobody.passed.map((/** @type {any} */ { campaign, reason }) => [campaign, reason])], [null, [["by-customer", "no-customer"]]]);
  assert.equal((await note({ customer: "C-1042" })).campaign, "by-customer");
  const unasked = await edge.post("/_attune/decide", { customer: "C-1042", page: "/" }, { headers: KEY });
  assert.equal(JSON.parse(unasked.text).slots.note.reason, "none", "without consent nobody is drawn");
});
