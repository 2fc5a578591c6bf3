/** The frame of every page. */
import { html, json } from './html.mjs';
import { wordmark } from './brand.mjs';
import { shelfName } from './parts.mjs';
import { CATEGORIES, ORIGIN } from './shop.mjs';
import { WORDS as t } from './words.mjs';
/** @import { Markup } from './html.mjs' */

/**
 * @typedef {object} Page
 * @property {string} path where it is served
 * @property {string} type what the client does on it
 * @property {string} title
 * @property {string} description
 * @property {Markup} body
 * @property {string} [current] the category that is open
 * @property {unknown} [jsonLd]
 * @property {boolean} [noindex]
 * @property {string} [image] path of the picture for shared links
 */

const icon = {
  search: html`<svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true"><path d="M10.500 4a6.500 6.500 0 1 1 0 13a6.500 6.500 0 0 1 0-13zM15.500 15.500L21 21" fill="none" stroke="currentColor" stroke-width="2.200" stroke-linecap="round"/></svg>`,
  account: html`<svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><path d="M12 4a4 4 0 1 1 0 8a4 4 0 0 1 0-8zM4 20.500q1-6.500 8-6.500t8 6.500" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"/></svg>`,
  basket: html`<svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><path d="M3 10h18l-2 9.500q-.3 1.500-2 1.500H7q-1.700 0-2-1.500zM8 10l3-6M16 10l-3-6" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/></svg>`,
};

/** @param {Page} page @returns {string} */
export function render(page) {
  const url = `${ORIGIN}${page.path}`;
  return html`<!doctype html>
<html lang="en-GB" data-attune-overlay="closed">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title}</title>
<meta name="description" content="${page.description}">
${page.noindex ? html`<meta name="robots" content="noindex">` : html`<link rel="canonical" href="${url}">`}
<meta property="og:title" content="${page.title}"><meta property="og:description" content="${page.description}"><meta property="og:site_name" content="Tuppence">
<meta name="theme-color" content="#fffaf0">
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/shop.css">
<script type="module" src="/client/shop.mjs"></script>
${page.jsonLd ? html`<script type="application/ld+json">${json(page.jsonLd)}</script>` : ''}
</head>
<body data-page="${page.type}">
<a class="skip" href="#content">${t.skip}</a>
${header(page)}
<main id="content" tabindex="-1">
${page.body}
</main>
${footer()}
<div class="toast" role="status" aria-live="polite" data-toast></div>
</body>
</html>
`.text;
}

/** @param {Page} page */
function header(page) {
  return html`<header class="header">
<div class="bar" data-slot="bar"><span class="bar-text">${t.bar}</span> <a class="cta" href="/c/christmas">${t.barCta}</a></div>
<div class="header-row">
<a class="logo" href="/">${wordmark()}</a>
<form class="search" action="/search" role="search"><label class="visually-hidden" for="q">${t.search}</label><input id="q" name="q" type="search" placeholder="${t.search}" autocomplete="off" maxlength="80"><button type="submit" aria-label="${t.searchButton}">${icon.search}</button></form>
<nav class="tools" aria-label="${t.account}, ${t.basket}"><a href="/account">${icon.account}<span>${t.account}</span></a><a href="/basket">${icon.basket}<span>${t.basket}</span><b class="count" data-count hidden>0</b></a></nav>
</div>
<nav class="shelves" aria-label="${t.shelves}"><ul>${CATEGORIES.map((c) => html`<li><a href="/c/${c}"${page.current === c ? html` aria-current="page"` : ''}>${shelfName(c)}</a></li>`)}<li><a class="sale" href="/c/sale"${page.current === 'sale' ? html` aria-current="page"` : ''}>${t.sale}</a></li></ul></nav>
</header>`;
}

function footer() {
  return html`<footer class="footer">
<div class="footer-row">
<div class="footer-about">${wordmark()}<p>${t.footAbout}</p></div>
<nav aria-label="${t.footShop}"><h2>${t.footShop}</h2><ul>${CATEGORIES.slice(0, 7).map((c) => html`<li><a href="/c/${c}">${shelfName(c)}</a></li>`)}</ul></nav>
<nav aria-label="${t.shelves}"><h2>${t.shelves}</h2><ul>${CATEGORIES.slice(7).map((c) => html`<li><a href="/c/${c}">${shelfName(c)}</a></li>`)}</ul></nav>
<nav aria-label="${t.footHelp}"><h2>${t.footHelp}</h2><ul><li><a href="/privacy">${t.footPrivacy}</a></li><li><a href="/account">${t.footAccount}</a></li><li><a href="/search">${t.footAll}</a></li></ul></nav>
</div>
<p class="footer-note">${t.footDelivery}</p>
<p class="footer-note">${t.footDemo} <a href="https://archive.ics.uci.edu/dataset/352/online+retail" rel="external">Online Retail</a> ${t.footDemoEnd}</p>
</footer>`;
}
