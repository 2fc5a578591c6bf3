/** Pieces that several pages share. */
import { html } from './html.mjs';
import { SHELVES, money } from './shop.mjs';
import { WORDS as t } from './words.mjs';
/** @import { Product } from './shop.mjs' */

/** A product's data, for the basket and the data layer. @param {Product} p */
export const productData = (p) => html`data-sku="${p.sku}" data-name="${p.name}" data-category="${p.category}" data-price="${p.price.toFixed(2)}"`;

/** A name that does not break inside T-Light. @param {string} name */
export const unbroken = (name) => name.replaceAll('T-Light', 'T\u2011Light');

/** @param {Product} p */
export function price(p) {
  return p.was ? html`<span class="price sale">${money(p.price)}</span> <s class="was"><span class="visually-hidden">${t.was} </span>${money(p.was)}</s>` : html`<span class="price">${money(p.price)}</span>`;
}

/** @param {Product} p @param {{ eager?: boolean }} [options] */
export function card(p, { eager = false } = {}) {
  return html`<li class="card" ${productData(p)}>
<a class="card-link" href="/p/${p.sku}"><img src="/img/p/${p.sku}.svg" alt="" width="400" height="400" ${eager ? '' : html`loading="lazy"`} decoding="async"><span class="card-name">${unbroken(p.name)}</span></a>
<span class="card-foot"><span class="card-price">${price(p)}</span><button class="add" type="button" data-add aria-label="${t.add}: ${p.name}"><span aria-hidden="true">+</span></button></span>
</li>`;
}

/** A list of cards that the data layer reports as one list. @param {Product[]} products @param {{ id: string, name: string, eager?: number }} list */
export function grid(products, { id, name, eager = 0 }) {
  return html`<ul class="grid" data-list-id="${id}" data-list-name="${name}">${products.map((p, i) => card(p, { eager: i < eager }))}</ul>`;
}

/** @param {[name: string, href: string | null][]} trail */
export function breadcrumb(trail) {
  return html`<nav class="breadcrumb" aria-label="Breadcrumb"><ol>${trail.map(([name, href]) => html`<li>${href ? html`<a href="${href}">${name}</a>` : html`<span aria-current="page">${name}</span>`}</li>`)}</ol></nav>`;
}

/** @param {string} id @param {string} label */
export function stepper(id, label) {
  return html`<div class="stepper needs-js"><button type="button" data-step="-1" aria-label="One fewer">−</button><label class="visually-hidden" for="${id}">${label}</label><input id="${id}" name="quantity" type="number" inputmode="numeric" min="1" max="99" value="1"><button type="button" data-step="1" aria-label="One more">+</button></div>`;
}

/** @param {string} category */
export const shelfName = (category) => SHELVES[category]?.name ?? category;
