// The engine's own word on a selector: its slot scanner, on the page.
import { memory } from "../memory.mjs";
import { run } from "../module.mjs";

/** @typedef {import("./document.mjs").Element} Element */
/** @typedef {import("./document.mjs").Page} Page */

const MARK = "<b>attune</b>";

/**
 * Whether the engine fills this element of a page and no other one, wherever it stands.
 * @param {Page} page
 * @param {Element} element
 * @param {string} selector
 * @param {string} [slot] the selector of the slot that it is a part of
 */
export function fillsOnly(page, element, selector, slot) {
  const place = element.sourceCodeLocation;
  if (!place?.startTag || !place.endTag) return false;
  const expected = page.html.slice(0, place.startTag.endOffset) + MARK + page.html.slice(place.endTag.startOffset);
  const which = slot === undefined ? ["--selector", selector] : ["--selector", slot, "--element", selector];
  return replaced(page.html, which) === expected;
}

/** A page with the mark in what the selectors name. @param {string} html one character a byte @param {string[]} which */
function replaced(html, which) {
  const { host } = memory({}, { input: Buffer.from(html, "latin1") });
  let out = "";
  const print = (/** @type {Uint8Array} */ bytes) => void (out += Buffer.from(bytes).toString("latin1"));
  const code = run(["html", "replace", ...which, "--with", MARK], { ...host, print });
  return code === 0 ? out : null;
}
