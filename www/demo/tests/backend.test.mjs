/** The shop's backend: what it lets in, and what it asks of Attune. Attune itself stands at the other end of a function here; end to end is tested in workerd. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { previewOf, resolve } from '../backend/persona.mjs';
import { backend } from '../backend/routes.mjs';
import { PRODUCTS } from '../pages/shop.mjs';

const NOW = Date.parse('2026-11-21T14:00:00Z');
const ORIGIN = 'http://localhost:8787';
const CATALOGUE = { freeDeliveryFrom: 30, products: PRODUCTS.map((p) => [p.sku, p.name, p.category, p.price, p.was ?? null]) };

/** @param {string} path @param {unknown} body @param {Record<string, string>} [headers] */
const post = (path, body, headers = {}) => new Request(ORIGIN + path, { method: 'POST', headers: { origin: ORIGIN, 'content-type': 'application/json', ...headers }, body: typeof body === 'string' ? body : JSON.stringify(body) });

/** @param {Request} request @param {Response} [reply] what Attune says */
async function ask(request, reply = Response.json({ token: 'abc', expires: 1 })) {
  /** @type {{ path: string, key: string | null, body: any }[]} */
  const heard = [];
  const response = await backend(request, {
    apiKey: 'secret', now: NOW, asset: async () => Response.json(CATALOGUE),
    attune: async (inner) => { heard.push({ path: new URL(inner.url).pathname, key: inner.headers.get('authorization'), body: await inner.json() }); return reply; },
  });
  return { heard, response, status: response?.status, body: response ? await response.json() : null };
}

describe('who may call', () => {
  test('another path is left to Attune', async () => {
    assert.equal((await ask(new Request(`${ORIGIN}/p/22423`))).response, null);
    assert.equal((await ask(post('/demo/toString', {}))).response, null);
  });

  for (const [what, request, status, code] of /** @type {[string, () => Request, number, string][]} */ ([
    ['GET', () => new Request(`${ORIGIN}/demo/order`), 405, 'method'],
    ['another origin', () => post('/demo/order', {}, { origin: 'https://evil.example' }), 403, 'origin'],
    ['a cross-site fetch', () => post('/demo/order', {}, { 'sec-fetch-site': 'cross-site' }), 403, 'origin'],
    ['a form', () => post('/demo/order', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }), 415, 'content-type'],
    ['more than 16 KB', () => post('/demo/order', `"${'x'.repeat(16_384)}"`), 413, 'too-large'],
    ['no JSON', () => post('/demo/persona', '{'), 400, 'json'],
    ['null', () => post('/demo/order', 'null'), 422, 'country'],
  ])) {
    test(`${what} is refused with ${status}`, async () => {
      const answer = await ask(request());
      assert.equal(answer.status, status);
      assert.equal(answer.body.error.code, code);
      assert.deepEqual(answer.heard, []);
    });
  }
});

describe('an order', () => {
  const items = [{ sku: '22423', quantity: 2 }, { sku: '85123A', quantity: 1 }];

  test('is priced from the catalogue and reported with the key', async () => {
    const { status, body, heard } = await ask(post('/demo/order', { visitor: 'handle', country: 'GB', items: items.map((item) => ({ ...item, price: 0.01 })) }));
    assert.equal(status, 200);
    assert.equal(body.value, 24.85);
    assert.equal(body.shipping, 3.5);
    assert.deepEqual(heard, [{ path: '/_attune/orders', key: 'Bearer secret', body: { visitor: 'handle', id: body.id, value: 24.85, currency: 'GBP', items: [{ sku: '22423', quantity: 2, price: 10.95 }, { sku: '85123A', quantity: 1, price: 2.95 }], at: NOW } }]);
  });

  test('of somebody who did not agree is not reported', async () => {
    const { status, heard } = await ask(post('/demo/order', { visitor: null, country: 'DE', items }));
    assert.equal(status, 200);
    assert.deepEqual(heard, []);
  });

  test('stands when Attune refuses it', async (t) => {
    t.mock.method(console, 'error', () => {});
    assert.equal((await ask(post('/demo/order', { visitor: 'old', country: 'GB', items }), new Response('no', { status: 400 }))).status, 200);
  });

  for (const [what, body] of /** @type {[string, unknown][]} */ ([
    ['an unknown product', { country: 'GB', items: [{ sku: '00000', quantity: 1 }] }],
    ['half a piece', { country: 'GB', items: [{ sku: '22423', quantity: 0.5 }] }],
    ['a hundred pieces', { country: 'GB', items: [{ sku: '22423', quantity: 100 }] }],
    ['a product twice', { country: 'GB', items: [{ sku: '22423', quantity: 1 }, { sku: '22423', quantity: 1 }] }],
    ['nothing', { country: 'GB', items: [] }],
    ['no country', { items }],
    ['a number for a visitor', { visitor: 7, country: 'GB', items }],
  ])) test(`with ${what} is refused`, async () => assert.equal((await ask(post('/demo/order', body))).status, 422));
});

describe('a persona', () => {
  test('becomes a preview cookie, and brings its basket', async () => {
    const { response, body, heard } = await ask(post('/demo/persona', { persona: 'abandoned-cart' }));
    assert.equal(response?.headers.get('set-cookie'), '__Host-attune-preview=abc; Max-Age=3600; Path=/; Secure; HttpOnly; SameSite=Lax');
    assert.deepEqual(body.cart, [{ sku: '22423', quantity: 1 }, { sku: '22699', quantity: 2 }]);
    assert.equal(heard[0]?.path, '/_attune/preview');
    assert.equal(heard[0]?.key, 'Bearer secret');
    assert.equal(heard[0]?.body.profile.cart.at, '2026-11-20T12:00:00Z');
  });

  test('yourself ends the preview without asking anyone', async () => {
    const { response, heard } = await ask(post('/demo/persona', { persona: 'yourself' }));
    assert.match(response?.headers.get('set-cookie') ?? '', /^__Host-attune-preview=; Max-Age=0; Path=\/; Secure/);
    assert.deepEqual(heard, []);
  });

  test('that does not exist is refused', async () => assert.equal((await ask(post('/demo/persona', { persona: 'admin' }))).status, 404));

  test('without a token there is no cookie', async () => {
    const { status, response } = await ask(post('/demo/persona', { persona: 'lapsed' }), new Response('no', { status: 401 }));
    assert.equal(status, 502);
    assert.equal(response?.headers.get('set-cookie'), null);
  });

  test('has times that count from its own clock', () => {
    assert.deepEqual(previewOf({ key: 'k', label: '', about: '', profile: { visits: { last: { minutes_ago: 30 } }, interests: [{ at: { date_days_ago: 1 } }] }, request: { country: 'GB', now: { today_at: '10:30' } } }, NOW), {
      name: 'k', ttl_s: 3600, profile: { visits: { last: '2026-11-21T10:00:00Z' }, interests: [{ at: '2026-11-20' }] }, request: { country: 'GB', now: '2026-11-21T10:30:00Z' },
    });
    assert.deepEqual(resolve({ at: { hours_ago: 26 }, n: 1, list: [{ days_ago: 40 }] }, NOW), { at: '2026-11-20T12:00:00Z', n: 1, list: ['2026-10-12T14:00:00Z'] });
  });
});
