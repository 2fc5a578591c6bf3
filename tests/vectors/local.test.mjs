// The core in the browser decides as the page core does, by what it is handed: 3,000 generated visitors, pages and seconds.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compare, compareAlone } from "../local/triples.mjs";

for (const wasm of ["local.wasm", "local-full.wasm"]) {
  test(`${wasm} decides as the edge`, async () => {
    const { triples, served, shown, reasons, differences } = await compare(3_000, 1, { wasm: `build/browser/${wasm}` });
    assert.deepEqual(differences.slice(0, 1), []);
    assert.ok(triples === 3_000 && served < 1_200 && shown > 5_000);
    for (const reason of ["shown", "control", "holdout", "layer-holdout", "site-holdout", "none"]) assert.ok(reasons[reason] > 50, reason);
  });
}

test("without a server the browser keeps the cookie's profile, and picks and rotates the same products", async () => {
  const { triples, products, rotated, differences } = await compareAlone(300, 1);
  assert.deepEqual(differences.slice(0, 1), []);
  assert.ok(triples > 900 && products > 3_000 && rotated > 250, `${triples} ${products} ${rotated}`);
});
