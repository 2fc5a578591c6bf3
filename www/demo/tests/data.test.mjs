/** Preparing the data: reading lines, tidying names, telling kinds apart, and the committed baskets. */
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { fields } from '../data/csv.mjs';
import { CATEGORIES, KINDS, classify } from '../data/kinds.mjs';
import { drawProduct } from '../art/draw.mjs';
import { describe } from '../pages/describe.mjs';
import { tidyName } from '../data/names.mjs';
import { PRODUCTS } from '../pages/shop.mjs';

test('a quoted field keeps its commas and quotes', () => {
  assert.deepEqual(fields('536381,22719,"GUMBALL, ""MONO""  RACK",36,2010-12-01 09:41:00,1.06,15311.0,United Kingdom'), ['536381', '22719', 'GUMBALL, "MONO"  RACK', '36', '2010-12-01 09:41:00', '1.06', '15311.0', 'United Kingdom']);
  assert.deepEqual(fields('a,,c'), ['a', '', 'c']);
});

test('names lose the shouting and the shorthand', () => {
  assert.equal(tidyName('WHITE HANGING HEART T-LIGHT HOLDER'), 'White Hanging Heart T-Light Holder');
  assert.equal(tidyName('SET/5 RED RETROSPOT LID GLASS BOWLS'), 'Set of 5 Red Retrospot Lid Glass Bowls');
  assert.equal(tidyName('LUNCH BAG  BLACK SKULL.'), 'Lunch Bag Black Skull');
  assert.equal(tidyName('DOORMAT KEEP CALM AND COME IN'), 'Doormat Keep Calm and Come In');
  assert.equal(tidyName("PAPER CHAIN KIT 50'S CHRISTMAS "), "Paper Chain Kit 50's Christmas");
});

test('kinds decide the shelf, the season overrules it, and what is no product has none', () => {
  assert.deepEqual(classify('JUMBO BAG RED RETROSPOT'), { kind: 'tote', category: 'bags' });
  assert.deepEqual(classify('JUMBO BAG VINTAGE CHRISTMAS'), { kind: 'tote', category: 'christmas' });
  assert.deepEqual(classify('SET OF 3 CAKE TINS PANTRY DESIGN'), { kind: 'caketin', category: 'baking' });
  assert.deepEqual(classify('NO SINGING METAL SIGN'), { kind: 'signs', category: 'signs' });
  assert.equal(classify('DOTCOM POSTAGE'), null);
  assert.equal(classify('DAMAGED'), null);
});

test('every kind can be drawn and described', () => {
  for (const kind of KINDS) {
    const product = { sku: '00000', name: 'Some Thing', kind, category: CATEGORIES[0] ?? '', price: 1, baskets: 1, units: 1, customers: 1, countries: 1, quantity: 1 };
    assert.match(drawProduct(product), /^<svg /, kind);
    assert.ok(describe(product).length > 10, kind);
  }
});

test('the committed baskets fit the catalogue and stay small', () => {
  const file = new URL('../data/baskets.json.gz', import.meta.url);
  assert.ok(statSync(file).size < 1_500_000);
  const { skus, countries, baskets, source } = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8'));
  assert.match(source, /CC BY 4\.0/);
  assert.deepEqual(skus, PRODUCTS.map((p) => p.sku));
  /** @type {Map<number, number>} */
  const times = new Map();
  for (const [gap, customer, country, items] of baskets) {
    assert.ok(gap >= 0 && customer >= 0 && country < countries.length && items.length > 0);
    for (const item of items) times.set(item, (times.get(item) ?? 0) + 1);
  }
  PRODUCTS.forEach((p, i) => assert.equal(times.get(i), p.baskets, p.sku));
  const sentTo = (/** @type {string} */ name) => baskets.filter((/** @type {number[]} */ row) => countries[row[2] ?? -1] === name).length;
  assert.deepEqual([baskets.length, countries.length, sentTo('Germany'), sentTo('France')], [18_009, 38, 411, 367], 'the copy of the shop says so');
});

test('the feed of the catalogue is what the shop sells', async () => {
  const { feed } = await import('../data/feed.mjs');
  assert.equal(readFileSync(new URL('../attune/catalog/products.tsv', import.meta.url), 'utf8'), feed());
});
