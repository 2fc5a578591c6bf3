// What people of the demo's shop paid: the value of each real basket, one piece of each product, in hundredths.
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** @param {string} name */
const read = (name) => JSON.parse(gunzipSync(readFileSync(new URL(`../../www/demo/data/${name}.json.gz`, import.meta.url))).toString("utf8"));

/** Values of orders below what a goal would cap: wholesalers are left out. @param {number} largest in hundredths */
export function orderValues(largest) {
  const prices = new Map(read("products").products.map((/** @type {{ sku: string, price: number }} */ { sku, price }) => [sku, Math.round(price * 100)]));
  const { skus, baskets } = read("baskets");
  const values = baskets.map(([, , , products]) => products.reduce((/** @type {number} */ sum, /** @type {number} */ product) => sum + (prices.get(skus[product]) ?? 0), 0));
  return values.filter((/** @type {number} */ value) => value > 0 && value <= largest);
}

/** @param {number[]} values */
export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
