// The shop's own Worker: its own routes first, Attune for everything else.
import attune from "../../www/shim/edge.mjs";

export default {
  /**
   * @param {Request} request
   * @param {import("../../www/shim/index.js").Env} env
   * @param {import("../../www/shim/index.js").Context} ctx
   */
  async fetch(request, env, ctx) {
    if (new URL(request.url).pathname === "/healthz") return new Response("ok\n");
    return attune.fetch(request, env, ctx);
  },
};
