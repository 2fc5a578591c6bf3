// A shop to try the first configuration on: plain HTML, which knows nothing of Attune but the marks of two slots and the
// address for consent.
import { once } from "node:events";
import { createServer } from "node:http";

const HOME = `<!doctype html>
<html lang="en-GB">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Cups for two</title></head>
<body>
<section data-slot="hero"><h1>Cups for two</h1><p>Made by hand in Stoke.</p><a href="#cups">See the cups</a></section>
<article id="cups"><h2>Blue cup, £12</h2><button id="add">Add to basket</button></article>
<aside data-slot="notice"></aside>
<aside id="consent"><p>May we remember your basket?</p><button id="agree">Yes</button></aside>
<script>
  agree.onclick = async () => {
    const answer = await fetch("/_attune/consent", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ personalization: true, measurement: true }),
    });
    document.dispatchEvent(new CustomEvent("attune:consent", { detail: await answer.json() }));
    consent.remove();
  };
  add.onclick = () => {
    const items = [{ item_id: "blue-cup", price: 12, quantity: 1 }];
    (window.dataLayer ??= []).push({ event: "add_to_cart", ecommerce: { currency: "GBP", value: 12, items } });
  };
</script>
</body>
</html>
`;
const BASKET = `<!doctype html>
<html lang="en-GB">
<head><meta charset="utf-8"><title>Basket</title></head>
<body><h1>Your basket</h1><a href="/">Back to the shop</a></body>
</html>
`;

/** Serves the shop on a free port. */
export async function serve() {
  const server = createServer((request, response) => {
    const page = { "/": HOME, "/basket": BASKET }[String(request.url).split("?")[0]];
    response.writeHead(page ? 200 : 404, { "Content-Type": "text/html; charset=utf-8" });
    response.end(page ?? "<!doctype html><title>Not found</title><h1>Not found</h1>");
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
