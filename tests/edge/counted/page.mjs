// The page Worker as it ships, behind bindings that count. GET /counts says what was asked since the last time, and begins anew.
import shipped from "../www/shim/edge.mjs";

/** @type {Record<string, number>} */
let counts = {};
/** Work that goes on behind an answer. */
let pending = 0;

/** @param {string} what */
const add = (what) => (counts[what] = (counts[what] ?? 0) + 1);

/** @param {any} env */
const counting = (env) => ({
  ...env,
  CONFIG: { get: (...words) => (add("KV read"), env.CONFIG.get(...words)) },
  ASSETS: { fetch: (...words) => (add("asset"), env.ASSETS.fetch(...words)) },
  CONTROL: Object.fromEntries(["answer", "publish", "report"].map((method) => [method, (...words) => (add("service call"), env.CONTROL[method](...words))])),
});

export default {
  async fetch(request, env, ctx) {
    if (new URL(request.url).pathname === "/counts") {
      const answer = { ...counts, ...(await (await env.COUNTS.fetch("http://control/counts")).json()), pending };
      counts = {};
      return Response.json(answer);
    }
    const counted = {
      passThroughOnException: () => ctx.passThroughOnException(),
      waitUntil(work) {
        pending += 1;
        ctx.waitUntil(work.finally(() => (pending -= 1)));
      },
    };
    return shipped.fetch(request, counting(env), counted);
  },
};
