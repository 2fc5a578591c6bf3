// What a page has, what is made of it, and how that is said.
import { factsOf } from "./facts.mjs";
import { Page } from "./document.mjs";
import { linksHere } from "./links.mjs";
import { fillsOnly } from "./scanner.mjs";
import { NOTICE } from "./slots.mjs";
import { starter } from "./starter.mjs";
import { suggest } from "./suggest.mjs";
import { visit } from "./visit.mjs";

/** @typedef {import("./visit.mjs").Visit} Visit */
/** @typedef {{ files: Map<string, string>, lines: string[] }} Look */

/** @param {Visit} found @returns {Promise<Look>} */
export async function look(found) {
  const page = pageOf(found);
  // A server may make up names for each answer: what is not the same in two of them is no slot.
  const again = pageOf(await visit(found.url));
  const { suggestions, left } = suggest(page, (element, selector, slot) => {
    if (!fillsOnly(page, element, selector.text, slot?.text)) return false;
    const [same, ...others] = again.elements.filter(selector.fits);
    return slot !== undefined || (same !== undefined && others.length === 0 && fillsOnly(again, same, selector.text));
  });
  const facts = factsOf(page, found.headers);
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const files = starter({ url: found.url, timezone: timeZone ?? "UTC", facts, suggestions });
  return { files, lines: [`found at ${found.url}:`, ...slotLines(suggestions), ...left.map(({ slot, why }) => `  no slot    ${slot}: ${why}`), ...notes(facts)] };
}

/** The page as the local Worker gets it. @param {Visit} found */
function pageOf({ url, bytes, charset }) {
  const html = linksHere(Buffer.from(bytes).toString("latin1"), { site: new URL(url.origin), local: "http://localhost:8787" });
  return new Page(Buffer.from(html + NOTICE, "latin1"), charset);
}

/** @param {import("./suggest.mjs").Suggestion[]} suggestions */
function slotLines(suggestions) {
  const lines = suggestions.map(({ slot, selector, isBuilt, elements, text }) => {
    const parts = Object.keys(elements).length > 0 ? ` with ${Object.keys(elements).join(", ")}` : "";
    return `  slot       ${slot.padEnd(9)} ${selector}${parts}${isBuilt ? " (until the site's next build)" : ""}: "${text}"`;
  });
  return [...lines, `  slot       page-end  the end of the page, which is there on this machine only`];
}

/** @param {import("./facts.mjs").Facts} facts */
function notes({ framework, isShell, isConsent, hasStyles }) {
  return [
    ...(isConsent ? ["  note       this looks like a page that asks for consent, not like the site's own: give the address of a page behind it"] : []),
    ...(isShell ? ["  note       the page has hardly any HTML of its own: what a script makes in the browser is no slot"] : []),
    ...(framework && !isShell ? [`  note       ${framework} may build parts of the page anew in the browser; a slot inside of them then shows the site's content again (docs/pages.md, the mark)`] : []),
    ...(hasStyles ? [] : ["  note       the page's content security policy allows no style attributes: the notice is plain, and stands at the end of the page"]),
  ];
}
