// The short form of `cargo xtask traffic`: a shop's worst hour, after which the ledger has what the shoppers have in their books.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { rush } from "./run.mjs";
import { openShop } from "./shop.mjs";

/** @type {import("./shop.mjs").Shop} */
let shop;
before(async () => {
  shop = await openShop();
});
after(() => shop?.close());

test("10,000 forged conversions, robots and replays move nothing, and every shopper counts as their own books say", async () => {
  const { habits, exposed, arms, books } = await rush(shop, { shoppers: 300, forged: 10_000 });
  assert.ok(Object.keys(habits).length === 11 && exposed > 200, JSON.stringify(habits));
  const names = new Set([...arms.values()].flat().map(({ experiment, arm }) => `${experiment} ${arm}`));
  assert.deepEqual([...names].sort(), ["hero/1 control", "hero/1 holdout", "hero/1 sale", "site/0 holdout", "site/0 personalized"]);
  assert.ok(Object.keys(books.refused).length >= 7, JSON.stringify(books.refused));
});
