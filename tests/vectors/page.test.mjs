// The page vectors in Node.js: the Wasm core gives the bytes that the native one gives.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import { initSync, is_listed, PageCore } from "../../build/page/page.js";

/** @param {string} path */
const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url));
/** @param {string} name */
const load = (name) => JSON.parse(read(`tests/vectors/${name}.json`).toString());
before(() => void initSync({ module: read("build/page/page_bg.wasm") }));

/** @param {() => string} call */
function said(call) {
  try {
    return call();
  } catch (error) {
    return /** @type {Error} */ (error).message;
  }
}

test("the Wasm core answers as the native one", () => {
  const vectors = load("page");
  const core = new PageCore(read(vectors.bundle), vectors.keys);
  assert.ok(vectors.cases.length >= 12);
  for (const { name, request, prelude, answer, plan } of vectors.cases) {
    const found = said(() => Buffer.from(core.open(request, Buffer.from(prelude))).toString("hex"));
    assert.equal(found, answer, name);
    const lang = /lang="?([\w.-]+)/.exec(prelude)?.[1] ?? "";
    assert.equal(said(() => core.plan(request, lang)), plan, name);
  }
});

test("a core that was told the bundle's hash, and one beside it, answer as one that hashed it", () => {
  const vectors = load("page");
  const bundle = read(vectors.bundle);
  const told = new PageCore(bundle, vectors.keys, createHash("sha256").update(bundle).digest("hex"));
  const beside = told.beside();
  for (const core of [told, beside, new PageCore(bundle, vectors.keys, "no hash")]) {
    for (const { name, request, prelude, answer } of vectors.cases) {
      const found = said(() => Buffer.from(core.open(request, Buffer.from(prelude))).toString("hex"));
      assert.equal(found, answer, name);
    }
    // The one beside goes on when the other is gone.
    core.free();
  }
});

test("the Wasm core tells the origin what the native one does", () => {
  const vectors = load("decision-header");
  const core = new PageCore(read(vectors.bundle), vectors.keys);
  assert.ok(vectors.cases.length >= 12);
  for (const { name, request, header } of vectors.cases) assert.equal(said(() => core.decision_header(request)), header, name);
});

test("a path is on a list of patterns where the native core says so", () => {
  const { cases } = load("paths");
  assert.ok(cases.length >= 100);
  for (const { pattern, path, has } of cases) assert.equal(is_listed(`/never/this\n${pattern}`, path), has, `${pattern} ${path}`);
});
