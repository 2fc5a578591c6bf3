/** The built shop: pages, links, slots, structured data, art. Builds into a folder of its own. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { build, fileOf } from '../build.mjs';
import { CATEGORIES, ON_SALE, ORIGIN, PRODUCTS, inCategory } from '../pages/shop.mjs';

/** @type {string} */
let out;
/** Page by path of its file. @type {Map<string, string>} */
const pages = new Map();

/** @param {string} folder @returns {string[]} */
const files = (folder) => readdirSync(folder).flatMap((name) => { const path = join(folder, name); return statSync(path).isDirectory() ? files(path) : [path]; });

before(() => {
  out = mkdtempSync(join(tmpdir(), 'tuppence-'));
  build(out);
  for (const file of files(out)) if (file.endsWith('.html')) pages.set(relative(out, file).split(sep).join('/'), readFileSync(file, 'utf8'));
});
after(() => rmSync(out, { recursive: true, force: true }));

/** @param {string} path of the site */
const page = (path) => {
  const text = pages.get(fileOf(path));
  assert.ok(text, `${path} was built`);
  return text;
};

/** @param {string} text */
const unescape = (text) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');

describe('the catalogue', () => {
  test('has at least 200 real products on 10 to 14 shelves', () => {
    assert.ok(PRODUCTS.length >= 200, String(PRODUCTS.length));
    assert.equal(new Set(PRODUCTS.map((p) => p.sku)).size, PRODUCTS.length);
    assert.equal(new Set(PRODUCTS.map((p) => p.name)).size, PRODUCTS.length);
    assert.ok(CATEGORIES.length >= 10 && CATEGORIES.length <= 14);
    for (const category of CATEGORIES) assert.ok(inCategory(category).length >= 12, category);
  });

  test('has whole pence, and sales that really are lower', () => {
    for (const p of PRODUCTS) {
      assert.ok(p.price > 0 && Math.abs(p.price * 100 - Math.round(p.price * 100)) < 1e-6, `${p.sku} ${p.price}`);
      if (p.was !== undefined) assert.ok(p.was > p.price, p.sku);
    }
    assert.equal(ON_SALE.length, 24, 'the copy of the winter sale says twenty-four');
  });

  test('keeps the promises of the copy', () => {
    assert.equal(PRODUCTS.length, 320);
    assert.equal(Math.min(...PRODUCTS.map((p) => p.price)), 0.29);
    assert.ok(PRODUCTS.filter((p) => p.price < 5).length > PRODUCTS.length / 2, 'most of it under five pounds');
    assert.equal(PRODUCTS.find((p) => p.sku === '22029')?.price, 0.42, 'a birthday card for 42p');
  });
});

describe('every page', () => {
  test('exists: the home, the shelves, every product, and the pages of the trade', () => {
    for (const path of ['/', '/basket', '/checkout', '/order-confirmed', '/search', '/account', '/privacy', '/404', '/c/sale']) page(path);
    for (const category of CATEGORIES) page(`/c/${category}`);
    for (const p of PRODUCTS) page(`/p/${p.sku}`);
  });

  test('has its own title, a description, its language, one h1, and a canonical address unless it is not for indexes', () => {
    const titles = new Map();
    for (const [file, text] of pages) {
      const title = /<title>([^<]+)<\/title>/.exec(text)?.[1];
      assert.ok(title && !titles.has(title), `${file}: ${title} is also ${titles.get(title)}`);
      titles.set(title, file);
      assert.match(text, /<meta name="description" content="[^"]{10,}">/, file);
      assert.match(text, /<html lang="en-GB"/, file);
      assert.equal(text.match(/<h1[ >]/g)?.length, 1, file);
      assert.equal(/<link rel="canonical" href="([^"]+)">/.test(text), !/content="noindex"/.test(text), file);
    }
    assert.match(page('/p/22423'), new RegExp(`<link rel="canonical" href="${ORIGIN}/p/22423">`));
  });

  test('has no dead link and no missing picture, style or script', () => {
    for (const [file, text] of pages) {
      for (const [, raw] of text.matchAll(/\s(?:href|src|action)="([^"]*)"/g)) {
        const target = unescape(raw ?? '');
        if (/^https?:/.test(target)) continue;
        const [path = '', fragment] = target.split('#');
        const name = path.split('?')[0] || `/${file.replace(/index\.html$|\.html$/, '')}`;
        const isFile = /\.[a-z]+$/.test(name);
        assert.ok(existsSync(join(out, isFile ? name : fileOf(name))), `${file} links to ${target}`);
        if (fragment) assert.ok(page(name).includes(`id="${fragment}"`), `${file} links to ${target}`);
      }
    }
  });

  test('has its slots, each once and in an element that a slot may be', () => {
    const expected = (/** @type {string} */ file) => ['bar', ...(file === 'index.html' ? ['hero', 'welcome', 'promo'] : file.startsWith('c/') ? ['promo'] : file.startsWith('p/') ? ['aside'] : file === 'basket.html' ? ['note'] : [])];
    for (const [file, text] of pages) {
      const found = [...text.matchAll(/<(\w+)[^>]* data-slot="(\w+)"/g)];
      assert.deepEqual(found.map(([, , slot]) => slot).sort(), expected(file).sort(), file);
      for (const [, tag] of found) assert.ok(['div', 'section', 'aside'].includes(tag ?? ''), `${file}: ${tag}`);
    }
  });

  test('has ids once, labels for its fields, and alternatives for its pictures', () => {
    for (const [file, text] of pages) {
      const ids = [...text.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
      assert.equal(new Set(ids).size, ids.length, `${file}: ${ids.filter((id, i) => ids.indexOf(id) !== i)}`);
      for (const [, id] of text.matchAll(/<(?:input|select)[^>]* id="([^"]+)"/g)) assert.ok(text.includes(`<label for="${id}"`) || text.includes(`<label class="visually-hidden" for="${id}"`), `${file}: ${id}`);
      for (const [image] of text.matchAll(/<img [^>]*>/g)) assert.match(image, / alt="[^"]*".* width="\d+" height="\d+"/, `${file}: ${image}`);
    }
  });
});

