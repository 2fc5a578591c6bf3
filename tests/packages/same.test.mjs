// The studio module against the native tool: the same bundles, diagnostics, answers and exit codes, on every configuration
// that the tests, the examples and the demo have.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { ask } from "../../build/packages/attune/lib/studio.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const native = process.env.ATTUNE_NATIVE ?? join(root, "target/debug/attune");
/** Folders that hold no configuration of ours. */
const OTHERS = ["node_modules", "target", "build", ".git", ".wrangler"];

/** Every folder with an attune.toml. @param {string} folder @returns {string[]} */
function configurations(folder) {
  const inner = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory() && !OTHERS.includes(entry.name));
  const found = inner.flatMap((entry) => configurations(join(folder, entry.name)));
  return existsSync(join(folder, "attune.toml")) ? [folder, ...found] : found;
}

/** Writes a fixture of the compiler's tests as a folder, its assets as files. @param {string} text @param {string} folder */
function writeFixture(text, folder) {
  const parts = new Map([["campaigns/case.toml", ""]]);
  let path = "campaigns/case.toml";
  for (const line of text.split(/(?<=\n)/)) {
    const named = /^-- (.+) --\s*$/.exec(line);
    if (named) path = named[1];
    parts.set(path, named ? "" : (parts.get(path) ?? "") + line);
  }
  if (!parts.has("attune.toml") && !parts.has("attune.json")) parts.set("attune.toml", readFileSync(join(root, "tests/compiler/base.toml"), "utf8"));
  const assets = parts.get("assets")?.trim().split("\n") ?? [];
  for (const name of ["now", "assets"]) parts.delete(name);
  const files = [...[...parts].map(([name, contents]) => [join("shop", name), contents]), ...assets.map((name) => [join("public", name), ""])];
  for (const [name, contents] of files) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    if (!name.endsWith("/")) writeFileSync(file, contents);
  }
}

/** All files below a folder. @param {string} folder */
function filesOf(folder) {
  const files = new Map();
  for (const name of readdirSync(folder, { recursive: true })) {
    const path = join(folder, String(name));
    if (statSync(path).isFile()) files.set(relative(folder, path), new Uint8Array(readFileSync(path)));
  }
  return files;
}

/**
 * Runs a command both ways, and compares what is printed, the exit code and every file that is there afterwards.
 * @param {string} folder @param {string[]} words
 */
function same(folder, words) {
  const before = filesOf(folder);
  const answer = spawnSync(native, words, { cwd: folder, encoding: "utf8", env: { ...process.env, COLUMNS: "" }, maxBuffer: 1 << 28 });
  const found = ask(words, before);
  assert.equal(found.err, answer.stderr, words.join(" "));
  assert.equal(found.out, answer.stdout, words.join(" "));
  assert.equal(found.code, answer.status, words.join(" "));
  const after = filesOf(folder);
  assert.deepEqual([...found.files.keys()].sort(), [...after.keys()].sort());
  for (const [path, bytes] of after) assert.ok(Buffer.compare(bytes, found.files.get(path) ?? new Uint8Array()) === 0, `${words.join(" ")}: ${path}`);
  return answer.status;
}

/** @param {string} folder */
function sameConfiguration(folder) {
  const files = existsSync(join(folder, "public")) ? ["--files", "public"] : [];
  same(folder, ["check", "shop", ...files, "--format", "json"]);
  const code = same(folder, ["check", "shop", ...files]);
  same(folder, ["check", "shop", "--client"]);
  const catalog = existsSync(join(folder, "shop/catalog")) ? ["--catalog", "shop.catalog", "--new-epoch"] : [];
  assert.equal(same(folder, ["compile", "shop", "--out", "shop.bundle", "--client", "shop.client", ...catalog]) === 0, code === 0 && existsSync(join(folder, "shop.bundle")));
  return code === 0;
}

