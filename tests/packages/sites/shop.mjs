// A shop that a server renders: header, announcement, hero, a grid of products. Compressed, with absolute links to itself, and with
// what browsers keep of a site: cookies for its domain, HSTS, a redirect that names the host.
import { once } from "node:events";
import { createServer } from "node:http";
import { gzipSync } from "node:zlib";

const PRODUCTS = [["Blue cup", "12.00"], ["Green bowl", "18.50"], ["Grey plate", "9.00"], ["White jug", "24.00"]];
const PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"><path fill="#9fb8ad" d="M0 0h4v3H0z"/><circle cx="2" cy="1.5" r="1" fill="#f4efe6"/></svg>';

/** @param {string} origin @param {string} main */
const document = (origin, main) => `<!doctype html>
<html lang="en-GB">
<head>
  <meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Hearth &amp; Clay</title>
  <link rel="canonical" href="${origin}/"><link rel="stylesheet" href="${origin}/site.css">
</head>
<body>
  <div class="announcement-bar"><span>Free delivery from £40</span></div>
  <header class="site-header"><a class="logo" href="${origin}/">Hearth &amp; Clay</a>
    <nav class="menu"><ul><li><a href="${origin}/c/cups">Cups</a></li><li><a href="${origin}/c/bowls">Bowls</a></li><li><a href="/sale">Sale</a></li><li><a href="${origin}/account">Account</a></li></ul></nav></header>
  ${main}
  <footer class="site-footer"><ul><li><a href="/help"><img src="/p.svg" alt=""> Help</a></li><li><a href="/shops"><img src="/p.svg" alt=""> Shops</a></li><li><a href="/jobs"><img src="/p.svg" alt=""> Jobs</a></li></ul></footer>
</body>
</html>
`;

/** @param {string} origin */
const home = (origin) => document(origin, `<main>
    <section class="hero hero--wide"><div class="hero__text"><h1 class="hero__title">Made slowly, used daily</h1><p class="hero__lead">Stoneware for the table, thrown by hand in Stoke.</p>
      <a class="btn btn--primary" href="${origin}/c/new">See what is new</a></div><img src="${origin}/p.svg" alt="A bowl" width="400" height="300"></section>
    <section class="featured"><h2>Loved this week</h2><ul class="product-grid">
      ${PRODUCTS.map(([name, price]) => `<li class="product-card"><a href="${origin}/p/${name.toLowerCase().replace(" ", "-")}"><img src="/p.svg" alt=""><span class="name">${name}</span></a> <span class="price">£${price}</span></li>`).join("\n      ")}
    </ul></section></main>`);

const STYLE = `body { margin: 0; font: 17px/1.5 Georgia, serif; color: #24302b; background: #faf7f2 } .announcement-bar { background: #24302b; color: #fff; text-align: center; padding: .4rem }
.site-header { display: flex; flex-wrap: wrap; gap: 1rem 2rem; padding: 1rem 5vw; align-items: center } .menu ul, .product-grid, footer ul { list-style: none; display: flex; flex-wrap: wrap; gap: 1rem; margin: 0; padding: 0 }
.hero { display: flex; flex-wrap: wrap; gap: 2rem; align-items: center; padding: 2rem 5vw; background: #efe7da } .hero__text { flex: 1 18rem } .hero img { flex: 1 16rem; max-width: 100%; height: auto } h1 { font-size: 2.4rem; line-height: 1.1 }
.btn { display: inline-block; background: #24302b; color: #fff; padding: .6rem 1.2rem } .featured { padding: 1rem 5vw 3rem } .product-card { flex: 1 12rem } .product-card img { display: block; width: 100% } a { color: inherit } footer { padding: 2rem 5vw } footer img { width: 1rem }`;

/** Serves it on a free port. */
export async function serve() {
  /** @type {{ url: string, headers: import("node:http").IncomingHttpHeaders }[]} */
  const asked = [];
  const server = createServer((request, response) => {
    const url = String(request.url);
    asked.push({ url, headers: request.headers });
    const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
    const origin = `http://127.0.0.1:${port}`;
    if (url === "/p.svg") return response.writeHead(200, { "Content-Type": "image/svg+xml" }).end(PICTURE);
    if (url === "/site.css") return response.writeHead(200, { "Content-Type": "text/css" }).end(STYLE);
    if (url === "/account") return response.writeHead(302, { Location: `${origin}/login?next=/account` }).end();
    const headers = {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Encoding": "gzip",
      "Strict-Transport-Security": "max-age=31536000",
      "Set-Cookie": ["session=abc; Domain=127.0.0.1; Path=/; Secure; HttpOnly; SameSite=None"],
    };
    const page = url.startsWith("/login") ? document(origin, `<main><h1>Sign in</h1><form method="post" action="${origin}/login"><input name="mail"><button>Go</button></form></main>`) : home(origin);
    response.writeHead(200, headers).end(gzipSync(page));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}`, asked, close: () => void (server.close(), server.closeAllConnections()) };
}
