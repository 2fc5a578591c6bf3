// A real HTTP origin on loopback, as well-behaved or as broken as a test wants it.
import { createServer } from "node:http";
import { once } from "node:events";

/** The page most tests use: a slot with elements, a slot that stays empty, text around both. */
export const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title></head>
<body><header><div data-slot="bar">Free delivery</div></header>
<main><section data-slot="hero"><h1>Our shop</h1><a class="cta" href="/all">See all</a></section><p>Text</p></main>
</body></html>
`;

/** The end of everything that is put into a page. */
export const MARK = "<!--attune-->";
/** What the test's bundle puts into the second slot. */
export const HELLO = `<h1>Hello for £5 €</h1>${MARK}`;
/** The page with that slot filled. */
export const FILLED = PAGE.replace(/<h1>Our shop.*?<\/a>/, HELLO);

/** @typedef {(request: import("node:http").IncomingMessage, response: import("node:http").ServerResponse) => void} Handler */

/** Starts an origin; what it was asked is in `seen`. */
export async function startOrigin() {
  /** @type {Map<string, Handler>} */
  const handlers = new Map();
  /** @type {{ method: string, url: string, headers: import("node:http").IncomingHttpHeaders }[]} */
  const seen = [];
  const server = createServer((request, response) => {
    const path = request.url.split("?")[0];
    seen.push({ method: request.method, url: request.url, headers: request.headers });
    const handler = handlers.get(path);
    if (handler) return handler(request, response);
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
    response.end(PAGE);
  });
  let connections = 0;
  server.on("connection", () => (connections += 1));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    seen,
    /** The last request that the origin got. */
    last: () => seen.at(-1),
    /** @param {string} path @param {Handler} handler */
    on: (path, handler) => handlers.set(path, handler),
    /** Answers a path with these headers and this body. @param {string} path @param {import("node:http").OutgoingHttpHeaders} headers @param {string | Uint8Array} body */
    serve: (path, headers, body, status = 200) =>
      handlers.set(path, (_, response) => {
        response.writeHead(status, headers);
        response.end(body);
      }),
    /** How many connections were ever made to it. */
    connections: () => connections,
    open: () => new Promise((resolve, reject) => server.getConnections((error, count) => (error ? reject(error) : resolve(count)))),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
