// Links of a page to the page's own site, as links to this machine.
import { Transform } from "node:stream";
import { addressHere } from "./headers.mjs";

/** A tag that is longer is not looked at. */
const TAG_BYTES_MAX = 64 * 1024;
/** A start tag, and what may be one. */
const TAGS = /<[a-z][^<>]*>?/gi;
/** An address where a value of an attribute begins, and behind a comma of `srcset`. */
const ADDRESSES = /(=\s*["']?\s*|,\s+)((?:https?:)?\/\/[^/?#\s"'<>]+)/gi;

/**
 * The same text with the links turned around. Any charset that has ASCII's bytes for ASCII's characters may be read as Latin-1.
 * @param {string} html
 * @param {import("./headers.mjs").Addresses} addresses
 */
export function linksHere(html, addresses) {
  return html.replace(TAGS, (tag) => tag.replace(ADDRESSES, (_, before, address) => before + addressHere(address, addresses)));
}

/**
 * A stream that turns the links around, and ends with `end`.
 * @param {import("./headers.mjs").Addresses} addresses
 * @param {string} end
 */
export function turnLinks(addresses, end) {
  let held = "";
  return new Transform({
    /** @param {Buffer} chunk */
    transform(chunk, _, done) {
      const text = held + chunk.toString("latin1");
      const open = text.lastIndexOf("<");
      // A tag that is not whole yet waits for the rest of it.
      const isWhole = open === -1 || text.indexOf(">", open) !== -1 || text.length - open > TAG_BYTES_MAX;
      held = isWhole ? "" : text.slice(open);
      done(null, Buffer.from(linksHere(isWhole ? text : text.slice(0, open), addresses), "latin1"));
    },
    flush(done) {
      done(null, Buffer.from(linksHere(held, addresses) + end, "latin1"));
    },
  });
}
