// What a browser on this machine talks to: a local Worker, and a script in its pages that loads them again when the Worker has a
// new version. The script is nowhere but here.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { Refusal } from "../refusal.mjs";
import { decoded, HEADER_BYTES_MAX, headersOf, sendOn, sendSocketOn } from "./forward.mjs";
import { letIn } from "./policy.mjs";

/** @typedef {import("node:http").IncomingMessage} IncomingMessage */
/** @typedef {import("node:http").ServerResponse} ServerResponse */
/** @typedef {import("./state.mjs").State} State */

const PREFIX = "/_attune/dev/";
const SCRIPT = readFileSync(new URL("./page.js", import.meta.url));
const POLICIES = ["content-security-policy", "content-security-policy-report-only"];

/**
 * Listens for browsers.
 * @param {object} options
 * @param {number} options.port
 * @param {() => number} options.worker the port of the Worker, for each request anew
 * @param {State} options.state
 * @param {string} [options.site] whose links are to lead through this machine; empty: nobody's
 */
export async function serveFront({ port, worker, state, site = "" }) {
  const place = () => ({ hostname: "127.0.0.1", port: worker(), protocol: "http:" });
  const server = createServer({ maxHeaderSize: HEADER_BYTES_MAX }, (request, response) => {
    const path = String(request.url);
    if (path.startsWith(PREFIX)) return own(path.slice(PREFIX.length), response, state);
    answer(request, response).catch((error) => failed(response, error));
  });
  /** @param {IncomingMessage} request @param {ServerResponse} response */
  async function answer(request, response) {
    const isDocument = request.method === "GET" && request.headers["sec-fetch-dest"] === "document";
    const { version } = state.told;
    const headers = headersOf(request);
    if (isDocument) headers["accept-encoding"] = "identity";
    const found = await sendOn(request, place(), headers);
    const isPage = isDocument && ![204, 304].includes(Number(found.statusCode)) && /^text\/html\b/i.test(found.headers["content-type"] ?? "");
    const body = isPage ? decoded(found) : null;
    if (body === null) {
      response.writeHead(Number(found.statusCode), found.statusMessage, headersOf(found));
      found.on("error", () => response.destroy()).pipe(response);
      return;
    }
    const { headers: known, nonce } = pageHeaders(found, `http://${request.headers.host}${PREFIX}`);
    response.writeHead(Number(found.statusCode), found.statusMessage, known);
    body.on("error", () => response.destroy());
    // Behind everything else: a parser puts it into the body, and no byte of the page moves.
    body.on("end", () => response.end(`<script src="${PREFIX}page.js" nonce="${quoted(nonce)}" data-version="${quoted(version)}" data-site="${quoted(site)}"></script>`));
    body.pipe(response, { end: false });
  }
  server.on("upgrade", (request, socket, begun) => sendSocketOn(request, socket, begun, place(), headersOf(request)));
  try {
    await once(server.listen(port, "127.0.0.1"), "listening");
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EADDRINUSE") throw error;
    throw new Refusal(`port ${port} is in use`, `end what listens there, or give another one: --port ${port === 65_535 ? port - 1 : port + 1}`);
  }
  return {
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The headers of a page that gets the script, and the nonce for it. @param {IncomingMessage} found @param {string} source */
function pageHeaders(found, source) {
  const headers = headersOf(found);
  for (const name of ["content-encoding", "content-length", "etag", "last-modified"]) delete headers[name];
  let nonce = "";
  for (const name of POLICIES) {
    const value = headers[name];
    if (value === undefined) continue;
    const allowed = letIn([value].flat().join(", "), source);
    headers[name] = allowed.header;
    nonce ||= allowed.nonce;
  }
  return { headers, nonce };
}

/** @param {string} name @param {ServerResponse} response @param {State} state */
function own(name, response, state) {
  if (name === "page.js") {
    response.writeHead(200, { "Content-Type": "text/javascript; charset=utf-8", "Cache-Control": "no-store" });
    response.end(SCRIPT);
  } else if (name === "events") {
    response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
    const send = (/** @type {import("./state.mjs").Told} */ told) => void response.write(`data: ${JSON.stringify(told)}\n\n`);
    send(state.told);
    response.on("close", state.listen(send));
  } else {
    response.writeHead(404, { "Content-Type": "text/plain" });
    response.end("there is nothing at this address\n");
  }
}

/** @param {ServerResponse} response @param {unknown} error */
function failed(response, error) {
  if (response.headersSent) return void response.destroy();
  response.writeHead(502, { "Content-Type": "text/plain; charset=utf-8" });
  response.end(`The local Worker does not answer: ${error instanceof Error ? error.message : error}\nIt may be starting: load the page again.\n`);
}

/** @param {string} text */
function quoted(text) {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
}
