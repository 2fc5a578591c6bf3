// What stands in front of a healthy deployment, or what its origin sends: a row for each fault.
import { once } from "node:events";
import { createServer as createSocketServer } from "node:net";
import { AGENT } from "../client.mjs";
import { PAGE } from "../origin.mjs";
import { isPage, own } from "./proxy.mjs";

/** A page with all slots of the configuration. */
export const WHOLE = PAGE.replace("<main>", `<aside data-slot="note">A note</aside><!-- the shop's own --><main>`);
const HTML = { "Content-Type": "text/html; charset=utf-8" };
const CONFIG = ["--config", "tests/edge/site"];
/** @param {Record<string, string>} headers */
const adding = (headers) => (/** @type {import("./proxy.mjs").Answered} */ answered, /** @type {import("./proxy.mjs").Asked} */ asked) => void (isPage(asked) && Object.assign(answered.headers, headers));
/** @param {string} name */
const without = (name) => (/** @type {import("./proxy.mjs").Answered} */ answered, /** @type {import("./proxy.mjs").Asked} */ asked) => void (isPage(asked) && delete answered.headers[name]);
/** @param {(line: string) => string} change */
const cookies = (change) => (/** @type {import("./proxy.mjs").Answered} */ { headers }) => {
  if (Array.isArray(headers["set-cookie"])) headers["set-cookie"] = headers["set-cookie"].map(change);
};
/** @param {(text: string) => string} change */
const body = (change, of = isPage) => (/** @type {import("./proxy.mjs").Answered} */ answered, /** @type {import("./proxy.mjs").Asked} */ asked) => {
  if (of(asked)) answered.body = Buffer.from(change(answered.body.toString("utf8")));
};
/** @param {string} head @param {Record<string, string>} [headers] */
const page = (head, headers = {}, html = WHOLE) => ({ headers: { ...HTML, ...headers }, html: html.replace("<head>", `<head>${head}`) });

/** A cache that keeps pages and knows nothing of visitors. @returns {import("./proxy.mjs").Fault} */
function cache() {
  /** @type {Map<string, import("./proxy.mjs").Answered>} */
  const kept = new Map();
  const copy = (/** @type {import("./proxy.mjs").Answered} */ { status, headers, body: bytes }) => ({ status, headers: { ...headers }, body: bytes });
  return {
    ask: (asked) => (isPage(asked) && kept.has(asked.path) ? copy(/** @type {import("./proxy.mjs").Answered} */ (kept.get(asked.path))) : undefined),
    answer: (answered, asked) => void (isPage(asked) && kept.set(asked.path, copy(answered))),
  };
}

/**
 * A fault: the code that has to be found, others that follow from it, and where it lies.
 * @typedef {object} Fault
 * @property {string} code
 * @property {string[]} [also]
 * @property {string} [name] where a code has more than one row
 * @property {import("./proxy.mjs").Fault | (() => import("./proxy.mjs").Fault)} [proxy]
 * @property {string} [path] of the page that is asked for
 * @property {{ headers: Record<string, string | string[]>, html: string, status?: number }} [origin] what the origin answers there
 * @property {string[]} [words] of the command
 * @property {(front: { origin: string, other: URL }) => import("./proxy.mjs").Fault} [between] a proxy that knows the origin, or a second deployment
 */

