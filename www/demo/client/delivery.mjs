/** What delivery costs, in pounds. The shop's backend uses the same table. */
const EUROPE = new Set(['IE', 'DE', 'FR', 'NL', 'BE', 'ES', 'PT', 'CH', 'IT', 'NO']);

/** @param {string} country ISO 3166-1 alpha-2 @param {number} value of the goods @param {number} freeFrom */
export function delivery(country, value, freeFrom) {
  if (country === 'GB') return value >= freeFrom ? 0 : 3.5;
  return EUROPE.has(country) ? 7.5 : 12;
}
