/** The basket: product numbers and quantities in this browser's storage. Prices come from the catalogue. */
import { catalogue } from './catalogue.mjs';
import { persona } from './plan.mjs';
/** @import { Line } from './shapes.mjs' */

const QUANTITY_MAX = 99;
const LINES_MAX = 60;

/** A previewed persona has a basket of its own, so that trying one on does not touch yours. */
const key = () => (persona() ? 'tuppence.basket.preview' : 'tuppence.basket');

/** @typedef {{ sku: string, quantity: number }} Entry */

/** @returns {Entry[]} */
export function entries() {
  try {
    const stored = JSON.parse(localStorage.getItem(key()) ?? '[]');
    return Array.isArray(stored) ? stored.filter((e) => typeof e?.sku === 'string' && Number.isInteger(e.quantity) && e.quantity > 0 && e.quantity <= QUANTITY_MAX).slice(0, LINES_MAX) : [];
  } catch {
    return [];
  }
}

/** @param {Entry[]} list */
function store(list) {
  try {
    localStorage.setItem(key(), JSON.stringify(list));
  } catch {
    // Storage is full or forbidden: the basket lasts for this page only, which the next page shows.
  }
  document.dispatchEvent(new CustomEvent('basket'));
}

/** Puts a persona's basket in place, or removes it with null. @param {Entry[] | null} list */
export function usePreviewBasket(list) {
  try {
    if (list) localStorage.setItem('tuppence.basket.preview', JSON.stringify(list));
    else localStorage.removeItem('tuppence.basket.preview');
  } catch {
    // Without storage there is no basket to mislead anyone.
  }
}

export const pieces = () => entries().reduce((sum, entry) => sum + entry.quantity, 0);

/** @param {string} sku @param {number} by */
export function add(sku, by) {
  const list = entries();
  const entry = list.find((e) => e.sku === sku);
  if (entry) entry.quantity = Math.min(QUANTITY_MAX, entry.quantity + by);
  else list.push({ sku, quantity: Math.min(QUANTITY_MAX, by) });
  store(list);
}

/** @param {string} sku @param {number} quantity 0 takes it out */
export function set(sku, quantity) {
  store(quantity > 0 ? entries().map((e) => (e.sku === sku ? { sku, quantity: Math.min(QUANTITY_MAX, quantity) } : e)) : entries().filter((e) => e.sku !== sku));
}

export const clear = () => store([]);

/** The basket with names and prices; what is no longer sold is left out. @returns {Promise<Line[]>} */
export async function lines() {
  const { find } = await catalogue();
  return entries().flatMap(({ sku, quantity }) => {
    const product = find(sku);
    return product ? [{ sku, name: product.name, category: product.category, price: product.price, quantity }] : [];
  });
}