/** @type {Fault[]} */
export const FRONT = [
  { code: "D0104", path: "/loop", proxy: { ask: ({ path }) => (path === "/loop" ? own(302, "", { location: "/loop" }) : undefined) } },
  { code: "D0105", path: "/old", proxy: { ask: ({ path }) => (path === "/old" ? own(301, "", { location: "/" }) : undefined) } },
  { code: "D0106", path: "/t/gone", origin: { ...page(""), status: 500 } },
  { code: "D0107", path: "/t/text", origin: page("", { "Content-Type": "text/plain" }) },
  { code: "D0108", words: ["--host", "shop.test"] },
  { code: "D0109", also: ["D0108"], words: ["--host", "www.other.test", ...CONFIG] },
  { code: "D0202", also: ["D0604"], between: ({ origin }) => ({ ask: (asked) => (isPage(asked) ? undefined : new URL(origin)) }) },
  { code: "D0203", proxy: { answer: without("attune") } },
  { code: "D0217", between: ({ other }) => ({ ask: (asked) => (isPage(asked) ? other : undefined) }) },
  { code: "D0220", proxy: { answer: body((text) => text.replace('"disabled":0', '"disabled":2'), ({ path }) => path === "/_attune/health") } },
  { code: "D0302", words: [...CONFIG, "--page", "/t/any"] },
  { code: "D0305", path: "/p/table", words: CONFIG, origin: page("", {}, WHOLE.replace('<aside data-slot="note">A note</aside>', '<table><tr data-slot="note"><td>A note</td></tr></table>')) },
  { code: "D0306", path: "/p/short", words: CONFIG, origin: page("", {}, WHOLE.replace('class="cta"', "")) },
  { code: "D0307", path: "/p/other", words: CONFIG, origin: page("", {}, WHOLE.replace("<p>Text", '<p data-slot="teaser">Text')) },
  { code: "D0308", path: "/t/part", origin: { headers: HTML, html: "<p>A part of a page</p>" } },
  { code: "D0309", path: "/t/amp", origin: page("", {}, WHOLE.replace("<html", "<html amp")) },
  { code: "D0310", path: "/t/late", origin: { headers: HTML, html: `<!--${"-".repeat(17_000)}-->${WHOLE}` } },
  { code: "D0311", path: "/t/foreign", origin: page("", { "Content-Type": "text/html; charset=utf-16" }) },
  { code: "D0312", proxy: { ask: (asked) => void (isPage(asked) && Object.assign(asked.headers, { "sec-fetch-dest": "image", "sec-fetch-mode": "no-cors" })) } },
  { code: "D0314", proxy: { answer: body((text) => text.replace(/<!--[^]*?-->/g, "")) } },
  { code: "D0315", proxy: { ask: (asked) => void (asked.headers["user-agent"] = AGENT) } },
  { code: "D0316", proxy: { ask: (asked) => void (isPage(asked) && (asked.headers["user-agent"] = "Proxy/1.0")) } },
  { code: "D0401", proxy: { answer: adding({ "cache-control": "public, max-age=600" }) } },
  { code: "D0402", proxy: { answer: adding({ age: "30" }) } },
  { code: "D0402", name: "a cache that gives no sign of itself", also: ["D0315", "D0505"], proxy: cache },
  { code: "D0403", proxy: { answer: without("vary") } },
  { code: "D0404", proxy: { answer: (answered, asked) => void (!isPage(asked) && (answered.headers["cache-control"] = "max-age=60")) } },
  { code: "D0405", path: "/p/large", proxy: { ask: ({ headers }) => void delete headers["accept-encoding"] }, origin: page("", {}, WHOLE.replace("Text", "Text ".repeat(400))) },
  { code: "D0501", proxy: { ask: ({ path }) => (path === "/_attune/consent" ? own(403) : undefined) } },
  { code: "D0501", name: "a proxy that says that another site asks", proxy: { ask: (asked) => void (asked.headers["sec-fetch-site"] = "cross-site") } },
  { code: "D0502", proxy: { answer: ({ headers }) => void delete headers["set-cookie"] } },
  { code: "D0502", name: "of events only", proxy: { answer: ({ headers }, { path }) => void (path === "/_attune/events" && delete headers["set-cookie"]) } },
  { code: "D0503", proxy: { answer: cookies((line) => line.replace("; HttpOnly", "").replace("SameSite=Lax", "SameSite=None")) } },
  { code: "D0504", proxy: { answer: cookies((line) => `${line}; Domain=shop.test`) } },
  { code: "D0504", name: "no longer secure", proxy: { answer: cookies((line) => line.replace("; Secure", "")) } },
  { code: "D0505", proxy: { ask: (asked) => void (isPage(asked) && delete asked.headers.cookie) } },
  { code: "D0507", path: "/p/sweet", origin: page("", { "Set-Cookie": ["a", "b", "c"].map((name) => `${name}=${"x".repeat(3_000)}`) }) },
  { code: "D0507", name: "one of them alone", path: "/p/sweet", origin: page("", { "Set-Cookie": [`a=${"x".repeat(4_200)}`] }) },
  { code: "D0601", path: "/p/strict", origin: page("", { "Content-Security-Policy": "script-src 'none'" }) },
  { code: "D0601", name: "by a policy in the head", path: "/p/strict", origin: page(`<meta http-equiv="Content-Security-Policy" content="script-src https://cdn.test">`) },
  { code: "D0602", proxy: { answer: adding({ "content-security-policy": "script-src 'nonce-of-the-proxy'" }) } },
  { code: "D0604", proxy: { ask: ({ path }) => (path === "/_attune/page.js" ? own(404) : undefined) } },
  { code: "D0604", name: "of another type", proxy: { answer: ({ headers }, { path }) => void (path === "/_attune/page.js" && (headers["content-type"] = "text/html")) } },
  { code: "D0605", path: "/p/quiet", origin: page("", { "Content-Security-Policy": "script-src 'self'; connect-src https://api.test" }) },
  { code: "D0606", proxy: { answer: body((text) => text.replace('<script src="/_attune/page.js"', '<script type="ab12-text/javascript" src="/_attune/page.js"')) } },
  { code: "D0607", proxy: { ask: ({ path }) => (path === "/_attune/events" ? own(405) : undefined) } },
  { code: "D0608", proxy: { ask: (asked) => void (asked.path === "/_attune/events" && (asked.headers["user-agent"] = "Proxy/1.0")) } },
  { code: "D0609", proxy: { answer: body((text) => text.replace(/"now_s":(\d+)/, (_, now) => `"now_s":${Number(now) + 120}`), ({ path }) => path === "/_attune/publish/state") } },
];

/** Addresses at which there is no page. @returns {Promise<{ code: string, url: string, stop?: () => Promise<void> }[]>} */
export async function nowhere() {
  const broken = await socket((connection) => connection.end("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n<!doctype html>"));
  const plain = await socket((connection) => connection.end("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));
  const closed = await socket(() => {});
  await closed.stop();
  return [
    { code: "D0101", url: "http://nowhere.invalid/" },
    { code: "D0102", url: `http://127.0.0.1:${closed.port}/` },
    { code: "D0103", url: `https://127.0.0.1:${plain.port}/`, stop: plain.stop },
    { code: "D0110", url: `http://127.0.0.1:${broken.port}/`, stop: broken.stop },
  ];
}

/** A server that knows no HTTP. @param {(connection: import("node:net").Socket) => void} answer */
async function socket(answer) {
  const server = createSocketServer((connection) => {
    connection.on("error", () => {});
    connection.once("data", () => answer(connection));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { port, stop: () => new Promise((resolve) => server.close(() => resolve(undefined))) };
}
