// Which slots a page is likely to have: places that a person would name, with selectors that name nothing else.
import { inside, isIn, isSeen } from "./document.mjs";
import { bars, callToAction, headings, heroes, marked, productLists } from "./find.mjs";
import { selectorsOf } from "./selectors.mjs";
import { NEVER_FILLED, SLOT_BYTES_MAX } from "./slots.mjs";

/** @typedef {import("./document.mjs").Element} Element */
/** @typedef {import("./document.mjs").Page} Page */
/** @typedef {import("./selectors.mjs").Selector} Selector */
/** @typedef {"bar" | "hero" | "heading" | "products"} Kind */

/**
 * A slot that a page may have.
 * @typedef {object} Suggestion
 * @property {string} slot its name: a kind, or what the page itself calls it
 * @property {string} selector
 * @property {boolean} isBuilt the selector has a name that the site's next build makes anew
 * @property {Record<string, string>} elements selectors of parts inside it
 * @property {string} text what it says at present, cut
 */

/**
 * Whether the engine, with this selector, fills this element and no other one; `slot` is the selector of what it is a part of.
 * @callback Holds
 * @param {Element} element
 * @param {Selector} selector
 * @param {Selector} [slot]
 * @returns {boolean}
 */

/** How many elements, and how many selectors of each, are tried. */
const TRIED_MAX = 8;

/**
 * The slots of a page, and why others are none.
 * @param {Page} page
 * @param {Holds} holds
 * @returns {{ suggestions: Suggestion[], left: { slot: string, why: string }[] }}
 */
export function suggest(page, holds) {
  /** @type {Suggestion[]} */
  const suggestions = [];
  /** @type {{ slot: string, why: string }[]} */
  const left = [];
  /** @type {Element[]} */
  const used = [];
  const places = marked(page);
  /** @type {[Kind, Element[]][]} */
  const kinds = [["bar", bars(page)], ["hero", heroes(page)], ["heading", headings(page)], ["products", productLists(page)]];
  /** @type {[string, Element[]][]} */
  const found = kinds.map(([kind, elements]) => [kind, [...(places.get(kind) ?? []), ...elements]]);
  for (const [slot, elements] of [...found, ...[...places].filter(([name]) => !kinds.some(([kind]) => kind === name))]) {
    const free = elements.filter((element) => !used.some((other) => other === element || inside(other).includes(element) || inside(element).includes(other)));
    // A heading in a hero is one of the hero's parts.
    if (slot === "heading" && elements.length > 0 && free[0] !== elements[0]) continue;
    const named = first(page, free, holds);
    if (named === null) {
      if (free.length > 0) left.push({ slot, why: reason(page, free[0]) });
      continue;
    }
    const { element, selector } = named;
    used.push(element);
    const parts = slot === "hero" ? partsOf(page, element, selector, holds) : {};
    suggestions.push({ slot, selector: selector.text, isBuilt: selector.isBuilt, elements: parts, text: cut(page.textOf(element)) });
  }
  return { suggestions, left };
}

/** The first element that the engine can fill, with its selector. @param {Page} page @param {readonly Element[]} elements @param {Holds} holds */
function first(page, elements, holds) {
  for (const element of elements.filter((one) => !NEVER_FILLED.has(one.tagName) && size(one) <= SLOT_BYTES_MAX).slice(0, TRIED_MAX)) {
    const selector = selectorsOf(element, page.elements).slice(0, TRIED_MAX).find((one) => holds(element, one));
    if (selector !== undefined) return { element, selector };
  }
  return null;
}

/** The title, the text and the link of a hero. @param {Page} page @param {Element} hero @param {Selector} slot @param {Holds} holds */
function partsOf(page, hero, slot, holds) {
  const all = inside(hero);
  const title = ["h1", "h2", "h3"].map((tag) => all.find((one) => one.tagName === tag && isSeen(one))).find((one) => one !== undefined);
  const text = all.find((one) => one.tagName === "p" && page.textOf(one).length >= 15 && !inside(one).some((part) => part.tagName === "a"));
  /** @type {Record<string, string>} */
  const parts = {};
  for (const [name, element] of /** @type {const} */ ([["title", title], ["text", text], ["cta", callToAction(page, hero)]])) {
    if (element === undefined || isIn(element, "svg", "template")) continue;
    const selector = selectorsOf(element, all).slice(0, TRIED_MAX).find((one) => holds(element, one, slot));
    if (selector !== undefined) parts[name] = selector.text;
  }
  return parts;
}

/** Why an element is no slot. @param {Page} page @param {Element} element */
function reason(page, element) {
  if (NEVER_FILLED.has(element.tagName)) return `it is a <${element.tagName}>, of which the engine fills nothing: put a <div> around it or into it`;
  if (size(element) > SLOT_BYTES_MAX) return `it has ${Math.round(size(element) / 1024)} KB, and a slot has at most ${SLOT_BYTES_MAX / 1024}`;
  if (selectorsOf(element, page.elements).length === 0) return "no id, class or attribute tells it from other elements: mark it with data-slot";
  return "the engine is not certain where it ends: mark a smaller element with data-slot";
}

/** Bytes of an element. @param {Element} element */
function size(element) {
  const place = element.sourceCodeLocation;
  return place ? place.endOffset - place.startOffset : 0;
}

/** @param {string} text */
function cut(text) {
  return text.length > 70 ? `${text.slice(0, 67).trimEnd()}...` : text;
}
