/** The home page. */
import { html } from './html.mjs';
import { grid, shelfName } from './parts.mjs';
import { CATEGORIES, ORIGIN, PRODUCTS, inCategory, product } from './shop.mjs';
import { WORDS } from './words.mjs';
/** @import { Product } from './shop.mjs' */
/** @import { Page } from './layout.mjs' */

const TEXT = {
  title: 'Tuppence · Small gifts, well chosen', description: 'Three hundred and twenty small gifts from 29p: bunting, lanterns, lunch bags, tins and teacups.',
  h1: 'Small gifts, well chosen', lead: 'Bunting, lanterns, lunch bags and teacups. Three hundred and twenty little things, from 29p.', cta: 'See what people love', heroAlt: 'Two shelves of gifts: a cake stand, an alarm clock, a teapot, a lantern and a spotted bag',
  welcome: 'A shop about the size of a village hall', welcomeText: 'Fourteen shelves, one shopkeeper’s taste, and nothing that needs a manual.', welcomeCta: 'Start with the keepsakes',
  shelves: 'Pick a shelf', loved: 'Much loved', lovedText: (/** @type {Product} */ p) => `The ${p.name} has been in ${p.baskets.toLocaleString('en-GB')} baskets.`, pocket: 'For pocket money', pocketText: 'Everything here is under a pound.',
  promo: 'Put the kettle on', promoText: 'Our teatime shelf has cups, pots, jugs and a stand with three tiers.', promoCta: 'To the teatime shelf', promoAlt: 'A teapot and teacups',
  facts: [['18,009', 'baskets packed in our first year'], ['38', 'countries and regions on the labels'], ['29p', 'for our smallest gift, a wooden star']],
};

/** The products that stand for their shelf. @type {Record<string, string>} */
export const SHELF_FACE = { bags: '85099B', teatime: '22699', baking: '21212', kitchen: '22625', candlelight: '22464', home: '22727', signs: '21908', keepsakes: '84879', party: '47566', stationery: '22029', toys: '22749', garden: '85014B', cosy: '22111', christmas: '23311' };

/** @returns {Page} */
export function homePage() {
  const t = TEXT;
  const loved = best();
  const top = /** @type {Product} */ (loved[0]);
  const pocket = PRODUCTS.filter((p) => p.price < 1 && !loved.includes(p)).filter((p, i, all) => all.findIndex((q) => q.kind === p.kind) === i).slice(0, 8);
  return {
    path: '/', type: 'home', title: t.title, description: t.description,
    jsonLd: { '@context': 'https://schema.org', '@type': 'WebSite', name: 'Tuppence', url: `${ORIGIN}/`, potentialAction: { '@type': 'SearchAction', target: `${ORIGIN}/search?q={search_term_string}`, 'query-input': 'required name=search_term_string' } },
    body: html`<section class="hero" data-slot="hero"><div class="hero-text"><h1>${t.h1}</h1><p class="lead">${t.lead}</p><a class="cta button" href="#loved">${t.cta}</a></div><img src="/img/scene/default.svg" alt="${t.heroAlt}" width="800" height="600" fetchpriority="high"></section>
<section class="welcome" data-slot="welcome"><h2>${t.welcome}</h2><div class="lead">${t.welcomeText}</div><a class="cta" href="/c/keepsakes">${t.welcomeCta}</a></section>
<section class="section" aria-labelledby="shelves"><h2 id="shelves">${t.shelves}</h2>
<ul class="tiles">${CATEGORIES.map((c) => html`<li><a href="/c/${c}"><img src="/img/p/${product(SHELF_FACE[c] ?? '').sku}.svg" alt="" width="200" height="200" loading="lazy"><span>${shelfName(c)}</span></a></li>`)}<li class="extra"><a href="/c/sale"><img src="/img/p/22423.svg" alt="" width="200" height="200" loading="lazy"><span>${WORDS.sale}</span></a></li></ul></section>
<section class="section" aria-labelledby="loved" data-slot="for-you"><div class="section-head"><h2 id="loved">${t.loved}</h2><p>${t.lovedText(top)}</p></div>${grid(loved, { id: 'much-loved', name: 'Much loved' })}</section>
<aside class="promo" data-slot="promo"><div class="promo-text"><h2>${t.promo}</h2><div class="lead">${t.promoText}</div><a class="cta button" href="/c/teatime">${t.promoCta}</a></div><img src="/img/scene/teatime.svg" alt="${t.promoAlt}" width="800" height="600" loading="lazy"></aside>
<section class="section" aria-labelledby="pocket"><div class="section-head"><h2 id="pocket">${t.pocket}</h2><p>${t.pocketText}</p></div>${grid(pocket, { id: 'pocket-money', name: 'For pocket money' })}</section>
<section class="facts" aria-label="Tuppence">${t.facts.map(([figure, what]) => html`<p><b>${figure}</b> ${what}</p>`)}</section>`,
  };
}

/** The best loved product of each of eight shelves, the most loved first. */
function best() {
  const shelves = ['candlelight', 'bags', 'teatime', 'party', 'keepsakes', 'home', 'toys', 'cosy'];
  return shelves.map((c) => /** @type {Product} */ (inCategory(c)[0])).sort((a, b) => b.baskets - a.baskets);
}
