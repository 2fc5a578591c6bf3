// The origin over HTTP, in a process of its own: /http/PAGE plain, /gzip/PAGE packed, /trickle/PAGE for the first-byte figure.
import http from "node:http";
import { gzipSync } from "node:zlib";
import { PAGES } from "./pages.mjs";

const plain = new Map(Object.entries(PAGES).map(([name, page]) => [name, Buffer.from(page)]));
const packed = new Map([...plain].map(([name, page]) => [name, gzipSync(page)]));
const TRICKLE_PARTS = 10;
const TRICKLE_MS = 50;

const server = http.createServer((request, response) => {
  const type = { "Content-Type": "text/html; charset=utf-8" };
  const [, from, name] = (request.url ?? "").split("/");
  const page = (from === "gzip" ? packed : plain).get(name);
  if (page === undefined) {
    response.writeHead(404).end();
  } else if (from === "gzip") {
    response.writeHead(200, { ...type, "Content-Encoding": "gzip", "Content-Length": page.length }).end(page);
  } else if (from === "trickle") {
    response.writeHead(200, type);
    const part = Math.ceil(page.length / TRICKLE_PARTS);
    for (let n = 0; n < TRICKLE_PARTS; n++) {
      setTimeout(() => {
        response.write(page.subarray(n * part, (n + 1) * part));
        if (n === TRICKLE_PARTS - 1) response.end();
      }, n * TRICKLE_MS);
    }
  } else {
    response.writeHead(200, { ...type, "Content-Length": page.length }).end(page);
  }
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.send?.({ port: /** @type {import("node:net").AddressInfo} */ (server.address()).port }));
process.on("disconnect", () => process.exit());
