/**
 * Builds the static shop into build/demo (or --out DIR): node www/demo/build.mjs
 * Every page is complete HTML; the client modules and the stylesheet are copied as written.
 */
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
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

/** Response headers of the static files, in the form of Cloudflare's assets. A page may be personalized, so it is asked for anew each time; art may rest a day. */
const HEADERS = `/*
  Content-Security-Policy: default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'
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

/** @param {string} out folder to fill; what is in it goes */
export function build(out) {
  const write = (/** @type {string} */ path, /** @type {string} */ text) => {
    const file = join(out, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  rmSync(out, { recursive: true, force: true });
  const all = pages();
  for (const page of all) write(fileOf(page.path), render(page));
  for (const p of PRODUCTS) write(`img/p/${p.sku}.svg`, drawProduct(p));
  for (const [name, svg] of Object.entries(scenes({ product, inCategory, categories: CATEGORIES }))) write(`img/scene/${name}.svg`, svg);
  write('favicon.svg', FAVICON);
  write('shop.css', readdirSync(join(HERE, 'styles')).filter((f) => f.endsWith('.css')).sort().map((f) => readFileSync(join(HERE, 'styles', f), 'utf8')).join('\n'));
  write('data/catalogue.json', JSON.stringify({ currency: 'GBP', freeDeliveryFrom: FREE_DELIVERY_FROM, shelves: Object.fromEntries(CATEGORIES.map((c) => [c, SHELVES[c]?.name])), products: PRODUCTS.map((p) => [p.sku, p.name, p.category, p.price, p.was ?? null]) }));
  write('data/personas.json', JSON.stringify(publicPersonas()));
  write('sitemap.xml', `<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${all.filter((p) => !p.noindex).map((p) => `<url><loc>${ORIGIN}${p.path}</loc></url>`).join('')}</urlset>`);
  write('robots.txt', `User-agent: *\nDisallow: /demo/\nDisallow: /_attune/\nSitemap: ${ORIGIN}/sitemap.xml\n`);
  write('_headers', HEADERS);
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
  const flag = process.argv.indexOf('--out');
  const out = flag > 0 && process.argv[flag + 1] ? String(process.argv[flag + 1]) : join(HERE, '../../build/demo');
  const start = performance.now();
  const count = build(out);
  console.log(`${count} pages in ${Math.round(performance.now() - start)} ms: ${out}`);
}
