/** Sorting a shelf. The promo slot keeps its place between the two lists. */
import { all, one } from './dom.mjs';

/** @type {Record<string, (a: HTMLElement, b: HTMLElement) => number>} */
const ORDERS = {
  low: (a, b) => Number(a.dataset.price) - Number(b.dataset.price),
  high: (a, b) => Number(b.dataset.price) - Number(a.dataset.price),
  name: (a, b) => (a.dataset.name ?? '').localeCompare(b.dataset.name ?? '', 'en-GB'),
};

export function start() {
  const root = one('[data-sortable]');
  const select = one('[data-sort]');
  if (!root || !(select instanceof HTMLSelectElement)) return;
  const loved = all('.card', root);
  const [first, second] = all('.grid', root);
  select.addEventListener('change', () => {
    const order = ORDERS[select.value];
    const cards = order ? [...loved].sort(order) : loved;
    first?.replaceChildren(...cards.slice(0, 8));
    second?.replaceChildren(...cards.slice(8));
  });
}
