// A site of files, and the Workers in front of a site.
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
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

/** The Workers in front of a site. @param {string} origin */
export async function openEdge(origin) {
  const edge = await startEdge({ bindings: { ORIGIN: origin, ROUTES: "/", PLACE: "off" } });
  // A name, not an address: browsers keep secure cookies for http://localhost.
  return { url: `http://localhost:${new URL(edge.url).port}`, close: () => edge.stop() };
}
