/** Orders placed from this browser, for the confirmation and the account page. */
/** @import { Line } from './shapes.mjs' */

/** @typedef {{ id: string, value: number, shipping: number, at: number, lines: Line[], reported?: boolean }} Order */

const KEY = 'tuppence.orders';
const ORDERS_MAX = 20;

/** Newest first. @returns {Order[]} */
export function orders() {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(stored) ? stored : [];
  } catch {
    return [];
  }
}

/** @param {Order[]} list */
function store(list) {
  try {
    localStorage.setItem(KEY, JSON.stringify(list.slice(0, ORDERS_MAX)));
  } catch {
    // Without storage the confirmation stays general.
  }
}

/** @param {Order} order */
export const remember = (order) => store([order, ...orders()]);
/** @param {string} id */
export const markReported = (id) => store(orders().map((order) => (order.id === id ? { ...order, reported: true } : order)));
