// What a document has of HTML, as parse5 reads it and as the page script hashes it.
import { defaultTreeAdapter as tree } from "parse5";

/** 32-bit FNV-1a over UTF-16. @param {string} text */
export const hashOf = (text) => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
};
/** With each run of white space as one space, none at the ends. @param {string} text */
export const collapsed = (text) => text.replace(/[\t\n\f\r ]+/g, " ").replace(/^ | $/g, "");

/** @param {any} node @returns {any[]} every element, text and comment in it, in document order */
export const inside = (node) => (node.childNodes ?? []).flatMap((/** @type {any} */ child) => [child, ...inside(child)]);
/** @param {any} node */
export const textOf = (node) => inside(node).map((each) => (tree.isTextNode(each) ? each.value : "")).join("");
/** @param {any} node @param {string} name */
export const attribute = (node, name) => node.attrs?.find((/** @type {any} */ each) => each.name === name && !each.prefix)?.value;
/** The print of whole HTML in an element. @param {any} node */
export const printOf = (node) => {
  const addresses = inside(node).flatMap((each) => [attribute(each, "src"), attribute(each, "href")].filter((value) => value !== undefined));
  return [collapsed(textOf(node)), ...addresses].join("\n");
};
