/** The search page. */
import { catalogue } from './catalogue.mjs';
import { push } from './datalayer.mjs';
import { all, count, el, money, one, say, show, unbroken } from './dom.mjs';
import { find } from './find.mjs';
import { search, viewItemList } from './shapes.mjs';
/** @import { Product } from './catalogue.mjs' */

const RESULTS_MAX = 48;

export async function start() {
  const query = (new URLSearchParams(location.search).get('q') ?? '').trim().slice(0, 80);
  if (!query) return;
  for (const input of all('input[name="q"]')) if (input instanceof HTMLInputElement) input.value = query;
  document.title = `${query} · Tuppence`;
  const { products, shelves } = await catalogue();
  const found = find(products, query);
  push(search(query));
  say('[data-heading]', found.length ? `“${query}”` : `Nothing for “${query}”`);
  say('[data-result]', found.length ? `${count(found.length, 'gift')}${found.length > RESULTS_MAX ? `, the first ${RESULTS_MAX} below` : ''}.` : `Try fewer words, or one of our ${Object.keys(shelves).length} shelves.`);
  one('[data-results]')?.replaceChildren(...found.slice(0, RESULTS_MAX).map(card));
  if (found.length) push(viewItemList({ id: 'search', name: 'Search results' }, found.slice(0, RESULTS_MAX)));
  for (const section of all('[data-browse]')) show(section, found.length === 0);
}

/** @param {Product} p */
function card(p) {
  return el('li', { class: 'card', 'data-sku': p.sku, 'data-name': p.name, 'data-category': p.category, 'data-price': p.price.toFixed(2) },
    el('a', { class: 'card-link', href: `/p/${p.sku}` }, el('img', { src: `/img/p/${p.sku}.svg`, alt: '', width: 400, height: 400, loading: 'lazy' }), el('span', { class: 'card-name' }, unbroken(p.name))),
    el('span', { class: 'card-foot' }, el('span', { class: 'card-price' }, el('span', { class: p.was ? 'price sale' : 'price' }, money(p.price)), ...(p.was === null ? [] : [' ', el('s', { class: 'was' }, money(p.was))])),
      el('button', { class: 'add', type: 'button', 'data-add': true, 'aria-label': `Add to basket: ${p.name}` }, el('span', { 'aria-hidden': 'true' }, '+'))));
}
