// Makes the fills of fills.txt in the marked pages and compares each tree with the page's own, in parse5:
// node tests/prove/pages/compare.mjs FOLDER
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { children, parser } from "./parser.mjs";

const folder = resolve(process.argv[2]);
const { parse } = await parser(folder);
const CONTENT = Buffer.from("<!--!-->");
/** Elements that go on after the block that they were opened in. */
const LEAKY = new Set(["a", "b", "big", "code", "em", "font", "form", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"]);
/** @typedef {{ number: string, start: number, end: number }} Fill */

/**
 * The tree as lines, with one comment as content of the elements of these numbers; without LEAKY elements (but with what is in
 * them) if asked.
 * @param {any} tree @param {Set<string>} filled @param {boolean} skipsLeaky
 */
function dump(tree, filled, skipsLeaky) {
  /** @type {string[]} */
  const lines = [];
  /** Depth of the text that the last line is, if it is one. */
  let text = -1;
  const open = [{ node: tree, depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, depth } = next;
    if (node.nodeName === "#text") {
      if (text === depth) lines.push(node.value);
      else lines.push(`\n${depth} "${node.value}`);
      text = depth;
      continue;
    }
    let inner = depth + 1;
    if (skipsLeaky && LEAKY.has(node.tagName)) {
      inner = depth;
    } else {
      const attributes = (node.attrs ?? []).map((/** @type {any} */ { name, value }) => `${name}=${JSON.stringify(value)}`);
      lines.push(`\n${depth} ${node.nodeName} ${node.namespaceURI ?? ""} ${attributes.join(" ")} ${node.data ?? ""}`);
      text = -1;
    }
    const number = node.attrs?.find((/** @type {any} */ { name }) => name === "attune-n")?.value;
    if (number !== undefined && filled.has(number)) {
      lines.push(`\n${inner} #comment   !`);
      text = -1;
      continue;
    }
    for (const child of children(node).toReversed()) open.push({ node: child, depth: inner });
  }
  return lines.join("");
}

/** The page with these fills made. @param {Buffer} page @param {Fill[]} fills */
function filled(page, fills) {
  const pieces = [];
  let from = 0;
  for (const { start, end } of fills) {
    pieces.push(page.subarray(from, start), CONTENT);
    from = end;
  }
  return parse(Buffer.concat([...pieces, page.subarray(from)]).toString("utf8"));
}

/** Whether a page has its own tree once it is filled, but for what is in the elements that are filled. @param {any} before @param {Fill[]} fills @param {any} after @param {boolean} skipsLeaky */
const isExact = (before, fills, after, skipsLeaky) => dump(before, new Set(fills.map(({ number }) => number)), skipsLeaky) === dump(after, new Set(), skipsLeaky);

let [fills, exact, leaks] = [0, 0, 0];
/** @type {string[]} */
const faults = [];
let last = { name: "", page: Buffer.alloc(0), tree: /** @type {any} */ (undefined) };
for (const line of readFileSync(join(folder, "fills.txt"), "utf8").split("\n").filter((line) => line !== "")) {
  const [name, ...words] = line.split(" ");
  if (name !== last.name) {
    const page = readFileSync(join(folder, "marked", `${name}.html`));
    last = { name, page, tree: parse(page.toString("utf8")) };
  }
  const run = words.map((word) => word.split(":")).map(([number, start, end]) => ({ number, start: Number(start), end: Number(end) }));
  fills += run.length;
  if (isExact(last.tree, run, filled(last.page, run), false)) {
    exact += run.length;
    continue;
  }
  // One after the other: what a slot left open is gone for those that follow.
  let before = last.tree;
  for (const [index, fill] of run.entries()) {
    const after = filled(last.page, run.slice(0, index + 1));
    if (isExact(before, [fill], after, false)) exact += 1;
    else if (isExact(before, [fill], after, true)) leaks += 1;
    else faults.push(`${name} ${fill.number}`);
    before = after;
  }
}
const share = (/** @type {number} */ count) => `${String(count).padStart(9)} ${((100 * count) / fills).toFixed(3).padStart(7)} %`;
console.log(`fills                        ${share(fills)}`);
console.log(`  exact in parse5            ${share(exact)}`);
console.log(`  but for open formatting    ${share(leaks)}`);
console.log(`  in another way             ${share(faults.length)}`);
if (faults.length > 0) {
  console.error(`page and element:\n${faults.join("\n")}`);
  process.exitCode = 1;
}
