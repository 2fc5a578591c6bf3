// Strategies drawn from a snapshot in KV, and artifacts that come and go while pages are served.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { artifactKey, bodyOf, signedLive, signedManifest } from "../../xtask/manifest.mjs";
import { API_KEY, consented, Jar, planOf, SIGNING_KEY, startEdge } from "./harness.mjs";
import { ledgerOf } from "./measured.mjs";
import { publisherOf } from "./publisher.mjs";

const read = (name) => readFileSync(new URL(`../../build/bandit.${name}`, import.meta.url));
const BUNDLE = read("bundle");
const CATALOG = { kind: 2, bytes: read("catalog") };
const PAGE = `<!doctype html><html lang="en-GB"><body><section data-slot="picks">own</section></body></html>`;
const HTML = { "Content-Type": "text/html; charset=utf-8" };
/** KV is asked again before every page. */
const EAGER = { BUNDLE_FRESH_S: "0", BUNDLE_STALE_S: "0" };

/** @param {(edge: Awaited<ReturnType<typeof startEdge>>) => Promise<void>} body */
async function withShop(body, { faults = false, stored = [BUNDLE, CATALOG.bytes] } = {}) {
  const edge = await startEdge({ publish: false, faults, bindings: EAGER });
  try {
    edge.origin.serve("/", HTML, PAGE);
    await publish(edge, 1, [CATALOG], stored);
    await edge.health();
    await body(edge);
  } finally {
    await edge.stop();
  }
}

async function publish(edge, version, artifacts, stored = [BUNDLE, ...artifacts.map(({ bytes }) => bytes)]) {
  for (const bytes of stored) await edge.put(artifactKey(bytes), bytes);
  await edge.put("manifest", signedManifest({ site: "testshop", version, bundle: BUNDLE, artifacts }, [SIGNING_KEY]));
}

/** What a visitor sees, and by which strategy. */
async function seen(edge, jar) {
  const { text } = await edge.fetch("/", { jar });
  const [slot] = planOf(text).slots;
  return { ...slot, text };
}

/** Puts a snapshot into KV; the next page may still be of the one before. */
async function believe(edge, bytes) {
  await edge.put("posteriors", bytes);
  await edge.health();
}

test("a new snapshot in KV changes the strategy without a new bundle", () =>
  withShop(async (edge) => {
    await believe(edge, read("red.posteriors"));
    const jars = await Promise.all(Array.from({ length: 6 }, () => consented(edge)));
    for (const jar of [...jars, new Jar()]) {
      const { strategy, products } = await seen(edge, jar);
      assert.deepEqual([strategy, products], ["red", ["r1", "r2"]]);
    }
    const bundle = (await edge.health()).bundle.sha256;
    await believe(edge, read("blue.posteriors"));
    for (const jar of [...jars, new Jar()]) {
      const { strategy, products, text } = await seen(edge, jar);
      assert.deepEqual([strategy, products], ["blue", ["b1", "b2"]]);
      assert.match(text, /<li>b1 -<\/li><li>b2 -<\/li>/, "a live price is needed, and there is none");
    }
    assert.equal((await edge.health()).bundle.sha256, bundle);
    const answer = JSON.parse((await edge.fetch("/_attune/recommend?slot=picks&page=/", { jar: jars[0] })).text);
    assert.deepEqual([answer.strategy, answer.items.map(({ id }) => id)], ["blue", ["b1", "b2"]]);
    const event = { name: "attune_impression", params: { slot: "picks", campaign: "either", strategy: "blue", products: ["b1"] } };
    const { text } = await edge.events(jars[0], [event]);
    assert.deepEqual(JSON.parse(text).rejected, []);
  }));

