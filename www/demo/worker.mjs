/**
 * The demo's Worker: Attune in front of the shop, and the two routes of the shop's own backend. Not part of the
 * product: a shop has its own backend, and talks to Attune over HTTP as this one does.
 */
import attune from '../shim/edge.mjs';
import { backend } from './backend/routes.mjs';

export default {
  ...attune,
  /**
   * @param {Request} request
   * @param {any} env
   * @param {any} ctx
   */
  async fetch(request, env, ctx) {
    const answer = await backend(request, {
      apiKey: env.ATTUNE_API_KEY ?? '',
      attune: (inner) => attune.fetch(inner, env, ctx),
      asset: (path) => env.ASSETS.fetch(new Request(new URL(path, request.url))),
      now: Date.now(),
    });
    return answer ?? attune.fetch(request, env, ctx);
  },
};
