// Recommendations at the edge, with the demo shop's own catalogue and what its real orders taught.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { artifactKey, signedManifest } from "../../xtask/manifest.mjs";
import { API_KEY, consented, planOf, SIGNING_KEY, startEdge } from "./harness.mjs";

const read = (name) => readFileSync(new URL(`../../build/demo.${name}`, import.meta.url));
const BUNDLE = read("bundle");
const CATALOG = { kind: 2, bytes: read("catalog") };
const BASKETS = { kind: 4, bytes: read("baskets") };
const GREEN_CUP = "22697"; // Green Regency Teacup and Saucer; the pink and roses ones are bought with it
const PAGE = `<!doctype html><html lang="en-GB"><body><section data-slot="for-you">much loved</section><section data-slot="goes-with">next to it</section></body></html>`;
const HOST = { Host: "www.tuppence.example" };

/** @type {Awaited<ReturnType<typeof startEdge>>} */
let edge;
before(async () => {
  edge = await startEdge({ publish: false, bindings: { SITE: "tuppence" } });
  for (const path of ["/", `/p/${GREEN_CUP}`, "/p/22423"]) edge.origin.serve(path, { "Content-Type": "text/html; charset=utf-8" }, PAGE);
  await publish([CATALOG, BASKETS], 1);
});
after(() => edge.stop());

/** @param {{ kind: number, bytes: Uint8Array }[]} artifacts @param {number} version @param {{ kind: number, bytes: Uint8Array }[]} [named] */
async function publish(artifacts, version, named = artifacts) {
  for (const [at, { bytes }] of artifacts.entries()) await edge.put(artifactKey(named[at].bytes), bytes);
  await edge.put(artifactKey(BUNDLE), BUNDLE);
  await edge.put("manifest", signedManifest({ site: "tuppence", version, bundle: BUNDLE, artifacts: named }, [SIGNING_KEY]));
  await edge.health();
}

const get = (path, options = {}) => edge.fetch(path, { ...options, headers: { ...HOST, ...options.headers } });
const recommended = async (query, jar) => JSON.parse((await get(`/_attune/recommend?${query}`, { jar })).text);
const slot = (text, name) => planOf(text).slots.find(({ slot }) => slot === name);

test("what goes with a product is in its page, for everybody, with links, pictures and prices", async () => {
  const { text } = await get(`/p/${GREEN_CUP}`);
  const { products, campaign } = slot(text, "goes-with");
  assert.equal(campaign, "goes-with");
  assert.equal(products.length, 4);
  assert.ok(products.includes("22699") && products.includes("22698"), products.join());
  assert.ok(!products.includes(GREEN_CUP));
  for (const sku of products) assert.ok(text.includes(`href="/p/${sku}"`) && text.includes(`src="/img/p/${sku}.svg"`));
  assert.match(text, /<span class="price">£\d+\.\d\d<\/span>/);
  assert.match(text, /Goes with Green Regency Teacup/);
  assert.doesNotMatch(text, /next to it|\{\{/);
});

test("JSON for a front end that draws its own, and refusals that say why", async () => {
  const answer = await recommended(`slot=goes-with&page=/p/${GREEN_CUP}`);
  assert.equal(answer.reason, "shown");
  assert.equal(answer.items.length, 4);
  const [first] = answer.items;
  assert.equal(first.url, `/p/${first.id}`);
  assert.equal(first.currency, "GBP");
  assert.ok(first.price > 0);
  assert.deepEqual([first.source, first.because], ["goes-with", GREEN_CUP]);
  assert.equal(first.score, undefined, "scores are for holders of a preview token");
  assert.deepEqual((await recommended("slot=nowhere")).items, []);
  assert.equal((await get("/_attune/recommend")).status, 400);
  assert.equal((await get("/_attune/recommend?slot=goes-with&page=//elsewhere")).status, 400);
  const post = await edge.post("/_attune/recommend?slot=goes-with", {}, { headers: HOST });
  assert.equal(post.status, 405);
});

test("an app or an e-mail gets the same products as the page, as data", async () => {
  const { items } = await recommended(`slot=goes-with&page=/p/${GREEN_CUP}`);
  const { status, text } = await edge.post("/_attune/decide", { page: `/p/${GREEN_CUP}` }, { headers: { ...HOST, Authorization: `Bearer ${API_KEY}` } });
  assert.equal(status, 200, text);
  const decided = JSON.parse(text).slots["goes-with"];
  assert.equal(decided.campaign, "goes-with");
  assert.deepEqual(decided.items, items);
  assert.equal(decided.html, undefined);
});

test("what was seen and not clicked gives way; a click brings it back; rendering counts nothing", async () => {
  const jar = await consented(edge);
  for (const sku of ["22423", GREEN_CUP]) {
    const view = { name: "view_item", params: { items: [{ item_id: sku, item_category: "teatime" }] } };
    await edge.events(jar, [{ name: "page_view" }, view], `/p/${sku}`);
  }
  const picks = async () => slot((await get("/", { jar })).text, "for-you").products;
  const first = await picks();
  assert.equal(first.length, 8);
  assert.deepEqual(await picks(), first, "the same state gives the same picks");
  const seen = { name: "attune_impression", params: { slot: "for-you", campaign: "for-you", products: first } };
  const { text } = await edge.events(jar, [seen]);
  assert.deepEqual(JSON.parse(text).rejected, []);
  const second = await picks();
  assert.notDeepEqual(second, first);
  assert.ok(second.some((sku) => !first.includes(sku)), "new products come in");
  const me = JSON.parse((await get("/_attune/me", { jar })).text);
  assert.equal(me.seen.products.length, 8);
  edge.origin.serve(`/p/${first[0]}`, { "Content-Type": "text/html; charset=utf-8" }, PAGE);
  await edge.events(jar, [{ name: "page_view" }], `/p/${first[0]}`);
  assert.equal(JSON.parse((await get("/_attune/me", { jar })).text).seen.products.length, 7);
});

test("a damaged or missing artifact costs the recommendations, and nothing else", async () => {
  const fresh = await startEdge({ publish: false, bindings: { SITE: "tuppence" } });
  try {
    fresh.origin.serve(`/p/${GREEN_CUP}`, { "Content-Type": "text/html; charset=utf-8" }, PAGE);
    const damaged = Buffer.from(CATALOG.bytes);
    damaged[300] ^= 1;
    // Signed as it is: the damage is for the core to find.
    const artifacts = [{ kind: 2, bytes: damaged }, BASKETS];
    for (const bytes of [BUNDLE, damaged]) await fresh.put(artifactKey(bytes), bytes);
    await fresh.put("manifest", signedManifest({ site: "tuppence", version: 1, bundle: BUNDLE, artifacts }, [SIGNING_KEY]));
    assert.ok((await fresh.health()).bundle.sha256);
    const { text } = await fresh.fetch(`/p/${GREEN_CUP}`, { headers: HOST });
    assert.match(text, /next to it/);
    assert.equal(slot(text, "goes-with").reason, "none");
    assert.ok(fresh.log.some((line) => line.includes("checksum")), fresh.log.join("\n"));
  } finally {
    await fresh.stop();
  }
});
