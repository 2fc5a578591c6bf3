// What a shop asks of Attune, in the words that a front-end developer would write. All of it may be called before the script is there.
import { attune } from "attune/browser";

/** Says what has happened, for whoever looks at the page. */
export type Say = (words: string) => void;

/** Listens until the answer is called. */
export function listen(say: Say): () => void {
  const ends = [
    attune.on("plan", ({ slots }) => say(`plan of ${slots.length} slots`)),
    attune.on("slot", ({ slot, content }) => say(`slot ${slot}: ${content}`)),
    attune.on("consent", ({ personalization }) => say(`consent is ${personalization}`)),
  ];
  attune.ready().then((plan) => say(`ready, consent ${plan?.consent.personalization}`));
  return () => ends.forEach((end) => end());
}

export const agree = (say: Say) => attune.consent({ personalization: true, measurement: true }).then(({ measurement }) => say(`agreed, measurement ${measurement}`));

/** Two mugs, as GA4 wants it. */
export const add = () => attune.track("add_to_cart", { currency: "GBP", value: 28, items: [{ item_id: "blue-mug", price: 14, quantity: 2 }] });

export const forget = (say: Say) => attune.forget().then(({ personalization }) => say(`forgotten, consent ${personalization}`));