describe('the elements that the campaigns fill', () => {
  test('are in their slots', () => {
    const hero = /<section class="hero" data-slot="hero">[\s\S]*?<\/section>/;
    const slot = hero.exec(page('/'))?.[0] ?? '';
    for (const part of ['<h1>', '<p class="lead">', '<img ', '<a class="cta ']) assert.ok(slot.includes(part), part);
    const welcome = /<section class="welcome"[\s\S]*?<\/section>/.exec(page('/'))?.[0] ?? '';
    for (const part of ['<h2>', '<div class="lead">', '<a class="cta"']) assert.ok(welcome.includes(part), part);
    for (const text of pages.values()) assert.match(text, /data-slot="bar"><span class="bar-text">[^<]+<\/span> <a class="cta"/);
  });
});

describe('product pages', () => {
  test('carry JSON-LD of the product, with the price of the catalogue', () => {
    for (const p of PRODUCTS) {
      const block = /<script type="application\/ld\+json">([\s\S]*?)<\/script>/.exec(page(`/p/${p.sku}`))?.[1] ?? '';
      const [product, crumbs] = JSON.parse(block);
      assert.equal(product['@type'], 'Product');
      assert.equal(product.name, p.name);
      assert.equal(product.sku, p.sku);
      assert.deepEqual({ price: product.offers.price, currency: product.offers.priceCurrency }, { price: p.price.toFixed(2), currency: 'GBP' });
      assert.equal(crumbs.itemListElement.length, 3);
    }
  });

  test('show prices in pounds, and the old price beside a lower one', () => {
    assert.match(page('/p/22423'), /<span class="price sale">£10\.95<\/span> <s class="was"><span class="visually-hidden">was <\/span>£12\.75<\/s>/);
    assert.match(page('/p/85123A'), /<span class="price">£2\.95<\/span>/);
  });
});

describe('the art', () => {
  test('is one well-formed picture a product, and varied', () => {
    const drawn = new Set();
    for (const p of PRODUCTS) {
      const svg = readFileSync(join(out, `img/p/${p.sku}.svg`), 'utf8');
      assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 200 200">.*<\/svg>$/s);
      assert.doesNotMatch(svg, /NaN|undefined/, p.sku);
      assert.equal(svg.match(/<g[ >]/g)?.length, svg.match(/<\/g>/g)?.length, p.sku);
      for (const [, id] of svg.matchAll(/url\(#(\w+)\)/g)) assert.ok(svg.includes(`id="${id}"`), `${p.sku} needs ${id}`);
      drawn.add(svg);
    }
    assert.ok(drawn.size > PRODUCTS.length * 0.9, `${drawn.size} different pictures of ${PRODUCTS.length}`);
  });

  test('is built the same way each time', () => {
    const again = mkdtempSync(join(tmpdir(), 'tuppence-again-'));
    try {
      build(again);
      for (const file of files(out)) assert.deepEqual(readFileSync(join(again, relative(out, file))), readFileSync(file), file);
    } finally {
      rmSync(again, { recursive: true, force: true });
    }
  });
});
