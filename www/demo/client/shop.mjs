/** What runs on every page: basket count, add buttons, the data layer, consent, and the demo's persona bar. */
import { add, pieces } from './basket.mjs';
import { askForConsent } from './consent.mjs';
import { push } from './datalayer.mjs';
import { all, one, say, show, toast } from './dom.mjs';
import { personaBar } from './personas.mjs';
import { addToCart, viewItem, viewItemList } from './shapes.mjs';
/** @import { Thing } from './shapes.mjs' */

/** Pages with more to do, and the module that does it. @type {Record<string, () => Promise<{ start: () => unknown }>>} */
const PAGES = {
  basket: () => import('./page-basket.mjs'), checkout: () => import('./page-checkout.mjs'), 'order-confirmed': () => import('./page-confirmed.mjs'),
  search: () => import('./page-search.mjs'), account: () => import('./page-account.mjs'), privacy: () => import('./page-privacy.mjs'), category: () => import('./page-category.mjs'),
};

/** @param {HTMLElement} node @returns {Thing} */
const thing = ({ dataset }) => ({ sku: dataset.sku ?? '', name: dataset.name ?? '', category: dataset.category ?? '', price: Number(dataset.price) });

function count() {
  const n = pieces();
  say('[data-count]', String(n));
  show(one('[data-count]'), n > 0);
}

/** @param {Thing} product @param {number} quantity */
function buy(product, quantity) {
  add(product.sku, quantity);
  push(addToCart({ ...product, quantity }));
  toast(`In your basket: ${quantity > 1 ? `${quantity} × ` : ''}${product.name}.`, { href: '/basket', label: 'See basket' });
}

function listen() {
  document.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const button = target?.closest('[data-add]');
    const holder = button?.closest('[data-sku]');
    if (button instanceof HTMLElement && holder instanceof HTMLElement) {
      buy(thing(holder), 1);
      button.classList.add('done');
      setTimeout(() => button.classList.remove('done'), 1200);
    }
    const step = target?.closest('[data-step]');
    const input = step?.parentElement?.querySelector('input');
    if (step instanceof HTMLElement && input) {
      input.value = String(Math.min(99, Math.max(1, (Number(input.value) || 1) + Number(step.dataset.step))));
      input.dispatchEvent(new Event('change', { bubbles: true }));
    }
  });
  one('[data-buy]')?.addEventListener('submit', (event) => {
    event.preventDefault();
    const product = one('[data-product]');
    const quantity = /** @type {HTMLInputElement | null} */ (one('#quantity'));
    if (product) buy(thing(product), Math.min(99, Math.max(1, Math.trunc(Number(quantity?.value)) || 1)));
  });
  document.addEventListener('basket', count);
  window.addEventListener('storage', count);
  window.addEventListener('pageshow', (event) => { if (event.persisted) count(); });
}

function report() {
  const product = one('[data-product]');
  if (product) push(viewItem(thing(product)));
  for (const list of all('[data-list-id]')) {
    const things = all('[data-sku]', list).map(thing);
    if (things.length) push(viewItemList({ id: list.dataset.listId ?? '', name: list.dataset.listName ?? '' }, things));
  }
}

count();
listen();
report();
const page = PAGES[document.body.dataset.page ?? ''];
if (page) page().then((module) => module.start());
personaBar();
askForConsent();
