/**
 * Makes the shop's data from the order lines of "Online Retail". README.md beside this file says how and why.
 *   xz -dc online_retail.csv.xz | node www/demo/data/prepare.mjs
 */
import { createInterface } from 'node:readline';
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { fields } from './csv.mjs';
import { CATEGORIES, classify } from './kinds.mjs';
import { tidyName } from './names.mjs';

const PRODUCTS_MAX = 320;
const PER_KIND_MAX = 6;
const PER_CATEGORY_MAX = 24;
const BASKETS_MIN = 120;
/** Kinds that are a shelf of their own. */
const LARGE_KINDS = new Set(['signs', 'tealight']);
const SALE_MAX = 24;

/** @typedef {{ invoice: string, sku: string, quantity: number, at: string, price: number, customer: string, country: string }} Line */
/** @typedef {{ descriptions: Map<string, number>, invoices: Set<string>, prices: number[], units: number, quantities: number[], countries: Set<string>, customers: Set<string> }} Stock */

/**
 * One sale of one product, or null for what is not one: cancellations (C...), adjustments, postage, fees, vouchers,
 * gifts of nothing, stock notes. Real descriptions are in capitals, notes of the warehouse are not.
 * @param {string[]} row
 * @returns {(Line & { description: string }) | null}
 */
function sale([invoice = '', sku = '', description = '', quantity = '', at = '', price = '', customer = '', country = '']) {
  const line = { invoice, sku, description: description.trim().replace(/\s+/g, ' '), quantity: Number(quantity), at, price: Number(price), customer, country };
  const isProduct = /^\d{6}$/.test(invoice) && /^\d{5}[A-Z]{0,2}$/.test(sku);
  const isSold = line.quantity > 0 && line.price > 0;
  return isProduct && isSold && /[A-Z]{3}/.test(line.description) ? line : null;
}

async function readSales() {
  /** @type {Line[]} */
  const lines = [];
  /** @type {Map<string, Stock>} */
  const stock = new Map();
  for await (const text of createInterface({ input: process.stdin })) {
    const row = fields(text);
    const line = row.length === 8 ? sale(row) : null;
    if (!line) continue;
    lines.push(line);
    let item = stock.get(line.sku);
    if (!item) stock.set(line.sku, (item = { descriptions: new Map(), invoices: new Set(), prices: [], units: 0, quantities: [], countries: new Set(), customers: new Set() }));
    item.descriptions.set(line.description, (item.descriptions.get(line.description) ?? 0) + 1);
    item.invoices.add(line.invoice);
    item.prices.push(line.price);
    item.quantities.push(line.quantity);
    item.units += line.quantity;
    item.countries.add(line.country);
    if (line.customer) item.customers.add(line.customer);
  }
  return { lines, stock };
}

/** @param {number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

/**
 * The lower price that was really charged most often, when at least one line in twenty had it and it saves a tenth to a half.
 * @param {number[]} prices
 * @param {number} usual
 */
function lowerPrice(prices, usual) {
  /** @type {Map<number, number>} */
  const times = new Map();
  for (const price of prices) times.set(price, (times.get(price) ?? 0) + 1);
  const candidates = [...times].filter(([price, n]) => price <= usual * 0.9 && price >= usual * 0.5 && n >= prices.length / 20);
  return candidates.sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? null;
}

