/** The order confirmation. A purchase is reported once, however often the page is opened. */
import { push } from './datalayer.mjs';
import { money, one, say, show } from './dom.mjs';
import { markReported, orders } from './orders.mjs';
import { mini } from './page-checkout.mjs';
import { purchase } from './shapes.mjs';

export function start() {
  draw();
  one('[data-confirmed]')?.removeAttribute('data-waiting');
}

function draw() {
  const order = orders()[0];
  if (!order) return;
  say('[data-order-text]', 'Your order is in our book. Nothing was charged and nothing will arrive, but it was a pleasure.');
  say('[data-order-id]', order.id);
  one('[data-mini]')?.replaceChildren(...order.lines.map(mini));
  say('[data-goods]', money(order.value));
  say('[data-shipping]', order.shipping ? money(order.shipping) : 'Free');
  say('[data-total]', money(order.value + order.shipping));
  show(one('[data-summary]'), true);
  if (!order.reported) {
    push(purchase({ id: order.id, shipping: order.shipping, lines: order.lines }));
    markReported(order.id);
  }
}
