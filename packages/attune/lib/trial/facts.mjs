// What a page says of its site: language, currency, how it is built, what it allows.
import { policiesOf } from "../live/policy.mjs";
import { attribute } from "./document.mjs";

/** @typedef {import("./document.mjs").Page} Page */

/**
 * @typedef {object} Facts
 * @property {string} locale
 * @property {string} currency
 * @property {string} framework that makes the page anew in the browser; empty: none that is known
 * @property {boolean} isShell the page is built in the browser, from next to nothing
 * @property {boolean} isConsent the page does not ask for anything but consent
 * @property {boolean} hasStyles elements may have a style of their own
 */

const FRAMEWORKS = /** @type {const} */ ([["Next.js", /__NEXT_DATA__|self\.__next_f|\/_next\/static\//], ["Nuxt", /__NUXT__|\/_nuxt\//], ["Remix", /__remixContext|__reactRouterContext/], ["Angular", /\bng-version=/], ["Gatsby", /id="___gatsby"/], ["React", /data-reactroot|data-react-helmet/], ["Vue", /data-server-rendered|data-v-app/]]);
const CURRENCIES = /** @type {const} */ ([["GBP", /£|\bGBP\b/], ["EUR", /€|\bEUR\b/], ["USD", /\$|\bUSD\b/], ["JPY", /¥|\bJPY\b/], ["INR", /₹/], ["CHF", /\bCHF\b/], ["PLN", /zł/], ["SEK", /\bSEK\b/], ["DKK", /\bDKK\b/], ["NOK", /\bNOK\b/]]);

/** @param {Page} page @param {Headers} headers @returns {Facts} */
export function factsOf(page, headers) {
  const [html] = page.named("html");
  const [body] = page.named("body");
  const text = body ? page.textOf(body) : "";
  return {
    locale: localeOf(attribute(html, "lang") ?? attribute(html, "xml:lang") ?? ""),
    currency: currencyOf(page, text) ?? usualCurrency(localeOf(attribute(html, "lang") ?? attribute(html, "xml:lang") ?? "")),
    framework: FRAMEWORKS.find(([, mark]) => mark.test(page.html))?.[0] ?? "",
    isShell: text.length < 200 && page.named("script").length > 0 && page.named("h1").length === 0,
    isConsent: text.length < 1500 && /cookie|consent|datenschutz/i.test(text) && page.named("h1").length + page.named("nav").length < 2 && /accept all|agree|akzeptieren|accepter|aceptar/i.test(text) && page.named("a").length < 12,
    hasStyles: hasStyles(headers.get("Content-Security-Policy") ?? ""),
  };
}

/** The language of a page as the locale of a site. @param {string} lang */
export function localeOf(lang) {
  const [language = "", ...rest] = lang.trim().split(/[-_.@]/);
  if (!/^[a-z]{2,3}$/i.test(language)) return "en-GB";
  const region = rest.find((part) => /^[a-z]{2}$/i.test(part));
  return region === undefined ? language.toLowerCase() : `${language.toLowerCase()}-${region.toUpperCase()}`;
}

/** @param {Page} page @param {string} text */
function currencyOf(page, text) {
  const said = page.elements.find((one) => ["og:price:currency", "product:price:currency"].includes(attribute(one, "property") ?? "") || attribute(one, "itemprop") === "priceCurrency");
  const named = (said && attribute(said, "content")) ?? /"priceCurrency"\s*:\s*"([A-Z]{3})"/.exec(page.html)?.[1] ?? "";
  const known = CURRENCIES.find(([code]) => code === named)?.[0];
  // The sign that is there most often.
  const counted = CURRENCIES.map(([code, sign]) => /** @type {const} */ ([code, text.split(sign).length]));
  const [code, count] = counted.reduce((most, one) => (one[1] > most[1] ? one : most));
  return known ?? (count > 1 ? code : null);
}

/** The currency of a page that shows no price. @param {string} locale */
function usualCurrency(locale) {
  if (/-US$/.test(locale)) return "USD";
  return /^en\b/.test(locale) ? "GBP" : "EUR";
}

/** Whether the policies of a page let elements have a `style`. @param {string} header */
function hasStyles(header) {
  return policiesOf(header).every((policy) => {
    const directive = ["style-src-attr", "style-src", "default-src"].map((name) => policy.find((one) => one.name === name)).find((one) => one !== undefined);
    const sources = directive?.sources.map((source) => source.toLowerCase());
    return sources === undefined || (sources.includes("'unsafe-inline'") && (directive?.name === "style-src-attr" || !sources.some((source) => /^'(?:nonce|sha)/.test(source))));
  });
}
