/**
 * Whether the content security policies of a page let the page script in, and with which nonce. A policy is never
 * weakened: where none of its sources fits, the script stays out.
 */

import { warn } from "./log.mjs";

/** @typedef {Map<string, string[]>} Policy sources by directive */

const SCRIPT = "/_attune/page.js";
const SCRIPT_DIRECTIVES = ["script-src-elem", "script-src", "default-src"];
/** How much of a page is searched for policies in a `meta`: they stand at the beginning of the head. */
const HEAD_BYTES_MAX = 16 * 1024;

const latin1 = new TextDecoder("latin1");

/** What was said in the log already: once an isolate is enough. @type {Set<string>} */
const said = new Set();

/** The policies of one page: those of its headers, and those in its head as far as it was seen. */
export class Policies {
  #url;
  #headers;
  #reported;
  /** Of the headers and of the head as far as it was seen. @type {Policy[]} */
  #enforced;
  #head = "";
  #inHead = true;
  #nonce = "";

  /**
   * @param {Headers} headers
   * @param {URL} url of the page
   */
  constructor(headers, url) {
    this.#url = url;
    this.#enforced = this.#headers = policiesOf(headers.get("Content-Security-Policy"));
    this.#reported = policiesOf(headers.get("Content-Security-Policy-Report-Only"));
  }

  /**
   * Looks at the next bytes of the page.
   * @param {Uint8Array} bytes
   */
  see(bytes) {
    if (!this.#inHead) return;
    this.#head += latin1.decode(bytes.subarray(0, HEAD_BYTES_MAX - this.#head.length));
    this.#inHead = this.#head.length < HEAD_BYTES_MAX && !/<\/head|<body/i.test(this.#head);
    this.#enforced = /content-security-policy/i.test(this.#head) ? [...this.#headers, ...metaPolicies(this.#head)] : this.#headers;
  }

  /**
   * The nonce to write the script with; empty where it needs none, or no policy lets it in.
   */
  nonce() {
    const enforced = this.#enforced;
    const nonces = [...enforced, ...this.#reported].flatMap(noncesOf);
    const lets = (/** @type {Policy[]} */ policies) => (/** @type {string} */ nonce) => policies.every((policy) => this.#lets(policy, nonce));
    const candidates = [...nonces, ""];
    this.#nonce = candidates.find(lets([...enforced, ...this.#reported])) ?? candidates.find(lets(enforced)) ?? "";
    return this.#nonce;
  }

  /** Whether every policy that was seen so far lets the script in with that nonce; if not, the log says so. */
  letScriptIn() {
    const against = this.#enforced.find((policy) => !this.#lets(policy, this.#nonce));
    if (against === undefined) return true;
    const rule = against.get(governing(against) ?? "sandbox") ?? [];
    const why = `the page's content security policy lets no ${SCRIPT} in, so nothing is measured: allow 'self' or a nonce`;
    const line = `${why} (${rule.join(" ")})`;
    if (!said.has(line) && said.size < 64) {
      said.add(line);
      warn("csp", line);
    }
    return false;
  }

  /**
   * @param {Policy} policy
   * @param {string} nonce
   */
  #lets(policy, nonce) {
    if (policy.get("sandbox")?.includes("allow-scripts") === false) return false;
    const directive = governing(policy);
    if (directive === undefined) return true;
    const sources = policy.get(directive) ?? [];
    if (nonce !== "" && noncesOf(policy).includes(nonce)) return true;
    // Beside it, only nonces and hashes count for what the parser inserts; a hash would need `integrity`.
    if (sources.some((source) => source.toLowerCase() === "'strict-dynamic'")) return false;
    return sources.some((source) => fits(source.toLowerCase(), this.#url));
  }
}

/** The directive that rules over script elements. @param {Policy} policy */
function governing(policy) {
  return SCRIPT_DIRECTIVES.find((name) => policy.has(name));
}

/** @param {Policy} policy */
function noncesOf(policy) {
  const sources = policy.get(governing(policy) ?? "") ?? [];
  return sources.flatMap((source) => /^'nonce-([A-Za-z0-9+/_=-]+)'$/i.exec(source)?.[1] ?? []);
}

/**
 * The policies of a header, which may be several.
 * @param {string | null} header
 * @returns {Policy[]}
 */
function policiesOf(header) {
  return (header ?? "").split(",").filter((text) => text.trim() !== "").map((text) => {
    /** @type {Policy} */
    const directives = new Map();
    for (const directive of text.split(";")) {
      const [name = "", ...sources] = directive.trim().split(/\s+/);
      // The first of two equal directives counts.
      if (!directives.has(name.toLowerCase())) directives.set(name.toLowerCase(), sources);
    }
    return directives;
  });
}

/** What has no tags in it, or a whole `meta`. */
const PIECES = /<!--[^]*?-->|<(script|style|template|noscript|title)\b[^]*?<\/\1|<meta\b(?:[^>"']|"[^"]*"|'[^']*')*>/gi;
const ATTRIBUTES = /([^\s"'>/=]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/g;

/**
 * The policies that stand in a head. There, sandboxes have no meaning.
 * @param {string} head
 */
function metaPolicies(head) {
  return (head.match(PIECES) ?? []).filter((piece) => /^<meta/i.test(piece)).flatMap((tag) => {
    const attributes = new Map([...tag.matchAll(ATTRIBUTES)].map(([, name, ...values]) => [name.toLowerCase(), decoded(values.find((value) => value !== undefined) ?? "")]));
    if (attributes.get("http-equiv")?.trim().toLowerCase() !== "content-security-policy") return [];
    const policies = policiesOf(attributes.get("content") ?? "");
    for (const policy of policies) policy.delete("sandbox");
    return policies;
  });
}

/** The references that stand for quotes, with which nonces and keywords are written. @param {string} value */
function decoded(value) {
  return value.replace(/&(?:apos|#39|#x27);/gi, "'").replace(/&amp;/gi, "&");
}

/**
 * Whether a source is one that the page script comes from.
 * @param {string} source in lower case
 * @param {URL} page
 */
function fits(source, page) {
  if (source === "'self'" || source === "*") return true;
  const isScheme = (/** @type {string} */ scheme) => scheme === page.protocol || (scheme === "http:" && page.protocol === "https:");
  if (/^[a-z][a-z0-9+.-]*:$/.test(source)) return isScheme(source);
  const parts = /^(?:([a-z][a-z0-9+.-]*:)\/\/)?(\*|(?:\*\.)?[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::(\d+|\*))?(\/.*)?$/.exec(source);
  if (parts === null) return false;
  const [, scheme = page.protocol, host, port = defaultPort(scheme), path = "/"] = parts;
  const own = page.port || defaultPort(page.protocol);
  const isHost = host === "*" || host === page.hostname || (host.startsWith("*.") && page.hostname.endsWith(host.slice(1)));
  const isPort = port === "*" || port === own || (port === "80" && own === "443");
  return isScheme(scheme) && isHost && isPort && (path.endsWith("/") ? SCRIPT.startsWith(path) : SCRIPT === path);
}

/** @param {string} scheme */
function defaultPort(scheme) {
  return scheme === "https:" ? "443" : "80";
}
