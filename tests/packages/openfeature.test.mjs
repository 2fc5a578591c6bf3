// attune/openfeature from the packed tarball, in a plain page in a real browser, beside the provider of OpenFeature's own protocol.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { buildSync } from "esbuild";
import { launch } from "../browser/shop.mjs";
import { install, run } from "../bundlers/project.mjs";
import { HEAD, serveFiles } from "../bundlers/site.mjs";
import { flagsBundle } from "../edge/flags.mjs";
import { startEdge } from "../edge/harness.mjs";

const root = new URL("../..", import.meta.url).pathname;
const project = mkdtempSync(join(tmpdir(), "attune-openfeature-"));
/** Compiled, never run: the types hold, and what they refuse. */
const TYPES = `
import { OpenFeature } from "@openfeature/web-sdk";
import type { Provider } from "@openfeature/web-sdk";
import { AttuneProvider } from "attune/openfeature";

export const provider: Provider = new AttuneProvider({ timeout_ms: 1_000 });
export const set: Promise<void> = OpenFeature.setProviderAndWait(new AttuneProvider());
export const value: boolean = new AttuneProvider().resolveBooleanEvaluation("hello", false).value;
// @ts-expect-error There is no such option.
new AttuneProvider({ timeout: 1 });
// @ts-expect-error A boolean flag has a boolean default.
new AttuneProvider().resolveBooleanEvaluation("hello", "off");
`;
const MAIN = `
import { OpenFeature, ProviderEvents } from "@openfeature/web-sdk";
import { OFREPWebProvider } from "@openfeature/ofrep-web-provider";
import { attune } from "attune/browser";
import { AttuneProvider } from "attune/openfeature";
window.lab = { OpenFeature, ProviderEvents, OFREPWebProvider, AttuneProvider, attune };
`;

/** @type {Awaited<ReturnType<typeof startEdge>>} */
let edge;
/** @type {Awaited<ReturnType<typeof serveFiles>>} */
let site;
/** @type {import("playwright-core").Browser} */
let browser;
/** A name, not an address: browsers keep secure cookies for it. */
let url = "";

before(async () => {
  install(project);
  symlinkSync(join(root, "node_modules/@openfeature"), join(project, "node_modules/@openfeature"));
  writeFileSync(join(project, "lab.mjs"), MAIN);
  const built = buildSync({ absWorkingDir: project, entryPoints: ["lab.mjs"], bundle: true, format: "esm", target: "es2022", write: false });
  writeFileSync(join(project, "lab.js"), built.outputFiles[0].contents);
  const page = readFileSync(join(project, "page.html"), "utf8");
  writeFileSync(join(project, "index.html"), page.replace("<!-- the script -->", '<script type="module" src="/lab.js"></script>'));
  writeFileSync(join(project, "beside.html"), page.replace("<!-- the script -->", `${HEAD}<script type="module" src="/lab.js"></script>`));
  site = await serveFiles(project);
  edge = await startEdge({ bundle: await flagsBundle(), bindings: { ORIGIN: site.url, ROUTES: "/", PLACE: "off" } });
  url = `http://localhost:${edge.url.port}`;
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await edge?.stop();
  site?.close();
  rmSync(project, { recursive: true });
});

/** A visitor's page. @param {(page: import("playwright-core").Page) => Promise<void>} visit */
async function withPage(visit, path = "/") {
  const context = await browser.newContext({ locale: "en-GB" });
  try {
    const page = await context.newPage();
    /** @type {string[]} */
    const faults = [];
    page.on("pageerror", (error) => faults.push(error.message));
    await page.goto(url + path);
    await page.waitForFunction(() => "lab" in window);
    await visit(page);
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
}

/** What both providers say, of the same page. @param {import("playwright-core").Page} page @returns {Promise<any>} */
const told = (page) =>
  page.evaluate(async () => {
    const { OpenFeature, OFREPWebProvider, AttuneProvider } = /** @type {any} */ (window).lab;
    await OpenFeature.setContext({ url: location.href, locale: document.documentElement.lang });
    await OpenFeature.setProviderAndWait("plan", new AttuneProvider());
    await OpenFeature.setProviderAndWait("ofrep", new OFREPWebProvider({ baseUrl: `${location.origin}/_attune`, cacheMode: "disabled" }));
    const flags = { hello: false, cart: false, "new-checkout": false, shipping: "none", "new-search": "none", tea: false };
    return Object.fromEntries(["plan", "ofrep"].map((domain) => {
      const client = OpenFeature.getClient(domain);
      const details = Object.entries(flags).map(([key, fallback]) => (typeof fallback === "boolean" ? client.getBooleanDetails(key, fallback) : client.getStringDetails(key, fallback)));
      return [domain, details.map(({ flagKey, value, variant, reason, errorCode, flagMetadata: { phase: _, ...metadata } }) => ({ flagKey, value, variant, reason, errorCode, metadata }))];
    }));
  });

test("the types hold where a bundler finds the package, and where Node.js does", () => {
  writeFileSync(join(project, "flags.ts"), TYPES);
  for (const [resolution, module] of [["bundler", "esnext"], ["nodenext", "nodenext"]]) {
    run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "flags.ts", "--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--lib", "es2022,dom,dom.iterable", "--moduleResolution", resolution, "--module", module], project);
  }
});

