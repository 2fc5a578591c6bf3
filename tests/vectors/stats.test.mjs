// The statistics in Wasm give the bits that they give natively, for generated cases.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { initSync, stats_cases } from "../../build/vectors/page.js";

/** @param {string} name */
const read = (name) => readFileSync(new URL(`../../build/${name}`, import.meta.url));

test("intervals, posteriors, guardrails, power, weights and checks have the same bits in Wasm", () => {
  initSync({ module: read("vectors/page_bg.wasm") });
  const native = read("test.stats").toString().trimEnd().split("\n");
  const found = stats_cases(native.length).trimEnd().split("\n");
  assert.equal(native.length, 4_000);
  native.forEach((line, at) => assert.equal(found[at], line));
  const fewest = { proportion: 60, mean: 60, ratio: 60, weights: 4, checks: 9 };
  for (const [kind, length] of Object.entries(fewest)) {
    const numbers = native.filter((line) => line.startsWith(`${kind} `)).map((line) => line.split(" ").slice(2));
    assert.ok(numbers.filter((row) => row.length >= length).length > 700, `${kind}: cases that can be estimated`);
    assert.ok(new Set(numbers.flat()).size > 4_000, `${kind}: different numbers`);
  }
});
