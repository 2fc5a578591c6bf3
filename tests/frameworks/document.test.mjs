// What docs/frameworks.md shows, as it stands there.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { compileScript, parse } from "vue/compiler-sfc";
import { bundled, compiledSvelte, root, svelte } from "./build.mjs";
import { VUE } from "./fixtures.mjs";
import { openStage, shown, WINTER } from "./stage.mjs";

const DOCUMENT = readFileSync(join(root, "docs/frameworks.md"), "utf8");

/** The first block of a language under a heading. @param {string} heading @param {string} language */
function block(heading, language) {
  const section = DOCUMENT.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
  const found = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "ms").exec(section)?.[1];
  assert.ok(found, `docs/frameworks.md shows ${language} under "${heading}"`);
  return found;
}

/** @typedef {"client" | "server"} Side */
/** The module of the document. @param {import("esbuild").OnLoadResult} source @returns {import("esbuild").Plugin} */
const document = (source) => ({
  name: "document",
  setup(build) {
    build.onResolve({ filter: /^document$/ }, () => ({ path: "document", namespace: "document" }));
    build.onLoad({ filter: /.*/, namespace: "document" }, () => ({ resolveDir: join(root, "tests/frameworks"), ...source }));
  },
});

/** @param {string} source */
const jsx = (source) => document({ contents: `import * as React from "react";\n${source}`, loader: "jsx" });

/** @param {string} source @param {Side} side @returns {import("esbuild").OnLoadResult} */
function compiledVue(source, side) {
  const { descriptor } = parse(source);
  const ssr = side === "server";
  return { contents: compileScript(descriptor, { id: "document", inlineTemplate: true, templateOptions: { ssr, ssrCssVars: [] } }).content, loader: "js" };
}

/** @type {Awaited<ReturnType<typeof openStage>>} */
let stage;
before(async () => (stage = await openStage()));
after(() => stage?.close());

/** Opens a page: its slot has what the edge put in, and it is seen. @param {string} name @param {(page: import("playwright-core").Page) => Promise<unknown>} [use] */
async function opened(name, use = async () => {}) {
  const { context, page, problems, impression, lost } = await stage.visitor();
  await page.goto(`/t/${name}`);
  await use(page);
  assert.equal(await shown(page, "hero"), WINTER);
  await impression("hero");
  assert.deepEqual([lost(), problems], [[], []]);
  await context.close();
}

/** A click in the slot is heard by a handler on the slot. @param {import("playwright-core").Page} page */
async function clicked(page) {
  await page.waitForLoadState();
  await page.click('[data-slot="hero"] h1');
  await page.waitForFunction(() => window.document.getElementById("clicks")?.textContent === "1");
}

test("React", async () => {
  stage.fixture("react", await bundled("document-react", "document-react", { plugins: () => [jsx(`${block("React", "jsx")}export { Home as default };`)] }));
  await opened("react", clicked);
});

test("Next.js", async () => {
  stage.fixture("next", await bundled("document-next", "document-react", { plugins: () => [jsx(block("Next.js", "jsx"))] }));
  await opened("next");
});

test("Vue", async () => {
  const source = block("Vue", "vue");
  stage.fixture("vue", await bundled("document-vue", "document-vue", { define: VUE, plugins: (side) => [document(compiledVue(source, side))] }));
  await opened("vue", clicked);
});

test("Svelte", async () => {
  const source = block("Svelte", "svelte");
  const plugins = (/** @type {Side} */ side) => [document(compiledSvelte(source, join(root, "tests/frameworks/Document.svelte"), side)), svelte(side)];
  stage.fixture("svelte", await bundled("document-svelte", "document-svelte", { plugins, conditions: ["svelte"] }));
  await opened("svelte", clicked);
});

/** A page with a block of HTML in its body. @param {string} name @param {string} html */
const serve = (name, html) => stage.edge.origin.serve(`/t/${name}`, { "Content-Type": "text/html; charset=utf-8" }, `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${name}</title></head>${html.startsWith("<body") ? html : `<body>${html}</body>`}</html>`);
const packaged = (/** @type {string} */ file) => readFileSync(join(root, "node_modules", file), "utf8");
const SCRIPT = { "Content-Type": "text/javascript; charset=utf-8" };

test("plain HTML", async () => {
  serve("plain", block("Plain HTML", "html"));
  await opened("plain");
});

test("Turbo", async () => {
  stage.edge.origin.serve("/turbo.js", SCRIPT, packaged("@hotwired/turbo/dist/turbo.es2017-esm.js"));
  serve("turbo", block("Turbo", "html"));
  await opened("turbo", (page) => page.waitForFunction(() => "Turbo" in window));
});

test("htmx: a fragment that brings the slot has its content after the plan", async () => {
  stage.edge.origin.serve("/htmx.js", SCRIPT, packaged("htmx.org/dist/htmx.min.js"));
  stage.edge.origin.serve("/parts/hero", { "Content-Type": "text/html; charset=utf-8" }, '<main data-slot="hero"><h1>Our shop</h1></main>');
  serve("htmx", block("htmx", "html").replace("</body>", `<script src="/htmx.js"></script><script>${block("htmx", "js")}</script></body>`));
  await opened("htmx", async (page) => {
    await page.waitForFunction(() => "htmx" in window && window.attune && "plan" in window.attune);
    const swapped = page.evaluate(() => new Promise((resolve) => window.document.addEventListener("htmx:afterSwap", resolve, { once: true })).then(() => true));
    await page.click("button");
    await swapped;
    await page.waitForFunction(() => window.document.querySelector("h1")?.textContent === "Winter sale");
  });
});
