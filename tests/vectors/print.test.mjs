// The print of HTML that the core gives without a tree, against what parse5 has in its tree: the text, and where elements lead.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { parse } from "parse5";
import { edit_hash, initSync, print_hash } from "../../build/vectors/page.js";
import { attribute, collapsed, hashOf, inside, printOf, textOf } from "./dom.mjs";

const root = new URL("../..", import.meta.url).pathname;
initSync({ module: readFileSync(`${root}build/vectors/page_bg.wasm`) });

/** Generated fragments of each kind. */
const RUNS = Number(process.env.ATTUNE_PRINT_RUNS ?? 20_000);

/** What a browser's tree has of a slot that was filled. @param {string} page @returns {any} */
const slotOf = (page) => inside(parse(page)).find((node) => attribute(node, "data-slot") !== undefined);
/** @param {string} html @param {string} before what stands above the slot */
const printIn = (html, before) => printOf(slotOf(`<!doctype html><title>Shop</title><main>${before}<div data-slot>${html}<!--attune--></div><p>Below <a href=/x>x</a></p></main>`));
/** As a page gets it that is not UTF-8. @param {string} html */
const ascii = (html) => html.replace(/[^\0-\x7f]/gu, (char) => `&#${char.codePointAt(0)};`);

/** Whether the core is certain; it must not be wrong. @param {string} html */
const agrees = (html) => {
  const hash = print_hash(html);
  if (hash === undefined) return false;
  for (const [as, before] of [[html, ""], [ascii(html), ""], [html, "<h2>Above</h2><p>Text <b>bold</b>"], [html, "<section><ul><li>One"]]) {
    const expected = printIn(as, before);
    assert.equal(hash, hashOf(expected), `${JSON.stringify(as)} behind ${before}: the tree has ${JSON.stringify(expected)}`);
  }
  return true;
};

/** What shops write. */
const ORDINARY = [
  "",
  "Hello",
  "<h1>Hello for £5 €</h1>",
  "<p>Welcome back, <b>Lena</b>! You have 3 items.</p>\n",
  "<div class=\"lead\"><strong>Posting abroad (GB):</strong> £7.50 to the rest of Europe</div>",
  "<a href=\"/c/tea?utm_source=x&utm_medium=y&c=3\"><img src=/i/tea.png alt=\"Tea & more\" width=20></a>",
  "<A HREF='/c/tea'>More</A>".toLowerCase(),
  "<ul><li>One<li>Two <b>2</b><li><a href=/3>Three</a></ul>",
  "<ul class=grid>\n<li class=\"card\" data-sku=\"1\">\n<a class=\"card-link\" href=\"/p/1\"><img src=\"/1.jpg\" alt=\"\" loading=\"lazy\"><span>A &amp; B&nbsp;C</span></a>\n<button class=\"add\" type=\"button\" data-add aria-label=\"Add\">Add</button></li>\n</ul>",
  "<picture><source srcset=\"/a.webp\" type=\"image/webp\"><img src=\"/a.jpg\" alt=\"A\"></picture>",
  "<video src=/v.mp4 poster=/p.jpg controls muted><track src=/t.vtt></video>",
  "<p>Save 20% &ndash; today only&hellip; &rarr; <s>£10</s> £8 &copy; 2026</p>",
  "<p>Marks&Spencer &copyright &not &notx &ampx <a href=\"?a&reg&x=1&regx&reg_y&utm_z=1\">x</a></p>",
  "<p>Terms &amp; conditions: Q&A, R&D, 5 < 6 & 7 > 3</p>",
  "<style>.b > a { color: red }</style><p class=b><a href=/x>x</a></p>",
  "<a href=/c><svg viewBox=\"0 0 1 1\" aria-hidden=true><title>Go</title><path d=\"M0 0\"/><use href=\"#i\" xlink:href=\"#j\"></use><linearGradient id=a><stop offset=1 /></linearGradient></svg> Go</a>",
  "<form action=/subscribe method=post><label>E-mail <input type=email name=e required></label><button>Go</button></form>",
  "<details><summary>More</summary><p>Text<p>Text 2</details>",
  "<dl><dt>Size<dd>5<dt>Colour<dd>red</dl>",
  "<blockquote cite=/q>Lovely<br/>tea<hr>Lena</blockquote>",
  "<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby> 🎁 &#127873; &#x2192;",
  "<!-- a banner - v2, <b>not shown</b> --><h2>Title</h2><!---->",
  "<iframe src=\"https://video.example/1\" title=Video></iframe>",
  "<p>One<div>Two</div></p><p>Three",
  "<my-card heading=\"x\"><span slot=a>y</span></my-card>",
  "<a href=\"\" >Here</a><a href>There</a><img src=a src=b href=c>",
  "<map name=m><area href=/1 alt=1></map><link rel=stylesheet href=/x.css><meta itemprop=a content=b>",
  "<a href='/a?x=1&copy=2&lt=3&amp;y=\"4\"'>x</a>",
  "<h2>A</h2><p>B</p><h3>C</h3><div><h2>D</h2></div>",
  "\u00a0 x\u2003y\u000b \f z ",
];

