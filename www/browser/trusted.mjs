/** Trusted Types, where the page's content security policy asks for them: the policy `attune`. */

const same = (/** @type {string} */ text) => text;
const rules = { createHTML: same, createScriptURL: same };

/** @type {{ [rule in keyof typeof rules]: (text: string) => any } | undefined} */
let policy;

/** @param {keyof typeof rules} rule @param {string} text */
export const trusted = (rule, text) => (policy ??= window.trustedTypes?.createPolicy("attune", rules) ?? rules)[rule](text);
