// The demo's home, personalized in one way or another, from one server: the page Worker, and behind it an origin with files.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { startEdge } from "../../edge/harness.mjs";
import { compiled, ROOT } from "./attune.mjs";

/** What the campaign shows (tests/bench/browser). */
export const CHANGES = { title: "Small gifts for long evenings", image: "/img/scene/winter.svg", link: "/c/christmas" };
/** What the page has of its own. */
export const OWN = { title: "Small gifts, well chosen", image: "/img/scene/default.svg", link: "#loved" };
export const ALONE = "the page alone";

const SDK = "node_modules/@growthbook/growthbook/dist/bundles/auto.min.js";
/** Behind the last tag of the head, as GrowthBook's documentation has it; its own switch against flicker. */
const sdk = (/** @type {string} */ async) => `<script ${async} data-api-host="/growthbook" data-client-key="sdk-bench" data-anti-flicker="true" src="/growthbook/auto.min.js"></script>`;

/** What docs/browser.md puts into the head of a page that does not pass through the page Worker. */
const HEAD = /```html\n(<style>\[data-attune-draw\][^]*?)```/.exec(readFileSync(join(ROOT, "docs/browser.md"), "utf8"))?.[1] ?? "";

/** Each way: the path of its page, and what stands in the page's head; `hides`: the slot waits for its plan. @type {Record<string, { path: string, head: string, hides?: boolean }>} */
export const WAYS = {
  [ALONE]: { path: "/alone", head: "" },
  "Attune at the edge": { path: "/", head: "" },
  "Attune in the browser": { path: "/control", head: HEAD, hides: true },
  "GrowthBook, async": { path: "/growthbook", head: sdk("async") },
  "GrowthBook, in the way": { path: "/growthbook-sync", head: sdk("") },
};

/** What GrowthBook's API answers: everybody is in an experiment that was made in the visual editor. */
const FEATURES = {
  status: 200,
  features: {},
  experiments: [
    {
      key: "winter",
      status: "running",
      hashAttribute: "id",
      hashVersion: 2,
      coverage: 1,
      weights: [0, 1],
      manual: false,
      variations: [
        {},
        {
          domMutations: [
            { selector: ".hero h1", attribute: "html", action: "set", value: CHANGES.title },
            { selector: ".hero img", attribute: "src", action: "set", value: CHANGES.image },
            { selector: ".hero img", attribute: "alt", action: "set", value: "A window with snow behind it" },
            { selector: ".hero a.cta", attribute: "href", action: "set", value: CHANGES.link },
          ],
        },
      ],
      meta: [{ key: "0" }, { key: "1" }],
      urlPatterns: [{ include: true, type: "simple", pattern: "*" }],
      changeId: "1",
    },
  ],
  dateUpdated: "2026-11-01T00:00:00.000Z",
};

const TYPES = { ".css": "text/css", ".js": "text/javascript", ".mjs": "text/javascript", ".svg": "image/svg+xml", ".json": "application/json" };
/** As the CDNs of both say, where files are kept. */
const FRESH = { page: "private, no-cache", file: "public, max-age=86400", api: "public, max-age=30, stale-while-revalidate=3600" };

/** The origin. */
async function serve() {
  const folder = join(ROOT, "build/demo");
  const home = readFileSync(join(folder, "index.html"), "utf8");
  // Attune's lines stand first in the head, GrowthBook's last: as each says.
  const page = ({ head, hides }) => (hides ? home.replace("<head>", `<head>${head}`).replace('data-slot="hero"', 'data-slot="hero" data-attune-draw') : home.replace("</head>", `${head}</head>`));
  const pages = new Map(Object.values(WAYS).map((way) => [way.path, page(way)]));
  /** @param {string} path @returns {[type: string, fresh: string, body: string | Buffer]} */
  const answer = (path) => {
    const page = pages.get(path);
    if (page !== undefined) return ["text/html; charset=utf-8", FRESH.page, page];
    if (path === "/growthbook/api/features/sdk-bench") return ["application/json", FRESH.api, JSON.stringify(FEATURES)];
    if (path === "/growthbook/auto.min.js") return ["text/javascript", FRESH.file, readFileSync(join(ROOT, SDK))];
    return [TYPES[/** @type {keyof typeof TYPES} */ (extname(path))] ?? "application/octet-stream", FRESH.file, readFileSync(join(folder, path))];
  };
  const server = createServer((request, response) => {
    try {
      const [type, fresh, body] = answer(new URL(request.url ?? "", "http://localhost").pathname);
      response.writeHead(200, { "Content-Type": type, "Cache-Control": fresh, "Content-Length": Buffer.byteLength(body) });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}`, close };
}

/** Starts the Workers and the origin. Miniflare compresses as Cloudflare does. */
export async function openSite() {
  const origin = await serve();
  const edge = await startEdge({ bundle: compiled(join(ROOT, "tests/bench/browser")), bindings: { ORIGIN: origin.url, ROUTES: "/", PLACE: "off", SERVER_TIMING: "off" } });
  return {
    // A name, not an address: browsers keep secure cookies for http://localhost.
    url: `http://localhost:${new URL(edge.url).port}`,
    async close() {
      await edge.stop();
      origin.close();
    },
  };
}