/** @param {Map<string, Stock>} stock */
function choose(stock) {
  const ranked = [...stock].map(([sku, item]) => {
    const description = [...item.descriptions].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0] ?? '';
    return { sku, item, description, rule: classify(description.toUpperCase()) };
  }).filter(({ item, rule }) => rule && item.invoices.size >= BASKETS_MIN)
    .sort((a, b) => b.item.invoices.size - a.item.invoices.size || (a.sku < b.sku ? -1 : 1));
  /** @type {Record<string, number>} */
  const taken = {};
  const names = new Set();
  const chosen = [];
  for (const { sku, item, description, rule } of ranked) {
    if (!rule || chosen.length === PRODUCTS_MAX) continue;
    const name = tidyName(description);
    const kindKey = `${rule.category}/${rule.kind}`;
    if (names.has(name) || (taken[kindKey] ?? 0) >= PER_KIND_MAX * (LARGE_KINDS.has(rule.kind) ? 3 : 1) || (taken[rule.category] ?? 0) >= PER_CATEGORY_MAX) continue;
    names.add(name);
    taken[kindKey] = (taken[kindKey] ?? 0) + 1;
    taken[rule.category] = (taken[rule.category] ?? 0) + 1;
    const price = Number(median(item.prices).toFixed(2));
    chosen.push({
      sku, name, ...rule, price, low: lowerPrice(item.prices, price), baskets: item.invoices.size, units: item.units,
      customers: item.customers.size, countries: item.countries.size, quantity: median(item.quantities),
    });
  }
  return chosen;
}

/**
 * The sale: the best sellers of the quieter shelves that were often sold for less, at the price that was then charged.
 * @param {ReturnType<typeof choose>} chosen
 */
function priced(chosen) {
  const marked = new Set(chosen.filter((p) => p.low !== null && p.price >= 1.2).sort((a, b) => b.price - a.price || (a.sku < b.sku ? -1 : 1)).slice(0, SALE_MAX).map((p) => p.sku));
  return chosen.map(({ low, ...product }) => (marked.has(product.sku) && low !== null ? { ...product, price: low, was: product.price } : product));
}

/**
 * Baskets with at least one chosen product, oldest first, customers and countries numbered by first appearance (0: not known).
 * @param {Line[]} lines
 * @param {string[]} skus
 */
function baskets(lines, skus) {
  const ordinal = new Map(skus.map((sku, i) => [sku, i]));
  /** @type {Map<string, { at: string, customer: string, country: string, items: Set<number> }>} */
  const invoices = new Map();
  for (const line of lines) {
    const item = ordinal.get(line.sku);
    if (item === undefined) continue;
    const basket = invoices.get(line.invoice) ?? { at: line.at, customer: line.customer, country: line.country, items: new Set() };
    basket.items.add(item);
    invoices.set(line.invoice, basket);
  }
  const ordered = [...invoices].sort(([a, x], [b, y]) => (x.at < y.at ? -1 : x.at > y.at ? 1 : a < b ? -1 : 1)).map(([, basket]) => basket);
  const start = ordered[0]?.at ?? '';
  const minute = (/** @type {string} */ at) => Date.parse(`${at.replace(' ', 'T')}Z`) / 60_000;
  const customers = new Map([['', 0]]);
  const countries = new Map();
  let previous = minute(start);
  const rows = ordered.map(({ at, customer, country, items }) => {
    if (!customers.has(customer)) customers.set(customer, customers.size);
    if (!countries.has(country)) countries.set(country, countries.size);
    const gap = minute(at) - previous;
    previous = minute(at);
    return [gap, customers.get(customer), countries.get(country), [...items]];
  });
  return { start: `${start.replace(' ', 'T')}Z`, columns: ['minutes after the one before', 'customer (0: unknown)', 'country', 'products, in order of entry'], skus, countries: [...countries.keys()], baskets: rows };
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function write(name, value) {
  const bytes = gzipSync(JSON.stringify(value), { level: 9 });
  writeFileSync(new URL(name, import.meta.url), bytes);
  console.log(`${name}: ${bytes.length} bytes`);
}

const { lines, stock } = await readSales();
const products = priced(choose(stock));
write('products.json.gz', { source: 'Online Retail, UCI Machine Learning Repository (Chen, 2015), CC BY 4.0', categories: CATEGORIES, products });
write('baskets.json.gz', { source: 'Online Retail, UCI Machine Learning Repository (Chen, 2015), CC BY 4.0', ...baskets(lines, products.map((p) => p.sku)) });
