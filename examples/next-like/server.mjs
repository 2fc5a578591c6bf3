// The origin: middleware first, then route handlers and cached pages, as Next.js arranges them.
import { createServer } from "node:http";
import * as home from "./app/page.mjs";
import * as about from "./app/about/page.mjs";
import * as stock from "./app/api/stock/route.mjs";
import { createCache } from "./cache.mjs";
import { middleware } from "./middleware.mjs";

const { PORT = "3000", PUBLIC_HOST = "localhost:8787", DECISION_KEYS = "" } = process.env;
/** What a decision must be for. The host is the public one, and never taken from the request. */
const ATTUNE = { site: "next-like", host: PUBLIC_HOST, keys: DECISION_KEYS.split(/\s+/).filter(Boolean) };

const HANDLERS = new Map([["/api/stock", stock]]);
const PAGES = new Map([["/", home], ["/about", about]]);
const cache = createCache();

/** @param {Request} request @returns {Promise<Response>} */
async function answer(request) {
  const { pathname } = new URL(request.url);
  if (request.method !== "GET" && request.method !== "HEAD") return new Response(null, { status: 405, headers: { Allow: "GET, HEAD" } });
  const handler = HANDLERS.get(pathname);
  if (handler) return handler.GET();
  const page = PAGES.get(pathname);
  if (!page) return new Response("<!doctype html><title>Not found</title><h1>Not found</h1>", { status: 404, headers: { "Content-Type": "text/html; charset=utf-8" } });
  const { variant, headers } = middleware(request, ATTUNE);
  // The variant is part of the key, and nothing else of the visitor is.
  const { html, isHit } = await cache.get(`${pathname} ${variant}`, page.revalidate, () => page.default({ variant }));
  return new Response(html, {
    headers: { "Content-Type": "text/html; charset=utf-8", "Cache-Control": `s-maxage=${page.revalidate}`, "X-Cache": isHit ? "HIT" : "MISS", ...headers },
  });
}

/** @param {import("node:http").IncomingMessage} incoming @param {import("node:http").ServerResponse} outgoing */
async function serve(incoming, outgoing) {
  const headers = /** @type {[string, string][]} */ (Object.entries(incoming.headers).filter(([, value]) => typeof value === "string"));
  const url = new URL(`http://${PUBLIC_HOST}${incoming.url}`);
  const response = await answer(new Request(url, { method: incoming.method, headers }));
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(incoming.method === "HEAD" ? undefined : await response.text());
}

const server = createServer((incoming, outgoing) => {
  serve(incoming, outgoing).catch((error) => {
    console.error(error);
    if (!outgoing.headersSent) outgoing.writeHead(500);
    outgoing.end();
  });
});
server.listen(Number(PORT), "localhost", () => console.log(`the shop itself: http://localhost:${PORT}`));
