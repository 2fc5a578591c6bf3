// A site of files, and the Workers in front of a site or beside it.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, request as ask } from "node:http";
import { extname, join } from "node:path";
import { startEdge } from "../edge/harness.mjs";

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".mjs": "text/javascript" };

/** Serves the files of a folder. @param {string} folder */
export async function serveFiles(folder) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://localhost");
    const path = pathname === "/" ? "/index.html" : pathname;
    try {
      const bytes = await readFile(join(folder, path));
      response.writeHead(200, { "Content-Type": TYPES[/** @type {keyof typeof TYPES} */ (extname(path))] ?? "application/octet-stream" });
      response.end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** What docs/browser.md puts into the head of a page that does not pass through the page Worker. */
export const HEAD = /```html\n(<style>\[data-attune-draw\][^]*?)```/.exec(readFileSync(new URL("../../docs/browser.md", import.meta.url), "utf8"))?.[1] ?? "";

/** Workers and a site on one host, as routes divide them: the Workers have only /_attune/. @param {string} origin */
export async function openBeside(origin) {
  const edge = await startEdge({ bindings: { ORIGIN: origin, ROUTES: "/", PLACE: "off" } });
  const server = createServer((request, response) => {
    const at = request.url?.startsWith("/_attune/") ? edge.url : origin;
    const passed = ask(new URL(request.url ?? "", at), { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on("error", () => response.destroy());
    request.pipe(passed);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://localhost:${port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await edge.stop();
    },
  };
}

/** The Workers in front of a site. @param {string} origin */
export async function openEdge(origin) {
  const edge = await startEdge({ bindings: { ORIGIN: origin, ROUTES: "/", PLACE: "off" } });
  // A name, not an address: browsers keep secure cookies for http://localhost.
  return { url: `http://localhost:${new URL(edge.url).port}`, close: () => edge.stop() };
}
