/** The account page: a name and the orders of this browser. */
import { push } from './datalayer.mjs';
import { count, el, money, one, say, show } from './dom.mjs';
import { orders } from './orders.mjs';
import { login } from './shapes.mjs';

const KEY = 'tuppence.name';

export function start() {
  one('[data-login]')?.addEventListener('submit', (event) => {
    event.preventDefault();
    const input = one('#first-name');
    const name = input instanceof HTMLInputElement ? input.value.trim() : '';
    if (!name) return input?.focus();
    localStorage.setItem(KEY, name);
    push(login());
    draw();
  });
  one('[data-logout]')?.addEventListener('click', () => {
    localStorage.removeItem(KEY);
    draw();
  });
  draw();
  const list = orders();
  if (list.length) one('[data-orders]')?.replaceChildren(el('ul', { class: 'mini-lines' }, ...list.map((order) => el('li', {}, el('span', {}, `${order.id}, ${new Date(order.at).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' })}, ${count(order.lines.reduce((n, line) => n + line.quantity, 0), 'gift')}`), el('span', {}, money(order.value + order.shipping))))));
}

function draw() {
  const name = localStorage.getItem(KEY);
  show(one('[data-signed-out]'), !name);
  show(one('[data-signed-in]'), Boolean(name));
  say('[data-hello]', name ? `Hello, ${name}` : 'Your account');
  say('[data-name]', name ?? '');
}
