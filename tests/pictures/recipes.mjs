// The pictures of docs/pictures, and how each of them is made. `cargo xtask pictures` takes them all.

/** The moment of every picture: a Saturday in the winter sale. */
export const NOW = "2026-11-28T10:30:00Z";

const DESKTOP = { width: 1200, height: 760 };
/** The whole page, from which a part is cropped. */
const DESKTOP_TALL = { width: 1200, height: 2800 };
/** Room beside the page for the panel and the button of the overlay. At this height the panel ends between two campaigns. */
const DESKTOP_WIDE = { width: 1520, height: 784 };
/** At this height the panel ends between two campaigns. */
const PHONE = { width: 390, height: 752 };

/** The page from its top to the end of the hero. */
const HERO = { from: "body", to: ".hero", margin: 20 };

/** Somebody who has looked at teacups. A readable profile, as `attune cookie mint` takes it. */
const TEA_DRINKER = {
  id: "0f3a9c41d27b58e6a4c1908f5d2be763",
  issued: "2026-11-09T18:42:00Z",
  consent: { personalization: "granted", measurement: "granted", at: "2026-11-09T18:42:00Z", source: "api" },
  visits: { count: 3, first: "2026-11-09T18:42:00Z", previous: "2026-11-24T20:15:00Z", last: "2026-11-28T10:24:00Z", session_pages: 4 },
  interests: [
    { category: "teatime", score: 8, views: 9, today: 2, at: "2026-11-28" },
    { category: "candlelight", score: 2, views: 3, today: 0, at: "2026-11-24" },
  ],
  viewed: [
    { sku: "22697", at: "2026-11-28T10:27:00Z" },
    { sku: "22423", at: "2026-11-28T10:25:00Z" },
    { sku: "85123A", at: "2026-11-24T20:18:00Z" },
  ],
  shown: [{ campaign: "winter-sale", seen: 2, at: "2026-11-28T10:24:00Z" }],
};

/**
 * @typedef {object} Recipe
 * @property {string} name of the file, without `.png`
 * @property {string} path of the page
 * @property {"refused" | { persona: string } | { profile: object }} visitor somebody who refused, a persona of the demo, a profile
 * @property {{ width: number, height: number }} screen CSS pixels; the picture has twice as many
 * @property {string} [explain] the slot whose reasons the overlay shows
 * @property {{ from: string, to: string, margin: number }} [crop] from the top of one element to the bottom of another, CSS
 *   pixels around them, within the screen; without it the picture is the screen
 */

/** @type {readonly Recipe[]} */
export const RECIPES = [
  { name: "home-unknown", path: "/", visitor: "refused", screen: DESKTOP, crop: HERO },
  { name: "home-abandoned", path: "/", visitor: { persona: "abandoned-cart" }, screen: DESKTOP, crop: HERO },
  { name: "why", path: "/", visitor: { persona: "abandoned-cart" }, screen: DESKTOP_WIDE, explain: "hero" },
  { name: "phone-unknown", path: "/", visitor: "refused", screen: PHONE },
  { name: "phone-abandoned", path: "/", visitor: { persona: "abandoned-cart" }, screen: PHONE },
  { name: "phone-why", path: "/", visitor: { persona: "abandoned-cart" }, screen: PHONE, explain: "hero" },
  { name: "for-you", path: "/", visitor: { profile: TEA_DRINKER }, screen: DESKTOP_TALL, crop: { from: '[data-slot="for-you"]', to: '[data-slot="for-you"]', margin: 24 } },
  { name: "privacy", path: "/privacy", visitor: { profile: TEA_DRINKER }, screen: DESKTOP_TALL, crop: { from: ".privacy", to: ".privacy > :has([data-forget])", margin: 22 } },
];
