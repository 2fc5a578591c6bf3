/**
 * Google Analytics 4 e-commerce events, as the shop pushes them to the data layer.
 * Pure functions: what is pushed is what they return.
 */

/** @typedef {{ sku: string, name: string, category: string, price: number }} Thing */
/** @typedef {Thing & { quantity: number }} Line */
/** @typedef {{ id: string, name: string }} List */

const CURRENCY = 'GBP';
const round = (/** @type {number} */ value) => Math.round(value * 100) / 100;

/** Value of some lines, in pounds. @param {Line[]} lines */
export const valueOf = (lines) => round(lines.reduce((sum, line) => sum + line.price * line.quantity, 0));

/** @param {Thing} thing @param {{ quantity?: number, index?: number, list?: List }} [where] */
function item(thing, { quantity = 1, index, list } = {}) {
  return {
    item_id: thing.sku, item_name: thing.name, item_brand: 'Tuppence', item_category: thing.category, price: thing.price, quantity,
    ...(index === undefined ? {} : { index }), ...(list ? { item_list_id: list.id, item_list_name: list.name } : {}),
  };
}

/** @param {Line[]} lines */
const money = (lines) => ({ currency: CURRENCY, value: valueOf(lines), items: lines.map((line, index) => item(line, { quantity: line.quantity, index })) });

/** @param {List} list @param {Thing[]} things */
export const viewItemList = (list, things) => ({ event: 'view_item_list', ecommerce: { item_list_id: list.id, item_list_name: list.name, items: things.map((thing, index) => item(thing, { index, list })) } });
/** @param {Thing} thing */
export const viewItem = (thing) => ({ event: 'view_item', ecommerce: money([{ ...thing, quantity: 1 }]) });
/** @param {Line} line what was added */
export const addToCart = (line) => ({ event: 'add_to_cart', ecommerce: money([line]) });
/** @param {Line} line what was taken out */
export const removeFromCart = (line) => ({ event: 'remove_from_cart', ecommerce: money([line]) });
/** @param {Line[]} lines the whole basket */
export const viewCart = (lines) => ({ event: 'view_cart', ecommerce: money(lines) });
/** @param {Line[]} lines */
export const beginCheckout = (lines) => ({ event: 'begin_checkout', ecommerce: money(lines) });
/** @param {{ id: string, shipping: number, lines: Line[] }} order */
export const purchase = ({ id, shipping, lines }) => ({ event: 'purchase', ecommerce: { transaction_id: id, tax: 0, shipping, ...money(lines) } });
/** @param {string} term */
export const search = (term) => ({ event: 'search', search_term: term });
export const login = () => ({ event: 'login', method: 'Demo' });
