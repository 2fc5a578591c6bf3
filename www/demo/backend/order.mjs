/** Taking an order: prices are the catalogue's, whatever the browser thinks. Attune hears of it from here, with a key. */
import { delivery } from '../client/delivery.mjs';
import { Refusal, answer } from './refusal.mjs';
/** @import { Services } from './routes.mjs' */

const LINES_MAX = 60;
const QUANTITY_MAX = 99;
const HANDLE_CHARACTERS_MAX = 4096;

/**
 * @param {unknown} body `{ "visitor": handle or null, "country": "GB", "items": [{ "sku", "quantity" }] }`
 * @param {Request} request
 * @param {Services} services
 */
export async function order(body, request, { apiKey, attune, asset, now }) {
  const { visitor, country, items } = parse(body);
  const { products, freeDeliveryFrom } = await catalogue(asset);
  const priced = items.map(({ sku, quantity }) => {
    const price = products.get(sku);
    if (price === undefined) throw new Refusal(422, 'item', `${sku} is not sold here`);
    return { sku, quantity, price };
  });
  const value = Math.round(priced.reduce((sum, line) => sum + line.price * line.quantity, 0) * 100) / 100;
  const id = `T-${now.toString(36).toUpperCase()}-${crypto.randomUUID().slice(0, 4).toUpperCase()}`;
  if (visitor) await report({ visitor, id, value, currency: 'GBP', items: priced, at: now }, request, apiKey, attune);
  return answer({ id, value, currency: 'GBP', shipping: delivery(country, value, freeDeliveryFrom) });
}

/** @param {unknown} body @returns {{ visitor: string | null, country: string, items: { sku: string, quantity: number }[] }} */
function parse(body) {
  const { visitor, country, items } = /** @type {Record<string, unknown>} */ (body !== null && typeof body === 'object' ? body : {});
  if (visitor !== null && visitor !== undefined && (typeof visitor !== 'string' || visitor.length > HANDLE_CHARACTERS_MAX)) throw new Refusal(422, 'visitor', 'visitor has to be a handle or null');
  if (typeof country !== 'string' || !/^[A-Z]{2}$/.test(country)) throw new Refusal(422, 'country', 'country has to be two capitals');
  if (!Array.isArray(items) || items.length === 0 || items.length > LINES_MAX) throw new Refusal(422, 'items', `an order has 1 to ${LINES_MAX} lines`);
  const seen = new Set();
  for (const item of items) {
    const isLine = item !== null && typeof item === 'object' && typeof item.sku === 'string' && Number.isInteger(item.quantity) && item.quantity >= 1 && item.quantity <= QUANTITY_MAX;
    if (!isLine || seen.has(item.sku)) throw new Refusal(422, 'item', `every line has a sku, once, and a quantity of 1 to ${QUANTITY_MAX}`);
    seen.add(item.sku);
  }
  return { visitor: visitor || null, country, items };
}

/** Prices by product, from the same file that the browser reads. @param {Services['asset']} asset */
async function catalogue(asset) {
  const response = await asset('/data/catalogue.json');
  if (!response.ok) throw new Error(`the catalogue answered ${response.status}`);
  /** @type {{ freeDeliveryFrom: number, products: [sku: string, name: string, category: string, price: number, was: number | null][] }} */
  const { freeDeliveryFrom, products } = await response.json();
  return { freeDeliveryFrom, products: new Map(products.map(([sku, , , price]) => [sku, price])) };
}

/** An order stands even if Attune does not hear of it. @param {unknown} order @param {Request} request @param {string} apiKey @param {Services['attune']} attune */
async function report(order, request, apiKey, attune) {
  try {
    const response = await attune(new Request(new URL('/_attune/orders', request.url), { method: 'POST', headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' }, body: JSON.stringify(order) }));
    if (!response.ok) console.error(`Attune refused an order: ${response.status} ${await response.text()}`);
  } catch (problem) {
    console.error('Attune did not hear of an order:', problem);
  }
}
