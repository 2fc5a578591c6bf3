// Segments as marketers write them, generated: the same conditions for Attune and for each peer.

/** @typedef {{ attribute: string, argument?: string, op: string, value: number | string | boolean | string[] }} Test */
/** @typedef {{ all: Condition[] } | { any: Condition[] } | { not: Condition } | Test} Condition */

/** A generator of the same numbers in every run (xorshift32). @param {number} seed */
function random(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const COUNTRIES = "GB DE FR US NL SE ES IT IE BE AT CH DK NO FI PL PT CZ AU CA JP".split(" ");
export const CATEGORIES =
  "lanterns mugs bags bunting candles clocks tins cushions hooks frames baskets ribbons cards plates vases toys garlands signs trays bottles".split(" ");
const LANGUAGES = ["en-gb", "en-us", "de-de", "fr-fr", "nl-nl", "sv-se", "es-es", "it-it"];
const PAGES = ["home", "product", "category", "basket", "other"];

/** Kinds of tests, each with how often it is used. @type {[number, (pick: <T>(list: T[]) => T, next: () => number) => Test][]} */
const KINDS = [
  // Thresholds are round, and the low ones are the popular ones.
  [14, (pick) => ({ attribute: "visit.count", op: pick([">=", ">=", ">", "<"]), value: pick([2, 2, 2, 3, 3, 5, 5, 7, 10, 15, 20, 30]) })],
  [10, (pick) => ({ attribute: "orders.total", op: pick([">=", ">=", "<"]), value: pick([50, 50, 100, 100, 100, 150, 200, 250, 250, 500, 500, 750, 1000, 1500, 2500]) })],
  [8, (pick) => ({ attribute: "orders.count", op: pick([">=", ">=", "==", "<"]), value: pick([1, 1, 1, 2, 2, 3, 5, 10]) })],
  [6, (pick) => ({ attribute: "cart.items", op: pick([">", ">=", "=="]), value: pick([0, 0, 1, 2, 3, 5, 10]) })],
  [7, (pick) => ({ attribute: "cart.value", op: pick([">=", "<"]), value: pick([20, 25, 30, 40, 50, 60, 75, 100, 150, 200]) })],
  [14, (pick, next) => ({ attribute: "interest", argument: category(next), op: pick([">", ">=", ">="]), value: pick([0.1, 0.2, 0.3, 0.3, 0.4, 0.5, 0.5, 0.6, 0.7, 0.8]) })],
  [6, (pick, next) => ({ attribute: "views", argument: category(next), op: ">=", value: pick([1, 2, 3, 3, 5, 5, 10, 20]) })],
  [10, (_, next) => ({ attribute: "geo.country", op: "==", value: country(next) })],
  [9, (pick, next) => ({ attribute: "geo.country", op: "in", value: Array.from({ length: pick([2, 2, 3, 4, 6]) }, () => country(next)).filter((c, n, all) => all.indexOf(c) === n) })],
  [3, () => ({ attribute: "geo.eu", op: "==", value: true })],
  [8, (pick) => ({ attribute: "device.kind", op: "==", value: pick(["phone", "phone", "tablet", "desktop"]) })],
  [6, (pick) => ({ attribute: "language", op: "==", value: pick(LANGUAGES) })],
  [8, (pick) => ({ attribute: "page.type", op: "==", value: pick(PAGES) })],
  [5, (pick) => ({ attribute: "time.hour", op: pick([">=", "<"]), value: pick([6, 8, 9, 12, 17, 18, 20, 22]) })],
];
const TOTAL = KINDS.reduce((sum, [weight]) => sum + weight, 0);

/** The first names of a list are the popular ones. @param {() => number} next */
const country = (next) => COUNTRIES[Math.floor(next() ** 2 * COUNTRIES.length)];
/** @param {() => number} next */
const category = (next) => CATEGORIES[Math.floor(next() ** 2 * CATEGORIES.length)];

/** As many conditions as asked, of 2 to 6 tests, or of exactly so many. @param {number} count @param {number} [tests] @returns {Condition[]} */
export function conditions(count, tests) {
  const next = random(20261121);
  /** @template T @param {T[]} list */
  const pick = (list) => list[Math.floor(next() * list.length)];
  const test = () => {
    let at = next() * TOTAL;
    const [, make] = KINDS.find(([weight]) => (at -= weight) < 0) ?? KINDS[0];
    const made = make(pick, next);
    return typeof made.value !== "number" && next() < 0.15 ? { not: made } : made;
  };
  return Array.from({ length: count }, () => {
    const parts = Array.from({ length: tests ?? 2 + Math.floor(next() ** 1.5 * 5) }, test);
    const shape = next();
    if (shape < 0.1) return { any: parts };
    if (shape < 0.35 && parts.length > 2) return { all: [...parts.slice(2), { any: parts.slice(0, 2) }] };
    return { all: parts };
  });
}

/** The text that Attune and cel-js read. @param {Condition} c @returns {string} */
export function cel(c) {
  if ("all" in c) return c.all.map((part) => ("any" in part ? `(${cel(part)})` : cel(part))).join(" && ");
  if ("any" in c) return c.any.map(cel).join(" || ");
  if ("not" in c) return `!(${cel(c.not)})`;
  const name = c.argument ? `${c.attribute}["${c.argument}"]` : c.attribute;
  return c.value === true ? name : `${name} ${c.op} ${JSON.stringify(c.value)}`;
}

const MONGO = new Map(Object.entries({ ">=": "$gte", ">": "$gt", "<": "$lt", "==": "$eq", in: "$in" }));

/** GrowthBook's condition. @param {Condition} c @returns {import("@growthbook/growthbook").ConditionInterface} */
export function growthbook(c) {
  if ("all" in c) return { $and: c.all.map(growthbook) };
  if ("any" in c) return { $or: c.any.map(growthbook) };
  if ("not" in c) return { $not: growthbook(c.not) };
  const name = c.argument ? `${c.attribute}.${c.argument}` : c.attribute;
  return { [name]: c.op === "==" ? c.value : { [MONGO.get(c.op) ?? ""]: c.value } };
}

/** json-logic. @param {Condition} c @returns {object} */
export function logic(c) {
  if ("all" in c) return { and: c.all.map(logic) };
  if ("any" in c) return { or: c.any.map(logic) };
  if ("not" in c) return { "!": [logic(c.not)] };
  const value = { var: c.argument ? `${c.attribute}.${c.argument}` : c.attribute };
  return c.value === true ? value : { [c.op === "==" ? "===" : c.op]: [value, c.value] };
}

/** Numbers for a-tree, which compares whole ones: in millionths. */
const MILLION = 1_000_000;

/** The name of an attribute for a-tree. @param {string} attribute @param {string} [argument] */
const flat = (attribute, argument) => [attribute, ...(argument ? [argument] : [])].join("_").replaceAll(/[^a-z_]/g, "_");

/** a-tree's expression. @param {Condition} c @returns {string} */
export function atree(c) {
  if ("all" in c) return c.all.map((part) => `(${atree(part)})`).join(" and ");
  if ("any" in c) return c.any.map((part) => `(${atree(part)})`).join(" or ");
  if ("not" in c) return `not (${atree(c.not)})`;
  const name = flat(c.attribute, c.argument);
  if (c.value === true) return name;
  const value = typeof c.value === "number" ? Math.round(c.value * MILLION) : JSON.stringify(c.value);
  return `${name} ${c.op === "==" ? "=" : c.op} ${value}`;
}

/** A visitor's values as a-tree wants them. @param {Record<string, unknown>} values @returns {Record<string, number | string | boolean>} */
export function atreeValues(values) {
  const entries = Object.entries(values).flatMap(([attribute, value]) =>
    value !== null && typeof value === "object" ? Object.entries(value).map(([argument, of]) => [flat(attribute, argument), of]) : [[flat(attribute), value]],
  );
  return Object.fromEntries(entries.map(([name, value]) => [name, typeof value === "number" ? Math.floor(value * MILLION + 1e-6) : value]));
}

/** The values as nested objects, which is what the peers look names up in. @param {Record<string, unknown>} values */
export function nested(values) {
  /** @type {Record<string, any>} */
  const all = {};
  for (const [name, value] of Object.entries(values)) {
    const parts = name.split(".");
    const last = parts.pop() ?? "";
    let at = all;
    for (const part of parts) at = at[part] ??= {};
    at[last] = value;
  }
  return all;
}
