// What a stranger would write to run a script in somebody else's page, and the page that they try it on.
import { readFileSync } from "node:fs";
import { startEdge } from "./harness.mjs";

/** Texts for every place. What runs sets `window.ran`; what only loads asks for /pwned. */
export const TEXTS = [
  "<script>window.ran=1</script>",
  '"><img src=/pwned onerror=window.ran=1>',
  "'><svg onload=window.ran=1>",
  '" autofocus onfocus=window.ran=1 x="',
  "' onmouseover=window.ran=1 x='",
  "</p></a></section><iframe src=/pwned></iframe>",
  "--></title></style></textarea></noscript><script>window.ran=1</script>",
  "<!--",
  "&lt;script&gt;window.ran=1&lt;/script&gt;",
  "&#60;img src=/pwned&#62;&quot;",
  "\\u003cscript\\u003ewindow.ran=1\\u003c/script\\u003e",
  "{{page.path}}${window.ran=1}`",
  "javascript:window.ran=1",
  "\u2028\u2029\u0085\ufeff<b>",
  "＜script＞window.ran=1＜/script＞",
];

/** Texts short enough for a category, and for a product key. */
export const CATEGORIES = TEXTS.filter((text) => Buffer.byteLength(text) <= 48);
export const SKUS = TEXTS.filter((text) => Buffer.byteLength(text) <= 32);

/** Texts where a whole URL is expected. */
export const URLS = [
  "javascript:window.ran=1",
  "JaVaScRiPt:window.ran=1",
  " javascript:window.ran=1",
  "\u0001javascript:window.ran=1",
  "java\tscript:window.ran=1",
  "java\nscript:window.ran=1",
  "javascript&colon;window.ran=1",
  "javascript&#58;window.ran=1",
  "vbscript:window.ran=1",
  "data:text/html,<script>window.ran=1</script>",
  '/" onclick=window.ran=1 x="',
  "/'><img src=/pwned onerror=window.ran=1>",
  "//evil.example/",
  "///evil.example/",
  "\\\\evil.example/",
  "/\\evil.example/",
  "\\/evil.example/",
  "/\t/evil.example/",
  "\n//evil.example/",
  "\u0001//evil.example/",
  " //evil.example/",
  "https://evil.example/",
  "https:evil.example",
  "http:/evil.example",
  "ftp://evil.example/",
  "mailto:evil@evil.example",
];

/** Two parts of a path, `/FIRST/SECOND`, that could be a host together. */
export const PATHS = [
  ["", "evil.example"],
  ["", ""],
  [".", "evil.example"],
  ["..", "evil.example"],
  ["/", "evil.example"],
  ["\\", "evil.example"],
  ["\t", "evil.example"],
  ["", "@evil.example"],
  ["%2f", "evil.example"],
  ["https:", "evil.example"],
];

/** A page with every slot of the configuration in tests/edge/hostile. */
export const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Hostile</title></head><body>
<section data-slot="hero"><h1>Shop</h1><img src="/img/shop.svg" alt=""><a class="cta" href="/all">All</a></section>
<div data-slot="markup">markup</div><div data-slot="link">link</div><div data-slot="interest">interest</div><div data-slot="product">product</div><div data-slot="path">path</div>
</body></html>
`;

/** Starts a Worker with that configuration. */
export async function startHostile() {
  const bundle = readFileSync(new URL("../../build/hostile.bundle", import.meta.url));
  const edge = await startEdge({ bundle, site: "hostile" });
  edge.origin.serve("/t/page", { "Content-Type": "text/html; charset=utf-8" }, PAGE);
  return edge;
}

/** Where the texts go into the address. @param {string} q @param {string} u @param {string} [path] */
export const address = (q, u, path = "/t/page") => `${path}?q=${encodeURIComponent(q)}&u=${encodeURIComponent(u)}`;

/** Where the parts of a path go into the address. @param {string[]} parts */
export const ofPath = ([first = "", second = ""]) => `/t/page?first=${encodeURIComponent(first)}&second=${encodeURIComponent(second)}`;

/** The path of a product. @param {string} sku */
export const product = (sku) => `/t/p/${encodeURIComponent(sku)}`;

/** The events by which a browser makes a category the visitor's favourite. @param {string} category */
export const fan = (category) =>
  Array.from({ length: 4 }, () => ({ name: "view_item", params: { items: [{ item_id: "1", item_category: category }] } }));
