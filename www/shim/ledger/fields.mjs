/** Fields of a message, read one by one: each is what it should be, or the message is refused with the name of the field. */

import { NAME_LENGTH_MAX } from "./limits.mjs";
import { Refused } from "./refused.mjs";

/**
 * A record with these fields and no others.
 * @param {unknown} value
 * @param {string} path how the message names it
 * @param {string[]} names
 * @param {string[]} [optional]
 * @returns {Record<string, unknown>}
 */
export function record(value, path, names, optional = []) {
  const fields = anyRecord(value, path);
  for (const name of names) if (fields[name] === undefined) throw new Refused(`${path} lacks ${name}`);
  for (const name of Object.keys(fields)) if (!names.includes(name) && !optional.includes(name)) throw new Refused(`${path} has an unknown field ${shown(name)}`);
  return fields;
}

/** @param {unknown} value @param {string} path @returns {Record<string, unknown>} */
function anyRecord(value, path) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Refused(`${path} is not an object`);
  return /** @type {Record<string, unknown>} */ (value);
}

/**
 * A record whose names are free.
 * @template T
 * @param {unknown} value
 * @param {string} path
 * @param {number} count_max
 * @param {number} length_max of a name
 * @param {(value: unknown, path: string) => T} read
 * @returns {[name: string, value: T][]} by name, so that equal records have equal texts
 */
export function entries(value, path, count_max, length_max, read) {
  const found = Object.entries(anyRecord(value, path));
  if (found.length > count_max) throw new Refused(`${path} has ${found.length} entries; ${count_max} at most`);
  found.sort(([a], [b]) => (a < b ? -1 : 1));
  return found.map(([name, entry]) => [text(name, `a name in ${path}`, length_max), read(entry, `${path}.${shown(name)}`)]);
}

/**
 * @template T
 * @param {unknown} value
 * @param {string} path
 * @param {number} length_max
 * @param {(value: unknown, path: string) => T} read
 * @returns {T[]}
 */
export function list(value, path, length_max, read) {
  if (!Array.isArray(value)) throw new Refused(`${path} is not a list`);
  if (value.length > length_max) throw new Refused(`${path} has ${value.length} items; ${length_max} at most`);
  return value.map((item, index) => read(item, `${path}[${index}]`));
}

/**
 * A whole number.
 * @param {unknown} value
 * @param {string} path
 * @param {number} min
 * @param {number} max
 */
export function whole(value, path, min, max) {
  if (typeof value !== "number" || !Number.isSafeInteger(value)) throw new Refused(`${path} is not a whole number in the safe range`);
  if (value < min || value > max) throw new Refused(`${path} is ${value}; it has to be from ${min} to ${max}`);
  // Minus zero is zero.
  return value + 0;
}

/** Text of letters that can be seen and blanks between them. @param {unknown} value @param {string} path @param {number} [length_max] */
export function text(value, path, length_max = NAME_LENGTH_MAX) {
  if (typeof value !== "string" || value === "") throw new Refused(`${path} is not a text`);
  if (value.length > length_max) throw new Refused(`${path} has ${value.length} letters; ${length_max} at most`);
  if (/[\p{Cc}\p{Cs}]/u.test(value)) throw new Refused(`${path} has control characters`);
  return value;
}

/** Text of a form. @param {unknown} value @param {string} path @param {RegExp} form @param {string} description */
export function formed(value, path, form, description) {
  if (typeof value !== "string" || !form.test(value)) throw new Refused(`${path} is not ${description}`);
  return value;
}

/** @param {string} name of a field that somebody else wrote */
const shown = (name) => JSON.stringify(name.slice(0, 40));
