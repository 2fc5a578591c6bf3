// A page as a framework streams it: class names of a build, elements in elements, a nonce for every script, data at the end that says
// the same once more.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

const LAMPS = [["Lumen One", "89"], ["Lumen Two", "129"], ["Arc", "249"], ["Bow", "179"], ["Field", "99"], ["Reed", "119"]];

/** @param {string} nonce */
const START = (nonce) => `<!DOCTYPE html><html lang="de" class="__variable_1a2b3c"><head><meta charSet="utf-8"/><meta name="viewport" content="width=device-width, initial-scale=1"/>
<link rel="stylesheet" href="/_next/static/css/7d2f6a1c.css"/><title>Leuchten</title><script src="/_next/static/chunks/main-4f3e2d1c.js" nonce="${nonce}" async=""></script></head>
<body class="font_a8Xk2"><div id="__next"><div class="css-1k2j3h4"><div class="css-9x8y7z6"><div class="flex items-center px-4"><a class="css-aa11bb2" href="/">Leuchten</a><div class="css-cc22dd3"><a href="/a">A</a><a href="/b">B</a></div></div></div>
`;
const HERO = `<main class="css-0p9o8i7"><div class="css-q1w2e3r"><div class="Hero_root__x7Gk2 relative w-full"><div class="css-5t6y7u8"><picture><source srcSet="/h.webp"/><img alt="" src="/p.svg" class="object-cover"/></picture></div><div class="css-z1x2c3v"><h1 class="Hero_title__Qm3Zt text-4xl">Licht, das bleibt</h1><p class="css-b4n5m6a">Leuchten aus Stahl und Papier, gebaut in Leipzig.</p><a class="css-k9l8j7h" role="button" href="/neu">Neu ansehen</a></div></div></div>
`;
const GRID = `<div class="css-h1g2f3d"><h2 class="css-m5n6b7v">Beliebt</h2><div class="css-grid4x9" data-testid="product-list">${LAMPS.map(([name, price]) => `<div class="css-item7p2"><a href="/p/${name.toLowerCase().replace(" ", "-")}"><div class="css-img3k1"><img src="/p.svg" alt="${name}"/></div><div><span>${name}</span><span>${price},00 €</span></div></a></div>`).join("")}</div></div></main>
`;
/** @param {string} nonce */
const END = (nonce) => `</div></div><script id="__NEXT_DATA__" type="application/json" nonce="${nonce}">{"props":{"title":"Licht, das bleibt"}}</script><script nonce="${nonce}">document.documentElement.dataset.ran = "yes"</script></body></html>`;

const STYLE = `body { margin: 0; font: 16px/1.5 system-ui, sans-serif; background: #101216; color: #f2efe9 } a { color: inherit } .flex { display: flex; gap: 1rem; padding: 1rem } .Hero_root__x7Gk2 { padding: 3rem 6vw; background: #1d222b }
.Hero_root__x7Gk2 img { width: 100%; max-height: 12rem } h1 { font-size: 2.4rem; line-height: 1.1 } .css-grid4x9 { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: 1rem; padding: 1rem 6vw } .css-grid4x9 img { width: 100% }`;
const PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"><path fill="#2c3442" d="M0 0h4v3H0z"/><circle cx="2" cy="1.5" r=".9" fill="#ffd58a"/></svg>';

/** Serves it on a free port. */
export async function serve() {
  const server = createServer(async (request, response) => {
    if (request.url === "/p.svg") return response.writeHead(200, { "Content-Type": "image/svg+xml" }).end(PICTURE);
    if (request.url?.endsWith(".css")) return response.writeHead(200, { "Content-Type": "text/css" }).end(STYLE);
    if (request.url?.endsWith(".js")) return response.writeHead(200, { "Content-Type": "text/javascript" }).end("");
    const nonce = randomBytes(12).toString("base64");
    response.writeHead(200, {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": `default-src 'self'; script-src 'nonce-${nonce}' 'strict-dynamic'; style-src 'self' 'nonce-${nonce}'; connect-src 'none'; upgrade-insecure-requests`,
    });
    for (const piece of [START(nonce), HERO, GRID, END(nonce)]) {
      response.write(piece);
      // Each piece is on its way before the next one is made.
      await new Promise((sent) => setImmediate(sent));
    }
    response.end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}`, close: () => void (server.close(), server.closeAllConnections()) };
}
