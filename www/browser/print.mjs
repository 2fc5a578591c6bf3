/** What an element shows, and whether it is what was put there. */

import { safely } from "./safely.mjs";

/** The text as a reader gets it. @param {string | null} text null only of what is no element */
export const collapsed = (text) => /** @type {string} */ (text).replace(/[\t\n\f\r ]+/g, " ").replace(/^ | $/g, "");

/** The text, and the addresses in document order. @param {ParentNode & Node} node */
export const printOf = (node) =>
  [collapsed(node.textContent), ...[...node.querySelectorAll("[src],[href]")].flatMap((part) => ["src", "href"].map((name) => part.getAttribute(name)).filter((value) => value !== null))].join("\n");

/** 32-bit FNV-1a over UTF-16 code units. @param {string} text */
export const hashOf = (text) => {
  let hash = 2_166_136_261;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 16_777_619);
  return hash >>> 0;
};

/** The element in a slot that a check or a field is about. @param {Element} slot @param {string} selector */
export const partOf = (slot, selector) => (selector ? slot.querySelector(selector) : slot);

/** Whether a slot has all that was put into it. @param {Element} slot @param {import("./page.js").AttuneCheck[]} checks */
export const holds = (slot, checks) =>
  checks.every(([selector, attribute, hash]) => {
    const part = partOf(slot, selector);
    const value = part && (attribute === "*" ? printOf(part) : attribute ? part.getAttribute(attribute) : collapsed(part.textContent));
    // No text or address is a line end alone.
    return hashOf(value ?? "\n") === hash;
  });

/** Whether what the edge put into a slot is still in it, where there are no checks. @param {Element} slot */
export const marked = (slot) => /<!--attune-->|\sdata-attune=/.test(slot.innerHTML);

/** @param {string} selector @returns {Element | null | undefined} */
export const find = (selector) => safely(() => document.querySelector(selector));