/** Of which it is not certain what a parser makes, or that a parser moves. */
const UNCERTAIN = [
  "<table><tr><td>x</td></tr></table>", "<table>x<a href=/1>y</a></table>", "<tr><td>x", "<select><option>x</select>", "<textarea>\nx</textarea>",
  "<pre>\nx</pre>", "<template><p>x</p></template>", "<noscript><p>x</p></noscript>", "<script>x</script>", "<math><mi>x</mi></math>", "<svg><foreignObject><p>x</p></foreignObject></svg>",
  "<svg><p>x</p></svg>", "<svg><![CDATA[x]]></svg>", "<object data=/x><a href=/1>x</a></object>", "<a href=/1>x<a href=/2>y</a></a>", "<a href=/1><p>x</a>y</p>",
  "<p><a href=/1><div>x</div></a></p>", "<b><i>x</b></i>", "<b>x", "<a href=/1>x", "<li>x</li>", "</p>x", "</div>x", "x</br>y", "<h1>x<h2>y</h2></h1>",
  "<form><form>x</form></form>", "<button>x<button>y</button></button>", "<div", "<div class=\"x", "<p title=\"a\"class=\"b\">x</p>", "<!-- x", "<!-->x-->", "<!-- a --!> b -->",
  "<?x?>", "<!doctype html>", "&notit; x", "&nosuch;", "<a href=\"?a=1&notin;\">x</a>", "x\0y", "x\u0085y", "<a href=\"a\r\nb\">x</a>", "<style>é</style>", "<plaintext>x",
  "<frameset>x", "<body class=x>y", "<nobr>x<nobr>y</nobr></nobr>", "<ul><li><div><li>x</ul>", "<DIV>x</DIV>", "<option>x</option>", "</>x", "<a/href=/1>x</a>",
];

test("what shops write has a print, and it is the tree's", () => {
  for (const html of ORDINARY) assert.ok(agrees(html), JSON.stringify(html));
});

test("what a parser moves or drops has none", () => {
  for (const html of UNCERTAIN) assert.equal(print_hash(html), undefined, JSON.stringify(html));
});

