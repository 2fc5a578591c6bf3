/** Category, sale and product pages. */
import { html } from './html.mjs';
import { breadcrumb, card, grid, price, productData, stepper } from './parts.mjs';
import { ON_SALE, ORIGIN, SHELVES, inCategory, money } from './shop.mjs';
import { describe } from './describe.mjs';
/** @import { Product } from './shop.mjs' */
/** @import { Page } from './layout.mjs' */

/** What a category page says in the promo slot when nobody has anything better to say: a neighbour shelf. @type {Record<string, [text: string, neighbour: string]>} */
const NEIGHBOUR = {
  bags: ['Bag packed? Fill it.', 'kitchen'], teatime: ['Something to put on the cake stand', 'baking'], baking: ['And somewhere to serve it', 'teatime'], kitchen: ['Lay the table', 'teatime'], candlelight: ['Stay in, get warm', 'cosy'],
  home: ['Say it on the wall', 'signs'], signs: ['The rest of the hallway', 'home'], keepsakes: ['Light the mantelpiece', 'candlelight'], party: ['Cake for the party', 'baking'], stationery: ['Something to go with the card', 'keepsakes'],
  toys: ['Hang up the bunting', 'party'], garden: ['Then come in and get warm', 'cosy'], cosy: ['Low light goes with it', 'candlelight'], christmas: ['For under the tree', 'toys'],
};

/** @param {string} category @returns {Page} */
export function categoryPage(category) {
  const shelf = SHELVES[category];
  if (!shelf) throw new Error(`no shelf is called ${category}`);
  const products = inCategory(category);
  const [line, neighbour] = NEIGHBOUR[category] ?? ['Another shelf', 'keepsakes'];
  const other = SHELVES[neighbour]?.name ?? neighbour;
  return {
    path: `/c/${category}`, type: 'category', current: category, title: `${shelf.name} · Tuppence`, description: `${shelf.line} ${products.length} gifts from ${money(Math.min(...products.map((p) => p.price)))}.`,
    jsonLd: crumbs([['Home', '/'], [shelf.name, `/c/${category}`]]),
    body: html`<div class="page-head">${breadcrumb([['Home', '/'], [shelf.name, null]])}<h1>${shelf.name}</h1><p class="lead">${shelf.line}</p></div>
${shelfGrid(products, category, shelf.name, html`<aside class="promo" data-slot="promo"><div class="promo-text"><h2>${line}</h2><div class="lead">The ${other.toLowerCase()} shelf is next door.</div><a class="cta button" href="/c/${neighbour}">Look at ${other.toLowerCase()}</a></div><img src="/img/scene/${neighbour}.svg" alt="The ${other.toLowerCase()} shelf" width="800" height="600" loading="lazy"></aside>`)}`,
  };
}

/** @returns {Page} */
export function salePage() {
  return {
    path: '/c/sale', type: 'category', current: 'sale', title: 'Winter sale · Tuppence', description: `${ON_SALE.length} gifts at a lower price this winter.`, jsonLd: crumbs([['Home', '/'], ['Winter sale', '/c/sale']]),
    body: html`<div class="page-head">${breadcrumb([['Home', '/'], ['Winter sale', null]])}<h1>Winter sale</h1><p class="lead">${ON_SALE.length} of our larger gifts, at the price our best customers paid when they bought by the dozen. The basket knows already: there is no code.</p></div>
${shelfGrid(ON_SALE, 'sale', 'Winter sale', html`<aside class="promo" data-slot="promo"><div class="promo-text"><h2>Small presents are not on sale</h2><div class="lead">They are 29p to begin with.</div><a class="cta button" href="/c/christmas">The Christmas shelf</a></div><img src="/img/scene/christmas.svg" alt="The Christmas shelf" width="800" height="600" loading="lazy"></aside>`)}`,
  };
}

