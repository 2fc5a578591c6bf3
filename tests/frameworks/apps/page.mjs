/** The page around what a framework renders. */

/** Where the Worker changes nothing, the page asks for the plan itself. @param {URL} url */
const asks = (url) => (url.pathname.startsWith("/c/") ? '<script src="/_attune/page.js" data-plan async></script>' : "");

/** Up to the root. @param {URL} url @param {string} [more] of the head */
export const head = (url, more = "") => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>${asks(url)}${more}</head><body><div id="root">`;

/** Behind the root: a slot that is no framework's, and what comes last. @param {string} [more] */
export const tail = (more = "") => `</div><div data-slot="after" hidden>After</div>${more}</body></html>`;

/** Serves a page with what a framework renders at once. @param {() => string | Promise<string>} rendered */
export const page = (rendered) => async (/** @type {URL} */ url, /** @type {import("node:http").ServerResponse} */ response, /** @type {string} */ script) => {
  response.setHeader("Content-Type", "text/html; charset=utf-8");
  response.end(`${head(url, `<script src="${script}" defer></script>`)}${await rendered()}${tail()}`);
};
