// The pictures of the documents: each has a recipe, each recipe has a picture, and the documents show these and no others.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { RECIPES } from "./recipes.mjs";

const root = new URL("../..", import.meta.url);
const BYTES_MAX = 250 * 1024;

const read = (/** @type {string} */ name) => readFileSync(new URL(`docs/pictures/${name}`, root));
const recipes = RECIPES.map(({ name }) => `${name}.png`).sort();

/** Width and height in pixels, from the header of a PNG. @param {Buffer} png */
function sizeOf(png) {
  assert.equal(png.toString("latin1", 1, 4), "PNG");
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

/** The names behind `pictures/` in all Markdown files, whether in a link or in HTML. */
function shown() {
  const pages = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"], { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);
  assert.ok(pages.includes("README.md"));
  const texts = pages.map((page) => readFileSync(new URL(page, root), "utf8"));
  return new Set(texts.flatMap((text) => [...text.matchAll(/\bpictures\/([\w.-]+\.\w+)/g)].map(([, name]) => name)));
}

test("every picture has one recipe, and every recipe its picture", () => {
  assert.equal(new Set(recipes).size, recipes.length);
  assert.deepEqual(readdirSync(new URL("docs/pictures/", root)).sort(), recipes);
});

test("the Markdown files show every picture, and none that is not there", () => {
  assert.deepEqual([...shown()].sort(), recipes);
});

test("a picture has two pixels for each of the screen's, and is not heavy", () => {
  for (const { name, screen, crop } of RECIPES) {
    const png = read(`${name}.png`);
    const [width, height] = sizeOf(png);
    assert.equal(width, 2 * screen.width, name);
    if (!crop) assert.equal(height, 2 * screen.height, name);
    assert.ok(png.length <= BYTES_MAX, `${name} has ${png.length} bytes`);
  }
});

test("before and after have the same size", () => {
  for (const [before, after] of [["home-unknown", "home-abandoned"], ["phone-unknown", "phone-abandoned"]]) {
    assert.deepEqual(sizeOf(read(`${before}.png`)), sizeOf(read(`${after}.png`)));
  }
});
