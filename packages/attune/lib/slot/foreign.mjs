/** Content of a slot that its framework does not know of: it is nodes, and the framework sees an element without children. */

/**
 * @typedef {object} Content
 * @property {boolean} isForeign it takes the place of the default content; else it is written into it
 * @property {(element: Element) => () => void} attach puts it into the slot's element; the answer takes out what has to be
 * @property {(element: Element) => boolean} isIn whether it was put into this element
 */

/** A content of these nodes, for as many elements as want it. @param {DocumentFragment} nodes @returns {Content} */
export const foreign = (nodes) => {
  /** @type {WeakSet<Element>} */
  const filled = new WeakSet();
  return {
    isForeign: true,
    isIn: (element) => filled.has(element),
    attach(element) {
      // What hydrates has its content; Svelte leaves an empty text in a new element.
      if (!element.firstElementChild && !element.textContent) element.append(document.importNode(nodes, true));
      filled.add(element);
      // The next content comes in an element of its own.
      return () => {};
    },
  };
};
