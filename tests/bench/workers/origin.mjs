// The origin in the same process: one page, and the bundle that a deployment carries.
import bundle from "./bundle.bin";
import page from "./page.bin";

export default {
  /** @param {Request} request */
  fetch(request) {
    if (request.url.endsWith("/_attune/bundle")) return new Response(bundle);
    return new Response(page, { headers: { "Content-Type": "text/html; charset=utf-8" } });
  },
};