test("every content of the demo, of the tests and of the template of a project has one", () => {
  let count = 0;
  for (const folder of ["www/demo/attune/content", "tests/edge/site/content", "packages/create-attune/template/attune/content"]) {
    for (const name of readdirSync(`${root}${folder}`).filter((name) => name.endsWith(".html"))) {
      const authored = readFileSync(`${root}${folder}/${name}`, "utf8");
      const html = authored.replace(/\{\{#items\}\}([^]*)\{\{\/items\}\}/, "$1$1$1").replace(/\{\{[^}]*\}\}/g, "A &amp; B");
      assert.ok(agrees(html), `${folder}/${name}: ${html}`);
      count++;
    }
  }
  assert.ok(count > 10, `${count} contents`);
});

/** Numbers that are the same in every run. @param {number} seed */
const randomOf = (seed) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};

/** @param {() => number} random */
const writerOf = (random) => {
  const below = (/** @type {number} */ n) => Math.floor(random() * n);
  const pick = (/** @type {readonly string[]} */ list) => list[below(list.length)];
  const maybe = (/** @type {string} */ text) => (random() < 0.5 ? text : "");
  const words = ["tea", "£5", "&amp;", "&nbsp;", "  ", "\n", "🎁", "é", "5 < 6", "Q&A", "&mdash;", "&#8364;", "free delivery", "A&amp;B", "&copy;"];
  const text = () => Array.from({ length: below(4) }, () => pick(words)).join(pick([" ", ""]));
  const address = () => pick(["/c/tea", "/p/1?a=1&b=2", "/p/1?a=1&amp;b=2", "https://x.test/é", "#top", "", "mailto:a@x.test", "/a%20b"]);
  const quoted = (/** @type {string} */ value) => pick([`"${value}"`, `'${value}'`, /^[^\s"'>]+$/.test(value) ? value : `"${value}"`]);
  const attributes = (/** @type {string[]} */ own = []) => [...own, maybe('class="a b"'), maybe("data-x"), maybe("aria-label='A &amp; B'"), maybe("style=\"color: red\"")].filter(Boolean).map((each) => ` ${each}`).join("");
  const image = () => `<img${attributes([`src=${quoted(address())}`, `alt=${quoted("A")}`])}${pick([">", " />", ">"])}`;
  const phrase = (/** @type {number} */ depth) => {
    const name = pick(["b", "i", "em", "span", "strong", "small", "s", "u", "mark", "time", "label"]);
    return `<${name}${attributes()}>${depth > 0 ? inline(depth - 1) : text()}</${name}>`;
  };
  /** @type {(depth: number, inLink?: boolean) => string} */
  const inline = (depth) => Array.from({ length: below(4) }, () => pick([text(), image(), phrase(depth), "<br>", "<!-- note -->"])).join("");
  const link = (/** @type {number} */ depth) => `<a${attributes([`href=${quoted(address())}`])}>${inline(depth)}</a>`;
  const list = (/** @type {number} */ depth) => `<ul${attributes()}>${Array.from({ length: below(4) }, () => `\n<li${attributes()}>${block(depth - 1)}${maybe("</li>")}`).join("")}\n</ul>`;
  const drawing = () => `<svg viewBox="0 0 1 1"><g>${maybe("<title>Go</title>")}<path d="M0 0"/><circle r=1></circle></g></svg>`;
  /** @type {(depth: number) => string} */
  const block = (depth) => {
    if (depth <= 0) return pick([text(), link(1), inline(1), drawing(), `<button type=button>${text()}</button>`]);
    const name = pick(["div", "section", "article", "header", "figure", "h2", "h3", "p", "blockquote"]);
    const flat = /^(?:h\d|p)$/.test(name);
    const kind = below(3);
    if (kind === 0) return list(depth);
    if (kind === 1) return link(2) + maybe("\n");
    return `<${name}${attributes()}>${flat ? inline(2) + link(1) : block(depth - 1) + block(depth - 1)}</${name}>`;
  };
  return { below, pick, block };
};

test("generated cards and banners have a print, and it is the tree's", (t) => {
  const random = randomOf(13);
  const { block } = writerOf(random);
  let none = 0;
  for (let run = 0; run < RUNS; run++) {
    const html = block(3) + block(2);
    if (!agrees(html) && none++ < 5) t.diagnostic(JSON.stringify(html));
  }
  t.diagnostic(`${none} of ${RUNS} without a print`);
  assert.ok(none < RUNS / 1_000, `${none} of ${RUNS} have none`);
});

const TAGS = ["a", "b", "p", "div", "li", "ul", "dl", "dd", "dt", "h1", "h2", "span", "form", "button", "svg", "path", "title", "style", "iframe", "br", "hr", "img", "i", "nobr", "ruby", "rt", "section",
  "table", "td", "select", "option", "pre", "template", "script", "x-y", "font", "address", "dialog", "details", "summary", "g", "use", "math", "input", "link", "figure", "main", "center", "menu", "rp", "object", "label", "em"];
const PIECES = ["x", " ", "\n", "<", ">", "&", "&amp;", "&lt", "&copy", "&copy=1", "&#38;", "&#128;", "&#x0;", "&#", "&eacute;", "\"", "'", "=", "/", "<!--", "-->", "--!>", "<!-- c -->", "</", "é", "🎁", "\r\n", "a&b=c", "&notin;"];

test("of tags in any order the core is not certain, or right", (t) => {
  const random = randomOf(7);
  const { below, pick } = writerOf(random);
  let certain = 0;
  for (let run = 0; run < RUNS * 3; run++) {
    const tags = Array.from({ length: 1 + below(4) }, () => pick(TAGS));
    /** @type {string[]} */
    const open = [];
    let html = "";
    for (let piece = below(9); piece >= 0; piece--) {
      const kind = random();
      if (kind < 0.4) {
        const name = pick(tags);
        if (random() < 0.9) open.push(name);
        html += `<${name}${pick(["", "", " href=/1", " src='/2' href=\"/3\"", " href=a&b=1&copy=2", " /", " a=1 a=2 href=1 HREF=2", "\fhref=/x/", " src=x\r", " =x", " href = 1"])}>`;
      } else if (kind < 0.65) html += `</${(random() < 0.8 && open.pop()) || pick(tags)}${pick(["", "", "", " "])}>`;
      else html += pick(PIECES);
    }
    if (random() < 0.6) for (const name of open.reverse()) html += `</${name}>`;
    if (agrees(html)) certain++;
  }
  t.diagnostic(`certain of ${certain} of ${RUNS * 3}`);
  assert.ok(certain > RUNS / 10, `${certain}`);
});

test("texts and values as a document has them", () => {
  const random = randomOf(3);
  const { below, pick } = writerOf(random);
  let certain = 0;
  for (let run = 0; run < RUNS; run++) {
    const written = Array.from({ length: below(6) }, () => pick(["x", " ", "\n", "\t", "&amp;", "&lt;", "&gt;", "&quot;", "&#39;", "£", "🎁", "&", "&copy", "=", "&#128;", "\u0085", "\r\n", "tea"])).join("");
    for (const as of [written, ascii(written)]) {
      const text = edit_hash(written, true);
      const value = edit_hash(written, false);
      const slot = slotOf(`<!doctype html><div data-slot title="${as}">${as}<!--attune--></div>`);
      if (text !== undefined) assert.equal(text, hashOf(collapsed(textOf(slot))), JSON.stringify(as));
      if (value !== undefined) assert.equal(value, hashOf(attribute(slot, "title")), JSON.stringify(as));
      certain += Number(text !== undefined && value !== undefined);
    }
  }
  assert.ok(certain > RUNS, `${certain}`);
  assert.equal(edit_hash("a < b", true), undefined);
});
