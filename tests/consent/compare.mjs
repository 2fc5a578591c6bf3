// Compares Attune's reader, in Wasm, with the IAB's own packages on strings that these wrote, whole and mutated.
import { readFileSync } from "node:fs";
import { consent_strings, initSync } from "../../build/vectors/page.js";
import { Random } from "../edge/model/random.mjs";
import * as explained from "./explained.mjs";
import { gppString, mutated, tcString } from "./strings.mjs";
import * as theirs from "./theirs.mjs";

initSync({ module: readFileSync(new URL("../../build/vectors/page_bg.wasm", import.meta.url)) });

const KINDS = /** @type {const} */ ({ tcf: { write: tcString, read: theirs.tcf, explain: explained.tcf }, gpp: { write: gppString, read: theirs.gpp, explain: explained.gpp } });
/** Strings a call of Wasm. */
const BATCH = 1_000;

/**
 * Compares `count` strings of a kind, of which every other one is mutated.
 * @param {"tcf" | "gpp"} kind @param {number} count @param {number} seed
 */
export function compare(kind, count, seed) {
  const { write, read, explain } = KINDS[kind];
  const random = new Random(seed);
  const found = { strings: 0, same: 0, bothRefuse: 0, /** @type {Record<string, number>} */ said: {}, /** @type {Record<string, number>} */ differ: {}, /** @type {string[]} */ unexplained: [] };
  let other = write(random);
  while (found.strings < count) {
    const batch = Array.from({ length: Math.min(BATCH, count - found.strings) }, (_, index) => {
      const text = write(random);
      const given = index % 2 === 0 ? text : mutated(random, text, other);
      other = text;
      return { text: given, isWhole: index % 2 === 0 };
    });
    const ours = consent_strings(kind, batch.map(({ text }) => text).join("\n")).split("\n");
    batch.forEach(({ text, isWhole }, index) => tally(found, { text, isWhole, ours: ours[index], kind, read, explain }));
    found.strings += batch.length;
  }
  return found;
}

/** @param {any} found @param {any} one */
function tally(found, { text, isWhole, ours, kind, read, explain }) {
  if (kind === "gpp" && ours === "malformed" && !explained.isShort(text.split("~")[0])) return void add(found.differ, "a header that would keep the package busy for minutes: not asked");
  const expected = read(text);
  if (ours === (expected ?? "malformed")) {
    found.same += 1;
    if (expected === undefined) found.bothRefuse += 1;
    add(found.said, ours);
    return;
  }
  const reason = isWhole ? undefined : explain(text, ours, expected);
  if (reason) add(found.differ, reason);
  else found.unexplained.push(`${kind} ${text}: ours ${ours}, theirs ${expected ?? "refused"}`);
}

/** @param {Record<string, number>} counts @param {string} key */
function add(counts, key) {
  counts[key] = (counts[key] ?? 0) + 1;
}
