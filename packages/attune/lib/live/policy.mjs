// Content security policies of a page that is shown on this machine: they let in what belongs to the machine, and nothing more.

/** @typedef {{ name: string, sources: string[] }} Directive */

const SCRIPTS = ["script-src-elem", "script-src", "default-src"];
const CONNECTIONS = ["connect-src", "default-src"];

/**
 * The policies of a header: they are divided by commas, their directives by semicolons.
 * @param {string} header
 * @returns {Directive[][]}
 */
export function policiesOf(header) {
  const directives = (/** @type {string} */ policy) => policy.split(";").map((text) => text.trim()).filter((text) => text !== "");
  return header.split(",").map((policy) => directives(policy).map((text) => {
    const [name, ...sources] = text.split(/\s+/);
    return { name: name.toLowerCase(), sources };
  })).filter((policy) => policy.length > 0);
}

/** @param {Directive[][]} policies */
export function written(policies) {
  return policies.map((policy) => policy.map(({ name, sources }) => [name, ...sources].join(" ")).join("; ")).join(", ");
}

/** The first of these directives that a policy has. @param {Directive[]} policy @param {string[]} names */
function governing(policy, names) {
  return names.map((wanted) => policy.find(({ name }) => name === wanted)).find((directive) => directive !== undefined);
}

/**
 * The policies with what lets a script in, and its connections. A nonce of the site's own is used where there is one: beside it,
 * and beside 'strict-dynamic', addresses may not count.
 * @param {string} header
 * @param {string} source the address of the script and of what it connects to
 * @returns {{ header: string, nonce: string }}
 */
export function letIn(header, source) {
  const policies = policiesOf(header);
  const nonces = policies.flatMap((policy) => governing(policy, SCRIPTS)?.sources ?? []).flatMap((text) => /^'nonce-([^']+)'$/i.exec(text)?.[1] ?? []);
  const nonce = nonces[0] ?? "";
  for (const policy of policies) {
    for (const [names, added] of /** @type {const} */ ([[SCRIPTS, nonce === "" ? source : `'nonce-${nonce}'`], [CONNECTIONS, source]])) {
      const directive = governing(policy, [...names]);
      if (directive === undefined || directive.sources.includes(added)) continue;
      const sources = directive.sources.filter((text) => text.toLowerCase() !== "'none'").concat(added);
      // What else falls back to default-src stays as narrow as it was.
      if (directive.name === "default-src") policy.push({ name: names[0] === SCRIPTS[0] ? "script-src" : names[0], sources });
      else directive.sources = sources;
    }
  }
  return { header: written(policies), nonce };
}
