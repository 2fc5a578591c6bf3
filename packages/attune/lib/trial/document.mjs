// A page as a tree. It is read as Latin-1, one character a byte, so that places in the text are places in the bytes, whatever its
// charset is; texts for people are decoded when they are asked for.
import { parse } from "parse5";

/** @typedef {import("parse5").DefaultTreeAdapterMap["element"]} Element */
/** @typedef {import("parse5").DefaultTreeAdapterMap["node"]} Node */

/** What a person does not read. */
const SILENT = new Set(["script", "style", "noscript", "template", "svg", "math", "iframe", "object", "head"]);

export class Page {
  #decoder;

  /** @param {Uint8Array} bytes @param {string} charset */
  constructor(bytes, charset) {
    this.html = Buffer.from(bytes).toString("latin1");
    this.#decoder = new TextDecoder(charset);
    const tree = parse(this.html, { sourceCodeLocationInfo: true });
    /** All of them, in the order of the page. @type {Element[]} */
    this.elements = [];
    collect(tree, this.elements);
  }

  /** @param {string} latin1 @returns {string} */
  text(latin1) {
    return this.#decoder.decode(Buffer.from(latin1, "latin1"));
  }

  /** What a person reads in an element, without more white space than needed. @param {Element} element */
  textOf(element) {
    return this.text(rawText(element)).replaceAll(/\s+/g, " ").trim();
  }

  /** @param {string} tag */
  named(tag) {
    return this.elements.filter((element) => element.tagName === tag);
  }
}

/** @param {Node} node @param {Element[]} into */
function collect(node, into) {
  if ("tagName" in node) into.push(node);
  if ("childNodes" in node) for (const child of node.childNodes) collect(child, into);
}

/** @param {Node} node @returns {string} */
function rawText(node) {
  if ("value" in node && node.nodeName === "#text") return node.value;
  if ("tagName" in node && SILENT.has(node.tagName)) return "";
  return "childNodes" in node ? node.childNodes.map(rawText).join("") + ("tagName" in node && isBlock(node.tagName) ? " " : "") : "";
}

/** @param {string} tag */
function isBlock(tag) {
  return !["a", "b", "em", "i", "span", "strong", "sup", "sub", "small", "mark", "code", "font"].includes(tag);
}

/** @param {Element} element @param {string} name */
export function attribute(element, name) {
  return element.attrs.find((attr) => attr.name === name)?.value;
}

/** @param {Element} element */
export function classesOf(element) {
  return (attribute(element, "class") ?? "").split(/[ \t\n\f\r]+/).filter((name) => name !== "");
}

/** Its id, classes and role, as one text to look for words in. @param {Element} element */
export function names(element) {
  return ["id", "class", "role", "aria-label", "data-testid", "data-section-type"].map((name) => attribute(element, name) ?? "").join(" ");
}

/** Those above an element, the nearest first. @param {Element} element @returns {Element[]} */
export function ancestors(element) {
  const found = [];
  for (let node = element.parentNode; node !== null && "tagName" in node; node = node.parentNode) found.push(node);
  return found;
}

/** Those inside an element, in the order of the page. @param {Element} element */
export function inside(element) {
  /** @type {Element[]} */
  const found = [];
  for (const child of element.childNodes) collect(child, found);
  return found;
}

/** Elements directly inside. @param {Element} element @returns {Element[]} */
export function children(element) {
  return element.childNodes.filter((child) => "tagName" in child);
}

/** Whether a person sees it, as far as its own attributes and those above say. @param {Element} element */
export function isSeen(element) {
  return [element, ...ancestors(element)].every((one) => {
    const style = (attribute(one, "style") ?? "").replaceAll(/\s/g, "").toLowerCase();
    return attribute(one, "hidden") === undefined && !style.includes("display:none") && !SILENT.has(one.tagName) && attribute(one, "aria-hidden") !== "true";
  });
}

/** Whether it stands in one of these. @param {Element} element @param {string[]} tags */
export function isIn(element, ...tags) {
  return ancestors(element).some((one) => tags.includes(one.tagName));
}
