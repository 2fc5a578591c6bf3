/** A configuration that the page core holds. */

/** @typedef {import("./core.mjs").Bundle} Bundle */
/** @typedef {import("./manifest.mjs").Named} Named */
/** @typedef {import("../../build/page/page.js").PageCore} PageCore */

/**
 * The configuration that the instance holds.
 * @typedef {object} Loaded
 * @property {Bundle} bundle
 * @property {string} keys
 * @property {PageCore} page
 * @property {boolean} sendsDecisionHeader whether it tells the origin anything, on any path
 * @property {boolean} followsWeights whether it has campaigns whose weights follow their results
 * @property {Uint8Array} outline
 * @property {string} lacks what the bundle has and this build of the core cannot do, in words
 * @property {Named[]} artifacts those that are in it: after a trap none
 */

/**
 * @param {Bundle} bundle
 * @param {string} keys
 * @param {PageCore} page
 * @param {Named[]} artifacts
 * @returns {Loaded}
 */
export function loadedOf(bundle, keys, page, artifacts) {
  const sendsDecisionHeader = page.sends_decision_header("");
  return { bundle, keys, page, sendsDecisionHeader, followsWeights: page.follows_weights(), outline: page.outline(), lacks: page.lacks(), artifacts };
}

/**
 * @param {PageCore} page
 * @throws {Error} where the bundle names what the catalogue does not have
 */
export function checkFit(page) {
  const field = page.field_beyond();
  if (field !== "") throw Object.assign(new Error(`the catalogue does not have the field ${field} for all to see, which the configuration names`), { code: "artifact" });
}
