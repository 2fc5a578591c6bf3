// The home page. Which hero it has is decided before it is rendered, so that its picture is on the way with the first bytes.
import { html } from "../../html.mjs";
import { picksFor } from "../storefront.mjs";

/** The variants that this server can render, by the name of the content. */
const HEROES = new Map([["finish-your-order", { variant: "basket", image: "/img/parcel.avif", picks: "basket" }]]);
const DEFAULT = { variant: "default", image: "/img/lamps.avif", picks: "everybody" };

export const status = 200;

/**
 * What is known at once, and a promise of what is not: nothing waits for the picks but the place where they are shown.
 * @param {import("../entry.server.mjs").Context} context
 */
export function loader({ decision }) {
  const hero = HEROES.get(decision?.slots.hero?.content) ?? DEFAULT;
  // Without picks the page is still a page.
  return { hero, picks: picksFor(hero.picks).catch(() => []) };
}

/** @param {ReturnType<typeof loader>} data */
export async function* render({ hero, picks }) {
  yield html`<!doctype html>
<html lang="en-GB">
<head><meta charset="utf-8"><title>Lamps</title><link rel="preload" as="image" href="${hero.image}"></head>
<body>
<section data-slot="hero" class="hero-${hero.variant}"><img src="${hero.image}" alt="" width="800" height="400"><h1>Lamps for long evenings</h1><a href="#picks">See the lamps</a></section>
`;
  yield html`<section id="picks"><h2>Chosen for ${hero.variant === "basket" ? "your basket" : "you"}</h2>
`;
  for (const { title } of await picks) yield html`<p>${title}</p>
`;
  yield `</section>
</body>
</html>
`;
}
