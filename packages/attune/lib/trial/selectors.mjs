// Which selectors, of those that the engine has, name one element of a page: best first.
import { attribute, classesOf } from "./document.mjs";

/** @typedef {import("./document.mjs").Element} Element */

/**
 * A selector in parts.
 * @typedef {object} Selector
 * @property {string} text as it is written
 * @property {boolean} isBuilt it has a name that the next build of the site makes anew or gives to another element
 * @property {(element: Element) => boolean} fits
 */

const NAME = /^-?[A-Za-z_][\w-]*$/;
const VALUE = /^[\x20-\x7e]{1,100}$/;
const MARKS = ["data-slot", "data-testid", "data-test", "data-section-type", "data-section", "data-component", "data-block", "itemprop", "role", "aria-label", "name"];
/** What frameworks of styles call every other element. */
const UTILITY = /^-?(?:[a-z]+:)*(?:m|p)[trblxy]?-|^(?:[a-z]+:)+|^(?:flex|grid|block|hidden|relative|absolute|container|row|col|inline|static|fixed|sticky)(?:-|$)|^(?:w|h|text|bg|font|border|rounded|gap|items|justify|max|min|col|row|d|z|top|left|right|bottom|inset|overflow|shadow|leading|tracking|space|order)-/;

/** What libraries of styles begin the names with that they make. */
const BUILT = /^(?:css|sc|jsx|emotion|svelte|astro)-[A-Za-z0-9]{4,}$|^:.*:$|^(?:radix|headlessui|react-aria|mui|ember)\b|[0-9a-f]{8}-[0-9a-f]{4}|\d{4,}/;

/** Whether a name looks as if a build or a server had made it up. @param {string} name */
export function isMadeUp(name) {
  if (BUILT.test(name)) return true;
  const last = name.split(/[_-]+/).at(-1) ?? "";
  if (last.length < 5) return false;
  if (/\d/.test(last)) return /[a-z]/i.test(last) && !/^[a-z]+\d+$|^\d+[a-z]+$/i.test(last);
  // Words in capitals and small letters are longer than two letters.
  const capitals = last.slice(1).match(/[A-Z]/g)?.length ?? 0;
  return capitals > 0 && last.toUpperCase() !== last && last.length / (capitals + 1) < 2.6;
}

/**
 * Those of an element that fit no other one among these.
 * @param {Element} element
 * @param {Element[]} among
 * @returns {Selector[]}
 */
export function selectorsOf(element, among) {
  const all = candidates(element);
  const only = all.filter(({ fits }) => among.every((other) => other === element || !fits(other)));
  return [...only.filter(({ isBuilt }) => !isBuilt), ...only.filter(({ isBuilt }) => isBuilt)];
}

/** @param {Element} element @returns {Selector[]} */
function candidates(element) {
  const tag = element.tagName;
  const found = [];
  const id = attribute(element, "id");
  if (id !== undefined && VALUE.test(id)) {
    const text = NAME.test(id) ? `#${id}` : `[id=${quoted(id)}]`;
    found.push(made(text, isMadeUp(id), (other) => attribute(other, "id") === id));
  }
  for (const name of MARKS) {
    const value = attribute(element, name);
    if (value === undefined || !VALUE.test(value)) continue;
    const text = NAME.test(value) ? `${name}="${value}"` : `${name}=${quoted(value)}`;
    found.push(made(`${tag}[${text}]`, isMadeUp(value), (other) => other.tagName === tag && attribute(other, name) === value));
  }
  const classes = classesOf(element).filter((name) => NAME.test(name));
  const spoken = classes.filter((name) => !isMadeUp(name) && !UTILITY.test(name));
  const built = classes.filter(isMadeUp);
  const ofClasses = (/** @type {string[]} */ ...names) => made(`${tag}.${names.join(".")}`, !names.every((name) => spoken.includes(name)), (other) => other.tagName === tag && names.every((name) => classesOf(other).includes(name)));
  found.push(...spoken.map((name) => ofClasses(name)));
  found.push(made(tag, false, (other) => other.tagName === tag));
  found.push(...pairs(spoken).map((pair) => ofClasses(...pair)));
  const styles = classes.filter((name) => !spoken.includes(name) && !built.includes(name));
  found.push(...[...built, ...styles].map((name) => ofClasses(name)), ...pairs(classes).map((pair) => ofClasses(...pair)));
  return found;
}

/** @param {string} text @param {boolean} isBuilt @param {(element: Element) => boolean} fits @returns {Selector} */
function made(text, isBuilt, fits) {
  return { text, isBuilt, fits };
}

/** @param {string[]} names */
function pairs(names) {
  return names.slice(0, 6).flatMap((one, at) => names.slice(at + 1, 6).map((other) => [one, other]));
}

/** @param {string} value */
function quoted(value) {
  return `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
