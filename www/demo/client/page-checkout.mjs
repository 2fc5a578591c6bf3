/** The checkout: checks the form, sends what is ordered to the shop's backend, and goes to the confirmation. */
import { call, me } from './attune.mjs';
import { clear, lines } from './basket.mjs';
import { catalogue } from './catalogue.mjs';
import { push } from './datalayer.mjs';
import { delivery } from './delivery.mjs';
import { all, el, money, one, say, show, unbroken } from './dom.mjs';
import { remember } from './orders.mjs';
import { beginCheckout, valueOf } from './shapes.mjs';
/** @import { Line } from './shapes.mjs' */

export async function start() {
  const basket = await lines();
  show(one('[data-empty]'), basket.length === 0);
  show(one('[data-checkout]'), basket.length > 0);
  if (basket.length === 0) return;
  push(beginCheckout(basket));
  one('[data-mini]')?.replaceChildren(...basket.map(mini));
  const country = /** @type {HTMLSelectElement} */ (one('#country'));
  country.addEventListener('change', () => total(basket, country.value));
  await total(basket, country.value);
  one('[data-order]')?.addEventListener('submit', (event) => {
    event.preventDefault();
    if (valid()) order(basket, country.value);
  });
}

/** @param {Line} line */
export const mini = (line) => el('li', {}, el('span', {}, `${line.quantity} × ${unbroken(line.name)}`), el('span', {}, money(line.price * line.quantity)));

/** @param {Line[]} basket @param {string} country */
async function total(basket, country) {
  const value = valueOf(basket);
  const shipping = delivery(country, value, (await catalogue()).freeDeliveryFrom);
  say('[data-goods]', money(value));
  say('[data-shipping]', shipping ? money(shipping) : 'Free');
  say('[data-total]', money(value + shipping));
}

/** Marks what is missing and moves to the first of it. */
function valid() {
  const empty = all('[data-order] input').filter((input) => {
    const missing = input instanceof HTMLInputElement && input.required && !input.value.trim();
    const error = document.getElementById(`${input.id}-error`);
    input.setAttribute('aria-invalid', String(missing));
    if (error) {
      error.hidden = !missing;
      error.textContent = missing ? 'Please fill this in.' : '';
      input.setAttribute('aria-describedby', error.id);
    }
    return missing;
  });
  empty[0]?.focus();
  return empty.length === 0;
}

/** Who the order belongs to, if the visitor agreed to be remembered. */
async function visitor() {
  try {
    return (await me()).handle ?? null;
  } catch {
    return null;
  }
}

/** @param {Line[]} basket @param {string} country */
async function order(basket, country) {
  const button = one('[data-order] button[type="submit"]');
  const error = one('[data-error]');
  if (button instanceof HTMLButtonElement) button.disabled = true;
  show(error, false);
  try {
    const answer = await call('/demo/order', { visitor: await visitor(), country, items: basket.map(({ sku, quantity }) => ({ sku, quantity })) });
    remember({ id: answer.id, value: answer.value, shipping: answer.shipping, at: Date.now(), lines: basket });
    clear();
    location.assign('/order-confirmed');
  } catch (problem) {
    if (error) error.textContent = `The order was not placed: ${problem instanceof Error ? problem.message : 'the shop did not answer'}. Your basket is as it was.`;
    show(error, true);
    if (button instanceof HTMLButtonElement) button.disabled = false;
  }
}
