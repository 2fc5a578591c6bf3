// What Attune is compared with: the page as it is, the page through the platform's own stream that changes nothing (what any Worker
// pays that touches a body), and the platform's rewriter with the same contents.
import contents from "./contents.json";

const filled = JSON.parse(contents);

export default {
  /** @param {Request} request @param {{ MODE: string, ORIGIN?: string, ASSETS: { fetch(request: Request | string): Promise<Response> } }} env */
  async fetch(request, env) {
    const response = await (env.ORIGIN ? fetch(env.ORIGIN + new URL(request.url).pathname, { headers: { "Accept-Encoding": "gzip, br" } }) : env.ASSETS.fetch(request));
    if (env.MODE === "pass-through") return new Response(response.body, response);
    if (env.MODE === "identity") return new Response(response.body?.pipeThrough(new IdentityTransformStream()), response);
    let rewriter = new HTMLRewriter();
    for (const [slot, html] of Object.entries(filled)) {
      rewriter = rewriter.on(`[data-slot="${slot}"]`, {
        element: (/** @type {any} */ element) => element.setInnerContent(html, { html: true }),
      });
    }
    return rewriter.transform(response);
  },
};
