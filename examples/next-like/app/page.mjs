// The home page. It is rendered once for each variant, not for each visitor: what is the visitor's own, the Worker fills in.
import { html } from "../../html.mjs";

/** For how many seconds a rendering is kept. */
export const revalidate = 60;

/** @type {Record<string, { image: string, more: string }>} */
const HEROES = {
  default: { image: "/img/mugs.avif", more: "New from the kiln" },
  basket: { image: "/img/parcel.avif", more: "Often bought with what you have" },
};

/** @param {{ variant: string }} props */
export default async function page({ variant }) {
  const { image, more } = HEROES[variant];
  return html`<!doctype html>
<html lang="en-GB">
<head><meta charset="utf-8"><title>Mugs</title><link rel="preload" as="image" href="${image}"></head>
<body>
<section data-slot="hero" class="hero-${variant}"><img src="${image}" alt="" width="800" height="400"><h1>Mugs for slow mornings</h1><a href="#more">See the mugs</a></section>
<section id="more"><h2>${more}</h2></section>
</body>
</html>
`;
}
