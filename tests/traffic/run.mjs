// Synthetic shoppers in front of the real Workers: node tests/traffic/run.mjs --shoppers 5000 --forged 1000000 --seeds 100
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { afterErasure, crawl, forge, forgeTokens, prefetch, pretend, replay } from "./abuse.mjs";
import { Books, comparable } from "./books.mjs";
import { chance } from "./chance.mjs";
import { recovered } from "./effects.mjs";
import { orderValues } from "./orders.mjs";
import { inParallel } from "./parallel.mjs";
import { openShop } from "./shop.mjs";
import { Shopper, visit } from "./shopper.mjs";

const LARGEST = 25_000;

/**
 * Everything that comes to a shop at once; afterwards the ledger has exactly what the shoppers have in their books.
 * @param {import("./shop.mjs").Shop} shop @param {{ seed?: number, shoppers: number, forged: number }} options
 */
export async function rush(shop, { seed = 1, shoppers, forged }) {
  const books = new Books();
  const values = orderValues(LARGEST);
  /** @type {Record<string, number>} */
  const habits = {};
  const people = inParallel(shoppers, async (at) => {
    const habit = await visit(shop, books, chance(seed * 1_000_003 + at), values);
    habits[habit] = (habits[habit] ?? 0) + 1;
  });
  const victim = await new Shopper(shop).consent();
  await victim.load();
  books.open(victim.account);
  await victim.look();
  const [before, beacon] = [victim.jar.copy(), victim.beacon([victim.purchase(1_999), { name: "sign_up" }])];
  await victim.send(beacon);
  victim.account.sawPurchase(1_999);
  victim.account.count("sign-ups", 1);
  const forgers = 4;
  await Promise.all([
    people,
    ...Array.from({ length: forgers }, (_, at) => forge(shop, books, Math.floor((forged + at) / forgers))),
    forgeTokens(shop, books, victim), crawl(shop, books, victim), prefetch(shop), pretend(shop, victim), replay(victim, beacon, before), afterErasure(shop, books),
  ]);
  // What was refused is told with the next message.
  await victim.report({ name: "page_view" });
  victim.account.count("carts", 0, 1);
  const sums = await shop.settled();

  const exposed = books.accounts.filter(({ isExposed }) => isExposed).map(({ unit }) => unit);
  const arms = await shop.arms(exposed);
  assert.deepEqual(comparable(sums), comparable(books.sums((unit) => arms.get(unit) ?? [])));
  assert.deepEqual(sorted(await shop.refused()), sorted(books.refused));
  const units = new Set((await shop.rows("exposures")).map(({ unit }) => unit));
  assert.deepEqual([...units].sort(), exposed.sort(), "nobody else was exposed");
  return { books, habits, exposed: exposed.length, sums: sums.size, arms };
}

/** @param {Record<string, number>} counts */
const sorted = (counts) => Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { shoppers: { type: "string", default: "3000" }, forged: { type: "string", default: "1000000" }, seeds: { type: "string", default: "0" }, seed: { type: "string", default: "1" } } });
  const shop = await openShop();
  try {
    const start = Date.now();
    const { books, habits, exposed, sums } = await rush(shop, { seed: Number(values.seed), shoppers: Number(values.shoppers), forged: Number(values.forged) });
    console.log(`${books.accounts.length} shoppers, ${exposed} of them exposed; ${sums} sums equal the shoppers' books`);
    console.log(Object.entries(habits).map(([habit, times]) => `${habit} ${times}`).join(", "));
    for (const [cause, times] of Object.entries(sorted(books.refused))) console.log(`${String(times).padStart(9)}  ${cause}`);
    console.log(`${((Date.now() - start) / 1000).toFixed(1)} s`);
    if (Number(values.seeds) > 0) await recovered(shop, Number(values.seeds));
  } finally {
    await shop.close();
  }
}