test("before consent and after it, the provider of the plan says what the protocol's says, without a request", () =>
  withPage(async (page) => {
    const first = await told(page);
    assert.deepEqual(first.plan, first.ofrep);
    assert.deepEqual(first.plan.map((/** @type {any} */ { value, reason }) => [value, reason]), [[true, "TARGETING_MATCH"], ...[false, false, "none", "none", false].map((value) => [value, "DEFAULT"])]);
    await page.evaluate(() => /** @type {any} */ (window).lab.attune.consent({ personalization: true, measurement: true }));
    await page.reload();
    await page.waitForFunction(() => "lab" in window);
    // The cookie comes with the first events.
    await page.waitForFunction(async () => (await (await fetch("/_attune/me")).json()).id !== undefined);
    await page.reload();
    await page.waitForFunction(() => "lab" in window);
    const second = await told(page);
    assert.deepEqual(second.plan, second.ofrep);
    const [, , checkout, shipping] = second.plan;
    assert.deepEqual([checkout.value, checkout.reason, shipping.value, shipping.reason], [checkout.variant === "on", "SPLIT", shipping.variant, "SPLIT"]);
    /** @type {string[]} */
    const asked = [];
    page.on("request", (request) => asked.push(request.url()));
    const types = await page.evaluate(() => {
      const client = /** @type {any} */ (window).lab.OpenFeature.getClient("plan");
      return [client.getStringDetails("hello", "x"), client.getBooleanDetails("shipping", true), client.getNumberDetails("hello", 7), client.getObjectDetails("hello", { a: 1 })].map(({ value, errorCode }) => [value, errorCode]);
    });
    assert.deepEqual(types, [["x", "TYPE_MISMATCH"], [true, "TYPE_MISMATCH"], [7, "TYPE_MISMATCH"], [{ a: 1 }, "TYPE_MISMATCH"]]);
    assert.deepEqual(asked.filter((address) => address.includes("ofrep") || address.includes("plan")), []);
  }));

test("a new plan tells which flags have changed, until the provider is closed; and what the code tracks is told", () =>
  withPage(async (page) => {
    await page.evaluate(() => /** @type {any} */ (window).lab.attune.consent({ personalization: true, measurement: true }));
    await page.reload();
    await page.waitForFunction(() => "lab" in window);
    await page.waitForFunction(async () => (await (await fetch("/_attune/me")).json()).id !== undefined);
    const changed = await page.evaluate(async () => {
      const { OpenFeature, ProviderEvents, AttuneProvider, attune } = /** @type {any} */ (window).lab;
      await OpenFeature.setProviderAndWait(new AttuneProvider());
      const client = OpenFeature.getClient();
      /** @type {string[][]} */
      const told = [];
      client.addHandler(ProviderEvents.ConfigurationChanged, (/** @type {any} */ { flagsChanged }) => told.push(flagsChanged.toSorted()));
      client.track("add_to_cart", { items: [{ item_id: "22423", price: 12.75, quantity: 2 }] });
      for (let time = 0; time < 50 && !client.getBooleanValue("cart", false); time++) {
        await attune.plan();
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      await attune.plan();
      const before = told.length;
      await OpenFeature.clearProviders();
      await attune.plan({ url: "/c/tea" });
      return { told, later: told.length - before, cart: (await (await fetch("/_attune/me")).json()).cart?.items.length };
    });
    assert.deepEqual(changed.told.at(-1)?.filter((/** @type {string} */ key) => ["cart", "hello"].includes(key)), ["cart", "hello"]);
    assert.deepEqual([changed.later, changed.cart], [0, 1]);
  }));

test("where pages do not pass through the Worker, it is the plan that the page asks for", () =>
  withPage(async (page) => {
    const { plan, ofrep } = await told(page);
    assert.deepEqual(plan, ofrep);
    assert.equal(plan[0].value, true);
  }, "/beside.html"));

test("without the script the provider fails, and is ready when the script comes", async () => {
  const context = await browser.newContext({ locale: "en-GB" });
  try {
    const page = await context.newPage();
    let release = () => {};
    const held = new Promise((resolve) => (release = () => resolve(undefined)));
    await page.route("**/_attune/page.js", (route) => held.then(() => route.continue()));
    await page.goto(url, { waitUntil: "commit" });
    await page.waitForFunction(() => "lab" in window);
    const [status, value, message] = await page.evaluate(async () => {
      const { OpenFeature, AttuneProvider } = /** @type {any} */ (window).lab;
      const failed = await OpenFeature.setProviderAndWait(new AttuneProvider({ timeout_ms: 50 })).catch((/** @type {Error} */ error) => error.message);
      const client = OpenFeature.getClient();
      return [client.providerStatus, client.getBooleanValue("hello", false), failed];
    });
    assert.deepEqual([status, value], ["ERROR", false]);
    assert.match(message, /did not come within 50 ms/);
    release();
    await page.waitForFunction(() => {
      const client = /** @type {any} */ (window).lab.OpenFeature.getClient();
      return client.providerStatus === "READY" && client.getBooleanValue("hello", false);
    });
  } finally {
    await context.close();
  }
});
