/** What each slot holds in place of its default content: what the page came with, until a newer plan says something else. */

import { attune } from "../../browser.mjs";
import { copyOf, isCopied } from "./copies.mjs";
import { fields } from "./fields.mjs";
import { foreign } from "./foreign.mjs";

/** The attribute of elements that a component owns: nobody else draws in them. */
export const OWNED = "data-attune-own";

/** @typedef {import("./foreign.mjs").Content} Content */
/** What the page script says of a slot of a new plan. @typedef {import("../../browser.js").AttuneNews["slot"]} News */

/** @type {Map<string, { news: News, content: Content | undefined }>} */
const told = new Map();
/** @type {Set<() => void>} */
const listeners = new Set();
/** @type {{ createHTML(html: string): any } | undefined} */
let policy;

/** @param {string} html */
const nodesOf = (html) => {
  policy ??= /** @type {any} */ (window).trustedTypes?.createPolicy("attune-slots", { createHTML: (/** @type {string} */ text) => text }) ?? { createHTML: (text) => text };
  const template = document.createElement("template");
  template.innerHTML = policy?.createHTML(html);
  return template.content;
};

/** @param {News} news @returns {Content | undefined} */
const drawn = ({ slot, content, draw }) => {
  if (draw?.html !== undefined) {
    const nodes = nodesOf(draw.html);
    return isCopied(slot, nodes) ? copyOf(slot) : foreign(nodes);
  }
  if (draw?.set) return fields(draw.set);
  // The edge put it in.
  return content === null ? undefined : copyOf(slot);
};

/** Takes what the page script says of a slot; whether a component draws it. @param {News} news */
const hear = (news) => {
  const last = told.get(news.slot)?.news;
  if (JSON.stringify(last?.draw) !== JSON.stringify(news.draw) || last?.content !== news.content) {
    told.set(news.slot, { news, content: drawn(news) });
    for (const listener of listeners) listener();
  }
  return news.element?.hasAttribute(OWNED) ?? false;
};

/** Calls back when what slots hold has changed. @param {() => void} changed @returns {() => void} the end of it */
export const subscribe = (changed) => {
  listeners.add(changed);
  return () => listeners.delete(changed);
};

/** What a slot holds now; nothing for the default content. @param {string} name */
export const contentOf = (name) => (told.has(name) ? told.get(name)?.content : copyOf(name));

export { copyOf };

attune.on("slot", hear);
