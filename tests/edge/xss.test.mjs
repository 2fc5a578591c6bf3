// The hazard "XSS" in the served bytes: nothing that a stranger writes leaves the place that a template gives it.
// tests/browser/xss.test.mjs lets a browser try.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { API_KEY, Jar, planOf, withoutTail } from "./harness.mjs";
import { MARK } from "./origin.mjs";
import { address, CATEGORIES, fan, ofPath, PAGE, PATHS, product, SKUS, startHostile, TEXTS, URLS } from "./hostile.mjs";

/** @type {Awaited<ReturnType<typeof startHostile>>} */
let edge;
before(async () => {
  edge = await startHostile();
});
after(() => edge.stop());

/** The characters that make markup, in their order: a page's structure, whatever its values are. @param {string} html */
const marks = (html) => withoutTail(html).replace(/[^<>"']+/g, "");

/** Whether a browser stays on the site with this attribute value. @param {string} href */
const onSite = (href) => href !== "" && new URL(href.replaceAll("&amp;", "&"), "https://www.shop.example/t/page").host === "www.shop.example";

/** What a value of characters that mean nothing looks like. */
const HARMLESS = "harmless";

test("text, both kinds of attribute, URLs, and elements of the origin: the structure is that of a harmless value", async () => {
  const harmless = (await edge.fetch(address(HARMLESS, "/t/c/x"))).text;
  assert.notEqual(marks(harmless), marks(PAGE), "the slots are filled");
  assert.equal(harmless.split(HARMLESS).length - 1, 14, "every place has it");
  for (const text of TEXTS) {
    const { status, text: html } = await edge.fetch(address(text, "/t/c/x"));
    assert.equal(status, 200);
    assert.equal(marks(html), marks(harmless), text);
    assert.ok(!withoutTail(html).replaceAll(MARK, "").includes(text) || !/[<>"'&]/.test(text), `${text} is escaped`);
  }
});

test("a whole URL: one that could run code leaves the slot to the origin, one that could break out is escaped", async () => {
  const harmless = marks((await edge.fetch(address(HARMLESS, "/t/c/x"))).text);
  for (const url of URLS) {
    const { text: html } = await edge.fetch(address(HARMLESS, url));
    if (html.includes('<div data-slot="link">link</div>')) continue;
    const [, href = ""] = /<a class="whole" href="([^"]*)">whole<\/a>/.exec(html) ?? [];
    assert.match(href, /^(\/[^/\\]|javascript&amp;)/, url);
    assert.equal(onSite(href), true, url);
    assert.equal(marks(html), harmless, url);
  }
  const refused = async (/** @type {string} */ url) => (await edge.fetch(address(HARMLESS, url))).text.includes('<div data-slot="link">link</div>');
  for (const url of URLS.filter((url) => /script:|data:|evil/i.test(url.replace(/[\t\n]/g, "")))) {
    assert.ok(await refused(url), url);
  }
});

test("parts of a path: no two of them are a host", async () => {
  const filled = (await edge.fetch(ofPath(["de", "help"]))).text;
  assert.match(filled, /<a class="path" href="\/de\/help" data-url="\/de\/help">/);
  for (const parts of PATHS) {
    const { status, text: html } = await edge.fetch(ofPath(parts));
    assert.equal(status, 200);
    if (html.includes('<div data-slot="path">path</div>')) continue;
    const [, href = "", url = ""] = /<a class="path" href="([^"]*)" data-url="([^"]*)">/.exec(html) ?? [];
    assert.deepEqual([onSite(href), onSite(url)], [true, true], `${JSON.stringify(parts)}: ${href}`);
  }
  assert.ok((await edge.fetch(ofPath(["", "evil.example"]))).text.includes('<div data-slot="path">path</div>'), "an empty segment leaves the slot to the origin");
});

test("names of the profile: a category that a browser made up", async () => {
  const filled = async (/** @type {string} */ category) => {
    const jar = new Jar();
    await edge.post("/_attune/consent", { personalization: true, measurement: true }, { jar });
    const { status, text } = await edge.events(jar, fan(category), "/t/page");
    assert.deepEqual([status, JSON.parse(text).applied], [200, 4], text);
    const html = (await edge.fetch("/t/page", { jar })).text;
    return html.includes('<div data-slot="interest">interest</div>') ? null : marks(html);
  };
  const harmless = await filled(HARMLESS);
  assert.ok(harmless !== null && CATEGORIES.length > 8);
  const found = await Promise.all(CATEGORIES.map(filled));
  // A name without a letter or a digit has no key, and leaves the slot to the origin.
  found.forEach((marks, at) => assert.ok(marks === harmless || (marks === null && !/[a-z0-9]/i.test(CATEGORIES[at].split(/[/>]/).at(-1) ?? "")), CATEGORIES[at]));
  assert.ok(found.filter((marks) => marks !== null).length > 4);
});

test("names of the address: a product key that nobody sells", async () => {
  const filled = async (/** @type {string} */ sku) => {
    edge.origin.serve(product(sku), { "Content-Type": "text/html; charset=utf-8" }, PAGE);
    const html = (await edge.fetch(product(sku))).text;
    assert.match(html, /<p class="sku"/, sku);
    return marks(html);
  };
  const harmless = await filled(HARMLESS);
  assert.ok(SKUS.length > 4);
  for (const sku of SKUS) assert.equal(await filled(sku), harmless, sku);
});

test("the plan of a preview: its JSON cannot end its element, and says what was said", async () => {
  for (const name of TEXTS) {
    const body = { name: name.slice(0, 20), ttl_s: 60, profile: {}, request: {} };
    const made = await edge.post("/_attune/preview", body, { headers: { Authorization: `Bearer ${API_KEY}` } });
    assert.equal(made.status, 200, made.text);
    const { token } = JSON.parse(made.text);
    const { text } = await edge.fetch(address(name, "/t/c/x"), { headers: { Cookie: `__Host-attune-preview=${token}` } });
    const plan = planOf(text);
    assert.equal(plan.preview.name, body.name);
    assert.ok(plan.slots.some((/** @type {{ why: string }} */ { why }) => why.includes(name)), "the sentence that says why quotes the query");
    const json = /id="attune-plan">(.*?)<\/script>/s.exec(text)?.[1] ?? "";
    assert.match(json, /^[\x20-\x7e]+$/);
    assert.doesNotMatch(json, /[<>&]/);
  }
});
