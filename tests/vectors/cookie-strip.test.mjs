// What the origin gets of a Cookie header.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { withoutOwn } from "../../www/shim/cookies.mjs";

const { strip } = JSON.parse(readFileSync(new URL("cookie-header.json", import.meta.url)).toString());

test("the origin does not see our cookies, however they are joined, and everything else of a header", () => {
  assert.ok(strip.length > 0);
  for (const { name, header, result } of strip) assert.equal(withoutOwn(header) ?? "", result, name);
});

test("what was taken out is out: a second pass finds nothing, for every way of joining three cookies", () => {
  const cookies = ["a=1", "__Host-attune=x", " __Secure-attune-consent = y", "b", "", " ", "__Host-attune-preview=", "c=\u00e9"];
  for (const first of cookies) for (const second of cookies) for (const third of cookies) {
    for (const [one, two] of [";;", ";,", ",;", ",,"].map((pair) => [...pair])) {
      const header = first + one + second + two + third;
      const kept = withoutOwn(header) ?? "";
      assert.ok(!/(^|[;,])[ \t]*__(Host|Secure)-attune/.test(kept), header);
      assert.equal(withoutOwn(kept) ?? "", kept, header);
      for (const other of ["a=1", "c=\u00e9"]) assert.equal(kept.split(other).length, header.split(other).length, header);
    }
  }
});
