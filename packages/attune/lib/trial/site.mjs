// The site as the local Worker sees it: asked under its own name, answered so that a browser stays on this machine. What the Worker
// serves itself, the page script and the compiled configuration, comes from here as well.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Agent as HttpAgent, createServer } from "node:http";
import { Agent as TlsAgent } from "node:https";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { decoded, HEADER_BYTES_MAX, headersOf, sendOn, sendSocketOn } from "../live/forward.mjs";
import { toBrowser, toSite } from "./headers.mjs";
import { turnLinks } from "./links.mjs";
import { NOTICE } from "./slots.mjs";

/** @typedef {import("node:http").IncomingMessage} IncomingMessage */
/** @typedef {import("node:http").ServerResponse} ServerResponse */

const SCRIPT = "text/javascript; charset=utf-8";
const ASSETS = { "/_attune/page.js": SCRIPT, "/_attune/log.js": SCRIPT, "/_attune/vitals.js": SCRIPT, "/_attune/overlay.js": SCRIPT, "/_attune/bundle": "application/octet-stream" };

/**
 * @param {object} options
 * @param {URL} options.site
 * @param {string} options.local the origin that browsers see
 * @param {string} options.assets folder with `_attune/`
 */
export async function serveSite({ site, local, assets }) {
  const isTls = site.protocol === "https:";
  const agent = isTls ? new TlsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const place = { hostname: site.hostname, port: site.port || (isTls ? 443 : 80), protocol: site.protocol, agent };
  const addresses = { site, local };
  const server = createServer({ maxHeaderSize: HEADER_BYTES_MAX }, (request, response) => {
    const path = String(request.url).split("?")[0];
    if (path.startsWith("/_attune/")) return asset(path, assets, response);
    // It would outlive the trial, and serve this site where the next one is tried.
    if (request.headers["service-worker"] === "script") return void response.writeHead(404, { "Content-Type": "text/plain" }).end("no service worker on this machine\n");
    answer(request, response).catch((error) => failed(site, response, error));
  });
  /** @param {IncomingMessage} request @param {ServerResponse} response */
  async function answer(request, response) {
    const found = await sendOn(request, place, toSite(headersOf(request), addresses));
    const headers = toBrowser(headersOf(found), addresses);
    const body = isDocument(request, found) ? decoded(found) : null;
    if (body === null) {
      response.writeHead(Number(found.statusCode), found.statusMessage, headers);
      return pipeline(found, response).catch(() => void response.destroy());
    }
    for (const name of ["content-encoding", "content-length", "etag"]) delete headers[name];
    response.writeHead(Number(found.statusCode), found.statusMessage, headers);
    return pipeline(body, turnLinks(addresses, isWanted(request) ? NOTICE : ""), response).catch(() => void response.destroy());
  }
  server.on("upgrade", (request, socket, begun) => sendSocketOn(request, socket, begun, place, toSite(headersOf(request), addresses)));
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    port: /** @type {import("node:net").AddressInfo} */ (server.address()).port,
    close() {
      server.close();
      server.closeAllConnections();
      agent.destroy();
    },
  };
}

/** Whether an answer is HTML whose links can be read as bytes. @param {IncomingMessage} request @param {IncomingMessage} found */
function isDocument(request, found) {
  const type = found.headers["content-type"] ?? "";
  const hasBody = request.method === "GET" && ![204, 206, 304].includes(Number(found.statusCode));
  return hasBody && /^text\/html\b/i.test(type) && !/charset\s*=\s*["']?(?:utf-?16|utf-?7|iso-2022|hz)/i.test(type);
}

/** Whether a browser asks for a whole page, to show it. @param {IncomingMessage} request */
function isWanted(request) {
  return (request.headers["sec-fetch-dest"] ?? "document") === "document";
}

/** @param {string} path @param {string} folder @param {ServerResponse} response */
function asset(path, folder, response) {
  const type = ASSETS[/** @type {keyof typeof ASSETS} */ (path)];
  response.writeHead(type ? 200 : 404, { "Content-Type": type ?? "text/plain" });
  response.end(type ? readFileSync(join(folder, path)) : "there is nothing at this address\n");
}

/** @param {URL} site @param {ServerResponse} response @param {unknown} error */
function failed(site, response, error) {
  if (response.headersSent) return void response.destroy();
  response.writeHead(502, { "Content-Type": "text/plain; charset=utf-8" });
  response.end(`${site.host} does not answer: ${error instanceof Error ? error.message : error}\n`);
}
