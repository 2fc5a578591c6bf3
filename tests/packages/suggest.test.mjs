// What `attune try` makes of a page: HTML in, slots out. With the real scanner, and without anything that is reached over a network.
import assert from "node:assert/strict";
import test from "node:test";
import { ask } from "../../build/packages/attune/lib/studio.mjs";
import { Page } from "../../build/packages/attune/lib/trial/document.mjs";
import { factsOf, localeOf } from "../../build/packages/attune/lib/trial/facts.mjs";
import { fillsOnly } from "../../build/packages/attune/lib/trial/scanner.mjs";
import { isMadeUp } from "../../build/packages/attune/lib/trial/selectors.mjs";
import { patternOf, starter } from "../../build/packages/attune/lib/trial/starter.mjs";
import { suggest } from "../../build/packages/attune/lib/trial/suggest.mjs";

/** @param {string} html @param {string} charset */
function look(html, charset = "utf-8") {
  const page = new Page(Buffer.from(html, charset === "utf-8" ? "utf8" : "latin1"), charset);
  const { suggestions, left } = suggest(page, (element, selector, slot) => fillsOnly(page, element, selector.text, slot?.text));
  const slots = Object.fromEntries(suggestions.map(({ slot, selector, elements }) => [slot, Object.keys(elements).length > 0 ? [selector, elements] : selector]));
  return { page, suggestions, slots, left };
}

const CARD = '<div class="card"><a href="/p/1"><img src="/1.jpg" alt="">Cup</a><span>£4.50</span></div>';
const MENU = '<nav><ul><li><a href="/a"><img src="/a.png" alt="">A</a></li><li><a href="/b"><img src="/b.png" alt="">B</a></li><li><a href="/c"><img src="/c.png" alt="">C</a></li></ul></nav>';

