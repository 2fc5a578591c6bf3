// The origin in the same process: the pages, and the bundle: as a deployment carries it, and as KV gives it.
import { WorkerEntrypoint } from "cloudflare:workers";
import bundle from "./bundle.bin";
import manifest from "./manifest.bin";
import pages from "./pages.json";

/** @type {Map<string, Uint8Array<ArrayBuffer>>} */
const bytes = new Map(Object.entries(JSON.parse(pages)).map(([name, page]) => [name, new TextEncoder().encode(String(page))]));

/** In place of the KV namespace, whose simulation costs more than what is measured. */
export class Config extends WorkerEntrypoint {
  /** @param {string} key */
  get(key) {
    return key === "manifest" ? manifest : key.startsWith("artifact:") ? bundle : null;
  }
}

export default {
  /** @param {Request} request */
  fetch(request) {
    const path = new URL(request.url).pathname;
    if (path === "/_attune/bundle") return new Response(bundle);
    const [, from, name] = path.split("/");
    const page = bytes.get(name);
    if (page === undefined) return new Response("no such page", { status: 404 });
    const length = from === "whole" ? { "Content-Length": String(page.length) } : {};
    return new Response(page, { headers: { "Content-Type": "text/html; charset=utf-8", ...length } });
  },
};