test("products are counted by strategy and by source, and a click whose product cannot be told by itself", () =>
  withShop(async (edge) => {
    const jar = await consented(edge);
    const { strategy, products, sources } = await seen(edge, jar);
    assert.deepEqual(sources, ["chosen", "chosen"]);
    const common = { slot: "picks", of: "either", strategy };
    const answer = await edge.events(jar, [
      { name: "attune_impression", params: { slot: "picks", campaign: "either", products, ...common, sources } },
      // The same campaign, which another slot has counted.
      { name: "attune_impression", params: { slot: "picks", campaign: "", products, ...common, sources: ["popular", "trending", "nobody's", 7] } },
      { name: "attune_click", params: { ...common, sources: ["chosen"] } },
      { name: "attune_click", params: { ...common } },
      // What an earlier script says.
      { name: "attune_click", params: { slot: "picks", campaign: "either", strategy } },
      { name: "attune_click", params: { ...common, sources: ["chosen", "popular"] } },
      { name: "attune_click", params: { ...common, slot: "a/b", sources: ["chosen"] } },
      // What is not published.
      { name: "attune_click", params: { ...common, of: "not ours", sources: ["chosen"] } },
      { name: "attune_click", params: { ...common, slot: "not ours", sources: ["chosen"] } },
      { name: "attune_impression", params: { campaign: "", products, ...common, strategy: "not ours", sources } },
    ]);
    assert.deepEqual([answer.status, JSON.parse(answer.text).rejected], [200, []], answer.text);
    const counts = await ledgerOf(publisherOf(edge, SIGNING_KEY)).counts();
    assert.deepEqual(counts, {
      "consent/both": 1,
      [`strategy/either/picks/${strategy}/seen`]: 2, [`strategy/either/picks/${strategy}/clicked`]: 4,
      "source/either/picks/chosen/seen": 2, "source/either/picks/popular/seen": 1, "source/either/picks/trending/seen": 1,
      "source/either/picks/chosen/clicked": 1, "source/either/picks/unknown/clicked": 3,
      "refused/not_published": 3,
    });
  }));

test("without strategies, products are counted where the campaign is measured", () =>
  withShop(async (edge) => {
    edge.origin.serve("/p/x", HTML, PAGE.replace("</body>", '<section data-slot="tried">own</section><section data-slot="plain">own</section></body>'));
    const slots = async (jar) => Object.fromEntries(planOf((await edge.fetch("/p/x", { jar })).text).slots.map((slot) => [slot.slot, slot]));
    let jar = await consented(edge);
    let answers = 1;
    // Half of the visitors are held out.
    for (; (await slots(jar)).tried.content === null; answers += 1) jar = await consented(edge);
    const { tried, plain } = await slots(jar);
    assert.deepEqual([tried.products, tried.strategy, tried.sources], [["b1", "b2"], undefined, ["chosen", "chosen"]]);
    assert.deepEqual([plain.products, plain.strategy, plain.sources], [["r1", "r2"], undefined, undefined]);
    const seen = (slot, more) => ({ name: "attune_impression", params: { slot, campaign: slot, of: slot, arm: "", products: ["b1", "b2"], sources: ["chosen", "chosen"], ...more } });
    const answer = await edge.events(jar, [
      seen("tried"),
      seen("tried", { arm: "made up" }),
      seen("tried", { campaign: "", strategy: "made up" }),
      seen("plain"),
      { name: "attune_click", params: { slot: "tried", of: "tried", sources: ["chosen"] } },
      { name: "attune_click", params: { slot: "plain", of: "plain", sources: ["chosen"] } },
    ]);
    assert.deepEqual([answer.status, JSON.parse(answer.text).rejected], [200, []], answer.text);
    assert.deepEqual(await ledgerOf(publisherOf(edge, SIGNING_KEY)).counts(), {
      "consent/both": answers,
      "seen/tried/": 1,
      "source/tried/tried/chosen/seen": 4, "source/tried/tried/chosen/clicked": 1,
      // An arm, a strategy, and twice a slot of which nothing is counted.
      "refused/not_published": 4,
    });
  }));

test("without a snapshot both strategies are drawn, and a visitor keeps theirs", () =>
  withShop(async (edge) => {
    const taken = [];
    for (let visitor = 0; visitor < 24; visitor += 1) {
      const jar = await consented(edge);
      const { strategy } = await seen(edge, jar);
      assert.equal((await seen(edge, jar)).strategy, strategy);
      taken.push(strategy);
    }
    // Of 24 all the same: once in 8 million runs.
    assert.deepEqual([...new Set(taken)].sort(), ["blue", "red"]);
    assert.equal((await seen(edge, new Jar())).strategy, "red", "the first, for who has not agreed");
  }));