/** A name, the body of a page, and its slots. @type {[string, string, object][]} */
const PAGES = [
  ["nothing but a text", "<p>Hello</p>", {}],
  ["a heading", "<main><h1>Lamps</h1><p>x</p></main>", { heading: "h1" }],
  ["a heading by its id, not by a class that is there twice", '<div class="t">a</div><h1 class="t" id="title">Lamps</h1><h1>More</h1>', { heading: "#title" }],
  ["the name of the shop in the header is no heading where there is another one", '<header><h1>Shop</h1></header><main><h1 class="page-title">Lamps</h1></main>', { heading: "h1.page-title" }],
  ["a heading that nobody sees", '<h1 hidden>x y</h1><div style="display: none"><h1>no</h1></div><h2>Lamps</h2>', { heading: "h2" }],
  ["a heading of a role", '<div role="heading" class="big">Lamps</div>', { heading: 'div[role="heading"]' }],
  ["a heading of long ago", '<font size="6">Lamps</font><font size="1">small</font><font size="1">print</font>', { heading: "" }],
  ["a hero with its parts", '<section class="hero"><img src="/h.jpg" alt=""><h1>Light</h1><p class="lead">It stays for a long time.</p><a class="btn" href="/new">See it</a></section>', { hero: ["section.hero", { title: "h1", text: "p.lead", cta: "a.btn" }] }],
  ["a hero that is called nothing, around its heading", '<div id="top"><img src="/h.jpg" alt=""><h1>Light</h1><a href="/new">See it</a></div><p>more</p>', { hero: ["#top", { title: "h1", cta: "a" }] }],
  ["the whole of a hero, not its text alone", '<div class="hero"><div class="hero__text"><h1>Light</h1><a href="/new">See it</a></div><img src="/h.jpg" alt=""></div>', { hero: ["div.hero", { title: "h1", cta: "a" }] }],
  ["a hero without a heading of the first rank", '<div class="banner"><h2>Sale</h2><a href="/sale">Go there</a></div><h1>Lamps</h1>', { hero: ["div.banner", { title: "h2", cta: "a" }], heading: "h1" }],
  ["a banner for cookies is no hero", '<div class="cookie-banner"><h2>Cookies</h2><a href="/c">Agree</a></div><h1>Lamps</h1>', { heading: "h1" }],
  ["products of a grid", `<div class="grid">${CARD.repeat(3)}</div>`, { products: "div.grid" }],
  ["products without prices", '<ul id="list"><li><a href="/1"><img src="/1" alt=""> Cup</a></li><li><a href="/2"><img src="/2" alt=""> Jug</a></li><li><a href="/3"><img src="/3" alt=""> Pot</a></li></ul>', { products: "#list" }],
  ["the list with prices before the one without", `<ul class="posts"><li><a href="/1"><img src="/1" alt=""> a story</a></li><li><a href="/2"><img src="/2" alt=""> b story</a></li><li><a href="/3"><img src="/3" alt=""> c story</a></li></ul><div class="grid">${CARD.repeat(4)}</div>`, { products: "div.grid" }],
  ["two of them are no list, and a menu is none", `${MENU}<div class="grid">${CARD.repeat(2)}</div>`, {}],
  ["products in rows: a row has them, not what is around the rows", `<div class="all"><div class="row" id="first">${CARD.repeat(3)}</div><div class="row" id="second">${CARD.repeat(3)}</div><div class="row" id="third">${CARD.repeat(4)}</div></div>`, { products: "#third" }],
  ["a bar above the page", '<div class="announcement-bar">Free delivery from £40</div><header>Shop</header><h1>Lamps</h1>', { bar: "div.announcement-bar", heading: "h1" }],
  ["a bar below the heading is none", '<h1>Lamps</h1><div class="announcement-bar">Free delivery</div>', { heading: "h1" }],
  ["class names of a build come last", '<div class="css-1a2b3c4" data-testid="title-box"><h1 class="Title_root__x7Gk2">Lamps</h1></div><h1 hidden>x</h1>', { heading: "h1.Title_root__x7Gk2" }],
  ["a mark of one's own", '<h1 data-slot="headline">Lamps</h1><h1>More</h1>', { heading: 'h1[data-slot="headline"]' }],
  ["a place that the page marks, and a list that is marked as one", `<h1>Lamps</h1><div data-slot="teaser"><p>x</p></div><div data-slot="products"><p>y</p></div><div class="grid">${CARD.repeat(3)}</div>`, { heading: "h1", teaser: 'div[data-slot="teaser"]', products: 'div[data-slot="products"]' }],
  ["a mark that is there twice names nothing", '<h1>Lamps</h1><div data-slot="card">a</div><div data-slot="card">b</div>', { heading: "h1" }],
  ["the marks of a library of components are no slots", `<h1>Lamps</h1>${["button", "card", "dialog", "input", "label", "menu", "sheet", "table", "tabs"].map((name) => `<div data-slot="${name}">x</div>`).join("")}`, { heading: "h1" }],
  ["an id that begins with a digit", '<h1 id="1st">Lamps</h1><h1>More</h1>', { heading: '[id="1st"]' }],
  ["what is in a comment, a script or a template is not there", '<!-- <h1 id="t">no</h1> --><script>"<h1 id=t>no</h1>"</script><template><h1 id="t">no</h1></template><h1 id="t">Lamps</h1>', { heading: "#t" }],
];

for (const [name, body, slots] of PAGES) {
  test(name, () => {
    const found = look(`<!doctype html><html lang="en"><head><title>x</title></head><body>${body}</body></html>`).slots;
    if (/** @type {any} */ (slots).heading === "") assert.equal(found.heading, undefined);
    else assert.deepEqual(found, slots);
  });
}

test("what the engine does not fill is left, and it is said why", () => {
  const row = '<tr><td><a href="/1">Cup</a></td><td>£4.50</td></tr>';
  assert.match(look(`<table class="list">${row.repeat(3)}</table>`).left[0].why, /it is a <tbody>.*<div>/);
  const large = `<div class="grid">${CARD.repeat(3)}${`<!--${"x".repeat(30_000)}-->`.repeat(3)}</div>`;
  assert.match(look(large).left[0].why, /it has \d+ KB, and a slot has at most 60/);
  assert.match(look("<div><h1>a b</h1></div><div><h1>c d</h1></div>").left[0].why, /no id, class or attribute.*data-slot/);
  assert.match(look("<div><h1>Lamps</div>").left[0].why, /not certain where it ends/);
});

