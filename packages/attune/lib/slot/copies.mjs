/** What the edge put into the slots of this page, kept before a framework can throw it away. */

import { foreign } from "./foreign.mjs";

/** The comment that ends what the edge put in, and the attribute of elements of which it set others. */
const MARK = "attune";
const MARK_ATTRIBUTE = "data-attune";

/** @typedef {import("./foreign.mjs").Content} Content */

/** @type {Map<string, { element: Element, nodes: DocumentFragment, content: Content }>} by name of the slot */
const copies = new Map();
/** @type {Document | undefined} nodes in it load nothing and run nothing */
let inert;

/** @param {Node} node */
const isMark = (node) => (node.nodeType === Node.COMMENT_NODE ? node.nodeValue === MARK : /** @type {Element} */ (node).hasAttribute(MARK_ATTRIBUTE));

/** The marks in a slot itself, not in one inside of it. @param {Element} slot */
const marksOf = (slot) => {
  const nodes = document.createTreeWalker(slot, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_COMMENT);
  const marks = [];
  while (nodes.nextNode()) {
    const node = nodes.currentNode;
    const element = node.nodeType === Node.COMMENT_NODE ? node.parentElement : /** @type {Element} */ (node);
    if (isMark(node) && element?.closest("[data-slot]") === slot) marks.push(node);
  }
  return marks;
};

/** Whether the parser is past the end of an element. @param {Element} element */
const isWhole = (element) => {
  if (document.readyState !== "loading") return true;
  for (let node = /** @type {Node | null} */ (element); node; node = node.parentNode) if (node.nextSibling) return true;
  return false;
};

/** Keeps what the edge put into a slot, unless that was done. @param {Element} slot @param {string} name */
const keep = (slot, name) => {
  const last = copies.get(name);
  if (last?.element === slot || last?.content.isIn(slot) || !isWhole(slot) || marksOf(slot).length === 0) return;
  inert ??= document.implementation.createHTMLDocument("");
  const nodes = inert.createDocumentFragment();
  for (const node of slot.childNodes) nodes.append(inert.importNode(node, true));
  copies.set(name, { element: slot, nodes, content: foreign(nodes) });
};

/**
 * What the edge put into a slot of this page; nothing where it put in nothing, and on a server.
 * It looks again each time, because the page may still be coming in, or have got another body.
 * @param {string} name
 */
export const copyOf = (name) => {
  if (typeof document === "undefined") return;
  const slot = document.querySelector(`[data-slot="${CSS.escape(name)}"]`);
  if (slot) keep(slot, name);
  return copies.get(name)?.content;
};

/** Whether the edge put the same into a slot. @param {string} name @param {DocumentFragment} nodes */
export const isCopied = (name, nodes) => {
  const copy = /** @type {DocumentFragment | undefined} */ (copies.get(name)?.nodes.cloneNode(true));
  const last = copy?.lastChild;
  if (last?.nodeType === Node.COMMENT_NODE && isMark(last)) last.remove();
  return copy?.isEqualNode(nodes) ?? false;
};

// Modules run in order: before any framework begins.
if (typeof document !== "undefined") for (const slot of document.querySelectorAll("[data-slot]")) copyOf(slot.getAttribute("data-slot") ?? "");
