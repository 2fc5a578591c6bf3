/** The log as lines of text, as the core in the browser reads it (SPEC.md, "Events as lines"). */

/** @typedef {import("../page.js").AttuneBeacon} Beacon */

/** A text or a number as a field; nothing for anything else, and for a key that is no whole number. @param {unknown} value @param {boolean} [isKey] */
const field = (value, isKey) => {
  const text = typeof value === "string" ? value : typeof value === "number" && (!isKey || Number.isInteger(value)) ? String(value) : "";
  return text.replace(/[\t\n\r]/g, " ");
};

/** @param {Record<string, any>} item */
const itemLine = ({ item_id, item_category, item_brand, item_variant, quantity, price, discount }) =>
  ["", field(item_id, true), ...[item_category, item_brand, item_variant].map((text) => field(text, true)), ...[quantity, price, discount].map((number) => field(number))].join("\t");

/** @param {string} name @param {Record<string, any>} params */
const about = (name, { page_path, transaction_id, slot, campaign, arm }) => {
  if (name === "page_view") return [page_path];
  if (name === "purchase") return [transaction_id];
  return name.startsWith("attune_") ? [slot, campaign, arm] : [];
};

/** @param {Beacon} beacon */
export const linesOf = ({ log, oldest, page: here, events }) => {
  const lines = [`${log}\t${oldest}`];
  for (const { n, name, age, page = here, params } of events) {
    lines.push([n, Math.trunc(age), field(page), field(name), ...about(name, params).map((text) => field(text, true))].join("\t"));
    const { products, items } = /** @type {{ products?: string[], items?: Record<string, any>[] }} */ (params);
    const listed = name === "attune_impression" ? products?.map((item_id) => ({ item_id })) : items;
    for (const item of listed ?? []) lines.push(itemLine(item));
  }
  return lines.join("\n");
};
