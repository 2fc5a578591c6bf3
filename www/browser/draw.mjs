/** Puts what a plan brings into slots, and takes it out again. */

import { tell } from "./api.mjs";
import { collapsed, find, hashOf, partOf, printOf } from "./print.mjs";
import { complain, safely } from "./safely.mjs";
import { trusted } from "./trusted.mjs";

/** @typedef {import("./page.js").AttuneSlot} Slot */
/** @typedef {import("./page.js").AttuneDraw} Draw */

/** Whether a component draws it, also before it has hydrated and can say so. @param {Element} element */
export const isOwned = (element) => /** @type {HTMLElement} */ (element).dataset.attuneOwn;

/** What was put in, by slot. @type {Record<string, { element: Element, content: string, undo: () => unknown }>} */
const drawn = {};

/** The nodes of trusted HTML. Scripts among them do not run. @param {string} html */
const nodesOf = (html) => {
  const template = document.createElement("template");
  template.innerHTML = trusted("createHTML", html);
  return template.content;
};

/** Reads and writes a text or an attribute; nothing where there is no single text to write. @param {Element} part @param {string} attribute */
const valueOf = (part, attribute) => {
  const text = /** @type {Text} */ (part.firstChild);
  if (attribute) {
    return {
      read: () => part.getAttribute(attribute),
      write: (/** @type {string | null} */ value) => (value === null ? part.removeAttribute(attribute) : part.setAttribute(attribute, value)),
    };
  }
  if (part.childNodes.length === 1 && text.nodeType === 3) return { read: () => text.data, write: (/** @type {string | null} */ value) => (text.data = /** @type {string} */ (value)) };
};

/**
 * Writes values into what is there: no node is added or taken away, unless `mayReplace`. Gives what undoes it; nothing where
 * there is no place for a value.
 * @param {Element} slot @param {NonNullable<Draw["set"]>} set @param {boolean} [mayReplace]
 */
export const write = (slot, set, mayReplace) => {
  /** @type {(() => unknown)[]} */
  const undone = [];
  for (const [selector, attribute, value] of set) {
    const part = partOf(slot, selector);
    if (!part) continue;
    const place = valueOf(part, attribute);
    if (place) {
      const before = place.read();
      if (before !== value) place.write(value);
      undone.push(() => place.read() === value && place.write(before));
    } else if (mayReplace) {
      const before = [...part.childNodes];
      part.textContent = value;
      undone.push(() => part.textContent === value && part.replaceChildren(...before));
    }
  }
  return () => undone.forEach((undo) => undo());
};

/** The checks of what is drawn. @param {Draw} draw @returns {import("./page.js").AttuneCheck[]} */
const checksOf = ({ html, set = [] }) =>
  html === undefined ? set.map(([selector, attribute, value]) => [selector, attribute, hashOf(attribute ? value : collapsed(value))]) : [["", "*", hashOf(printOf(nodesOf(html)))]];

/** Ends the wait of the style sheet's rule: in a slot, or in the page where no plan comes. @param {Element | Document} where */
export const show = (where) => safely(() => where.getAnimations().forEach((animation) => /** @type {CSSAnimation} */ (animation).animationName === "attune-show" && animation.finish()));

/** Draws one slot, if its element is there and no component of the page draws it itself. @param {Slot} slot */
export const place = (slot) => {
  const element = find(slot.selector);
  const { draw, slot: key } = slot;
  safely(() => {
    if (draw) slot.checks ??= checksOf(draw);
    if (tell("slot", { ...slot, element }) || !element || !draw || isOwned(element)) return;
    const content = JSON.stringify(draw);
    const before = drawn[key];
    if (before?.element === element && before.content === content) return;
    let undo;
    if (draw.html === undefined) undo = write(element, draw.set ?? [], true);
    else {
      const origin = [...element.childNodes];
      element.replaceChildren(nodesOf(draw.html));
      const print = printOf(element);
      undo = () => printOf(element) === print && element.replaceChildren(...origin);
    }
    drawn[key] = { element, content, undo };
  }, (error) => complain(`draw ${key}`, error));
  if (element) show(element);
  return element;
};

/** Takes out what the slots of a new plan do not bring again. @param {Slot[]} slots */
export const clear = (slots) => {
  for (const [key, { element, content, undo }] of Object.entries(drawn)) {
    const next = slots.find(({ slot }) => slot === key);
    if (next?.draw && JSON.stringify(next.draw) === content) continue;
    delete drawn[key];
    if (element.isConnected) safely(undo);
  }
};
