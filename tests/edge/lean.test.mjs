// The lean page core: everything but recommendations, the decision header and /_attune/decide, and it says what it lacks.
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { test } from "node:test";
import { artifactKey, signedManifest } from "../../xtask/manifest.mjs";
import { API_KEY, consented, planOf, SIGNING_KEY, startEdge, withoutTail } from "./harness.mjs";

const read = (/** @type {string} */ path) => readFileSync(new URL(`../../build/${path}`, import.meta.url));
const HTML = { "Content-Type": "text/html; charset=utf-8" };
const KEY = { Authorization: `Bearer ${API_KEY}` };

test("a page gets the same from the lean core as from the full one, where it needs no more", async () => {
  const texts = [];
  for (const lean of [false, true]) {
    const edge = await startEdge({ lean });
    try {
      const jar = await consented(edge);
      const item = { item_id: "22423", quantity: 2, price: 12.75 };
      assert.equal((await edge.events(jar, [{ name: "add_to_cart", params: { items: [item] } }])).status, 200);
      texts.push(withoutTail((await edge.fetch("/", { jar })).text));
    } finally {
      await edge.stop();
    }
  }
  assert.equal(texts[0], texts[1]);
  assert.match(texts[0], /<h1>2 gifts are waiting<!--attune--><\/h1>/);
  const [full, lean] = ["page", "page-lean"].map((folder) => statSync(new URL(`../../build/${folder}/page_bg.wasm`, import.meta.url)).size);
  assert.ok(lean < full * 0.9, `${lean} bytes of ${full}`);
});

test("slots with recommendations keep the origin's content; the log, health and the addresses say why", async () => {
  const edge = await startEdge({ lean: true, publish: false, bindings: { SITE: "tuppence" } });
  try {
    const bundle = read("demo.bundle");
    const artifacts = [{ kind: 2, bytes: read("demo.catalog") }, { kind: 4, bytes: read("demo.baskets") }];
    edge.origin.serve("/p/22697", HTML, `<!doctype html><html lang="en-GB"><body><section data-slot="goes-with">next to it</section></body></html>`);
    for (const bytes of [bundle, ...artifacts.map(({ bytes }) => bytes)]) await edge.put(artifactKey(bytes), bytes);
    await edge.put("manifest", signedManifest({ site: "tuppence", version: 1, bundle, artifacts }, [SIGNING_KEY]));
    const health = await edge.health();
    assert.deepEqual([health.code, health.status, health.lacks], [200, "ok", "recommendations"]);
    assert.ok(health.bundle.disabled > 0);
    const host = { Host: "www.tuppence.example" };
    for (let time = 0; time < 3; time++) {
      const { text } = await edge.fetch("/p/22697", { headers: host });
      assert.match(text, /<section data-slot="goes-with">next to it<\/section>/);
      assert.equal(planOf(text).slots.find(({ slot }) => slot === "goes-with").campaign, null);
    }
    const recommended = await edge.fetch("/_attune/recommend?slot=goes-with&page=/p/22697", { headers: host });
    const decided = await edge.post("/_attune/decide", { page: "/p/22697" }, { headers: { ...host, ...KEY } });
    for (const { status, text } of [recommended, decided]) assert.deepEqual([status, JSON.parse(text).error.code], [501, "not_in_build"]);
    const said = edge.log.filter((line) => line.includes('"attune":"lean"'));
    assert.equal(said.length, 1, edge.log.join("\n"));
    assert.match(said[0], /the bundle needs recommendations/);
  } finally {
    await edge.stop();
  }
});

test("a page on which the origin would be told the decision stays the origin's", async () => {
  const ROUTES = ["/", "/told/*"];
  const edge = await startEdge({ lean: true, bindings: { ROUTES } });
  try {
    const page = `<!doctype html><html lang="en-GB"><body><main data-slot="hero">before</main></body></html>`;
    for (const path of ["/", "/told/basket"]) edge.origin.serve(path, HTML, page);
    assert.equal((await edge.health()).lacks, "the decision header");
    assert.equal((await edge.fetch("/told/basket")).text, page);
    assert.equal(edge.origin.last().headers["attune-decision"], undefined);
    assert.match((await edge.fetch("/")).text, /id="attune-plan"/);
  } finally {
    await edge.stop();
  }
});

test("no Worker carries data of locales: a bundle has what its own locales need", () => {
  // A month, a symbol of a currency and one with its locale's own writing, from the compiler's table.
  const words = ["September", "Kč", "щ.д."];
  const count = (/** @type {string} */ path) => words.filter((word) => read(path).includes(word)).length;
  assert.equal(count("studio/studio_bg.wasm"), words.length, "the compiler, which knows every locale");
  for (const core of ["page/page_bg.wasm", "page-lean/page_bg.wasm", "edge/edge_bg.wasm"]) assert.equal(count(core), 0, core);
});
