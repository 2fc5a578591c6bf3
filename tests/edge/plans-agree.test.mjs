// The plan of POST /_attune/plan is the one of the page at the edge, for the same visitor, page and second; and what the page's
// plan says of its contents is what a document has of them.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { parse } from "parse5";
import { artifactKey, signedManifest } from "../../xtask/manifest.mjs";
import { initSync, write_cookie } from "../../build/vectors/page.js";
import { attribute, collapsed, hashOf, inside, printOf, textOf } from "../vectors/dom.mjs";
import { previewOf } from "../../www/demo/backend/persona.mjs";
import { API_KEY, Jar, KEY_1, planOf, SIGNING_KEY, startEdge } from "./harness.mjs";

const root = new URL("../..", import.meta.url).pathname;
const HOST = { Host: "www.tuppence.example" };
const { personas } = JSON.parse(readFileSync(`${root}www/demo/attune/personas.json`, "utf8"));

/** Every page of the demo, of products each eighth. @param {string} folder @returns {string[]} */
const pagesIn = (folder) =>
  readdirSync(`${root}build/demo${folder}`, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? pagesIn(`${folder}/${entry.name}`) : entry.name.endsWith(".html") ? [`${folder}/${entry.name.replace(/(?:index)?\.html$/, "")}`] : []));
const PAGES = pagesIn("").filter((path, at) => !path.startsWith("/p/") || at % 8 === 0);

/** @type {Awaited<ReturnType<typeof startEdge>>} */
let edge;
before(async () => {
  initSync({ module: readFileSync(`${root}build/vectors/page_bg.wasm`) });
  edge = await startEdge({ publish: false, bindings: { SITE: "tuppence", ROUTES: /** @type {any} */ (["/*"]) } });
  for (const path of PAGES) {
    const html = readFileSync(`${root}build/demo${path.endsWith("/") ? `${path}index` : path}.html`);
    edge.origin.serve(path, { "Content-Type": "text/html; charset=utf-8" }, html);
  }
  const read = (/** @type {string} */ name) => readFileSync(`${root}build/demo.${name}`);
  const artifacts = [{ kind: 2, bytes: read("catalog") }, { kind: 4, bytes: read("baskets") }];
  for (const { bytes } of artifacts) await edge.put(artifactKey(bytes), bytes);
  await edge.put(artifactKey(read("bundle")), read("bundle"));
  await edge.put("manifest", signedManifest({ site: "tuppence", version: 1, bundle: read("bundle"), artifacts }, [SIGNING_KEY]));
  await edge.health();
});
after(() => edge.stop());

/** @param {any} plan */
const decided = ({ slots, ...rest }) => ({ ...rest, slots: slots.map((/** @type {any} */ { checks: _, draw: __, ...slot }) => slot) });

/** The first element that a selector of a tag and classes finds. @param {any} slot @param {string} selector */
const found = (slot, selector) => {
  const [tag, ...classes] = selector.split(".");
  return inside(slot).find((node) => node.nodeName === tag && classes.every((name) => (attribute(node, "class") ?? "").split(" ").includes(name)));
};

/** What the page's plan says of its contents is what the document has. @param {string} html @param {any} plan @returns {number} how many hold */
function hold(html, plan) {
  const nodes = inside(parse(html));
  let count = 0;
  for (const { slot: name, checks = [] } of plan.slots) {
    const slot = nodes.find((node) => attribute(node, "data-slot") === name);
    if (slot === undefined) continue;
    for (const [selector, kind, hash] of checks) {
      const element = selector === "" ? slot : found(slot, selector);
      if (element === undefined) continue;
      const value = kind === "*" ? printOf(slot) : kind === "" ? collapsed(textOf(element)) : (attribute(element, kind) ?? "none");
      assert.equal(hash, hashOf(value), `${name} ${selector} ${kind}: ${value}`);
      count++;
    }
  }
  return count;
}

/** What is drawn is what the page has. @param {any} plan @param {any} page @returns {number} how many slots */
function draws(plan, page) {
  let count = 0;
  for (const { slot, draw } of plan.slots) {
    if (draw === undefined) continue;
    const { checks } = page.slots.find((/** @type {any} */ each) => each.slot === slot);
    const expected = draw.html !== undefined ? [["", "*", hashOf(printOf(parse(`<!doctype html><body>${draw.html}`)))]] : draw.set.map((/** @type {string[]} */ [selector, name, value]) => [selector, name, hashOf(name === "" ? collapsed(value) : value)]);
    assert.deepEqual(checks, expected, slot);
    count++;
  }
  return count;
}

/** The page and the plan of one second. @param {string} path @param {Jar} jar @param {object} options */
async function both(path, jar, options) {
  for (;;) {
    const second = Math.floor(Date.now() / 1000);
    const page = await edge.fetch(path, { jar, ...options, headers: HOST });
    const plan = await edge.post("/_attune/plan", { url: path, lang: "en-GB" }, { jar, ...options, headers: { ...HOST, Origin: "https://www.tuppence.example" } });
    if (Math.floor(Date.now() / 1000) !== second) continue;
    assert.deepEqual([page.status, plan.status, plan.setCookies], [200, 200, []], `${path}: ${plan.text}`);
    return { html: page.text, page: planOf(page.text), plan: JSON.parse(plan.text).plan };
  }
}

test("for everybody of the demo, on every page: as themselves, and as a preview of them", async (t) => {
  let [plans, checks, drawn, filled] = [0, 0, 0, 0];
  for (const persona of [{ key: "nobody" }, ...personas]) {
    const body = previewOf(persona, Date.now());
    const { country, continent, eu } = persona.request ?? {};
    const options = { cf: { country, continent, ...(eu ? { isEUCountry: "1" } : {}) } };
    const [own, preview] = [new Jar(), new Jar()];
    if (persona.profile) own.cookies.set("__Host-attune", write_cookie(KEY_1, "tuppence", HOST.Host, JSON.stringify(body.profile)));
    const { token } = JSON.parse((await edge.post("/_attune/preview", body, { headers: { ...HOST, Authorization: `Bearer ${API_KEY}` } })).text);
    preview.cookies.set("__Host-attune-preview", token);
    for (const jar of [own, preview]) {
      for (const path of PAGES) {
        const { html, page, plan } = await both(path, jar, options);
        assert.deepEqual(decided(plan), decided(page), `${persona.key} ${path}`);
        checks += hold(html, page);
        drawn += draws(plan, page);
        filled += page.slots.filter((/** @type {any} */ { content }) => content !== null).length;
        plans++;
      }
    }
  }
  t.diagnostic(`${plans} plans, ${filled} slots with content, ${drawn} drawn, ${checks} hashes that hold`);
  assert.ok(plans > 500 && drawn > 300 && checks > 300, `${plans} ${drawn} ${checks}`);
  assert.equal(drawn, filled, "every content has its hash");
});
