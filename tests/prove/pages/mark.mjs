// Numbers every element that a page has a start tag for: node tests/prove/pages/mark.mjs FOLDER
// `attune-n` is the element's number, `attune-d` its depth in the tree: no element is in another one of its depth.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { children, parser } from "./parser.mjs";

const folder = resolve(process.argv[2]);
const { parse } = await parser(folder);

/** Depths of elements by where their start tags begin; a copy of a formatting element has its original's. @param {string} page */
function startTags(page) {
  /** @type {Map<number, number>} */
  const depths = new Map();
  const open = [{ node: parse(page, { sourceCodeLocationInfo: true }), depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, depth } = next;
    const start = node.sourceCodeLocation?.startTag?.startOffset ?? node.sourceCodeLocation?.startOffset;
    if (node.tagName && start !== undefined && !depths.has(start)) depths.set(start, depth);
    for (const child of children(node).toReversed()) open.push({ node: child, depth: depth + 1 });
  }
  return [...depths].sort(([one], [other]) => one - other);
}

/** @param {string} page */
function marked(page) {
  let [out, from, number] = ["", 0, 0];
  for (const [start, depth] of startTags(page)) {
    const name = /^<[a-z][^\t\n\f\r />]*/i.exec(page.slice(start, start + 256));
    assert.ok(name, `no start tag at ${start}: ${page.slice(start, start + 40)}`);
    const end = start + name[0].length;
    out += `${page.slice(from, end)} attune-n="${number}" attune-d="${depth}"`;
    [from, number] = [end, number + 1];
  }
  return out + page.slice(from);
}

const into = join(folder, "marked");
if (!existsSync(into)) {
  rmSync(join(folder, "marking"), { recursive: true, force: true });
  mkdirSync(join(folder, "marking"));
  for (const name of readdirSync(join(folder, "pages"))) writeFileSync(join(folder, "marking", name), marked(readFileSync(join(folder, "pages", name), "utf8")));
  renameSync(join(folder, "marking"), into);
}
