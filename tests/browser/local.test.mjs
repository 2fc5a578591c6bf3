// The browser decides itself: beside the real Workers, which hand out what it needs, and on a site without a server of ours.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { artifactKey, newSigningKey, packOf, publicKeyHex, signedManifest } from "../../xtask/manifest.mjs";
import { minified } from "../../xtask/minified.mjs";
import { buildSync } from "esbuild";
import { SIGNING_KEY, startEdge } from "../edge/harness.mjs";
import { ledgerOf } from "../edge/measured.mjs";
import { publisherOf } from "../edge/publisher.mjs";
import { cases, told } from "../local/triples.mjs";
import { launch } from "./shop.mjs";

/** @typedef {import("playwright-core").Page} Page */

const read = (/** @type {string} */ path) => readFileSync(new URL(`../../${path}`, import.meta.url));
const BUNDLE = read("build/local.bundle");
/** What `attune compile --client` cuts of it. */
const CLIENT = read("build/local.client");
const SLOTS = ["hero", "bar", "note", "side"];
const BODY = `<main><section data-slot="hero"><h1>Our shop</h1><a class="cta" href="/all">See all</a></section>
<div data-slot="bar">Free delivery</div><div data-slot="note">A note</div><aside data-slot="side">Beside</aside></main>`;
const document = (/** @type {string} */ head, /** @type {string} */ body = "") => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>${head}</head><body>${BODY}${body}</body></html>`;
const PATHS = ["/p/p3", "/c/lamps", "/p/p5", "/c/candles", "/p/p7?utm_source=mail", "/c/lamps", "/c/clocks", "/p/p9", "/p/p11", "/c/candles"];

/** @type {import("playwright-core").Browser} */
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** What each slot shows. @param {Page} page */
const shown = (page) => page.evaluate((slots) => Object.fromEntries(slots.map((slot) => [slot, window.document.querySelector(`[data-slot=${slot}]`)?.textContent?.trim()])), SLOTS);

/** What a page says in the console, and what it throws. @param {Page} page */
function heard(page) {
  const said = { warnings: /** @type {string[]} */ ([]), errors: /** @type {string[]} */ ([]) };
  page.on("console", (message) => message.type() === "warning" && said.warnings.push(message.text()));
  page.on("pageerror", (error) => said.errors.push(String(error)));
  return said;
}

/** Goes on in a single-page app, and gives the plan of the new page. @param {Page} page @param {string} path */
const moved = (page, path) =>
  page.evaluate(
    (path) =>
      new Promise((done) => {
        let isFirst = true;
        const off = /** @type {any} */ (window).attune.on("plan", (/** @type {any} */ plan) => {
          // The first is the plan that is there already.
          if (isFirst) return void (isFirst = false);
          off();
          done(plan.slots.map((/** @type {any} */ { slot, campaign, arm, content, reason }) => ({ slot, campaign, arm, content, reason })));
        });
        history.pushState({}, "", path);
      }),
    path,
  );

test("in this browser the core gives the decisions that the edge gives", async () => {
  const asked = await cases(300, 1);
  const { outputFiles } = buildSync({ entryPoints: [new URL("../../build/browser/core.js", import.meta.url).pathname], bundle: true, format: "iife", globalName: "core", write: false });
  const page = await browser.newPage();
  await page.addScriptTag({ content: `${outputFiles[0].text};globalThis.core = core` });
  const decided = await page.evaluate(
    async ([wasm, bundle, asked]) => {
      const bytes = (/** @type {string} */ text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
      const { initSync, Local } = /** @type {any} */ (globalThis).core;
      initSync({ module: await WebAssembly.compile(bytes(wasm)) });
      const local = Local.load(bytes(bundle), "");
      return asked.map(({ request, lang, held, draws }) => local.plan_handed_out(request, lang, bytes(held), bytes(draws)));
    },
    /** @type {const} */ ([read("build/browser/local.wasm").toString("base64"), CLIENT.toString("base64"), asked.map(({ asks }) => asks)]),
  );
  await page.close();
  assert.ok(asked.length > 150);
  for (const [at, { edge }] of asked.entries()) assert.deepEqual(told(JSON.parse(decided[at])), edge);
});

describe("beside the Workers", () => {
  /** @type {Awaited<ReturnType<typeof startEdge>>} */
  let edge;
  let site = "";
  before(async () => {
    edge = await startEdge({ bundle: BUNDLE, site: "localshop", publish: false });
    await edge.put(artifactKey(CLIENT), CLIENT);
    await edge.publish(BUNDLE, { artifacts: [{ kind: 8, bytes: CLIENT }] });
    await edge.health();
    for (const path of ["/", ...PATHS.map((path) => path.split("?")[0])]) edge.origin.serve(path, { "Content-Type": "text/html; charset=utf-8" }, document(""));
    site = `http://localhost:${new URL(edge.url).port}`;
  });
  after(() => edge.stop());

  /** A visitor who agreed, and is not among those who get the origin everywhere. @returns {Promise<{ context: import("playwright-core").BrowserContext, page: Page, asked: string[], said: ReturnType<typeof heard> }>} */
  async function visitor() {
    const context = await browser.newContext({ baseURL: site, locale: "en-GB" });
    await context.request.post("/_attune/consent", { data: { personalization: true, measurement: true } });
    const { plan } = await (await context.request.post("/_attune/plan", { data: { url: "/" } })).json();
    if (plan.slots[0].reason === "site-holdout") {
      await context.close();
      return visitor();
    }
    const page = await context.newPage();
    const asked = /** @type {string[]} */ ([]);
    page.on("request", (request) => request.url().endsWith("/_attune/plan") && asked.push(request.url()));
    return { context, page, asked, said: heard(page) };
  }

  /** Goes on until the browser has what it needs to decide. @param {Page} page */
  async function equipped(page) {
    await page.goto("/");
    await page.waitForFunction(() => Symbol.for("attune.local") in window);
    await moved(page, "/c/lamps");
    await page.waitForTimeout(500);
  }

  test("after one plan of the server's the browser decides, and as the server would", async () => {
    const { context, page, asked, said } = await visitor();
    await page.goto("/");
    await page.waitForFunction(() => Symbol.for("attune.local") in window);
    assert.equal(asked.length, 0, "the first plan is in the page");
    await moved(page, "/c/lamps");
    assert.equal(asked.length, 1, "what is needed is handed out with the next one");
    // The bundle comes meanwhile.
    await page.waitForFunction(() => performance.getEntriesByType("resource").some(({ name }) => name.endsWith("local.wasm")));
    await page.waitForTimeout(500);
    for (const path of PATHS) {
      const plan = await moved(page, path);
      assert.equal(asked.length, 1, `${path} is decided here`);
      // Until the server has what happened, it would decide as if it had not.
      await page.waitForFunction(() => JSON.parse(localStorage["attune:log"]).last === JSON.parse(localStorage["attune:log"]).next - 1);
      const answer = await context.request.post("/_attune/plan", { data: { url: path, lang: "en", viewed: true } });
      const served = (await answer.json()).plan.slots.map((/** @type {any} */ { slot, campaign, arm, content, reason }) => ({ slot, campaign, arm, content, reason }));
      assert.deepEqual(plan, served, path);
    }
    await moved(page, "/");
    assert.equal(asked.length, 2, "a page with a slot that stays on the server is asked there");
    assert.deepEqual(said, { warnings: [], errors: [] });
    await context.close();
  });

  test("a page that the browser decides exposes to its experiments, in the arms that the server drew", async () => {
    const ledger = ledgerOf(publisherOf(edge, SIGNING_KEY));
    const { context, page, asked } = await visitor();
    await equipped(page);
    const plans = asked.length;
    const reported = page.waitForRequest((request) => (request.postData() ?? "").includes('"of":'));
    await moved(page, PATHS[0]);
    const request = await reported;
    const exposures = JSON.parse(request.postData() ?? "").events.filter((/** @type {any} */ { name, params }) => name === "attune_exposure" && params.of);
    assert.ok(exposures.length > 0 && exposures.every((/** @type {any} */ { params }) => /^[0-9a-f]{8}(,[0-9a-f]{8})*$/.test(params.of) && params.token.length <= 128), JSON.stringify(exposures));
    assert.equal((await request.response())?.status(), 200);
    assert.equal(asked.length, plans, "it was decided here");
    const { slots } = /** @type {any} */ (await page.evaluate(() => /** @type {any} */ (window).attune.ready())) ?? {};
    const met = slots.filter((/** @type {any} */ { arm }) => arm !== null);
    assert.ok(met.length > 0, JSON.stringify(slots));
    const counted = await ledger.lines("experiments");
    for (const { campaign, arm } of met) assert.ok(counted.some(({ experiment, arm: of, n }) => experiment.startsWith(`${campaign}/`) && of === arm && n > 0), `${campaign} ${arm}`);
    await context.close();
  });

  test("what the browser draws is what the plan says, and a campaign that is capped is over", async () => {
    const { context, page } = await visitor();
    await equipped(page);
    await page.evaluate(() => /** @type {any} */ (window).attune.track("add_to_cart", { items: [{ item_id: "p1", price: 30, quantity: 1 }] }));
    await moved(page, "/p/p3");
    assert.equal((await shown(page)).bar, "bar-basket");
    await context.close();
  });

  test("who withdraws is decided by the server, and nothing that was handed out is used any more", async () => {
    const { context, page, asked } = await visitor();
    await equipped(page);
    await moved(page, "/p/p3");
    assert.equal(asked.length, 1);
    await page.evaluate(() => /** @type {any} */ (window).attune.consent({ personalization: false, measurement: false }));
    await moved(page, "/p/p5");
    assert.equal(asked.length, 2);
    await context.close();
  });

  test("a withdrawal in another tab counts here, too", async () => {
    const { context, page, asked } = await visitor();
    await equipped(page);
    await moved(page, "/p/p3");
    const other = await context.newPage();
    await other.goto("/");
    await other.evaluate(() => /** @type {any} */ (window).attune.consent({ personalization: false, measurement: false }));
    await page.waitForTimeout(300);
    await moved(page, "/p/p5");
    assert.equal(asked.length, 2);
    await context.close();
  });

  test("what is handed out has no id, and nothing that the shop's server said", async () => {
    const { context } = await visitor();
    const customer = "customer-4711";
    await context.request.post("/_attune/plan", { data: { url: "/" } });
    const answer = await (await context.request.post("/_attune/plan", { data: { url: "/", local: true } })).json();
    const cookie = (await context.cookies()).find(({ name }) => name === "__Host-attune")?.value ?? "";
    const [, id = ""] = /20(?:14)([0-9a-f]{32})/.exec(Buffer.from(cookie, "base64url").toString("hex")) ?? [];
    assert.ok(/^[0-9a-f]{32}$/.test(id) && !/^0+$/.test(id));
    const handed = Buffer.from(answer.plan.local.profile, "base64url").toString("hex");
    assert.ok(handed.length > 40 && !handed.includes(id));
    assert.ok(!JSON.stringify(answer).includes(customer));
    assert.equal((await (await context.request.post("/_attune/plan", { data: { url: "/" } })).json()).local, undefined, "only who asks gets it");
    await context.close();
  });
});

