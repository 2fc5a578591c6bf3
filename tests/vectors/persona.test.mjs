// The times of personas, counted back by the demo's backend: the same that the command line counts.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { previewOf, resolve } from "../../www/demo/backend/persona.mjs";

/** @param {string} path */
const load = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url)).toString());

test("times are counted back from a moment", () => {
  const { now, cases } = load("persona.json");
  assert.ok(cases.length > 8);
  for (const { written, means } of cases) assert.deepEqual(resolve(written, Date.parse(now)), means, JSON.stringify(written));
});

test("what a persona did is counted back from its own moment", () => {
  const persona = { key: "x", label: "X", about: "x", profile: { cart: { at: { hours_ago: 2 } } }, request: { now: { today_at: "10:30" } } };
  const { profile, request } = previewOf(persona, Date.parse("2026-11-20T18:30:40Z"));
  assert.deepEqual([profile, request], [{ cart: { at: "2026-11-20T08:30:00Z" } }, { now: "2026-11-20T10:30:00Z" }]);
});
