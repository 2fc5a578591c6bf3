// What is true and comes too late: a token that has expired, and an experiment that has ended. Both are refused, and counted by cause.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { KEY_1 } from "../edge/harness.mjs";
import { comparable } from "./books.mjs";
import { FACTS_BYTES, FLAGS_AT, pageTokens } from "./page-token.mjs";
import { openShop } from "./shop.mjs";
import { Shopper } from "./shopper.mjs";

const WEEK_MINUTES = 7 * 24 * 60;
const tokens = pageTokens(KEY_1.slice("1:sign:".length), "testshop");

/** @type {import("./shop.mjs").Shop} */
let shop;
before(async () => {
  shop = await openShop({ bindings: { BUNDLE_FRESH_S: "0" } });
});
after(() => shop?.close());

/** Somebody whom the page exposes to the experiment, with the content of the page's token. */
async function inExperiment() {
  for (let tries = 0; tries < 200; tries += 1) {
    const shopper = await new Shopper(shop).consent();
    await shopper.load();
    const content = tokens.open(shopper.token);
    const id = Buffer.from(shopper.account.unit.slice(2), "hex");
    assert.equal(tokens.seal(id, content), shopper.token, "both hands write the same token");
    if (content.length > FACTS_BYTES) return { shopper, content, id };
  }
  throw new Error("nobody is exposed");
}

/** Everything that results are made from. */
const measured = async () => ({ sums: comparable(await shop.settled()), exposures: await shop.rows("exposures") });

/** What was refused, as `attune results --health` says it. What waits is told with a message. @returns {Promise<Record<string, number>>} */
async function refused() {
  const { shopper } = await inExperiment();
  await shopper.report({ name: "page_view" });
  const { refused: causes } = JSON.parse(await shop.place.ok(["results", "--from", shop.edge.url.origin, "--key", "read.key", "--health", "--format", "json"]));
  return Object.fromEntries(causes.map((/** @type {{ cause: string, count: number }} */ { cause, count }) => [cause, count]));
}

test("a token of more than seven days ago moves nothing, and one that is a little younger counts", async () => {
  const { shopper, content, id } = await inExperiment();
  const now = content.readUInt32BE(0);
  const at = (/** @type {number} */ minute) => {
    const old = Buffer.from(content);
    old.writeUInt32BE(minute);
    return tokens.seal(id, old);
  };
  const before = await measured();
  for (const age of [WEEK_MINUTES, WEEK_MINUTES + 1, 8 * 24 * 60, now]) {
    shopper.token = at(now - age);
    await shopper.report(shopper.exposure(), shopper.purchase(12_345), { name: "sign_up" });
  }
  assert.deepEqual(await refused(), { token_expired: 4 });
  assert.deepEqual(await measured(), before);

  shopper.token = at(now - WEEK_MINUTES + 5);
  await shopper.report(shopper.exposure());
  const rows = (await shop.lines(`rows?kind=exposures&day=${Math.floor((now - WEEK_MINUTES + 5) / 1440)}`)).filter(({ unit }) => unit === shopper.account.unit);
  assert.deepEqual(rows.map(({ experiment }) => experiment).sort(), ["hero/1", "site/0"]);
  assert.deepEqual(await refused(), { token_expired: 4 });
});

test("an exposure to a phase that has ended moves nothing, and the others of its token count", async () => {
  const [alone, beside] = [await inExperiment(), await inExperiment()];
  // Without the site's holdout, which goes on.
  alone.content[FLAGS_AT] &= ~3;
  alone.shopper.token = tokens.seal(alone.id, alone.content);

  const file = shop.place.path("traffic/attune.toml");
  writeFileSync(file, readFileSync(file, "utf8").replace("[campaigns.hero]\n", "[campaigns.hero]\nphase = 2\n"));
  await shop.place.ok(["compile", shop.place.path("traffic"), "--out", "second"]);
  await shop.edge.publish(readFileSync(shop.place.path("second")), { version: 2 });
  assert.equal((await shop.edge.health()).bundle.manifest, 2);

  const before = await measured();
  const { token_expired } = await refused();
  await alone.shopper.report(alone.shopper.exposure(), alone.shopper.purchase(12_345), { name: "sign_up" });
  assert.deepEqual(await refused(), { token_expired, experiment_not_running: 1 });
  assert.deepEqual(await measured(), before);

  await beside.shopper.report(beside.shopper.exposure());
  assert.deepEqual(await refused(), { token_expired, experiment_not_running: 2 });
  const of = (/** @type {string[]} */ sums, /** @type {string} */ experiment) => sums.filter((line) => line.startsWith(`${experiment} `));
  const now = await measured();
  assert.deepEqual([of(now.sums, "hero/1"), of(now.sums, "hero/2")], [of(before.sums, "hero/1"), []]);
  assert.equal(now.exposures.length, before.exposures.length + 1);
});
