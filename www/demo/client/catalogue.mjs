/** The catalogue that the browser needs: names and prices, fetched once a page when asked for. */

/** @typedef {{ sku: string, name: string, category: string, price: number, was: number | null }} Product */
/** @typedef {{ freeDeliveryFrom: number, shelves: Record<string, string>, products: Product[], find: (sku: string) => Product | undefined }} Catalogue */

/** @type {Promise<Catalogue> | undefined} */
let loading;

/** @returns {Promise<Catalogue>} */
export function catalogue() {
  loading ??= fetch('/data/catalogue.json').then(async (response) => {
    if (!response.ok) throw new Error(`the catalogue answered ${response.status}`);
    /** @type {{ freeDeliveryFrom: number, shelves: Record<string, string>, products: [string, string, string, number, number | null][] }} */
    const raw = await response.json();
    const products = raw.products.map(([sku, name, category, price, was]) => ({ sku, name, category, price, was }));
    const bySku = new Map(products.map((p) => [p.sku, p]));
    return { freeDeliveryFrom: raw.freeDeliveryFrom, shelves: raw.shelves, products, find: (sku) => bySku.get(sku) };
  });
  return loading;
}
