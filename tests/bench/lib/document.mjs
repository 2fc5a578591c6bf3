// The page that every throughput figure is measured on: about 119 KB of shop, five slots, the same on every run.

/** Names of the slots, in the order of the page. */
export const SLOTS = ["bar", "hero", "promo", "picks", "note"];

/** What both Attune and HTMLRewriter put into a slot. @param {string} slot */
export const filled = (slot) => `<b class="offer">Picked for you in ${slot}: <a href="/sale">20% off lanterns</a></b>`;

/** A small generator of numbers, so that the page looks like text and is the same everywhere. @param {number} seed */
function* numbers(seed) {
  for (;;) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    yield seed;
  }
}

const WORDS =
  "white hanging heart holder metal lantern cream cupid coat hanger knitted union flag hot water bottle red woolly hottie glass star frosted jam making set printed retro spot tea towel vintage paisley lunch box doormat".split(
    " ",
  );

/**
 * @param {number} [bytes] about how large
 * @returns {string}
 */
export function document(bytes = 119 * 1024) {
  const random = numbers(7);
  const pick = () => WORDS[Number(random.next().value) % WORDS.length];
  const phrase = (/** @type {number} */ count) => Array.from({ length: count }, pick).join(" ");
  const slot = (/** @type {string} */ name) =>
    `<section class="slot ${name}" data-slot="${name}"><h2>${phrase(3)}</h2><p>${phrase(18)}</p><img src="/img/${name}.svg" alt=""></section>\n`;
  const card = (/** @type {number} */ n) =>
    `<li class="card" id="card-${n}"><a href="/p/${20000 + n}" class="card__link" data-sku="${20000 + n}"><img loading="lazy" width="240" height="240" src="/img/p/${20000 + n}.svg" alt="${phrase(3)}"><span class="card__title">${phrase(4)}</span></a> <span class="price">&pound;${(Number(random.next().value) % 2000) / 100}</span><button type="button" aria-label="Add ${phrase(2)} to basket" class="button button--small">Add</button></li>\n`;
  const head = `<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8"><title>${phrase(5)}</title><link rel="stylesheet" href="/shop.css"><style>${".card{display:grid;gap:.5rem}.card>a{color:inherit}".repeat(40)}</style><script type="application/ld+json">${JSON.stringify({ "@type": "ItemList", itemListElement: Array.from({ length: 30 }, (_, n) => ({ "@type": "Product", sku: String(n), name: phrase(4) })) })}</script><script>window.dataLayer=window.dataLayer||[];if(1<2&&3>2){dataLayer.push({event:"page_view"})}</script></head>\n<body>\n`;
  const parts = [head];
  let size = head.length;
  let next = 0;
  for (let n = 0; size < bytes - 200; n++) {
    const due = next < SLOTS.length && size >= (bytes * (next + 0.5)) / SLOTS.length;
    const part = due ? slot(SLOTS[next++]) : n % 60 === 0 ? `<!-- row ${n} --><h3>${phrase(3)}</h3>\n` : card(n);
    parts.push(part);
    size += part.length;
  }
  parts.push("</body></html>\n");
  return parts.join("");
}
