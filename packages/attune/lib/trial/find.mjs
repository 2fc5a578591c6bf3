// Which elements of a page may be its heading, hero, product lists and announcement bar: for each the best guess first.
import { ancestors, attribute, children, inside, isIn, isSeen, names } from "./document.mjs";

/** @typedef {import("./document.mjs").Element} Element */
/** @typedef {import("./document.mjs").Page} Page */

const HERO = /(?:^|[^a-z])(?:hero|banner|jumbotron|masthead|slideshow|slider|carousel|stage|splash|billboard|teaser)|hero(?:$|[^a-z])|Hero|Banner/;
const BAR = /announce|promo-?bar|top-?bar|notification|notice-?bar|marquee|ticker|usp|message-?bar|info-?bar/i;
const OTHER = /cookie|consent|gdpr|modal|dialog|drawer|newsletter|popup|offcanvas|breadcrumb|skip/i;
const PRICE = /(?:[$€£¥₹]|\b(?:USD|EUR|GBP|CHF)|\bkr\.?|zł)\s?\d[\d.,]*|\d[\d.,]*\s?(?:[$€£¥₹]|(?:EUR|USD|GBP|CHF|SEK|DKK|NOK|kr|zł|Kč)(?![a-z]))/gi;

/** Whether an element belongs to what all pages of a site have, or covers the page. @param {Element} element */
function isFrame(element) {
  return [element, ...ancestors(element)].some((one) => ["nav", "footer", "dialog", "header"].includes(one.tagName) || OTHER.test(names(one)));
}

/** The names of places, as a configuration has them. */
const PLACE = /^[a-z][a-z0-9-]{0,30}$/;
/** A page with more names than this has them from a library of components, and not for slots. */
const PLACES_MAX = 8;

/** The elements that the page itself marks with `data-slot`, by their names. @param {Page} page @returns {Map<string, Element[]>} */
export function marked(page) {
  /** @type {Map<string, Element[]>} */
  const places = new Map();
  for (const element of page.elements) {
    const name = attribute(element, "data-slot") ?? "";
    if (PLACE.test(name) && name !== "page-end") places.set(name, [...(places.get(name) ?? []), element]);
  }
  return places.size > PLACES_MAX ? new Map() : places;
}

/** Headings, those outside of the site's header first. @param {Page} page @returns {Element[]} */
export function headings(page) {
  const large = (/** @type {Element} */ element) => element.tagName === "font" && /^(?:[5-7]|\+[2-4])$/.test(attribute(element, "size") ?? "");
  const isText = (/** @type {Element} */ element) => {
    const { length } = page.textOf(element);
    return length > 1 && length <= 200 && isSeen(element);
  };
  const all = [page.named("h1"), page.elements.filter((element) => attribute(element, "role") === "heading"), page.named("h2"), page.elements.filter(large)].flat().filter(isText);
  return [...all.filter((element) => !isFrame(element)), ...all.filter((element) => element.tagName === "h1" && isFrame(element))];
}

/** Big sections that ask for something. @param {Page} page @returns {Element[]} */
export function heroes(page) {
  const isSection = (/** @type {Element} */ element) => ["section", "div", "article", "aside", "figure", "header", "center"].includes(element.tagName) && !isIn(element, "nav", "footer", "dialog");
  const around = page.named("h1").filter(isSeen).flatMap((heading) => ancestors(heading)).filter(isSection);
  const hinted = page.elements.filter((element) => HERO.test(names(element)) && isSection(element) && isSeen(element) && !isFrame(element));
  const sections = [...new Set([...around, ...hinted])].filter((element) => {
    const all = inside(element);
    const isTitled = all.some((one) => /^h[1-3]$/.test(one.tagName));
    const isWhole = all.some((one) => ["nav", "footer", "main"].includes(one.tagName)) || (page.textOf(element).match(PRICE)?.length ?? 0) > 2;
    return isTitled && !isWhole && callToAction(page, element) !== undefined;
  });
  // The part of a hero that has only its text comes after the whole of it.
  return [...sections.filter(hasPicture), ...sections.filter((element) => !hasPicture(element) && HERO.test(names(element)))];
}

/** @param {Element} element */
function hasPicture(element) {
  const isPicture = (/** @type {Element} */ one) => ["img", "picture", "video"].includes(one.tagName) || /background/i.test(attribute(one, "style") ?? "");
  return [element, ...inside(element)].some(isPicture);
}

/** The link or button of a hero. @param {Page} page @param {Element} hero */
export function callToAction(page, hero) {
  const links = inside(hero).filter((one) => (one.tagName === "a" && attribute(one, "href") !== undefined) || one.tagName === "button");
  const isShort = (/** @type {Element} */ link) => {
    const { length } = page.textOf(link);
    return length > 1 && length <= 40 && isSeen(link) && !inside(link).some((one) => /^h[1-6]$/.test(one.tagName)) && !ancestors(link).some((one) => /^h[1-6]$/.test(one.tagName));
  };
  return links.find((link) => isShort(link) && /btn|button|cta|action/i.test(names(link))) ?? links.find(isShort);
}

/** Lists of products, the one with the most prices and pictures first. @param {Page} page @returns {Element[]} */
export function productLists(page) {
  /** @type {{ element: Element, score: number }[]} */
  const found = [];
  for (const element of page.elements) {
    const all = children(element);
    if (all.length < 3 || isFrame(element) || !isSeen(element)) continue;
    const group = byTag(all).reduce((most, one) => (one.length > most.length ? one : most));
    const products = group.map((one) => productScore(page, one)).filter((score) => score > 0);
    if (products.length < 3 || products.length < group.length * 0.6) continue;
    found.push({ element, score: products.reduce((sum, score) => sum + score, 0) });
  }
  return found.sort((a, b) => b.score - a.score).map(({ element }) => element);
}

/** @param {Element[]} elements */
function byTag(elements) {
  /** @type {Map<string, Element[]>} */
  const groups = new Map();
  for (const element of elements) groups.set(element.tagName, [...(groups.get(element.tagName) ?? []), element]);
  return [...groups.values()];
}

/** How much an element is one product: it has a link, a text, and a picture or a price. @param {Page} page @param {Element} element */
function productScore(page, element) {
  const all = [element, ...inside(element)];
  const links = all.filter((one) => one.tagName === "a" && attribute(one, "href") !== undefined).length;
  const pictures = all.filter((one) => one.tagName === "img").length;
  const text = page.textOf(element);
  const prices = text.match(PRICE)?.length ?? 0;
  // More than one price of each kind, or many links: that is several products, or a menu.
  if (links === 0 || links > 6 || text.length < 2 || text.length > 600 || prices > 3 || pictures > 6 || pictures + prices === 0) return 0;
  return (prices > 0 ? 3 : 0) + (pictures > 0 ? 1 : 0);
}

/** Bars above the page that announce something. @param {Page} page @returns {Element[]} */
export function bars(page) {
  const end = page.elements.findIndex((element) => ["h1", "main"].includes(element.tagName));
  const top = page.elements.slice(0, end === -1 ? Math.ceil(page.elements.length / 4) : end);
  return top.filter((element) => {
    if (!BAR.test(names(element)) || OTHER.test(names(element)) || !isSeen(element) || isIn(element, "nav", "dialog")) return false;
    const { length } = page.textOf(element);
    const all = inside(element);
    return length >= 5 && length <= 200 && !all.some((one) => ["nav", "form", "input", "button"].includes(one.tagName)) && all.filter((one) => one.tagName === "a").length <= 2;
  });
}
