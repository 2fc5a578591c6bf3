// attune/browser from the packed tarball in Vite, webpack and Next.js: each site is built, served, and visited behind the Workers.
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
import { openEdge, serveFiles } from "./site.mjs";
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

/** @param {{ url: string, close: () => unknown }} site @param {{ hasSlot: boolean }} fixture */
async function visited(site, fixture) {
  const edge = await openEdge(site.url).catch(async (error) => {
    await site.close();
    throw error;
  });
  try {
    await visit(browser, edge.url, fixture);
  } finally {
    await edge.close();
    await site.close();
  }
}

test("the types hold beside those of React and Node.js", () => checkTypes(project));

test("Vite: a production build of 1 KB at most", async () => {
  const folder = join(project, "vite");
  writeFileSync(join(folder, "index.html"), page().replace("<!-- the script -->", '<script type="module" src="/../main.ts"></script>'));
  run(process.execPath, [join(project, "node_modules/vite/bin/vite.js"), "build", "--logLevel", "warn"], folder);
  const assets = join(folder, "dist/assets");
  const own = readdirSync(assets).find((name) => name.startsWith("attune-"));
  assert.ok(own, "the package has no file");
  const bytes = gzipSync(readFileSync(join(assets, own))).length;
  console.log(`the queue in a production build of Vite: ${bytes} bytes of gzip`);
  assert.ok(bytes <= QUEUE_GZIP_MAX, `the queue is ${bytes} bytes of gzip`);
  await visited(await serveFiles(join(folder, "dist")), { hasSlot: true });
});

test("webpack: a production build, without a warning", async () => {
  const folder = join(project, "webpack");
  run(process.execPath, [join(folder, "build.mjs")], folder);
  writeFileSync(join(folder, "dist/index.html"), page().replace("<!-- the script -->", '<script src="/main.js" defer></script>'));
  await visited(await serveFiles(join(folder, "dist")), { hasSlot: true });
});

test("Next.js, app router: a server component and a client component that the server renders", async () => {
  run(process.execPath, [join(project, "node_modules/next/dist/bin/next"), "build", "next"], project);
  const site = await serveNext(project, "next");
  const rendered = await (await fetch(site.url)).text();
  assert.match(rendered, /<p>function<!-- --> on the server<\/p>/);
  await visited(site, { hasSlot: false });
});
