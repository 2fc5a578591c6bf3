// attune/browser from the packed tarball, in a plain page: its types, what it costs, and calls that are made before the script is there.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { gzipSync } from "node:zlib";
import { buildSync } from "esbuild";
import { launch } from "../browser/shop.mjs";
import { checkTypes, install, translate } from "../bundlers/project.mjs";
import { HEAD, openBeside, openEdge, serveFiles } from "../bundlers/site.mjs";
import { visit } from "../bundlers/visit.mjs";

const project = mkdtempSync(join(tmpdir(), "attune-browser-"));
const IMPORTS = { imports: { "attune/browser": "/node_modules/attune/browser.mjs" } };
const QUEUE_GZIP_MAX = 1_024;
/** @type {Awaited<ReturnType<typeof openEdge>>} */
let shop;
/** @type {Awaited<ReturnType<typeof serveFiles>>} */
let site;
/** @type {import("playwright-core").Browser} */
let browser;

before(async () => {
  install(project);
  site = await serveFiles(project);
  shop = await openEdge(site.url);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await shop?.close();
  site?.close();
  rmSync(project, { recursive: true });
});

const PLAIN = `<script type="importmap">${JSON.stringify(IMPORTS)}</script><script type="module" src="/main.js"></script>`;

/** Writes the page with a script. @param {string} script */
const write = (script) => writeFileSync(join(project, "index.html"), readFileSync(join(project, "page.html"), "utf8").replace("<!-- the script -->", script));

test("the types hold where a bundler finds the package, and where Node.js does", () => checkTypes(project));

test("an import map brings it into a page as it is", async () => {
  translate(project);
  write(PLAIN);
  await visit(browser, shop.url);
});

test("where pages do not pass through the Worker, the head of the documents asks for the plan", async () => {
  translate(project);
  write(HEAD + PLAIN);
  const beside = await openBeside(site.url);
  try {
    await visit(browser, beside.url);
  } finally {
    await beside.close();
  }
});

test("esbuild brings it into a page, with little", async () => {
  const built = (/** @type {string} */ entry) => buildSync({ absWorkingDir: project, stdin: { contents: entry, resolveDir: project }, bundle: true, minify: true, format: "esm", target: "es2022", write: false }).outputFiles[0].contents;
  const bytes = gzipSync(built('export { attune } from "attune/browser";')).length;
  assert.ok(bytes <= QUEUE_GZIP_MAX, `the queue is ${bytes} bytes of gzip`);
  writeFileSync(join(project, "bundle.js"), built('import "./main.ts";'));
  write('<script type="module" src="/bundle.js"></script>');
  await visit(browser, shop.url);
});

test("on a server it is imported, and nothing is called", async () => {
  const { attune } = await import(join(project, "node_modules/attune/browser.mjs"));
  attune.track("view_item");
  attune.on("plan", () => assert.fail("there is no page"))();
  assert.equal(/** @type {any} */ (globalThis).attune, undefined);
});
