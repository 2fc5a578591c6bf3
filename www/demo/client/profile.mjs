/** A profile in words. */
import { log, sentence } from './log.mjs';
import { catalogue } from './catalogue.mjs';
import { count, el, money } from './dom.mjs';
import { MESSAGES } from './messages.mjs';

/** @typedef {{ sku: string, at?: string }} Seen */
/**
 * @typedef {object} Profile
 * @property {string} [id]
 * @property {string} [issued]
 * @property {{ count?: number, first?: string, previous?: string, last?: string, session_pages?: number }} [visits]
 * @property {{ category: string, score: number, views?: number, at?: string }[]} [interests]
 * @property {Seen[]} [viewed]
 * @property {{ campaign: string, seen: number, at?: string }[]} [shown]
 * @property {{ items: { sku: string, quantity: number, price: number }[], at?: string }} [cart]
 * @property {{ count?: number, total?: number, last?: string, last_value?: number, last_items?: number, skus?: string[] }} [orders]
 * @property {{ products: unknown[] }} [seen]
 * @property {string} [purchased_at]
 * @property {{ signal: string, value?: string, sum: number, at: string }[]} [signals]
 */

/** @param {string | undefined} iso */
const when = (iso) => (iso ? new Date(iso).toLocaleString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', ...(iso.length > 10 ? { hour: '2-digit', minute: '2-digit' } : {}) }) : 'not known');

/** @param {[string, string][]} rows */
const table = (rows) => el('dl', {}, ...rows.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]));

/** @param {string} title @param {...(Node | null)} parts */
const section = (title, ...parts) => [el('h3', {}, title), ...parts.filter((part) => part !== null)];

/** @param {Profile} profile @returns {Promise<HTMLElement>} */
export async function readable(profile) {
  const { find, shelves } = await catalogue();
  const product = (/** @type {string} */ sku) => find(sku)?.name ?? `product ${sku}`;
  const link = (/** @type {string} */ sku) => (find(sku) ? el('a', { href: `/p/${sku}` }, product(sku)) : document.createTextNode(product(sku)));
  /** @type {Node[]} */
  const parts = [];
  const { visits, interests = [], viewed = [], shown = [], cart, orders, seen, signals = [] } = profile;
  if (visits?.count) parts.push(...section('Your visits', table([['So far', count(visits.count, 'visit')], ['First', when(visits.first)], ...(visits.previous ? [/** @type {[string, string]} */ (['The one before', when(visits.previous)])] : []), ['This one', `${count(visits.session_pages ?? 0, 'page')} so far`]])));
  if (interests.length) {
    const top = Math.max(...interests.map((i) => i.score), 0.01);
    parts.push(...section('Shelves you seem to like', el('ul', {}, ...interests.map((i) => el('li', { class: 'meter' }, el('a', { href: `/c/${i.category}` }, shelves[i.category] ?? i.category), el('progress', { max: 1, value: (i.score / top).toFixed(3), 'aria-label': `Interest in ${shelves[i.category] ?? i.category}` }), el('span', { class: 'quiet' }, count(i.views ?? 0, 'view')))))));
  }
  if (viewed.length) parts.push(...section('Products you looked at', el('ul', {}, ...viewed.map((v) => el('li', {}, link(v.sku), el('span', { class: 'quiet' }, `, ${when(v.at)}`))))));
  if (cart?.items.length) parts.push(...section('Your basket, as this shop last heard', el('ul', {}, ...cart.items.map((i) => el('li', {}, `${i.quantity} × `, link(i.sku), `, ${money(i.price)}`)))));
  const shelf = (/** @type {string} */ key) => el('li', {}, el('a', { href: `/c/${key}` }, shelves[key] ?? key));
  const basketShelves = signals.flatMap(({ signal, value, sum }) => (signal === 'basket_shelf' && value ? [{ value, sum }] : [])).sort((a, b) => b.sum - a.sum);
  if (basketShelves.length) parts.push(...section('Shelves your basket was filled from', el('ul', {}, ...basketShelves.map(({ value }) => shelf(value)))));
  if (orders?.count) parts.push(...section('Your orders', table([['So far', count(orders.count, 'order')], ['In all', money(orders.total ?? 0)], ['Last', when(orders.last)], ...(orders.last_value ? [['Its value', money(orders.last_value)]] : []), ...(orders.last_items ? [['In it', count(orders.last_items, 'different product')]] : [])]), orders.skus?.length ? el('p', { class: 'quiet' }, `Last bought: ${orders.skus.map(product).join(', ')}.`) : null));
  if (shown.length) parts.push(...section('Messages you have been shown', el('ul', {}, ...shown.map((s) => el('li', {}, `${MESSAGES[s.campaign] ?? 'A message that is no longer in use'}: ${count(s.seen, 'time')}`, el('span', { class: 'quiet' }, s.at ? `, last ${when(s.at)}` : ''))))));
  if (seen?.products.length) parts.push(...section('Suggestions you did not open', el('p', {}, `${count(seen.products.length, 'product')}. ${seen.products.length === 1 ? 'It comes' : 'They come'} later in the list next time.`)));
  if (profile.id) parts.push(...section('Your number', table([['Random number', `${profile.id.slice(0, 8)}…`], ['Since', when(profile.issued)]])));
  const kept = log();
  if (kept?.entries.length) parts.push(...section('The last things you did here', el('p', { class: 'quiet' }, `At most 32, in this browser’s own storage, so that none of them gets lost on its way into your profile. Refusing or being forgotten erases them at once.`), el('ul', { 'data-log': true }, ...kept.entries.toReversed().map((entry) => el('li', {}, sentence(entry, product), el('span', { class: 'quiet' }, `, ${when(new Date(entry.at).toISOString())}`))))));
  return el('div', { class: 'known' }, ...(parts.length ? parts : [el('p', {}, 'Nothing. There is no number, no history and no interest on file for you.')]), raw({ ...profile, ...(kept ? { log: kept } : {}) }));
}

/** Everything, as it is stored. @param {Profile & { log?: object }} profile */
function raw(profile) {
  return el('details', {}, el('summary', {}, 'The same, as data'), el('pre', {}, JSON.stringify(profile, null, 2)));
}
