/** Search over names and shelves: every word of the query has to be found; whole words and best sellers come first. */
/** @import { Product } from './catalogue.mjs' */

/** @param {string} text */
const fold = (text) => text.toLowerCase().normalize('NFKD').replaceAll(/[\u0300-\u036f'’]/g, '').replaceAll(/[^a-z0-9]+/g, ' ').trim();

/** A plural finds its singular. @param {string} word */
const stem = (word) => (word.length > 3 ? word.replace(/(ies)$/, 'y').replace(/(es|s)$/, '') : word);

/**
 * @param {Product[]} products best sellers first
 * @param {string} query
 * @returns {Product[]}
 */
export function find(products, query) {
  const words = fold(query).split(' ').filter(Boolean).map(stem);
  if (words.length === 0) return [];
  return products.map((product, rank) => {
    const text = ` ${fold(product.name)} ${product.category} ${product.sku.toLowerCase()}`;
    const scores = words.map((word) => (text.includes(` ${word}`) ? 2 : text.includes(word) ? 1 : 0));
    return { product, rank, score: scores.includes(0) ? 0 : scores.reduce((/** @type {number} */ a, b) => a + b, 0) };
  }).filter(({ score }) => score > 0).sort((a, b) => b.score - a.score || a.rank - b.rank).map(({ product }) => product);
}
