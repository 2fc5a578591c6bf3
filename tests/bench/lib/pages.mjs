// The pages that throughput is measured on: a made one of 119 KB, the demo's home, and three of those that the scanner is tested with.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { homePage } from "../../../www/demo/pages/home.mjs";
import { render } from "../../../www/demo/pages/layout.mjs";
import { ROOT } from "./attune.mjs";
import { document, SLOTS } from "./document.mjs";

const TESTED = ["shopify-like", "wordpress-like", "next-hydration"];

/** @type {Record<string, string>} by name */
export const PAGES = {
  made: document(),
  "demo-home": render(homePage()),
  ...Object.fromEntries(TESTED.map((name) => [name, readFileSync(join(ROOT, `tests/html/pages/${name}.html`), "utf8")])),
};

/** How many slots of a page are filled. @param {string} page */
export const slotsOf = (page) => SLOTS.filter((slot) => page.includes(`data-slot="${slot}"`)).length;
