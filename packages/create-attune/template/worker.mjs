// The page Worker: your own routes first, Attune for everything else.
import attune from "__PACKAGE__/worker";

export default {
  /**
   * @param {Request} request
   * @param {import("__PACKAGE__/worker").Env} env
   * @param {import("__PACKAGE__/worker").Context} ctx
   */
  fetch: (request, env, ctx) => attune.fetch(request, env, ctx),
};
