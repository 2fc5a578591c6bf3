/** What the client pushes and finds, as pure functions. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { delivery } from '../client/delivery.mjs';
import { find } from '../client/find.mjs';
import { sentence } from '../client/log.mjs';
import * as shapes from '../client/shapes.mjs';
import { PRODUCTS } from '../pages/shop.mjs';

const stand = { sku: '22423', name: 'Regency Cake Stand 3 Tier', category: 'teatime', price: 10.95 };
const card = { sku: '22029', name: 'Spaceboy Birthday Card', category: 'stationery', price: 0.42 };

describe('the data layer has GA4’s shapes', () => {
  test('view_item_list', () => {
    assert.deepEqual(shapes.viewItemList({ id: 'much-loved', name: 'Much loved' }, [stand, card]), {
      event: 'view_item_list',
      ecommerce: {
        item_list_id: 'much-loved', item_list_name: 'Much loved',
        items: [
          { item_id: '22423', item_name: 'Regency Cake Stand 3 Tier', item_brand: 'Tuppence', item_category: 'teatime', price: 10.95, quantity: 1, index: 0, item_list_id: 'much-loved', item_list_name: 'Much loved' },
          { item_id: '22029', item_name: 'Spaceboy Birthday Card', item_brand: 'Tuppence', item_category: 'stationery', price: 0.42, quantity: 1, index: 1, item_list_id: 'much-loved', item_list_name: 'Much loved' },
        ],
      },
    });
  });

  test('view_item, add_to_cart and remove_from_cart carry currency, value and items', () => {
    const item = { item_id: '22423', item_name: 'Regency Cake Stand 3 Tier', item_brand: 'Tuppence', item_category: 'teatime', price: 10.95, index: 0 };
    assert.deepEqual(shapes.viewItem(stand), { event: 'view_item', ecommerce: { currency: 'GBP', value: 10.95, items: [{ ...item, quantity: 1 }] } });
    assert.deepEqual(shapes.addToCart({ ...stand, quantity: 2 }), { event: 'add_to_cart', ecommerce: { currency: 'GBP', value: 21.9, items: [{ ...item, quantity: 2 }] } });
    assert.deepEqual(shapes.removeFromCart({ ...stand, quantity: 1 }), { event: 'remove_from_cart', ecommerce: { currency: 'GBP', value: 10.95, items: [{ ...item, quantity: 1 }] } });
  });

  test('view_cart, begin_checkout and purchase carry the whole basket', () => {
    const lines = [{ ...stand, quantity: 1 }, { ...card, quantity: 3 }];
    for (const [name, event] of Object.entries({ view_cart: shapes.viewCart(lines), begin_checkout: shapes.beginCheckout(lines) })) {
      assert.equal(event.event, name);
      assert.deepEqual({ currency: event.ecommerce.currency, value: event.ecommerce.value }, { currency: 'GBP', value: 12.21 });
      assert.deepEqual(event.ecommerce.items.map((item) => [item.item_id, item.quantity]), [['22423', 1], ['22029', 3]]);
    }
    const { event, ecommerce } = shapes.purchase({ id: 'T-1', shipping: 3.5, lines });
    assert.equal(event, 'purchase');
    assert.deepEqual({ ...ecommerce, items: ecommerce.items.length }, { transaction_id: 'T-1', tax: 0, shipping: 3.5, currency: 'GBP', value: 12.21, items: 2 });
  });

  test('search and login', () => {
    assert.deepEqual(shapes.search('lantern'), { event: 'search', search_term: 'lantern' });
    assert.deepEqual(shapes.login(), { event: 'login', method: 'Demo' });
  });
});

describe('search', () => {
  const products = PRODUCTS.map(({ sku, name, category, price, was = null }) => ({ sku, name, category, price, was }));
  const names = (/** @type {string} */ query) => find(products, query).map((p) => p.name);

  test('needs every word, in any order, and takes plurals and missing apostrophes', () => {
    assert.deepEqual(names('retrospot jumbo'), ['Jumbo Bag Red Retrospot']);
    assert.deepEqual(new Set(names('lanterns')), new Set(names('lantern')));
    assert.ok(names('childrens apron').length > 0);
    assert.ok(names('22423').includes('Regency Cake Stand 3 Tier'));
  });

  test('finds by shelf, and nothing for nonsense or nothing', () => {
    assert.ok(names('candlelight').length >= 24);
    assert.deepEqual(names('xylophone'), []);
    assert.deepEqual(names('  '), []);
  });
});

test('delivery is free in the UK from the threshold on, and nowhere else', () => {
  assert.equal(delivery('GB', 29.99, 30), 3.5);
  assert.equal(delivery('GB', 30, 30), 0);
  assert.equal(delivery('DE', 300, 30), 7.5);
  assert.equal(delivery('AU', 300, 30), 12);
});

describe('the log in words', () => {
  const product = (/** @type {string} */ sku) => (sku === '22423' ? stand.name : `product ${sku}`);
  const words = (/** @type {string} */ name, /** @type {any} */ params) => sentence({ n: 1, name, at: 0, params }, product);
  for (const [name, params, expected] of /** @type {const} */ ([
    ['page_view', { page_path: '/c/baking' }, 'Opened /c/baking'],
    ['view_item', { items: [{ item_id: '22423' }] }, 'Looked at Regency Cake Stand 3 Tier'],
    ['view_item_list', { items: [{ item_id: '22423' }] }, 'Saw a list of 1 product'],
    ['add_to_cart', { items: [{ item_id: '22423', quantity: 2 }, { item_id: 7 }] }, 'Put into the basket: 2 × Regency Cake Stand 3 Tier, product 7'],
    ['attune_impression', { campaign: 'winter-sale' }, 'Was shown the message winter sale'],
    ['attune_impression', { campaign: '', products: ['22423', '7'] }, 'Was shown 2 suggested products'],
    ['void', {}, 'Something that could not be sent, and is not kept'],
  ])) test(`${name}: ${expected}`, () => assert.equal(words(name, params), expected));
});
