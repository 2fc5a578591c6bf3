// attune/browser from the packed tarball in Vite, webpack and Next.js, there with attune/react: each site is built, served, and visited
// behind the Workers.
//   cargo xtask prove --only frameworks
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { gzipSync } from "node:zlib";
import { launch } from "../browser/shop.mjs";
import { checkTypes, install, run } from "./project.mjs";
import { serveNext } from "./server.mjs";
import { openBeside, openEdge, serveFiles } from "./site.mjs";
import { visit } from "./visit.mjs";

const QUEUE_GZIP_MAX = 1_024;
const project = mkdtempSync(join(tmpdir(), "attune-bundlers-"));
const page = () => readFileSync(join(project, "page.html"), "utf8");
/** @type {import("playwright-core").Browser} */
let browser;

before(async () => {
  install(project, ["vite", "webpack", "next"]);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  rmSync(project, { recursive: true });
});

/** @param {string} origin @param {typeof openEdge} [open] @param {string} [path] */
async function visited(origin, open = openEdge, path = "/") {
  const site = await open(origin);
  try {
    await visit(browser, site.url + path);
  } finally {
    await site.close();
  }
}

/** @param {string} folder */
async function served(folder) {
  const files = await serveFiles(folder);
  try {
    await visited(files.url);
  } finally {
    files.close();
  }
}

test("the types hold beside those of React and Node.js", () => checkTypes(project));

test("Vite: a production build of 1 KB at most", async () => {
  const folder = join(project, "vite");
  writeFileSync(join(folder, "index.html"), page().replace("<!-- the script -->", '<script type="module" src="../main.ts"></script>'));
  run(process.execPath, [join(project, "node_modules/vite/bin/vite.js"), "build", "--logLevel", "warn"], folder);
  const assets = join(folder, "dist/assets");
  const own = readdirSync(assets).find((name) => name.startsWith("attune-"));
  assert.ok(own, "the package has no file");
  const bytes = gzipSync(readFileSync(join(assets, own))).length;
  console.log(`the queue in a production build of Vite: ${bytes} bytes of gzip`);
  assert.ok(bytes <= QUEUE_GZIP_MAX, `the queue is ${bytes} bytes of gzip`);
  await served(join(folder, "dist"));
});

test("webpack: a production build, without a warning", async () => {
  const folder = join(project, "webpack");
  run(process.execPath, [join(folder, "build.mjs")], folder);
  writeFileSync(join(folder, "dist/index.html"), page().replace("<!-- the script -->", '<script src="/main.js" defer></script>'));
  await served(join(folder, "dist"));
});

test("Next.js, app router: a server component with a slot, and a client component that the server renders; behind the Worker and beside it", async () => {
  run(process.execPath, [join(project, "node_modules/next/dist/bin/next"), "build", "next"], project);
  const site = await serveNext(project, "next");
  try {
    const rendered = await (await fetch(site.url)).text();
    assert.match(rendered, /<p>function<!-- --> on the server<\/p>/);
    await visited(site.url);
    await visited(site.url, openBeside, "/beside");
  } finally {
    await site.close();
  }
});
