/** Puts what a plan brings into slots, and takes it out again. */

import { collapsed, find, hashOf, partOf, printOf } from "./print.mjs";
import { complain, safely } from "./safely.mjs";

/** @typedef {import("./page.js").AttuneSlot} Slot */
/** @typedef {import("./page.js").AttuneDraw} Draw */

/** What was put in, by slot. @type {Map<string, { element: Element, content: string, undo: () => void }>} */
const drawn = new Map();

/** @type {{ createHTML: (html: string) => any } | undefined} */
let policy;

/** The nodes of trusted HTML. Scripts among them do not run. @param {string} html */
const nodesOf = (html) => {
  policy ??= window.trustedTypes?.createPolicy("attune", { createHTML: (text) => text }) ?? { createHTML: (text) => text };
  const template = document.createElement("template");
  template.innerHTML = policy.createHTML(html);
  return template.content;
};

/**
 * Writes values into what is there: no node is added or taken away, unless `mayReplace`. Gives what undoes it; nothing where
 * there is no place for a value.
 * @param {Element} slot @param {NonNullable<Draw["set"]>} set @param {boolean} [mayReplace]
 */
export const write = (slot, set, mayReplace) => {
  const parts = set.map(([selector]) => partOf(slot, selector));
  const text = (/** @type {Element} */ part) => /** @type {Text | undefined} */ (part.childNodes.length === 1 && part.firstChild?.nodeType === 3 ? part.firstChild : undefined);
  if (!mayReplace && parts.some((part, at) => !part || (!set[at][1] && !text(part)))) return;
  const undone = parts.map((part, at) => {
    const [, attribute, value] = set[at];
    if (!part) return;
    if (attribute) {
      const before = part.getAttribute(attribute);
      if (before !== value) part.setAttribute(attribute, value);
      return () => part.getAttribute(attribute) === value && (before === null ? part.removeAttribute(attribute) : part.setAttribute(attribute, before));
    }
    const node = text(part);
    if (!node) {
      const before = [...part.childNodes];
      part.textContent = value;
      return () => part.textContent === value && part.replaceChildren(...before);
    }
    const before = node.data;
    if (before !== value) node.data = value;
    return () => node.data === value && (node.data = before);
  });
  return () => undone.forEach((undo) => undo?.());
};

/** The checks of what is drawn. @param {Draw} draw @returns {import("./page.js").AttuneCheck[]} */
const checksOf = ({ html, set = [] }) =>
  html === undefined ? set.map(([selector, attribute, value]) => [selector, attribute, hashOf(attribute ? value : collapsed(value))]) : [["", "*", hashOf(printOf(nodesOf(html)))]];

/** Ends the wait of the style sheet's rule: in a slot, or in the page where no plan comes. @param {Element | Document} where */
export const show = (where) => where.getAnimations?.().forEach((animation) => /** @type {CSSAnimation} */ (animation).animationName === "attune-show" && animation.finish());

/**
 * Draws one slot, if its element is there.
 * @param {Slot} slot
 * @param {(slot: Slot, element: Element | null | undefined) => boolean} isTaken by a component that draws it itself
 */
export const place = (slot, isTaken) => {
  const element = find(slot.selector);
  const { draw, slot: key } = slot;
  safely(() => {
    if (draw) slot.checks ??= checksOf(draw);
    if (isTaken(slot, element) || !element || !draw) return;
    const content = JSON.stringify(draw);
    const before = drawn.get(key);
    if (before?.element === element && before.content === content) return;
    let undo;
    if (draw.html === undefined) undo = write(element, draw.set ?? [], true);
    else {
      const origin = [...element.childNodes];
      element.replaceChildren(nodesOf(draw.html));
      const print = printOf(element);
      undo = () => printOf(element) === print && element.replaceChildren(...origin);
    }
    drawn.set(key, { element, content, undo: undo ?? (() => {}) });
  }, (error) => complain("draw", key, error));
  if (element) show(element);
  return element;
};

/** Takes out what the slots of a new plan do not bring again. @param {Slot[]} slots */
export const clear = (slots) => {
  for (const [key, { element, content, undo }] of drawn) {
    const next = slots.find(({ slot }) => slot === key);
    if (next?.draw && JSON.stringify(next.draw) === content && find(next.selector) === element) continue;
    drawn.delete(key);
    if (element.isConnected) safely(undo);
  }
};
