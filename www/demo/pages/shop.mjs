/** The shop's catalogue and terms, as every page needs them. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** @typedef {{ sku: string, name: string, kind: string, category: string, price: number, was?: number, baskets: number, units: number, customers: number, countries: number, quantity: number }} Product */

export const ORIGIN = 'https://www.tuppence.example';
export const FREE_DELIVERY_FROM = 30;

/** @type {{ categories: string[], products: Product[] }} */
const data = JSON.parse(gunzipSync(readFileSync(new URL('../data/products.json.gz', import.meta.url))).toString('utf8'));

/** All products, the best loved first. */
export const PRODUCTS = data.products;
export const CATEGORIES = data.categories;

/** @param {string} category */
export const inCategory = (category) => PRODUCTS.filter((p) => p.category === category);
export const ON_SALE = PRODUCTS.filter((p) => p.was !== undefined);

/** @param {string} sku */
export function product(sku) {
  const found = PRODUCTS.find((p) => p.sku === sku);
  if (!found) throw new Error(`the catalogue has no product ${sku}`);
  return found;
}

const POUNDS = new Intl.NumberFormat('en-GB', { style: 'currency', currency: 'GBP' });

/** @param {number} value */
export const money = (value) => POUNDS.format(value);

/** Category names and what to say at the top of the shelf. @type {Record<string, { name: string, line: string }>} */
export const SHELVES = {
  bags: { name: 'Bags', line: 'For lunch, the library, the launderette and the long way home.' },
  teatime: { name: 'Teatime', line: 'Cups, pots and stands for the best half-hour of the day.' },
  baking: { name: 'Baking', line: 'Cases, cutters and tins. Flour not included, licking the spoon encouraged.' },
  kitchen: { name: 'Kitchen', line: 'Useful things that are nice to leave out on the side.' },
  candlelight: { name: 'Candlelight', line: 'Lanterns, holders and small lights for evenings in.' },
  home: { name: 'Home', line: 'Clocks, mats, frames and hooks that make a house yours.' },
  signs: { name: 'Signs', line: 'Say it once, in tin, and never have to say it again.' },
  keepsakes: { name: 'Keepsakes', line: 'Hearts, birds and little boxes to keep small secrets in.' },
  party: { name: 'Party', line: 'Bunting up, candles lit, napkins folded. You are ready.' },
  stationery: { name: 'Stationery', line: 'Cards, ribbons and pencils for people who still write things down.' },
  toys: { name: 'Toys', line: 'Tops, cards and felt friends. No batteries anywhere.' },
  garden: { name: 'Garden', line: 'For pottering, picnics and looking busy in the sun.' },
  cosy: { name: 'Cosy', line: 'Warm hands, warm feet, and a plaster for when it hurts.' },
  christmas: { name: 'Christmas', line: 'Paper chains, crackers and wooden stars, as it should be.' },
};
