// What the page Worker does before its first answer, a part a request, so that each can be told by workerd's processor time around it.
import { initSync, PageCore } from "../../../build/page/page.js";
import module from "../../../build/page/page_bg.wasm";
import { requestText } from "../../../www/shim/request.mjs";
import { hex } from "../../../www/shim/signature.mjs";

/** @type {Uint8Array<ArrayBuffer>} */
let bundle;
/** @type {Uint8Array<ArrayBuffer>} */
let page;
/** @type {string} */
let sha256;
/** @type {PageCore} */
let core;

/** @type {Record<string, (request: Request, env: { ATTUNE_KEYS: string, ASSETS: { fetch(request: Request | string): Promise<Response> } }) => unknown>} */
const PARTS = {
  nothing: () => 0,
  fetch: async (request, env) => {
    bundle = new Uint8Array(await (await env.ASSETS.fetch("https://assets.invalid/_attune/bundle")).arrayBuffer());
    sha256 = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bundle)));
    page = new Uint8Array(await (await env.ASSETS.fetch(request.url)).arrayBuffer());
  },
  instantiate: () => void initSync({ module }),
  load: (_, env) => void (core = new PageCore(bundle, env.ATTUNE_KEYS, sha256)),
  page: (request, env) => {
    const text = requestText(request, env, { now_ms: Date.now(), charset: "u", nonce: "", measure: true });
    return core.begin_page(text, page, true, false).length;
  },
};

export default {
  /** @param {Request} request @param {{ ATTUNE_KEYS: string, ASSETS: { fetch(request: Request | string): Promise<Response> } }} env */
  async fetch(request, env) {
    const result = await PARTS[request.headers.get("Part") ?? ""](request, env);
    return new Response(String(result));
  },
};