describe("without a server of ours", () => {
  const key = newSigningKey();
  const scripts = new Map(["page.js", "log.js", "local.js"].map((name) => [`/_attune/${name}`, minified(new URL(`../../www/browser/${name}`, import.meta.url).pathname)]));
  const tag = `<script src="/_attune/local.js" data-keys="${publicKeyHex(key)}" async></script>`;
  /** @type {Map<string, { status?: number, type?: string, body: string | Uint8Array, headers?: Record<string, string> }>} */
  const files = new Map();
  /** @type {import("node:http").Server} */
  let server;
  let site = "";
  const whole = (/** @type {string} */ signer = key, /** @type {Uint8Array} */ bundle = CLIENT) => packOf(signedManifest({ site: "localshop", version: 1, artifacts: [{ kind: 8, bytes: CLIENT }] }, [signer]), bundle);

  before(async () => {
    for (const [path, body] of scripts) files.set(path, { type: "text/javascript", body });
    files.set("/_attune/local.wasm", { type: "application/wasm", body: read("build/browser/local.wasm") });
    files.set("/_attune/client.attune", { body: whole() });
    server = createServer((request, response) => {
      const path = (request.url ?? "").split("?")[0];
      const file = files.get(path) ?? (path.startsWith("/_attune/") ? { status: 404, body: "none" } : { type: "text/html; charset=utf-8", body: document(tag) });
      response.writeHead(request.method === "GET" ? (file.status ?? 200) : 405, { "Content-Type": file.type ?? "application/octet-stream", ...file.headers });
      response.end(file.body);
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    site = `http://localhost:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  /** @param {import("playwright-core").BrowserContextOptions} [options] */
  async function opened(options) {
    const context = await browser.newContext({ baseURL: site, locale: "de-DE", timezoneId: "Europe/Berlin", ...options });
    const page = await context.newPage();
    return { context, page, said: heard(page) };
  }
  const ready = (/** @type {Page} */ page) => page.waitForFunction(() => /** @type {any} */ (window).attune?.ready).then(() => page.evaluate(() => /** @type {any} */ (window).attune.ready()));

  test("what needs no consent is decided at once, and nothing is kept", async () => {
    const { context, page, said } = await opened();
    await page.goto("/");
    const plan = await ready(page);
    assert.equal(plan.consent.personalization, "unknown");
    assert.equal((await shown(page)).bar, "bar-german", "by the language");
    assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), []);
    assert.deepEqual(said, { warnings: [], errors: [] });
    await context.close();
  });

  test("after a yes the profile is kept in this browser, and decides", async () => {
    const { context, page, said } = await opened();
    const posts = /** @type {string[]} */ ([]);
    page.on("request", (request) => request.method() !== "GET" && posts.push(request.url()));
    await page.goto("/");
    await ready(page);
    const agreed = () => page.evaluate(() => /** @type {any} */ (window).attune.consent({ personalization: true, measurement: false }));
    assert.deepEqual(await agreed(), { personalization: "granted", measurement: "denied" });
    // One of twenty gets the origin everywhere: another id.
    for (let { slots } = await page.evaluate(() => /** @type {any} */ (window).attune.plan()); slots[0].reason === "site-holdout"; ) {
      await page.evaluate(() => /** @type {any} */ (window).attune.forget());
      await agreed();
      ({ slots } = await page.evaluate(() => /** @type {any} */ (window).attune.plan()));
    }
    await page.evaluate(() => /** @type {any} */ (window).attune.track("add_to_cart", { items: [{ item_id: "p1", price: 30, quantity: 1 }] }));
    await page.waitForFunction(() => JSON.parse(localStorage["attune:log"]).last > 0);
    await page.goto("/p/p3");
    const plan = await ready(page);
    assert.equal((await shown(page)).bar, "bar-basket", JSON.stringify(plan));
    for (const path of ["/", "/p/p1", "/p/p2"]) {
      await page.goto(path);
      await ready(page);
    }
    const { slots } = await page.evaluate(() => /** @type {any} */ (window).attune.plan());
    assert.ok(slots.some((/** @type {any} */ { campaign }) => campaign === "basket" || campaign === "back"), JSON.stringify(slots));
    assert.deepEqual(posts, [], "nothing is sent anywhere");
    assert.deepEqual(await page.evaluate(() => /** @type {any} */ (window).attune.forget()), { personalization: "unknown", measurement: "unknown" });
    assert.equal(await page.evaluate(() => localStorage["attune:profile"]), undefined);
    assert.equal(await page.evaluate(() => localStorage["attune:log"]), undefined);
    assert.deepEqual(said, { warnings: [], errors: [] });
    await context.close();
  });

  test("a refusal is remembered, and outlives forgetting", async () => {
    const { context, page } = await opened();
    await page.goto("/");
    await ready(page);
    await page.evaluate(() => /** @type {any} */ (window).attune.consent({ personalization: false, measurement: false }));
    assert.equal((await page.evaluate(() => /** @type {any} */ (window).attune.forget())).personalization, "denied");
    await page.goto("/p/p3");
    assert.equal((await ready(page)).consent.personalization, "denied");
    await context.close();
  });

  test("a login needs a server, and says so", async () => {
    const { context, page } = await opened();
    await page.goto("/");
    await ready(page);
    const code = await page.evaluate(() => /** @type {any} */ (window).attune.identify("x").catch((/** @type {any} */ error) => error.code));
    assert.equal(code, "no_server");
    await context.close();
  });

  test("a strict policy with Trusted Types lets it work where it names WebAssembly", async () => {
    const policy = "default-src 'none'; script-src 'nonce-n0' 'strict-dynamic' 'wasm-unsafe-eval'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types attune attune-local";
    files.set("/strict", { type: "text/html; charset=utf-8", headers: { "Content-Security-Policy": policy }, body: document(tag.replace("<script", '<script nonce="n0"')) });
    const { context, page, said } = await opened();
    await page.goto("/strict");
    await ready(page);
    assert.equal((await shown(page)).bar, "bar-german");
    assert.deepEqual(said, { warnings: [], errors: [] });
    await context.close();
  });

  describe("the page stays the origin's, and one warning says why", () => {
    const own = { hero: "Our shopSee all", bar: "Free delivery", note: "A note", side: "Beside" };
    /** @type {Record<string, { code: string, prepare?: (page: Page) => Promise<unknown>, file?: [string, any] }>} */
    const ways = {
      "no WebAssembly": { code: "no_wasm", prepare: (page) => page.addInitScript(() => void (/** @type {any} */ (globalThis).WebAssembly = undefined)) },
      "no Ed25519": { code: "no_ed25519", prepare: (page) => page.addInitScript(() => void (SubtleCrypto.prototype.importKey = () => Promise.reject(new DOMException("Unrecognized name", "NotSupportedError")))) },
      "no WebCrypto": { code: "no_ed25519", prepare: (page) => page.addInitScript(() => void Object.defineProperty(crypto, "subtle", { value: undefined })) },
      "no bundle": { code: "bundle", file: ["/_attune/client.attune", { status: 404, body: "" }] },
      "another's signature": { code: "signature", file: ["/_attune/client.attune", { body: whole(SIGNING_KEY) }] },
      "another bundle than was signed": { code: "signature", file: ["/_attune/client.attune", { body: whole(key, Buffer.from(CLIENT).fill(0, 200, 210)) }] },
      "a bundle that is cut short": { code: "signature", file: ["/_attune/client.attune", { body: whole().subarray(0, 600) }] },
      "a bundle that is none": { code: "bundle", file: ["/_attune/client.attune", { body: "<!doctype html>" }] },
      "no module": { code: "wasm", file: ["/_attune/local.wasm", { status: 404, body: "" }] },
      "a module that is none": { code: "no_wasm", file: ["/_attune/local.wasm", { body: "<!doctype html>" }] },
    };
    for (const [name, { code, prepare, file }] of Object.entries(ways)) {
      test(name, async () => {
        const before = file && files.get(file[0]);
        if (file) files.set(...file);
        const { context, page, said } = await opened();
        try {
          await prepare?.(page);
          await page.goto("/");
          await page.waitForFunction(() => /** @type {any} */ (window).attune?.ready);
          assert.equal(await page.evaluate(() => /** @type {any} */ (window).attune.ready()), undefined);
          await page.waitForTimeout(400);
          assert.deepEqual(await shown(page), own);
          assert.equal(await page.evaluate(() => getComputedStyle(/** @type {Element} */ (window.document.querySelector("[data-slot=hero]"))).opacity), "1");
          assert.deepEqual(said.errors, []);
          assert.equal(said.warnings.length, 1, said.warnings.join("\n"));
          assert.match(said.warnings[0], new RegExp(`^attune: plan .*\\b${code}\\b`));
        } finally {
          if (file && before) files.set(file[0], before);
          await context.close();
        }
      });
    }

    test("a policy that does not name WebAssembly", async () => {
      files.set("/without", { type: "text/html; charset=utf-8", headers: { "Content-Security-Policy": "script-src 'nonce-n0' 'strict-dynamic'" }, body: document(tag.replace("<script", '<script nonce="n0"')) });
      const { context, page, said } = await opened();
      await page.goto("/without");
      await ready(page);
      assert.deepEqual(await shown(page), own);
      assert.deepEqual(said.errors, []);
      assert.match(said.warnings.join("\n"), /^attune: plan .*\bno_wasm\b/);
      await context.close();
    });
  });
});
