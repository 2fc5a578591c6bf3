/**
 * Builds the static shop into build/demo: node www/demo/build.mjs [--out DIR] [--mode edge|control|static] [--key HEX]
 * Every page is complete HTML; the client modules and the stylesheet are copied as written. By the mode, Attune is in front of the
 * pages, or a script in them asks it for plans, or the script decides by itself with what `--key` has signed.
 */
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { drawProduct } from './art/draw.mjs';
import { scenes } from './art/scenes.mjs';
import { FAVICON } from './pages/brand.mjs';
import { categoryPage, productPage, salePage } from './pages/catalogue.mjs';
import { homePage } from './pages/home.mjs';
import { render } from './pages/layout.mjs';
import { basketPage, checkoutPage, confirmedPage } from './pages/purchase.mjs';
import { accountPage, notFoundPage, privacyPage, searchPage } from './pages/service.mjs';
import { CATEGORIES, FREE_DELIVERY_FROM, ORIGIN, PRODUCTS, SHELVES, inCategory, product } from './pages/shop.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));

/** @typedef {'edge' | 'control' | 'static'} Mode */

/** What each page has in its head. @type {Record<Mode, (key: string) => string>} */
const HEADS = {
  edge: () => '',
  control: () => '<script src="/_attune/page.js" data-plan async></script>',
  static: (key) => `<script src="/_attune/local.js" data-keys="${key}" async></script>`,
};

/** Response headers of the static files, in the form of Cloudflare's assets. A page may be personalized, so it is asked for anew each time; art may rest a day. @param {Mode} mode */
const headers = (mode) => `/*
  Content-Security-Policy: default-src 'self';${mode === 'static' ? " script-src 'self' 'wasm-unsafe-eval';" : ''} img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'
  X-Content-Type-Options: nosniff
  Referrer-Policy: strict-origin-when-cross-origin
/img/*
  Cache-Control: public, max-age=86400
`;

export function pages() {
  return [homePage(), ...CATEGORIES.map(categoryPage), salePage(), ...PRODUCTS.map(productPage), basketPage(), checkoutPage(), confirmedPage(), searchPage(), accountPage(), privacyPage(), notFoundPage()];
}

/** The file that the assets binding serves for a path. @param {string} path */
export const fileOf = (path) => (path.endsWith('/') ? `${path}index.html` : `${path}.html`).slice(1);

/**
 * A page as its mode wants it.
 * @param {string} page @param {Mode} mode @param {string} key
 */
const inMode = (page, mode, key) => (mode === 'edge' ? page : page.replace('</head>', `${HEADS[mode](key)}\n</head>`).replaceAll(' data-slot=', ' data-attune-draw data-slot='));

/** @param {string} out folder to fill; what is in it goes @param {Mode} [mode] @param {string} [key] */
export function build(out, mode = 'edge', key = '') {
  const write = (/** @type {string} */ path, /** @type {string} */ text) => {
    const file = join(out, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  rmSync(out, { recursive: true, force: true });
  const all = pages();
  for (const page of all) write(fileOf(page.path), inMode(render(page), mode, key));
  for (const p of PRODUCTS) write(`img/p/${p.sku}.svg`, drawProduct(p));
  for (const [name, svg] of Object.entries(scenes({ product, inCategory, categories: CATEGORIES }))) write(`img/scene/${name}.svg`, svg);
  write('favicon.svg', FAVICON);
  write('shop.css', readdirSync(join(HERE, 'styles')).filter((f) => f.endsWith('.css')).sort().map((f) => readFileSync(join(HERE, 'styles', f), 'utf8')).join('\n'));
  write('data/catalogue.json', JSON.stringify({ currency: 'GBP', freeDeliveryFrom: FREE_DELIVERY_FROM, shelves: Object.fromEntries(CATEGORIES.map((c) => [c, SHELVES[c]?.name])), products: PRODUCTS.map((p) => [p.sku, p.name, p.category, p.price, p.was ?? null]) }));
  write('data/personas.json', JSON.stringify(publicPersonas()));
  write('sitemap.xml', `<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${all.filter((p) => !p.noindex).map((p) => `<url><loc>${ORIGIN}${p.path}</loc></url>`).join('')}</urlset>`);
  write('robots.txt', `User-agent: *\nDisallow: /demo/\nDisallow: /_attune/\nSitemap: ${ORIGIN}/sitemap.xml\n`);
  write('_headers', headers(mode));
  cpSync(join(HERE, 'client'), join(out, 'client'), { recursive: true });
  return all.length;
}

/** What the persona bar shows; the profiles stay with the shop's backend. */
function publicPersonas() {
  /** @type {{ personas: { key: string, label: string, about: string }[] }} */
  const { personas } = JSON.parse(readFileSync(join(HERE, 'attune/personas.json'), 'utf8'));
  return personas.map(({ key, label, about }) => ({ key, label, about }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { out: { type: 'string', default: join(HERE, '../../build/demo') }, mode: { type: 'string', default: 'edge' }, key: { type: 'string', default: '' } } });
  const { out, mode, key } = values;
  if (!(mode in HEADS)) throw new Error(`--mode ${mode}: ${Object.keys(HEADS).join(', ')}`);
  const start = performance.now();
  const count = build(out, /** @type {Mode} */ (mode), key);
  console.log(`${count} pages in ${Math.round(performance.now() - start)} ms: ${out}`);
}
