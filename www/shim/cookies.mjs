/** Keeps Attune's own cookies from the origin. */

const OWN = new Set(["__Host-attune", "__Secure-attune", "__Host-attune-preview", "__Secure-attune-preview"]);

/**
 * A `Cookie` header without Attune's cookies; `null` when nothing is left. The other pairs keep their bytes.
 * @param {string} header
 */
export function withoutOwn(header) {
  if (!header.includes("-attune")) return header;
  // Only space and tab are trimmed, as in the core: Unicode trimming would let other names pose as these.
  const kept = header.split(";").filter((pair) => !OWN.has(pair.split("=", 1)[0].replace(/^[ \t]+|[ \t]+$/g, "")));
  const joined = kept.join(";").replace(/^[ \t]+/, "");
  return joined === "" ? null : joined;
}
