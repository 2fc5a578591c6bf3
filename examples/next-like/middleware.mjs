// Runs before every page: reads the decision, and reduces it to the variant that becomes part of the cache key.
import { decisionOf } from "../decision.mjs";

const DEFAULT = "default";
/** The variants that the pages can render, by the name of the content. A closed list: it limits the entries of the cache. */
const VARIANTS = new Map([["finish-your-order", "basket"]]);
/** The pages that have variants: those of [decision_header] in attune.toml. */
const PATHS = new Set(["/"]);

/**
 * The variant of a page, and the headers that its answer needs.
 * @param {Request} request
 * @param {{ site: string, host: string, keys: string[] }} attune what a decision must be for
 * @returns {{ variant: string, headers: Record<string, string> }}
 */
export function middleware(request, attune) {
  const { pathname, search } = new URL(request.url);
  if (!PATHS.has(pathname)) return { variant: DEFAULT, headers: {} };
  const decision = decisionOf({ url: pathname + search, headers: Object.fromEntries(request.headers) }, attune);
  // Also where the header is missing: a cache in front of this server must not give that answer to anybody else.
  return { variant: VARIANTS.get(decision?.slots.hero?.content) ?? DEFAULT, headers: { Vary: "Attune-Decision" } };
}
