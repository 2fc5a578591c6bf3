/** Basket, checkout and order confirmation. The lines are the browser's: these pages hold their frames. */
import { html } from './html.mjs';
import { grid } from './parts.mjs';
import { FREE_DELIVERY_FROM, PRODUCTS, money } from './shop.mjs';
/** @import { Page } from './layout.mjs' */

/** @returns {Page} */
export function basketPage() {
  const small = PRODUCTS.filter((p) => p.price < 1).filter((p, i, all) => all.findIndex((q) => q.category === p.category) === i).slice(0, 4);
  return {
    path: '/basket', type: 'basket', noindex: true, title: 'Your basket · Tuppence', description: 'What is in your basket.',
    body: html`<div class="page-head"><h1>Your basket</h1></div>
<div class="note" data-slot="note"><div class="lead">Everything in your basket stays there until you take it out. We keep it in your browser, not in our books.</div></div>
<div class="basket" data-basket data-waiting aria-live="polite"><div class="basket-lines" data-lines></div>
<section class="summary" data-summary hidden aria-label="Summary"><h2>Summary</h2>
<div class="delivery"><p data-delivery-text></p><progress data-delivery max="${FREE_DELIVERY_FROM}" value="0" aria-label="Towards free UK delivery"></progress></div>
<dl><div><dt>Gifts</dt><dd data-goods></dd></div><div><dt>Delivery (UK)</dt><dd data-shipping></dd></div><div class="total"><dt>Total</dt><dd data-total></dd></div></dl>
<a class="button wide" href="/checkout">Go to checkout</a></section></div>
<div class="empty" data-empty hidden><img src="/img/scene/empty.svg" alt="" width="800" height="600"><h2>Nothing in here yet</h2><p>A basket is happiest with something in it. The teatime shelf is a good place to start.</p><a class="button" href="/c/teatime">To the teatime shelf</a></div>
<noscript><p class="notice">The basket is kept in your browser and needs JavaScript.</p></noscript>
<section class="section" aria-labelledby="small" data-slot="one-more"><h2 id="small">Room for one more</h2>${grid(small, { id: 'room-for-one-more', name: 'Room for one more' })}</section>`,
  };
}

const COUNTRIES = [['GB', 'United Kingdom'], ['IE', 'Ireland'], ['DE', 'Germany'], ['FR', 'France'], ['NL', 'Netherlands'], ['BE', 'Belgium'], ['ES', 'Spain'], ['PT', 'Portugal'], ['CH', 'Switzerland'], ['IT', 'Italy'], ['NO', 'Norway'], ['AU', 'Australia'], ['US', 'United States'], ['XX', 'Somewhere else']];

/** @returns {Page} */
export function checkoutPage() {
  return {
    path: '/checkout', type: 'checkout', noindex: true, title: 'Checkout · Tuppence', description: 'Where shall we send it?',
    body: html`<div class="page-head"><h1>Checkout</h1></div>
<p class="notice"><b>This is a demonstration shop.</b> No money is taken and nothing is sent. Your name and address never leave this page: only what you order, and the country, go to the shop.</p>
<div class="checkout" data-checkout hidden><form class="form" data-order novalidate>
<fieldset><legend>Where shall we send it?</legend>
${field('name', 'Full name', 'name')}
${field('address', 'Street and house number', 'street-address')}
<div class="pair">${field('town', 'Town', 'address-level2')}${field('postcode', 'Postcode', 'postal-code')}</div>
<p class="field"><label for="country">Country</label><select id="country" name="country" autocomplete="country">${COUNTRIES.map(([code, name]) => html`<option value="${code}">${name}</option>`)}</select></p></fieldset>
<fieldset><legend>Payment</legend><p class="quiet">There is none. A real shop would ask for a card here.</p></fieldset>
<p class="form-error" role="alert" data-error hidden></p>
<button class="button wide" type="submit">Place the order, pay nothing</button></form>
<section class="summary" aria-label="Your order"><h2>Your order</h2><ul class="mini-lines" data-mini></ul><dl><div><dt>Gifts</dt><dd data-goods></dd></div><div><dt>Delivery</dt><dd data-shipping></dd></div><div class="total"><dt>Total</dt><dd data-total></dd></div></dl></section></div>
<div class="empty" data-empty hidden><h2>There is nothing to check out</h2><p>Your basket is empty.</p><a class="button" href="/">Back to the shop</a></div>
<noscript><p class="notice">The checkout needs JavaScript.</p></noscript>`,
  };
}

/** @param {string} name @param {string} label @param {string} autocomplete */
function field(name, label, autocomplete) {
  return html`<p class="field"><label for="${name}">${label}</label><input id="${name}" name="${name}" autocomplete="${autocomplete}" required maxlength="120"><span class="field-error" id="${name}-error" hidden></span></p>`;
}

/** @returns {Page} */
export function confirmedPage() {
  return {
    path: '/order-confirmed', type: 'order-confirmed', noindex: true, title: 'Thank you · Tuppence', description: 'Your order has been placed.',
    body: html`<div class="confirmed" data-confirmed data-waiting><img src="/img/scene/parcel.svg" alt="A parcel, tied with a ribbon" width="800" height="600"><div><h1 data-thanks>Thank you</h1><p class="lead" data-order-text>This page shows your order right after you have placed it.</p><div class="summary" data-summary hidden><h2>Order <span data-order-id></span></h2><ul class="mini-lines" data-mini></ul><dl><div><dt>Gifts</dt><dd data-goods></dd></div><div><dt>Delivery</dt><dd data-shipping></dd></div><div class="total"><dt>Total</dt><dd data-total></dd></div></dl></div><a class="button" href="/">Back to the shop</a></div></div>`,
  };
}
