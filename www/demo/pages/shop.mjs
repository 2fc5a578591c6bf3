/** The shop's catalogue and terms, as every page needs them. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** @typedef {{ sku: string, name: string, kind: string, category: string, price: number, was?: number, baskets: number, units: number, customers: number, countries: number, quantity: number }} Product */
/** @typedef {'en-GB' | 'de-DE'} Locale */

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

const FORMATS = { 'en-GB': new Intl.NumberFormat('en-GB', { style: 'currency', currency: 'GBP' }), 'de-DE': new Intl.NumberFormat('de-DE', { style: 'currency', currency: 'GBP' }) };

/** @param {number} value @param {Locale} [locale] */
export const money = (value, locale = 'en-GB') => FORMATS[locale].format(value);

/** Category names and what to say at the top of the shelf. @type {Record<string, { en: string, de: string, line: string }>} */
export const SHELVES = {
  bags: { en: 'Bags', de: 'Taschen', line: 'For lunch, the library, the launderette and the long way home.' },
  teatime: { en: 'Teatime', de: 'Teestunde', line: 'Cups, pots and stands for the best half-hour of the day.' },
  baking: { en: 'Baking', de: 'Backen', line: 'Cases, cutters and tins. Flour not included, licking the spoon encouraged.' },
  kitchen: { en: 'Kitchen', de: 'Küche', line: 'Useful things that are nice to leave out on the side.' },
  candlelight: { en: 'Candlelight', de: 'Kerzenschein', line: 'Lanterns, holders and small lights for evenings in.' },
  home: { en: 'Home', de: 'Zuhause', line: 'Clocks, mats, frames and hooks that make a house yours.' },
  signs: { en: 'Signs', de: 'Schilder', line: 'Say it once, in tin, and never have to say it again.' },
  keepsakes: { en: 'Keepsakes', de: 'Andenken', line: 'Hearts, birds and little boxes to keep small secrets in.' },
  party: { en: 'Party', de: 'Feiern', line: 'Bunting up, candles lit, napkins folded. You are ready.' },
  stationery: { en: 'Stationery', de: 'Papier', line: 'Cards, ribbons and pencils for people who still write things down.' },
  toys: { en: 'Toys', de: 'Spielzeug', line: 'Tops, cards and felt friends. No batteries anywhere.' },
  garden: { en: 'Garden', de: 'Garten', line: 'For pottering, picnics and looking busy in the sun.' },
  cosy: { en: 'Cosy', de: 'Gemütlich', line: 'Warm hands, warm feet, and a plaster for when it hurts.' },
  christmas: { en: 'Christmas', de: 'Weihnachten', line: 'Paper chains, crackers and wooden stars, as it should be.' },
};
