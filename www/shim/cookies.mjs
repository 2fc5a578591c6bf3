/** Keeps Attune's own cookies from the origin of a personalized page. */

const OWN = new Set(["", "-consent", "-preview"].flatMap((kind) => [`__Host-attune${kind}`, `__Secure-attune${kind}`]));

/**
 * A `Cookie` header without Attune's cookies, however they are joined to others; `null` when nothing is left. Every
 * other byte stays as it is.
 * @param {string} header
 */
export function withoutOwn(header) {
  // Where the header holds bytes that are no UTF-8, the platform gives U+FFFD for them, and setting the header again
  // would lose them: another cookie's value. Attune's cookie is signed, and the origin is the shop's own.
  if (!header.includes("-attune") || header.includes("\uFFFD")) return header;
  const pieces = header.split(/[;,]/);
  const delimiters = header.match(/[;,]/g) ?? [];
  let kept = "";
  let begun = false;
  /** The delimiter of a piece that was taken out: what follows takes it over. @type {string | null} */
  let taken = null;
  pieces.forEach((piece, at) => {
    let delimiter = at === 0 ? "" : delimiters[at - 1];
    // What a comma joined to Attune's cookie must not be joined to the cookie before that one.
    if (taken === ";" && delimiter === ",") delimiter = ";";
    if (isOwn(piece)) {
      taken = delimiter;
      return;
    }
    taken = null;
    if (begun) kept += delimiter + piece;
    else if (trimmed(piece) !== "") {
      // The space that stood after the delimiter of a cookie that was taken out goes with it.
      kept = at === 0 ? piece : piece.replace(/^[ \t]+/, "");
      begun = true;
    }
  });
  return kept === "" ? null : kept;
}

/** @param {string} piece */
function isOwn(piece) {
  const equals = piece.indexOf("=");
  return equals >= 0 && OWN.has(trimmed(piece.slice(0, equals)));
}

/** Without spaces and tabs around: Unicode trimming would let other names pose as these. @param {string} text */
function trimmed(text) {
  return text.replace(/^[ \t]+|[ \t]+$/g, "");
}
