/** Content of a slot that is values in its default content, which stays the framework's: no node is added or taken away. */

const ROUNDS_MAX = 100; // of a framework that writes something else each time

/** @typedef {NonNullable<import("../../browser.js").AttuneDraw["set"]>} Fields */

/** Where a value is written: an attribute, or the one text node of an element. @param {Element} slot @param {Fields[number]} field */
const placeOf = (slot, [selector, name]) => {
  const part = selector ? slot.querySelector(selector) : slot;
  if (part && name) return { node: part, name };
  return part?.childNodes.length === 1 && part.firstChild?.nodeType === Node.TEXT_NODE ? { node: /** @type {Text} */ (part.firstChild), name: "" } : undefined;
};

/** @typedef {NonNullable<ReturnType<typeof placeOf>>} Place */

/** @param {Place} place */
const read = ({ node, name }) => (name ? /** @type {Element} */ (node).getAttribute(name) : node.nodeValue);

/** @param {Place} place @param {string | null} value */
const write = ({ node, name }, value) => {
  if (!name) node.nodeValue = value;
  else if (value === null) /** @type {Element} */ (node).removeAttribute(name);
  else /** @type {Element} */ (node).setAttribute(name, value);
};

/** Values in the default content, for as long as it is attached. @param {Fields} set @returns {import("./foreign.mjs").Content} */
export const fields = (set) => ({
  isForeign: false,
  isIn: () => false,
  attach(element) {
    /** @type {Map<Node, Map<string, string | null>>} what the framework had written */
    const before = new Map();
    let rounds = 0;
    const writeAll = () => {
      for (const field of set) {
        const place = placeOf(element, field);
        const own = place && read(place);
        if (!place || own === field[2]) continue;
        before.set(place.node, (before.get(place.node) ?? new Map()).set(place.name, own));
        write(place, field[2]);
      }
      // Its own changes are no news.
      changes.takeRecords();
      if (++rounds > ROUNDS_MAX) changes.disconnect();
    };
    const changes = new MutationObserver(writeAll);
    changes.observe(element, { subtree: true, childList: true, characterData: true, attributes: true });
    writeAll();
    return () => {
      changes.disconnect();
      for (const [node, values] of before) for (const [name, value] of values) write({ node: /** @type {any} */ (node), name }, value);
    };
  },
});
