// From a path to a page: the loader of its route begins, and the page streams while the slow part is under way.
import { randomBytes } from "node:crypto";
import * as home from "./routes/home.mjs";
import * as notFound from "./routes/not-found.mjs";

/** @typedef {{ decision: any }} Context what Attune decided for the request; null where it says nothing that holds */

const ROUTES = new Map([["/", home]]);

/** @param {string} path @param {Context} context */
export function handleRequest(path, context) {
  const route = ROUTES.get(path) ?? notFound;
  const nonce = randomBytes(16).toString("base64url");
  return {
    status: route.status,
    headers: {
      "Content-Type": "text/html; charset=utf-8",
      // Attune gives its page script the nonce, so that the policy lets it in.
      "Content-Security-Policy": `script-src 'nonce-${nonce}'; object-src 'none'; base-uri 'self'`,
    },
    body: route.render(route.loader(context)),
  };
}