/** @param {import("node:test").TestContext} t */
function temporary(t) {
  const folder = mkdtempSync(join(tmpdir(), "attune-same-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

for (const kind of ["good", "bad"]) {
  test(`${kind} fixtures of the compiler`, (t) => {
    const folder = join(root, "tests/compiler", kind);
    const names = readdirSync(folder).filter((name) => name.endsWith(".txt"));
    assert.ok(names.length > 10);
    for (const name of names) {
      const place = temporary(t);
      writeFixture(readFileSync(join(folder, name), "utf8"), place);
      try {
        sameConfiguration(place);
      } catch (error) {
        throw new Error(`${kind}/${name}`, { cause: error });
      }
    }
  });
}

const VISITOR = JSON.stringify({ profile: { consent: { personalization: "granted" }, visits: { count: 3 } }, request: { country: "DE" } });

for (const configuration of configurations(root)) {
  const name = relative(root, configuration);
  test(name, (t) => {
    const place = temporary(t);
    cpSync(configuration, join(place, "shop"), { recursive: true });
    const deployment = join(configuration, "../wrangler.toml");
    if (existsSync(deployment)) cpSync(deployment, join(place, "wrangler.toml"));
    writeFileSync(join(place, "visitor.json"), VISITOR);
    writeFileSync(join(place, "lines.jsonl"), `${VISITOR}\nno visitor\n`);
    if (!sameConfiguration(place)) return;
    const moment = ["--now", "2026-11-20T18:30:00Z"];
    same(place, ["decide", "shop", "--visitor", "visitor.json", "--url", "/", ...moment]);
    same(place, ["why", "/", "shop", "--visitor", "visitor.json", ...moment]);
    same(place, ["test", "shop"]);
    same(place, ["test", "shop", "--format", "json"]);
    same(place, ["simulate", "shop", "--visitors", "300", "--threads", "1", ...moment]);
    same(place, ["simulate", "shop", "--visitors-file", "lines.jsonl", "--url", "/", "--format", "json", ...moment]);
  });
}

test("what is wrong with the words, and help", (t) => {
  const place = temporary(t);
  const all = [["init", "shop"], ["init", "shop"], ["check", "nowhere"], ["check"], ["check", "--help"], ["decide", "-h"], ["simulate", "shop", "--visitors", "0"], ["test", "shop"], ["--version"], ["schema"], ["schema", "--format", "markdown"], ["explain"], ["explain", "A0302"], ["explain", "nothing"], ["html", "replace", "--help"], ["html", "replace", "--selector", "a b", "--with", "x"], ["why", "/", "shop", "--visitor", "shop"]];
  for (const words of all) same(place, words);
});

test("with a key, assets are all that a static site serves", () => {
  const { files } = ask(["init", "shop"], new Map());
  files.set("publish.key", new TextEncoder().encode("11".repeat(32)));
  const scripts = { "page.js": "page", "log.js": "log", "local.js": "local", "local.wasm": "wasm" };
  for (const [name, text] of Object.entries({ ...scripts, "local-full.wasm": "full" })) files.set(`scripts/${name}`, new TextEncoder().encode(text));
  const compiled = ask(["compile", "shop", "--out", "x.bundle", "--client", "x.client"], files);
  assert.equal(compiled.code, 0, compiled.err);
  const words = ["assets", "shop", "--key", "publish.key", "--out", "public"];
  const answer = ask([...words, "--scripts", "scripts"], files);
  assert.equal(answer.code, 0, answer.err);
  const text = (/** @type {string} */ name) => new TextDecoder().decode(answer.files.get(`public/_attune/${name}`));
  assert.deepEqual(Object.keys(scripts).map(text), Object.values(scripts));
  const file = Buffer.from(answer.files.get("public/_attune/client.attune") ?? []);
  const client = Buffer.from(compiled.files.get("x.client") ?? []);
  assert.ok(client.length > 0 && file.subarray(4 + file.readUInt32LE(0)).equals(client), "the manifest, and behind it the client bundle");
  assert.match(answer.out, /<script src="\/_attune\/local\.js" data-keys="[0-9a-f]{64}" async><\/script>\n$/);
  assert.match(ask(words, files).err, /the scripts that browsers run are not in build\/assets\/_attune/);
  assert.match(ask(["assets", "shop"], files).err, /cannot run here/, "without a key it is a project's, which needs Node.js");
});
