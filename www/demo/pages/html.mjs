/** Markup as a value: what is interpolated is escaped, unless it is markup itself. */
export class Markup {
  /** @param {string} text */
  constructor(text) { this.text = text; }
  toString() { return this.text; }
}

/** @param {unknown} value @returns {string} */
function text(value) {
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(text).join('');
  if (value === null || value === undefined || value === false) return '';
  return String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** @param {TemplateStringsArray} strings @param {unknown[]} values */
export function html(strings, ...values) {
  return new Markup(strings.reduce((out, part, i) => out + part + (i < values.length ? text(values[i]) : ''), ''));
}

/** JSON that is safe inside a script element. @param {unknown} value */
export function json(value) {
  return new Markup(JSON.stringify(value).replaceAll('<', '\\u003c'));
}
