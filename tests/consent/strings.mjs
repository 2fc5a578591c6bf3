// Strings as consent tools write them, by the IAB's own packages, and mutations of them.
import { GVL, TCModel, TCString } from "@iabtcf/core";
import { GppModel } from "@iabgpp/cmpapi";
import { STATES } from "./theirs.mjs";

const PURPOSES = Array.from({ length: 24 }, (_, index) => index + 1);
const VENDORS = 80;
const vendor = (/** @type {number} */ id) => ({ id, name: `Vendor ${id}`, purposes: [1, 2, 3, 4, 8], legIntPurposes: [7, 9, 10], flexiblePurposes: [], specialPurposes: [], features: [], specialFeatures: [], policyUrl: "" });
const vendors = Object.fromEntries(Array.from({ length: VENDORS }, (_, index) => [index + 1, vendor(index + 1)]));
const purpose = (/** @type {number} */ id) => ({ id, name: `Purpose ${id}`, description: "", illustrations: [] });
const gvl = new GVL(/** @type {any} */ ({
  gvlSpecificationVersion: 3, vendorListVersion: 48, tcfPolicyVersion: 5, lastUpdated: "2026-01-01T00:00:00Z", vendors,
  purposes: Object.fromEntries(PURPOSES.map((id) => [id, purpose(id)])), specialPurposes: {}, features: {}, specialFeatures: {}, stacks: {},
}));

/** @typedef {import("../edge/model/random.mjs").Random} Random */

/** Some of a list; often those that decide. @param {Random} random @param {number[]} list */
function some(random, list) {
  if (random.percent(20)) return [];
  const chance = random.one([5, 50, 95]);
  const chosen = list.filter(() => random.percent(chance));
  return random.percent(40) ? [...new Set([...chosen, ...random.one([[1, 5, 6, 8], [1, 5, 6], [1, 8]])])] : chosen;
}

/** @param {Random} random */
export function tcString(random) {
  const model = new TCModel(gvl);
  Object.assign(model, { cmpId: random.between(2, 4_095), cmpVersion: random.between(2, 4_095), consentScreen: random.between(0, 63), isServiceSpecific: random.percent(90), purposeOneTreatment: random.percent(10), publisherCountryCode: random.one(["GB", "DE", "AA", "ZZ"]) });
  model.created = model.lastUpdated = new Date(random.between(1_600_000_000, 1_900_000_000) * 1_000);
  model.purposeConsents.set(some(random, PURPOSES));
  model.purposeLegitimateInterests.set(some(random, PURPOSES));
  const first = random.between(1, VENDORS);
  model.vendorConsents.set(random.percent(50) ? some(random, PURPOSES) : PURPOSES.map((step) => first + step).filter((id) => id <= VENDORS));
  model.vendorLegitimateInterests.set(some(random, [3, 44, 80]));
  model.publisherConsents.set(some(random, PURPOSES));
  model.publisherLegitimateInterests.set(random.percent(70) ? [] : some(random, PURPOSES));
  model.numCustomPurposes = random.percent(70) ? 0 : random.between(1, 63);
  const optional = ["publisherTC", "vendorsDisclosed", "vendorsAllowed"].filter(() => random.percent(50));
  if (random.percent(50)) optional.reverse();
  return TCString.encode(model, /** @type {any} */ ({ segments: ["core", ...optional] }));
}

/** @param {Random} random */
export function gppString(random) {
  const model = new GppModel();
  if (random.percent(50)) {
    const bits = () => {
      const chosen = some(random, PURPOSES);
      return PURPOSES.map((purpose) => chosen.includes(purpose));
    };
    model.setFieldValue("tcfeuv2", "PurposeConsents", bits());
    if (random.percent(50)) model.setFieldValue("tcfeuv2", "PublisherConsents", bits());
    if (random.percent(20)) model.setFieldValue("tcfeuv2", "PublisherLegitimateInterests", bits());
    if (random.percent(50)) model.setFieldValue("tcfeuv2", "VendorConsents", some(random, PURPOSES));
  }
  if (random.percent(10)) model.setFieldValue("tcfcav1", "CmpId", random.between(0, 4_095));
  if (random.percent(20)) model.setFieldValue("uspv1", "OptOutSale", random.one(["Y", "N", "-"]));
  const count = random.one([0, 1, 1, 2, 5]);
  for (let at = 0; at < count; at += 1) state(random, model, random.one(STATES).name);
  return model.encode();
}

/** One section of the United States; few opt out, so that silence is frequent. @param {Random} random @param {GppModel} model @param {string} name */
function state(random, model, name) {
  model.setFieldValue(name, "SaleOptOut", random.one([0, 2, 2, 1]));
  for (const field of ["SharingOptOut", "TargetedAdvertisingOptOut", "SaleOptOutNotice", "TargetedAdvertisingOptOutNotice", "SharingOptOutNotice"]) {
    const isOptOut = field.endsWith("OptOut");
    if (model.hasField(name, field)) model.setFieldValue(name, field, random.one(isOptOut ? [0, 2, 2, 2, 2, 1] : [0, 1, 2]));
  }
  if (name === "usnat" && random.percent(50)) model.setFieldValue(name, "Version", 1);
  if (model.hasField(name, "Gpc")) model.setFieldValue(name, "Gpc", random.percent(50));
  if (model.hasField(name, "GpcSegmentIncluded")) model.setFieldValue(name, "GpcSegmentIncluded", random.percent(50));
}

/** A TC string of whoever agreed to these purposes, and no more. @param {number[]} purposes */
export function tcStringOf(purposes) {
  const model = Object.assign(new TCModel(gvl), { cmpId: 10, cmpVersion: 2, isServiceSpecific: true });
  model.purposeConsents.set(purposes);
  return TCString.encode(model);
}

/** A GPP string of whoever opted out of sale in California, or did not. @param {boolean} optedOut @param {number[]} [purposes] those agreed to in Europe */
export function gppStringOf(optedOut, purposes) {
  const model = new GppModel();
  model.setFieldValue("usca", "SaleOptOut", optedOut ? 1 : 2);
  if (purposes) model.setFieldValue("tcfeuv2", "PurposeConsents", PURPOSES.map((purpose) => purposes.includes(purpose)));
  return model.encode();
}

const ALPHABET = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"];
const OTHERS = [..."..~~=%+/{\"1Y"];

/** A string with one to four flaws. @param {Random} random @param {string} text @param {string} other */
export function mutated(random, text, other) {
  let characters = [...text];
  for (let flaws = random.between(1, 4); flaws > 0; flaws -= 1) {
    // Half of them at the beginning, where what is read stands.
    const at = random.between(0, random.percent(50) ? Math.min(45, characters.length) : characters.length);
    const one = random.percent(75) ? random.one(ALPHABET) : random.one(OTHERS);
    const how = random.between(0, 5);
    if (how === 0) characters[at] = one;
    else if (how === 1) characters.splice(at, random.between(1, 8));
    else if (how === 2) characters.splice(at, 0, one);
    else if (how === 3) characters.length = Math.min(characters.length, at);
    else if (how === 4) characters.splice(at, 0, ...characters.slice(at, at + random.between(1, 8)));
    else characters = [...characters.slice(0, at), ...[...other].slice(random.between(0, other.length))];
  }
  return characters.filter((character) => character !== undefined).join("");
}
