/** Small pieces of DOM, always built from nodes: no markup is ever parsed from text. */

/**
 * @param {string} tag
 * @param {Record<string, string | number | boolean | EventListener | null | undefined>} [attributes] `onX` listens, `true` sets an empty attribute, null and false leave it out
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElement}
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** @param {string} selector @param {ParentNode} [root] @returns {HTMLElement | null} */
export const one = (selector, root = document) => root.querySelector(selector);

/** @param {string} selector @param {ParentNode} [root] @returns {HTMLElement[]} */
export const all = (selector, root = document) => [...root.querySelectorAll(selector)].filter((node) => node instanceof HTMLElement);

/** @param {string} selector @param {string} text @param {ParentNode} [root] */
export function say(selector, text, root = document) {
  for (const node of all(selector, root)) node.textContent = text;
}

/** @param {HTMLElement | null} node @param {boolean} visible */
export function show(node, visible) {
  if (node) node.hidden = !visible;
}

const pounds = new Intl.NumberFormat('en-GB', { style: 'currency', currency: 'GBP' });
export const money = (/** @type {number} */ value) => pounds.format(value);
/** A number with its noun: 1 gift, 2 gifts. @param {number} n @param {string} one @param {string} [many] */
export const count = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;
/** A name that does not break inside T-Light. @param {string} name */
export const unbroken = (name) => name.replaceAll('T-Light', 'T\u2011Light');

/** @type {number | undefined} */
let fading;
/** A short message at the top of the page, read out by screen readers. @param {string} text @param {{ href: string, label: string }} [link] */
export function toast(text, link) {
  const box = one('[data-toast]');
  if (!box) return;
  box.replaceChildren(text, ...(link ? [' ', el('a', { href: link.href }, link.label)] : []));
  box.classList.add('on');
  clearTimeout(fading);
  fading = window.setTimeout(() => box.classList.remove('on'), 4000);
}
