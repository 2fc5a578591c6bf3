// The shop: two pages, which know nothing of Attune but the mark of the slot and the address for consent.
import { createServer } from "node:http";

const PORT = Number(process.env.PORT ?? 3000);

const HOME = `<!doctype html>
<html lang="en-GB">
<head><meta charset="utf-8"><title>Cups for two</title></head>
<body>
<section data-slot="hero"><h1>Cups for two</h1><p>Made by hand in Stoke.</p><a href="#cups">See the cups</a></section>
<article id="cups"><h2>Blue cup, £12</h2><button id="add">Add to basket</button></article>
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

const server = createServer((request, response) => {
  const page = { "/": HOME, "/basket": BASKET }[String(request.url).split("?")[0]];
  response.writeHead(page ? 200 : 404, { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "public, max-age=600" });
  response.end(page ?? "<!doctype html><title>Not found</title><h1>Not found</h1>");
});
server.listen(PORT, "localhost", () => console.log(`the shop itself: http://localhost:${PORT}`));
