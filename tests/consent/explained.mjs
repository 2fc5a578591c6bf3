// Why Attune's reader and the IAB's packages may differ on a string. Each reason is checked on the string itself.
import * as theirs from "./theirs.mjs";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/** A section of Canada's framework without a flaw. */
const CANADA = "BQuelbxQuelbxAAAAAENAACAAAAAAAAAAAAAAAAAAA";
/** Numbers of a header from here on are refused: the 23rd of Fibonacci's. */
const NUMBER_MAX = 46_367;
/** @param {string} text */
const bitsOf = (text) => [...text].map((one) => ALPHABET.indexOf(one).toString(2).padStart(6, "0")).join("");
/** @param {string} bits */
const textOf = (bits) => (bits.match(/.{1,6}/g) ?? []).map((six) => ALPHABET[parseInt(six.padEnd(6, "0"), 2)]).join("");
/** @param {string} text */
const isBase64 = (text) => /^[\w-]*$/.test(text);
/** The type of a segment: its first three bits. @param {string} segment */
const typeOf = (segment) => ALPHABET.indexOf(segment.charAt(0)) >> 3;

/** A TC string that has what Attune reads of `text`, and nothing odd beside it. @param {string} text */
function simplified(text) {
  const [core, ...others] = text.split(".");
  const purposes = bitsOf(core).slice(152, 176);
  const head = "000010" + "0".repeat(72) + "000000000010".repeat(2) + "0".repeat(6 + 12 + 12 + 6 + 2 + 12);
  const own = others.filter((segment) => typeOf(segment) === 3);
  return [textOf(head + purposes + "0".repeat(24 + 1 + 12 + 17 + 17 + 12)), ...own].join(".");
}

/** @param {string} text */
function refusedTcf(text) {
  const segments = text.split(".");
  const types = segments.map(typeOf);
  if (types.some((type, index) => type === 0 && index > 0)) return "a core segment that is not the first";
  if (types[0] !== 0) return "no core segment at the beginning";
  if (types.filter((type) => type === 3).length > 1) return "two publisher segments";
  if (segments.includes("")) return "an empty segment";
  if (segments.some((segment) => !isBase64(segment))) return "characters in a segment that the package did not look at";
  return undefined;
}

/**
 * @param {string} text @param {string} ours @param {string | undefined} other
 * @returns {string | undefined} the reason, or nothing where there is none
 */
export function tcf(text, ours, other) {
  if (ours === "malformed") return refusedTcf(text);
  if (other === undefined && theirs.tcf(simplified(text)) === ours) return "a field or a list of vendors that Attune passes over is broken";
  return undefined;
}

/** @param {string} text @param {string} ours @param {string | undefined} other */
export function gpp(text, ours, other) {
  if (text === "") return "no string at all";
  if (text.startsWith("C")) return tcfInGpp(text, ours, other, text, (section) => section);
  const [header, ...sections] = text.split("~");
  const ids = idsOf(header);
  if (header.includes(".")) return "a point in the header";
  if (ids === undefined) return "a header that ends in the middle of a number";
  if (ours === "malformed" && ids.some((id, index) => id - (ids[index - 1] ?? 0) > NUMBER_MAX)) return "a number that no header needs";
  // Canada's section is passed over, so that a flaw in it is none.
  const canada = ids.indexOf(5);
  if (other === undefined && canada >= 0 && sections[canada]) {
    const mended = [header, ...sections.with(canada, CANADA)].join("~");
    if (sections[canada] !== CANADA) return gppReason(mended, ours, theirs.gpp(mended), "a section that Attune passes over is broken");
  }
  const at = ids.indexOf(2);
  if (ours === "malformed") {
    const reason = ids.map((id, index) => refusedSection(id, sections[index] ?? "")).find(Boolean);
    if (reason) return reason;
  }
  if (at >= 0) return tcfInGpp(text, ours, other, sections[at], (section) => [header, ...sections.with(at, section)].join("~"));
  return undefined;
}

/** The reason why `mended` differs, or `reason` where it does not. @param {string} mended @param {string} ours @param {string | undefined} other @param {string} reason */
function gppReason(mended, ours, other, reason) {
  return ours === (other ?? "malformed") ? reason : gpp(mended, ours, other);
}

/** @param {string} text @param {string} ours @param {string | undefined} other @param {string} section @param {(section: string) => string} within */
function tcfInGpp(text, ours, other, section, within) {
  if (ours === "malformed") return refusedTcf(section);
  if (other === undefined && theirs.gpp(within(simplified(section))) === ours) return "a field or a list of vendors that Attune passes over is broken";
  return undefined;
}

/** @param {number} id @param {string} section */
function refusedSection(id, section) {
  if (id === 6) return /^1[YN-]{3}$/.test(section) ? undefined : "letters of a US privacy string that nobody may write";
  const state = theirs.STATES.find((state) => state.id === id);
  if (!state) return undefined;
  const bits = bitsOf(section.split(".")[0]);
  const version = parseInt(bits.slice(0, 6), 2);
  if (version !== 1 && !(id === 7 && version === 2)) return "a version of a section that Attune does not know";
  const from = id === 7 ? 18 : [11, 18].includes(id) ? 14 : id >= 24 ? 16 : 12;
  const fields = bits.slice(from, from + (id === 7 ? 6 : 4)).match(/../g) ?? [];
  return fields.includes("11") ? "an opt-out with a value that nobody may write" : undefined;
}

/** The package reads a header in a moment: no range of it can name millions of ids, which it puts into a list. @param {string} header */
export function isShort(header) {
  return idsOf(header) !== undefined || (header.length <= 8 && parseInt(bitsOf(header.slice(2, 4)), 2) <= 16);
}

/** The ids of a header, read once more; nothing where it is malformed or names too many. @param {string} header */
export function idsOf(header) {
  const bits = bitsOf(header.split(".")[0]).slice(12);
  /** @type {number[]} */
  const ids = [];
  let at = 12;
  let last = 0;
  const number = () => {
    const end = bits.indexOf("11", at);
    if (end < 0) return undefined;
    let [step, next, value] = [1, 2, 0];
    for (; at <= end; at += 1) {
      if (bits[at] === "1") value += step;
      [step, next] = [next, step + next];
    }
    at += 1;
    return value;
  };
  for (let groups = parseInt(bits.slice(0, 12), 2); groups > 0; groups -= 1) {
    const isRange = bits[at] === "1";
    at += 1;
    const from = number();
    const length = isRange ? number() : 0;
    if (from === undefined || length === undefined || from > 100_000 || ids.length + length > 5_000) return undefined;
    for (let id = last + from; id <= last + from + length; id += 1) ids.push(id);
    last = last + from + length;
  }
  return ids;
}
