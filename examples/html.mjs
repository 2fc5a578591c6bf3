// A template whose values are escaped, for text and for attributes in double quotes.

/** @param {TemplateStringsArray} texts @param {(string | number)[]} values */
export function html(texts, ...values) {
  return String.raw({ raw: texts }, ...values.map(escaped));
}

const ENTITIES = /** @type {Record<string, string>} */ ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" });

/** @param {string | number} value */
const escaped = (value) => String(value).replace(/[&<>"]/g, (character) => ENTITIES[character]);