test("a damaged snapshot is refused with the reason, and the one before stays", () =>
  withShop(async (edge) => {
    await believe(edge, read("blue.posteriors"));
    assert.equal((await seen(edge, new Jar())).strategy, "blue");
    const body = Buffer.from(bodyOf(read("blue.posteriors")));
    body[99] ^= 1;
    // Signed as it is: the damage is for the core to find.
    await believe(edge, signedLive({ site: "testshop", kind: 6, body }, [SIGNING_KEY]));
    assert.equal((await seen(edge, new Jar())).strategy, "blue");
    assert.ok(edge.log.some((line) => line.includes("posteriors are damaged")), edge.log.join("\n"));
  }));

test("a preview says what is believed of each strategy and what was drawn", () =>
  withShop(async (edge) => {
    await believe(edge, read("blue.posteriors"));
    const persona = { name: "Ann", profile: { consent: { personalization: "granted" } } };
    const { token } = JSON.parse((await edge.post("/_attune/preview", persona, { headers: { Authorization: `Bearer ${API_KEY}` } })).text);
    const jar = new Jar();
    jar.cookies.set("__Host-attune-preview", token);
    const { strategies, strategy } = await seen(edge, jar);
    assert.equal(strategy, "blue");
    assert.deepEqual(strategies.map(([key, mean]) => [key, mean]), [["red", "1.004"], ["blue", "4.996"]]);
    assert.ok(strategies.every(([, mean, drawn]) => Math.abs(Number(drawn) - Number(mean)) < 0.6), JSON.stringify(strategies));
  }));

test("after a trap the catalogue comes back by itself", () =>
  withShop(async (edge) => {
    assert.deepEqual((await seen(edge, new Jar())).products, ["r1", "r2"]);
    const trapped = await edge.fetch("/?fault=open");
    assert.equal(trapped.headers["server-timing"], 'attune;desc="trap"');
    await edge.health();
    assert.deepEqual((await seen(edge, new Jar())).products, ["r1", "r2"]);
  }, { faults: true }));

test("artifacts over the budget of an isolate are refused with the numbers, and pages go on", () =>
  withShop(async (edge) => {
    const index = { kind: 4, bytes: Buffer.alloc(24 * 1024 * 1024) };
    await publish(edge, 2, [CATALOG, index]);
    await edge.health();
    assert.deepEqual((await seen(edge, new Jar())).products, ["r1", "r2"]);
    const bytes = CATALOG.bytes.length + index.bytes.length;
    assert.ok(edge.log.some((line) => line.includes(`${bytes} bytes together, there is room for ${24 * 1024 * 1024}`)), edge.log.join("\n"));
  }));

test("an index of another catalogue is refused once, and one that is not what was signed rests", () =>
  withShop(async (edge) => {
    const foreign = { kind: 4, bytes: readFileSync(new URL("../golden/recommend.index", import.meta.url)) };
    await publish(edge, 2, [CATALOG, foreign]);
    await edge.health();
    assert.ok(edge.log.some((line) => line.includes("epoch")), edge.log.join("\n"));
    assert.deepEqual((await seen(edge, new Jar())).products, ["r1", "r2"]);
    const forged = { kind: 3, bytes: Buffer.from(CATALOG.bytes).fill(0, 99) };
    await publish(edge, 3, [CATALOG, forged]);
    await edge.put(artifactKey(forged.bytes), CATALOG.bytes);
    await edge.health();
    assert.ok(edge.log.some((line) => line.includes("not what was signed")), edge.log.join("\n"));
    assert.deepEqual((await seen(edge, new Jar())).products, ["r1", "r2"]);
    const refusals = edge.log.filter((line) => line.includes('"attune":"artifact"')).length;
    for (let page = 0; page < 3; page += 1) await seen(edge, new Jar());
    await edge.health();
    assert.equal(edge.log.filter((line) => line.includes('"attune":"artifact"')).length, refusals, "neither is tried again at the next page");
  }));

test("a catalogue that KV does not have yet is looked for again", () =>
  withShop(async (edge) => {
    assert.ok(edge.log.some((line) => line.includes("KV does not have it")), edge.log.join("\n"));
    const { text, products } = await seen(edge, new Jar());
    assert.equal(products, undefined);
    assert.match(text, /own/);
    await edge.put(artifactKey(CATALOG.bytes), CATALOG.bytes);
    await edge.health();
    assert.deepEqual((await seen(edge, new Jar())).products, ["r1", "r2"]);
  }, { stored: [BUNDLE] }));
