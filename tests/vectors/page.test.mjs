// The page vectors in Node.js: the Wasm core gives the bytes that the native one gives.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { initSync, PageCore } from "../../build/page/page.js";

/** @param {string} path */
const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url));
const vectors = JSON.parse(read("tests/vectors/page.json").toString());

test("the Wasm core answers as the native one", () => {
  initSync({ module: read("build/page/page_bg.wasm") });
  const core = new PageCore(read(vectors.bundle), vectors.keys);
  assert.ok(vectors.cases.length >= 12);
  for (const { name, request, prelude, answer } of vectors.cases) {
    let found;
    try {
      found = Buffer.from(core.open(request, Buffer.from(prelude))).toString("hex");
    } catch (error) {
      found = /** @type {Error} */ (error).message;
    }
    assert.equal(found, answer, name);
  }
});
