// The vectors of conditions in Wasm, in Node.js and in workerd: every operator says what it says natively.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Miniflare } from "miniflare";
import { initSync, segments } from "../../build/vectors/page.js";

const root = new URL("../..", import.meta.url).pathname;
/** @param {string} path */
const read = (path) => readFileSync(root + path);
/** @type {{ bundle: string, catalog: string, cases: { name: string, visitor: object, path: string, query: string, now: string, segments: Record<string, boolean | null> }[] }} */
const vectors = JSON.parse(read("tests/vectors/conditions.json").toString());

/** Compares every segment of every case. @param {string[]} answers */
function check(answers) {
  assert.equal(answers.length, vectors.cases.length);
  vectors.cases.forEach(({ name, segments: expected }, index) => {
    const lines = (answers[index] ?? "").split("\n").map((line) => /** @type {[string, string]} */ (line.split(" ")));
    const found = Object.fromEntries(lines.map(([key, verdict]) => [key, verdict === "unknown" ? null : verdict === "true"]));
    assert.deepEqual(found, expected, name);
    assert.ok(lines.length > 80, "every operator has its segment");
  });
}

test("conditions in Node.js", () => {
  initSync({ module: read("build/vectors/page_bg.wasm") });
  const [bundle, catalog] = [read(vectors.bundle), read(vectors.catalog)];
  check(vectors.cases.map(({ visitor, path, query, now }) => segments(bundle, catalog, JSON.stringify(visitor), path, query, now)));
});

test("conditions in workerd", async () => {
  const worker = `
    import wasm from "./page_bg.wasm";
    import { initSync, segments } from "./page.js";
    export default { async fetch(request) {
      initSync({ module: wasm });
      const { bundle, catalog, cases } = await request.json();
      const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
      return Response.json(cases.map((c) => segments(bytes(bundle), bytes(catalog), JSON.stringify(c.visitor), c.path, c.query, c.now)));
    } };`;
  const mf = new Miniflare({
    host: "127.0.0.1",
    compatibilityDate: "2026-04-01",
    cf: false,
    modulesRoot: "/",
    modules: [
      { type: "ESModule", path: "/worker.mjs", contents: worker },
      { type: "ESModule", path: "/page.js", contents: read("build/vectors/page.js").toString() },
      { type: "CompiledWasm", path: "/page_bg.wasm", contents: read("build/vectors/page_bg.wasm") },
    ],
  });
  try {
    const base64 = (/** @type {string} */ path) => read(path).toString("base64");
    const body = JSON.stringify({ bundle: base64(vectors.bundle), catalog: base64(vectors.catalog), cases: vectors.cases });
    const response = await mf.dispatchFetch("http://vectors.test/", { method: "POST", body });
    assert.equal(response.status, 200);
    check(/** @type {string[]} */ (await response.json()));
  } finally {
    await mf.dispose();
  }
});
