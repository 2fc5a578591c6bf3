/** Entries of the shop's data layer, as events of Google Analytics 4. */

import { get, safely } from "./safely.mjs";

const EVENT_BYTES_MAX = 6_000;
const ITEMS_MAX = 200;
const TEXT_CHARS_MAX = 100;
const WITH_ITEMS = /^(view_item|view_item_list|add_to_cart|remove_from_cart|view_cart|begin_checkout|purchase)$/;
const WITHOUT = /^(refund|search|login)$/;
const OWN = ["value", "currency", "transaction_id"];
const ITEM = ["item_id", "item_category", "item_brand", "item_variant", "price", "quantity", "discount"];

/** @param {unknown} value */
export const bytes = (value) => new Blob([JSON.stringify(value)]).size;

/** @param {any} from @param {string[]} keys */
const pick = (from, keys) => {
  /** @type {Record<string, unknown>} */
  const out = {};
  for (const key of keys) {
    const value = get(from, key);
    if (typeof value === "string") out[key] = value.slice(0, TEXT_CHARS_MAX).replace(/[\ud800-\udfff]/gu, "\ufffd");
    else if (Number.isFinite(value)) out[key] = value;
  }
  return out;
};

/**
 * The view of a path, or a named event; nothing for what is neither. An entry is `{ event, ecommerce }`, or the arguments
 * of `gtag`.
 * @param {any} entry
 * @param {string} page
 * @param {string} [own] events that a goal of the site counts, with commas between
 * @returns {{ view?: string, name?: string, params?: Record<string, unknown> } | undefined}
 */
export const eventOf = (entry, page, own = "") => {
  const gtag = get(entry, 0) === "event";
  const name = get(entry, gtag ? 1 : "event");
  const outer = gtag ? get(entry, 2) : entry;
  if (name === "page_view") {
    return { view: safely(() => new URL(get(outer, "page_location") ?? location.href, location.href).pathname) ?? location.pathname };
  }
  const isOwn = own.split(",").includes(name);
  if (typeof name !== "string" || !(WITH_ITEMS.test(name) || WITHOUT.test(name) || isOwn)) return;
  const inner = get(outer, "ecommerce") ?? outer;
  /** @type {Record<string, unknown>} */
  const params = isOwn || name === "purchase" ? { ...pick(outer, OWN), ...pick(inner, OWN) } : {};
  if (WITH_ITEMS.test(name)) params.items = itemsOf(get(inner, "items") ?? get(outer, "items"), EVENT_BYTES_MAX - bytes({ name, params, page }) - 100);
  return { name, params };
};

/** As many as there is room for. @param {any} list @param {number} room in bytes */
const itemsOf = (list, room) => {
  const items = [];
  for (let at = 0; at < Math.min(ITEMS_MAX, Array.isArray(list) ? list.length : 0); at++) {
    const item = pick(get(list, at), ITEM);
    if (!("item_id" in item)) continue;
    room -= bytes(item) + 1;
    if (room < 0) break;
    items.push(item);
  }
  return items;
};