/** Products with the promo slot after the second row of a wide screen. @param {Product[]} products @param {string} id @param {string} name @param {import('./html.mjs').Markup} promo */
function shelfGrid(products, id, name, promo) {
  return html`<div class="sorter needs-js"><p data-shown>${products.length} gifts</p><label>Sort by <select data-sort><option value="loved">much loved</option><option value="low">price, low to high</option><option value="high">price, high to low</option><option value="name">name</option></select></label></div>
<div data-sortable data-list-id="${id}" data-list-name="${name}"><ul class="grid">${products.slice(0, 8).map((p, i) => card(p, { eager: i < 4 }))}</ul>
${promo}
<ul class="grid">${products.slice(8).map((p) => card(p))}</ul></div>`;
}

/** @param {Product} p @returns {Page} */
export function productPage(p) {
  const shelf = SHELVES[p.category];
  if (!shelf) throw new Error(`no shelf is called ${p.category}`);
  const about = describe(p);
  const more = inCategory(p.category).filter((q) => q.sku !== p.sku).sort((a, b) => Number(b.kind === p.kind) - Number(a.kind === p.kind) || b.baskets - a.baskets).slice(0, 4);
  return {
    path: `/p/${p.sku}`, type: 'product', current: p.category, title: `${p.name} · Tuppence`, description: `${p.name}, ${money(p.price)}. ${about}`, image: `/img/p/${p.sku}.svg`,
    jsonLd: [
      { '@context': 'https://schema.org', '@type': 'Product', sku: p.sku, name: p.name, description: about, category: shelf.name, image: `${ORIGIN}/img/p/${p.sku}.svg`, offers: { '@type': 'Offer', url: `${ORIGIN}/p/${p.sku}`, price: p.price.toFixed(2), priceCurrency: 'GBP', availability: 'https://schema.org/InStock' } },
      crumbs([['Home', '/'], [shelf.name, `/c/${p.category}`], [p.name, `/p/${p.sku}`]]),
    ],
    body: html`${breadcrumb([['Home', '/'], [shelf.name, `/c/${p.category}`], [p.name, null]])}
<article class="product" ${productData(p)} data-product>
<div class="product-art"><img src="/img/p/${p.sku}.svg" alt="Drawing: ${p.name}" width="800" height="800" fetchpriority="high"></div>
<div class="product-text"><h1>${p.name}</h1>
<p class="product-price">${price(p)}</p>
<p class="lead">${about}</p>
<form class="buy needs-js" data-buy>${stepper('quantity', 'How many')}<button class="button" type="submit">Add to basket</button></form>
<noscript><p class="notice">The basket is kept in your browser and needs JavaScript.</p></noscript>
<section class="aside" data-slot="aside"><h2>Getting it to you</h2><div class="lead">£3.50 in the UK, free from £30. We also post to the rest of Europe and beyond.</div><a class="cta" href="/c/${p.category}">More from the ${shelf.name.toLowerCase()} shelf</a></section>
<dl class="details"><div><dt>Loved by</dt><dd>${p.customers.toLocaleString('en-GB')} customers in ${p.countries} ${p.countries === 1 ? 'country' : 'countries'}</dd></div><div><dt>Sold so far</dt><dd>${p.units.toLocaleString('en-GB')}, in ${p.baskets.toLocaleString('en-GB')} baskets</dd></div><div><dt>Most people take</dt><dd>${p.quantity === 1 ? 'one' : p.quantity}</dd></div><div><dt>Our number</dt><dd>${p.sku}</dd></div></dl></div>
</article>
<section class="section" aria-labelledby="more" data-slot="goes-with"><h2 id="more">Next to it on the shelf</h2>${grid(more, { id: 'next-to-it', name: 'Next to it on the shelf' })}</section>`,
  };
}

/** @param {[name: string, path: string][]} trail */
function crumbs(trail) {
  return { '@context': 'https://schema.org', '@type': 'BreadcrumbList', itemListElement: trail.map(([name, path], i) => ({ '@type': 'ListItem', position: i + 1, name, item: `${ORIGIN}${path}` })) };
}

