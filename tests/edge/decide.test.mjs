// POST /_attune/decide: the decision of a page for an app, an e-mail or a server; and what a preview explains.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { API_KEY, forged, planOf, startEdge } from "./harness.mjs";

const read = (/** @type {string} */ path) => readFileSync(new URL(`../../${path}`, import.meta.url));
const vectors = JSON.parse(read("tests/vectors/channel.json").toString());
const KEY = { Authorization: `Bearer ${API_KEY}` };

/** @type {Awaited<ReturnType<typeof startEdge>>} */
let edge;
before(async () => {
  edge = await startEdge({ bundle: read(vectors.bundle), site: "vectors" });
});
after(() => edge.stop());

const decide = (/** @type {unknown} */ ask, headers = KEY) => edge.post("/_attune/decide", ask, { headers });

test("it takes the API key, and POST", async () => {
  assert.equal((await decide(vectors.cases[0].ask, {})).status, 401);
  assert.equal((await edge.fetch("/_attune/decide", { headers: KEY })).status, 405);
});

test("every channel gets the decision of the vectors", async () => {
  assert.ok(vectors.cases.length >= 12);
  for (const { name, ask, answer } of vectors.cases) {
    const found = await decide(ask);
    assert.equal(found.status, 200, `${name}: ${found.text}`);
    const { token, ...decision } = JSON.parse(found.text);
    assert.deepEqual(decision, answer, name);
    // What is measured is sealed with the moment in it; arms that are asked for are nobody's own.
    assert.ok(token === undefined || (/^[\w-]{40,128}$/.test(token) && !ask.arms), name);
    assert.deepEqual(found.setCookies, [], name);
  }
});

test("a question that cannot be read is refused, with the place", async () => {
  for (const { name, ask, error } of vectors.wrong) {
    const found = await decide(ask);
    assert.equal(found.status, 400, name);
    assert.ok(JSON.parse(found.text).error.message.startsWith(error), `${name}: ${found.text}`);
  }
  assert.match((await decide({ profile: {} })).text, /page: is missing/);
  assert.match((await decide({ page: "/", visitor: "AAAA" })).text, /bad_visitor/);
});

test("a preview explains itself in a header and to the overlay, and nobody else's page does", async () => {
  const body = { name: "lena", profile: vectors.cases[1].ask.profile, request: { country: "GB", now: "2026-11-22T10:00:00Z" } };
  const { token } = JSON.parse((await edge.post("/_attune/preview", body, { headers: KEY })).text);
  const page = await edge.fetch("/", { headers: { Cookie: `__Host-attune-preview=${token}` } });
  assert.match(page.text, /<script src="\/_attune\/overlay\.js" async><\/script>/);
  const plan = planOf(page.text);
  assert.deepEqual(JSON.parse(String(page.headers["attune-explain"])), plan);
  const hero = plan.slots.find((/** @type {{ slot: string }} */ slot) => slot.slot === "hero");
  assert.equal(hero.campaign, "abandoned-cart");
  assert.deepEqual(plan.campaigns["abandoned-cart"].tests[0], ["cart.items > 0", "2", "true"]);
  assert.deepEqual([plan.campaigns["abandoned-cart"].seen, plan.campaigns["abandoned-cart"].cap], [0, 3]);
  const promo = plan.slots.find((/** @type {{ slot: string }} */ slot) => slot.slot === "promo");
  assert.deepEqual(promo.passed.map((/** @type {{ campaign: string }} */ { campaign }) => campaign), ["back"]);
  assert.ok(plan.campaigns.sale.arm >= 0 && plan.campaigns.sale.arm < 10_000);
  assert.equal((await edge.fetch("/_attune/overlay.js")).text, read("build/assets/_attune/overlay.js").toString());
  for (const headers of [{}, { Cookie: `__Host-attune-preview=${forged(token)}` }]) {
    const other = await edge.fetch("/", { headers });
    assert.equal(other.headers["attune-explain"], undefined);
    assert.ok(!other.text.includes("overlay.js"));
    assert.equal(planOf(other.text).campaigns, undefined);
  }
});
