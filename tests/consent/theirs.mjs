// What the IAB's own packages read of a string, in Attune's words; `undefined` where they refuse it.
import { TCString } from "@iabtcf/core";
import { GppModel } from "@iabgpp/cmpapi";

/** Fields that are opt-outs, by the name that the package gives a section. */
const OPT_OUTS = ["SaleOptOut", "SharingOptOut", "TargetedAdvertisingOptOut"];
/** The sections of the United States: id and name, as the package has them. */
export const STATES = Object.entries({
  7: "usnat", 8: "usca", 9: "usva", 10: "usco", 11: "usut", 12: "usct", 13: "usfl", 14: "usmt", 15: "usor", 16: "ustx", 17: "usde",
  18: "usia", 19: "usne", 20: "usnh", 21: "usnj", 22: "ustn", 23: "usmn", 24: "usmd", 25: "usin", 26: "usky", 27: "usri",
}).map(([id, name]) => ({ id: Number(id), name }));

/** @param {(purpose: number) => boolean} has */
const ofPurposes = (has) => words([1, 5, 6].every(has), [1, 8].every(has));
/** @param {boolean} personalization @param {boolean} measurement */
const words = (personalization, measurement) => [personalization, measurement].map((granted) => (granted ? "granted" : "denied")).join(" ");

/** @param {string} text @returns {string | undefined} */
export function tcf(text) {
  try {
    const model = TCString.decode(text);
    if (model.version !== 2) return undefined;
    const own = model.publisherConsents.size > 0 || model.publisherLegitimateInterests.size > 0 || Number(model.numCustomPurposes) > 0;
    const purposes = own ? model.publisherConsents : model.purposeConsents;
    return ofPurposes((purpose) => purposes.has(purpose));
  } catch {
    return undefined;
  }
}

/** The section of the European framework. @param {GppModel} model */
function european(model) {
  const field = (/** @type {string} */ name) => model.getFieldValue("tcfeuv2", name);
  if (field("Version") !== 2) throw new Error("version");
  const consents = field("PublisherConsents");
  const own = [...consents, ...field("PublisherLegitimateInterests")].some(Boolean) || field("NumCustomPurposes") > 0;
  const purposes = own ? consents : field("PurposeConsents");
  return ofPurposes((purpose) => purposes[purpose - 1]);
}

/** @param {string} text @returns {string | undefined} */
export function gpp(text) {
  try {
    const model = new GppModel(text);
    let optedOut = model.hasSection("uspv1") && model.getFieldValue("uspv1", "OptOutSale") === "Y";
    for (const { name } of STATES.filter((state) => model.hasSection(state.name))) {
      for (const field of OPT_OUTS) optedOut = (model.hasField(name, field) && model.getFieldValue(name, field) === 1) || optedOut;
    }
    const said = model.hasSection("tcfeuv2") ? european(model) : "unknown unknown";
    return optedOut ? "denied denied" : said;
  } catch {
    return undefined;
  }
}
