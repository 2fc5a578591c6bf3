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
 * @param {Element} [within] looked at alone
 */
export function fillsOnly(page, element, selector, within) {
  const place = element.sourceCodeLocation;
  if (!place?.startTag || !place.endTag) return false;
  const [from, to] = within ? innerPlace(within) : [0, page.html.length];
  if (to === 0) return false;
  const expected = page.html.slice(from, place.startTag.endOffset) + MARK + page.html.slice(place.endTag.startOffset, to);
  return replaced(page.html.slice(from, to), selector) === expected;
}

/** Where the content of an element begins and ends. @param {Element} element */
function innerPlace(element) {
  const place = element.sourceCodeLocation;
  return place?.startTag && place.endTag ? [place.startTag.endOffset, place.endTag.startOffset] : [0, 0];
}

/** A page with the mark in what a selector names. @param {string} html one character a byte @param {string} selector */
function replaced(html, selector) {
  const { host } = memory({}, { input: Buffer.from(html, "latin1") });
  let out = "";
  const print = (/** @type {Uint8Array} */ bytes) => void (out += Buffer.from(bytes).toString("latin1"));
  const code = run(["html", "replace", "--selector", selector, "--with", MARK], { ...host, print });
  return code === 0 ? out : null;
}