test("texts are read in the charset of the page, and nothing else is", () => {
  const { suggestions, page } = look('<h1 class="été">L\'été à la fraîche</h1>', "windows-1252");
  assert.equal(suggestions[0].text, "L'été à la fraîche");
  assert.equal(suggestions[0].selector, "h1");
  assert.equal(page.html.length, '<h1 class="été">L\'été à la fraîche</h1>'.length);
});

test("names that a build made up", () => {
  for (const name of ["css-1k2j3h4", "Hero_root__x7Gk2", "bdVaJa", "sc-bdVaJa", ":r1:", "radix-:r3:", "shopify-section-template--17234__hero", "svelte-1xyz9ab"]) assert.ok(isMadeUp(name), name);
  for (const name of ["heroBanner", "NavBar", "ProductHeroCTA", "product-card", "col4", "item12", "main", "accueil", "hero--wide", "section12"]) assert.ok(!isMadeUp(name), name);
});

test("the facts of a page", () => {
  const facts = (/** @type {string} */ html, headers = {}) => factsOf(new Page(Buffer.from(html), "utf-8"), new Headers(headers));
  assert.deepEqual(["en-gb", "de_DE.UTF-8", "fr", "", "zh-Hant-TW", "x"].map(localeOf), ["en-GB", "de-DE", "fr", "en-GB", "zh-TW", "en-GB"]);
  assert.equal(facts("<p>12,00 € and 3 €</p>").currency, "EUR");
  assert.deepEqual(["de", "en-US", "en"].map((lang) => facts(`<html lang=${lang}><p>x</p>`).currency), ["EUR", "USD", "GBP"]);
  assert.equal(facts('<meta property="og:price:currency" content="CHF"><p>$1 $2</p>').currency, "CHF");
  assert.equal(facts('<script src="/_next/static/x.js"></script><div id="__next"></div>').framework, "Next.js");
  assert.ok(facts('<div id="root"></div><script src="/app.js"></script>').isShell);
  assert.ok(!facts("<h1>Lamps</h1><script></script>").isShell);
  assert.ok(facts("<div>We use cookies. <a href=/p>Policy</a><button>Accept all</button></div>").isConsent);
  const hasStyles = (/** @type {string} */ policy) => facts("<p>x</p>", { "Content-Security-Policy": policy }).hasStyles;
  assert.deepEqual(["", "style-src 'self'", "style-src 'self' 'unsafe-inline'", "default-src 'none'", "style-src 'unsafe-inline' 'nonce-abc'", "script-src 'self'"].map(hasStyles), [true, false, true, false, false, true]);
});

/** Every shape that the starter may have, checked and tested by the tool itself. */
test("each first configuration is free of warnings, and its fixtures pass", () => {
  const pages = PAGES.map(([, body]) => `<!doctype html><html lang="de"><body>${body}</body></html>`);
  for (const html of pages) {
    for (const address of ["https://www.shop.example/", "http://localhost:3000/c/lamps/?x=1", "http://[::1]:3000/a.php", "https://shop.example/%7Bodd%7D/*"]) {
      const { suggestions, page } = look(html);
      const url = new URL(address);
      const files = starter({ url, timezone: "Europe/London", facts: factsOf(page, new Headers()), suggestions });
      const shop = Object.fromEntries([...files].map(([path, text]) => [`shop/${path}`, text]));
      const checked = ask(["check", "shop"], shop);
      assert.match(checked.out, /^ok: /, `${address}\n${html}\n${checked.err}${shop["shop/attune.toml"]}`);
      assert.equal(checked.err, "");
      const tested = ask(["test", "shop"], shop);
      assert.equal(tested.code, 0, `${tested.out}${tested.err}\n${shop["shop/tests/first.toml"]}`);
    }
  }
});

test("the path of a page as a pattern", () => {
  const pattern = (/** @type {string} */ address) => patternOf(new URL(address));
  assert.deepEqual(["https://x.example", "https://x.example/a/b/?q=1#z", "https://x.example/a*/{b}"].map(pattern), ["/", "/a/b", "/{part}/%7Bb%7D"]);
});
