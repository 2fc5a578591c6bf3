// The shop's products as a feed: node www/demo/data/feed.mjs > www/demo/attune/catalog/products.tsv
import { fileURLToPath } from 'node:url';
import { PRODUCTS, SHELVES } from '../pages/shop.mjs';

const COLUMNS = ['id', 'title', 'link', 'image_link', 'price', 'sale_price', 'availability', 'product_type', 'shelf'];

/** Tab separated, in the columns of Google Merchant and one of our own. */
export function feed() {
  const rows = PRODUCTS.map((p) => [
    p.sku, p.name, `/p/${p.sku}`, `/img/p/${p.sku}.svg`, `${(p.was ?? p.price).toFixed(2)} GBP`, p.was ? `${p.price.toFixed(2)} GBP` : '', 'in_stock', `Shelves > ${SHELVES[p.category]?.name}`, p.category,
  ]);
  return [COLUMNS, ...rows].map((row) => `${row.join('\t')}\n`).join('');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(feed());
