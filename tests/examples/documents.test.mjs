// What the examples and the documents say of each other.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const root = new URL("../..", import.meta.url);
const read = (/** @type {string} */ path) => readFileSync(new URL(path, root), "utf8");
const folders = readdirSync(new URL("examples", root), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);

test("every example is in the list, and has a README and a test", () => {
  assert.ok(folders.length >= 1);
  for (const name of folders) {
    assert.ok(read("examples/README.md").includes(`](${name})`), name);
    for (const file of [`examples/${name}/README.md`, `tests/examples/${name}.test.mjs`]) assert.ok(existsSync(new URL(file, root)), file);
  }
});

test("the examples verify decisions with the very lines that the documents show", () => {
  assert.ok(read("docs/decision-header.md").includes(`\`\`\`js\n${read("examples/decision.mjs")}\`\`\`\n`));
});
