// The site's own consent tool is heard, whenever it loads. The tools are the IAB's own libraries, which consent tools are made of.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { buildSync } from "esbuild";
import { consentsOf, openControl } from "./control.mjs";

/** @type {Awaited<ReturnType<typeof openControl>>} */
let control;
before(async () => {
  control = await openControl();
  const code = `
    import { CmpApi as Tcf } from "@iabtcf/cmpapi";
    import { TCModel, TCString, GVL } from "@iabtcf/core";
    import { CmpApi as Gpp } from "@iabgpp/cmpapi";
    window.openTcf = () => {
      const tool = new Tcf(31, 1, true);
      return (purposes, isDone = true, own = []) => {
        const model = new TCModel();
        model.cmpId = 31; model.cmpVersion = 1; model.vendorListVersion_ = 1; model.isServiceSpecific = true;
        model.purposeConsents.set(purposes); model.publisherConsents.set(own);
        tool.update(encoded(model), !isDone);
      };
    };
    // Without a list of vendors, which would be fetched: the string has none.
    const encoded = (model) => { model.gvl = new GVL(LIST); return TCString.encode(model); };
    const LIST = { gvlSpecificationVersion: 3, vendorListVersion: 1, tcfPolicyVersion: 4, lastUpdated: "2026-01-01T00:00:00Z", purposes: {}, specialPurposes: {}, features: {}, specialFeatures: {}, stacks: {}, vendors: {}, dataCategories: {} };
    window.openGpp = () => {
      const tool = new Gpp(31, 1);
      return (section, fields, status = "ready") => {
        for (const [name, value] of Object.entries(fields)) tool.setFieldValue(section, name, value);
        tool.setSignalStatus(status);
        tool.fireSectionChange(section);
      };
    };`;
  const { outputFiles } = buildSync({ stdin: { contents: code, resolveDir: new URL("../..", import.meta.url).pathname }, bundle: true, format: "iife", write: false });
  control.serve("/tools.js", outputFiles[0].text);
  for (const source of ["tcf", "gpp", "gtag", "cookie"]) {
    const html = `<!doctype html><html lang="en"><head><title>Shop</title><script src="/tools.js"></script></head><body><h1>Shop</h1></body></html>`;
    control.pages.set(`/${source}`, { html, slots: [], source });
  }
});
after(() => control.close());

/** @typedef {import("playwright-core").Page} Page */

/** What arrives at the control plane while this runs; the last of it says that nothing else is on its way. @param {string} path @param {(page: Page) => Promise<unknown>} run */
async function heard(path, run) {
  const { context, page, problems } = await control.visitor({ agreed: false });
  await page.goto(path);
  await page.waitForFunction(() => window.attune?.ready);
  const from = consentsOf(control).length;
  await run(page);
  // Whatever the tool said was posted by now, and the script posts in order.
  await page.evaluate(async () => (await fetch("/_attune/me")).json());
  assert.deepEqual(problems, []);
  const all = consentsOf(control).slice(from).map(({ personalization, measurement, source }) => [source, personalization, measurement]);
  await context.close();
  return all;
}
/** The next answer that the script posts. @param {Page} page */
const posted = (page) => page.waitForResponse((response) => response.url().endsWith("/_attune/consent"));

describe("TCF", () => {
  const say = (/** @type {Page} */ page, /** @type {number[]} */ purposes, isDone = true, /** @type {number[]} */ own = []) =>
    page.evaluate(([purposes, isDone, own]) => {
      const all = /** @type {any} */ (window);
      all.tell ??= all.openTcf();
      all.tell(purposes, isDone, own);
    }, /** @type {const} */ ([purposes, isDone, own]));

  for (const [name, purposes, own, expected] of /** @type {[string, number[], number[], boolean[]][]} */ ([
    ["all purposes", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [], [true, true]],
    ["storage and measurement only", [1, 8], [], [false, true]],
    ["profiles without storage", [5, 6, 8], [], [false, false]],
    ["nothing", [], [], [false, false]],
    ["nothing for the vendors, and all for the shop itself", [], [1, 5, 6, 8], [true, true]],
    ["all for the vendors, and storage alone for the shop itself", [1, 5, 6, 8], [1], [false, false]],
  ])) {
    test(`an answer of ${name}`, async () => {
      const all = await heard("/tcf", async (page) => {
        const done = posted(page);
        await say(page, purposes, true, own);
        await done;
      });
      assert.deepEqual(all, [["tcf", ...expected]]);
    });
  }

  test("says nothing while its window is open, and each change once", async () => {
    const all = await heard("/tcf", async (page) => {
      await say(page, [1, 5, 6, 8], false);
      const first = posted(page);
      await say(page, [1, 5, 6, 8]);
      await first;
      await say(page, [1, 5, 6, 8]);
      const second = posted(page);
      await say(page, []);
      await second;
    });
    assert.deepEqual(all, [["tcf", true, true], ["tcf", false, false]]);
  });

  test("is not heard where the site names another source", async () => {
    assert.deepEqual(await heard("/cookie", (page) => say(page, [1, 5, 6, 8])), []);
  });
});

describe("GPP", () => {
  const say = (/** @type {Page} */ page, /** @type {string} */ section, /** @type {object} */ fields, status = "ready") =>
    page.evaluate(([section, fields, status]) => {
      const all = /** @type {any} */ (window);
      all.tell ??= all.openGpp();
      all.tell(section, fields, status);
    }, /** @type {const} */ ([section, fields, status]));

  for (const field of ["SaleOptOut", "SharingOptOut", "TargetedAdvertisingOptOut"]) {
    test(`an opt-out by ${field} is a no`, async () => {
      const all = await heard("/gpp", async (page) => {
        const done = posted(page);
        await say(page, "usnat", { [field]: 1 });
        await done;
      });
      assert.deepEqual(all, [["gpp", false, false]]);
    });
  }

  test("no opt-out is silence, and so is a signal that is not ready", async () => {
    assert.deepEqual(await heard("/gpp", async (page) => {
      await say(page, "usca", { SaleOptOut: 2, SharingOptOut: 2 });
      await say(page, "usca", { SaleOptOut: 1 }, "not ready");
    }), []);
  });

  test("purposes of the European section count, and a no elsewhere wins", async () => {
    const all = await heard("/gpp", async (page) => {
      const first = posted(page);
      await say(page, "tcfeuv2", { PurposeConsents: [true, false, false, false, true, true, false, true] });
      await first;
      const second = posted(page);
      await say(page, "usca", { SaleOptOut: 1 });
      await second;
    });
    assert.deepEqual(all, [["gpp", true, true], ["gpp", false, false]]);
  });
});

describe("gtag", () => {
  const say = (/** @type {Page} */ page, /** @type {string} */ command, /** @type {object} */ storage) =>
    page.evaluate(([command, storage]) => {
      const layer = (window.dataLayer ??= []);
      function gtag() {
        layer.push(arguments);
      }
      /** @type {any} */ (gtag)("consent", command, storage);
    }, /** @type {const} */ ([command, storage]));

  test("an update is a choice, a default is none, and advertising says nothing", async () => {
    const all = await heard("/gtag", async (page) => {
      await say(page, "default", { personalization_storage: "granted", analytics_storage: "granted" });
      await say(page, "update", { ad_storage: "granted", ad_user_data: "granted" });
      const first = posted(page);
      await say(page, "update", { personalization_storage: "granted", analytics_storage: "denied" });
      await first;
      const second = posted(page);
      await say(page, "update", { personalization_storage: "denied" });
      await second;
    });
    assert.deepEqual(all, [["gtag", true, false], ["gtag", false, false]]);
  });
});
