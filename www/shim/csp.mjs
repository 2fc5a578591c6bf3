/** The nonce of the origin's content security policy, so that the page script is allowed where the page's own are. */

const SCRIPT_DIRECTIVES = ["script-src-elem", "script-src", "default-src"];

/**
 * The nonce for scripts, or an empty text. A policy is never weakened: without a nonce the script needs
 * `'self'`, or stays out.
 * @param {Headers} headers
 */
export function scriptNonce(headers) {
  const policies = headers.get("Content-Security-Policy") ?? headers.get("Content-Security-Policy-Report-Only");
  if (policies === null) return "";
  for (const policy of policies.split(",")) {
    /** @type {Map<string, string>} */
    const directives = new Map();
    for (const directive of policy.split(";")) {
      const [name = "", ...values] = directive.trim().split(/\s+/);
      // The first of two equal directives counts.
      if (!directives.has(name.toLowerCase())) directives.set(name.toLowerCase(), values.join(" "));
    }
    const governing = SCRIPT_DIRECTIVES.find((name) => directives.has(name));
    const nonce = /'nonce-([A-Za-z0-9+/_=-]+)'/.exec(directives.get(governing ?? "") ?? "")?.[1];
    if (nonce !== undefined) return nonce;
  }
  return "";
}
