/** The basket page. */
import { lines, set } from './basket.mjs';
import { catalogue } from './catalogue.mjs';
import { push } from './datalayer.mjs';
import { delivery } from './delivery.mjs';
import { el, money, one, say, show, unbroken } from './dom.mjs';
import { addToCart, removeFromCart, valueOf, viewCart } from './shapes.mjs';
/** @import { Line } from './shapes.mjs' */

export async function start() {
  push(viewCart(await lines()));
  await draw();
  document.addEventListener('basket', draw);
  window.addEventListener('storage', draw);
}

async function draw() {
  const basket = await lines();
  const { freeDeliveryFrom } = await catalogue();
  const focused = document.activeElement?.id;
  one('[data-lines]')?.replaceChildren(...basket.map(row));
  if (focused) document.getElementById(focused)?.focus();
  one('[data-basket]')?.removeAttribute('data-waiting');
  show(one('[data-summary]'), basket.length > 0);
  show(one('[data-basket]'), basket.length > 0);
  show(one('[data-empty]'), basket.length === 0);
  const value = valueOf(basket);
  const shipping = delivery('GB', value, freeDeliveryFrom);
  const missing = freeDeliveryFrom - value;
  say('[data-goods]', money(value));
  say('[data-shipping]', shipping ? money(shipping) : 'Free');
  say('[data-total]', money(value + shipping));
  say('[data-delivery-text]', missing > 0 ? `${money(missing)} more and UK delivery is free.` : 'UK delivery is free.');
  const bar = one('[data-delivery]');
  if (bar instanceof HTMLProgressElement) bar.value = Math.min(freeDeliveryFrom, value);
}

/** Changes a line and reports the difference. @param {Line} line @param {number} quantity */
function change(line, quantity) {
  const by = quantity - line.quantity;
  if (by > 0) push(addToCart({ ...line, quantity: by }));
  if (by < 0) push(removeFromCart({ ...line, quantity: -by }));
  set(line.sku, quantity);
}

/** @param {Line} line */
function row(line) {
  const id = `q-${line.sku}`;
  const input = /** @type {HTMLInputElement} */ (el('input', { id, type: 'number', inputmode: 'numeric', min: 1, max: 99, value: line.quantity, onchange: () => change(line, Math.min(99, Math.max(1, Math.trunc(Number(input.value)) || 1))) }));
  return el('div', { class: 'line' },
    el('img', { src: `/img/p/${line.sku}.svg`, alt: '', width: 200, height: 200 }),
    el('a', { class: 'line-name', href: `/p/${line.sku}` }, unbroken(line.name)), el('span', { class: 'line-price' }, money(line.price * line.quantity)),
    el('div', { class: 'line-tools' },
      el('div', { class: 'stepper' }, el('button', { type: 'button', id: `${id}-less`, 'data-step': '-1', 'aria-label': `One fewer: ${line.name}` }, '−'), el('label', { class: 'visually-hidden', for: id }, `How many: ${line.name}`), input, el('button', { type: 'button', id: `${id}-more`, 'data-step': '1', 'aria-label': `One more: ${line.name}` }, '+')),
      el('button', { class: 'link', type: 'button', 'aria-label': `Remove ${line.name}`, onclick: () => change(line, 0) }, 'Remove')));
}
