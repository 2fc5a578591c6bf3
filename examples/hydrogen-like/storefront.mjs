// The shop's catalogue, which is slow. STOREFRONT is the address of its API; without one a short list stands in.
import { setTimeout } from "node:timers/promises";

const { STOREFRONT } = process.env;
const SLOW_MS = 1_000;

/** @type {Record<string, { title: string }[]>} */
const LISTS = {
  everybody: [{ title: "Desk lamp" }, { title: "Lantern" }],
  basket: [{ title: "Warm bulb" }, { title: "Extension cord" }],
};

/** @param {string} audience @returns {Promise<{ title: string }[]>} */
export async function picksFor(audience) {
  if (STOREFRONT === undefined) return setTimeout(SLOW_MS, LISTS[audience]);
  const answer = await fetch(`${STOREFRONT}/picks?for=${audience}`);
  if (!answer.ok) throw new Error(`the catalogue answered ${answer.status}`);
  return answer.json();
}
