/** Search, account, privacy settings, and the page that is not there. */
import { html } from './html.mjs';
import { grid, shelfName } from './parts.mjs';
import { CATEGORIES, PRODUCTS } from './shop.mjs';
/** @import { Page } from './layout.mjs' */

/** @returns {Page} */
export function searchPage() {
  return {
    path: '/search', type: 'search', noindex: true, title: 'Search · Tuppence', description: 'Find a gift by its name, colour or pattern.',
    body: html`<div class="page-head"><h1 data-heading>Search the shop</h1>
<form class="search large" action="/search" role="search"><label class="visually-hidden" for="q2">Search the shop</label><input id="q2" name="q" type="search" placeholder="What are you looking for?" autocomplete="off" maxlength="80"><button type="submit">Search</button></form>
<p class="lead" data-result role="status">Try a thing, a colour or a pattern: lantern, pink, polkadot.</p></div>
<ul class="grid" data-results data-list-id="search" data-list-name="Search results"></ul>
<noscript><p class="notice">Searching happens in your browser and needs JavaScript. The shelves below hold everything.</p></noscript>
<section class="section" aria-labelledby="browse" data-browse><h2 id="browse">Or browse the shelves</h2><ul class="chips">${CATEGORIES.map((c) => html`<li><a href="/c/${c}">${shelfName(c)}</a></li>`)}</ul></section>
<section class="section" aria-labelledby="popular" data-browse><h2 id="popular">Often looked for</h2>${grid(PRODUCTS.slice(0, 4), { id: 'often-looked-for', name: 'Often looked for' })}</section>`,
  };
}

/** @returns {Page} */
export function accountPage() {
  return {
    path: '/account', type: 'account', noindex: true, title: 'Your account · Tuppence', description: 'Sign in and see your orders.',
    body: html`<div class="page-head"><h1 data-hello>Your account</h1><p class="lead">What you do on this page is never used to personalize the shop.</p></div>
<div class="columns"><section class="panel needs-js" data-signed-out><h2>Sign in</h2><p class="quiet">A demonstration: any name will do, and it stays in this browser.</p><form class="form" data-login><p class="field"><label for="first-name">First name</label><input id="first-name" name="name" autocomplete="given-name" required maxlength="60"></p><button class="button" type="submit">Sign in</button></form></section>
<section class="panel" data-signed-in hidden><h2>Signed in</h2><p>As <b data-name></b>, in this browser.</p><button class="button second" type="button" data-logout>Sign out</button></section>
<section class="panel"><h2>Your orders</h2><div data-orders><p class="quiet">No orders from this browser yet.</p></div></section>
<section class="panel"><h2>Your data</h2><p>See what the shop has noticed about you, change your mind, or have it all forgotten.</p><a class="button second" href="/privacy">Privacy settings</a></section></div>
<noscript><p class="notice">Signing in needs JavaScript.</p></noscript>`,
  };
}

/** @returns {Page} */
export function privacyPage() {
  return {
    path: '/privacy', type: 'privacy', title: 'Privacy settings · Tuppence', description: 'What this shop knows about you, and how to change or erase it.',
    body: html`<div class="page-head"><h1>Privacy settings</h1><p class="lead">This shop can arrange itself a little around you. It asks first, it keeps what it learns in a cookie in your own browser, and you can look inside, take it with you, or throw it away.</p></div>
<div class="privacy" data-privacy>
<section class="panel" aria-labelledby="choices"><h2 id="choices">Your choices</h2><p class="state" data-state role="status">Reading your choices…</p>
<form class="form needs-js" data-choices>
<p class="check"><input type="checkbox" id="personalization" name="personalization"><label for="personalization"><b>Personalization</b> Remember the shelves I look at, my basket and my visits, and show me fitting content.</label></p>
<p class="check"><input type="checkbox" id="measurement" name="measurement"><label for="measurement"><b>Measurement</b> Count which content I have seen, so that the shop learns what works.</label></p>
<p class="buttons"><button class="button second" type="submit">Save these choices</button><button class="button second" type="button" data-withdraw>Refuse everything</button></p>
<p class="quiet">Without either, the shop works just the same. It only remembers that you said no.</p></form></section>
<section class="panel wide-panel" aria-labelledby="known"><h2 id="known">What we know about you</h2><div data-known><p class="quiet">Nothing has been read yet. This needs JavaScript.</p></div></section>
<section class="panel" aria-labelledby="take"><h2 id="take">Take it, or throw it away</h2><p>The download is everything above, as a file that machines can read. Forgetting erases your profile at once; a refusal of yours is kept, so that we do not ask again.</p>
<p class="buttons needs-js"><button class="button second" type="button" data-download>Download my profile</button><button class="button second" type="button" data-forget>Forget me</button></p>
<div class="confirm" data-confirm hidden><p>This erases your visits, interests and everything else listed above. It cannot be undone.</p><p class="buttons"><button class="button" type="button" data-forget-yes>Yes, forget me</button><button class="button second" type="button" data-forget-no>Keep it</button></p></div>
<p class="state" data-result role="status"></p></section>
<section class="panel prose" aria-labelledby="how"><h2 id="how">How it works</h2><p>The profile is a signed cookie called <code>__Host-attune</code>; your answer to the question above is another, <code>__Host-attune-consent</code>. It holds counts and product numbers, no name and no address, and scripts on the page cannot read it. It expires after 400 days without a visit. The last 32 things you did wait beside it, in this browser’s own storage, in case one has to be sent again.</p><p>Your country, language and the time of day come with every request; the shop uses them to greet you properly and does not store them.</p><p>What you do in your account is never added to the profile. Your basket and your order history are kept in this browser’s own storage, apart from the profile.</p><p>A browser that sends Global Privacy Control is taken at its word, unless you agree here while it does.</p></section>
</div>`,
  };
}

/** @returns {Page} */
export function notFoundPage() {
  return {
    path: '/404', type: 'not-found', noindex: true, title: 'Not on our shelves · Tuppence', description: 'This page does not exist.',
    body: html`<div class="empty"><img src="/img/scene/empty.svg" alt="" width="800" height="600"><h1>Not on our shelves</h1><p>The page you asked for is not here. It may have sold out, or never been.</p><a class="button" href="/search">Search the shop</a></div>
<section class="section" aria-labelledby="loved"><h2 id="loved">Much loved instead</h2>${grid(PRODUCTS.slice(0, 4), { id: 'much-loved', name: 'Much loved' })}</section>`,
  };
}
