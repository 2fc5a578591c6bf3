// docs/deploying.md, as it stands there, as far as it goes without an account: in a project of the packages and in this repository.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import test, { after, before } from "node:test";

const root = new URL("../..", import.meta.url).pathname;
const packages = join(root, "build/packages");
const WRANGLER = join(root, "node_modules/wrangler/bin/wrangler.js");
const folder = mkdtempSync(join(tmpdir(), "attune-deploying-"));
const project = join(folder, "cups");
const QUIET = { WRANGLER_SEND_METRICS: "false", WRANGLER_SEND_ERROR_REPORTS: "false", WRANGLER_HIDE_BANNER: "true", CLOUDFLARE_CF_FETCH_ENABLED: "false", DO_NOT_TRACK: "1", CI: "1" };
const { CLOUDFLARE_API_TOKEN, CLOUDFLARE_ACCOUNT_ID, ...rest } = process.env;
const env = { ...rest, ...QUIET, PATH: [...new Set([dirname(process.execPath), "/usr/bin", "/bin"])].join(delimiter) };
const ID = "0123456789abcdef0123456789abcdef";

/** A fenced block of the guide. @typedef {{ language: string, marks: string[], text: string }} Block */
/** @type {Block[]} */
const BLOCKS = [...readFileSync(join(root, "docs/deploying.md"), "utf8").matchAll(/^```(\S+) ?(.*)\n([^]*?)^```$/gm)].map(([, language, marks, text]) => ({ language, marks: marks.split(" "), text }));

/** @param {Block} block @param {string} name */
const marked = ({ marks }, name) => marks.find((mark) => mark.startsWith(`${name}=`))?.slice(name.length + 1);

/** Runs wrangler; the answer is what it said. @param {string[]} words @param {string} [cwd] */
function wrangler(words, cwd = project) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [WRANGLER, ...words], { cwd, env, encoding: "utf8" });
  assert.equal(status, 0, `wrangler ${words.join(" ")}\n${stdout}${stderr}`);
  return stdout;
}

/** @param {string} name @param {(text: string) => string} change */
function edit(name, change) {
  const path = join(project, name);
  writeFileSync(path, change(readFileSync(path, "utf8")));
}

/** Sets lines under `[vars]`, in the place of those of the same name. @param {string} file @param {string} lines */
function setVars(file, lines) {
  const names = lines.split("\n").flatMap((line) => /^(\w+) = /.exec(line)?.[1] ?? []);
  edit(file, (text) => {
    const kept = text.split("\n").filter((line) => !names.some((name) => new RegExp(`^(# )?${name} = `).test(line)));
    return kept.join("\n").replace("[vars]\n", `[vars]\n${lines}`);
  });
}

/** Does what a block of settings says. @param {Block} block */
function apply(block) {
  const text = block.text.replaceAll("HEX", () => "ab".repeat(32));
  const [added, vars, place, namespace] = ["append", "vars", "before", "namespace"].map((name) => marked(block, name));
  if (namespace !== undefined) {
    for (const file of namespace.split(",")) edit(file, (before) => before.replace(/^\[\[kv_namespaces\]\]\n(\w+ = .*\n)+/m, text));
    return;
  }
  if (vars !== undefined) return setVars(vars, text);
  if (added === undefined) return;
  if (place === undefined) return edit(added, (before) => `${before}\n${text}`);
  edit(added, (before) => before.replace(`${place}\n`, `${text}${place}\n`));
}

/** Runs what a deployment would be. @param {string[]} words @param {string} [cwd] */
const rehearse = (words, cwd) => wrangler([...words, "--dry-run", "--outdir", join(folder, "out")], cwd);

/** The commands of wrangler in a block, as words. @param {Block} block */
const commandsOf = ({ text }) => text.split(/\n| \| /).filter((line) => line.startsWith("npx wrangler ")).map((line) => line.split(" #")[0].trim().match(/"[^"]*"|\S+/g)?.slice(2) ?? []);

before(() => {
  const tarball = readdirSync(packages).find((file) => /^attune-\d.*\.tgz$/.test(file));
  assert.ok(tarball, "attune is not packed");
  const create = join(packages, "create-attune/bin", readdirSync(join(packages, "create-attune/bin"))[0]);
  const made = spawnSync(process.execPath, [create, "cups", "--attune", join(packages, tarball)], { cwd: folder, env, encoding: "utf8" });
  assert.equal(made.status, 0, made.stderr);
  // What `npm install` would put there: the packed files.
  const installed = join(project, "node_modules");
  mkdirSync(join(installed, ".bin"), { recursive: true });
  symlinkSync(join(packages, "attune"), join(installed, "attune"));
  const { bin } = JSON.parse(readFileSync(join(packages, "attune/package.json"), "utf8"));
  // npm makes it executable.
  const command = join(packages, "attune", /** @type {string} */ (Object.values(bin)[0]));
  writeFileSync(join(installed, ".bin/attune"), `#!/bin/sh\nexec node "${command}" "$@"\n`, { mode: 0o755 });
  // `npm run build`
  const built = spawnSync(process.execPath, [command, "assets"], { cwd: project, env, encoding: "utf8" });
  assert.equal(built.status, 0, built.stderr);
});

after(() => rmSync(folder, { recursive: true }));

test("in a project of the packages, each setting is taken, and both Workers would be deployed with all that the guide gives them", () => {
  edit("wrangler.toml", (text) => text.replace(/^PLACE = .*\n/m, ""));
  let deployed = 0;
  /** @type {Record<string, string>} */
  const said = {};
  for (const block of BLOCKS) {
    if (block.language === "toml") apply(block);
    for (const words of commandsOf(block).filter(([command]) => command === "deploy")) {
      said[words.join(" ")] = rehearse(words);
      deployed += 1;
    }
  }
  assert.equal(deployed, 2, "the guide deploys two Workers");
  // What came after the commands of step 4: the route, and the keys of more people.
  const page = rehearse(["deploy"]);
  const control = said["deploy --config control.toml"];
  for (const binding of [/env\.CONFIG \(0123456789abcdef0123456789abcdef\) +KV Namespace/, /env\.CONTROL \(cups-control#Control\) +Worker/, /env\.ASSETS +Assets/, /env\.SITE \("cups"\)/, /env\.ORIGIN \("https:\/\/www\.cups\.example"\)/, /env\.MANIFEST_SIGNATURES \("2"\)/]) assert.match(page, binding);
  for (const binding of [/env\.ORDERS \(Orders\) +Durable Object/, /env\.PUBLISHER \(Publisher\) +Durable Object/, /env\.LEDGER \(Ledger\) +Durable Object/, /env\.CONFIG \(0123456789abcdef0123456789abcdef\) +KV Namespace/]) assert.match(control, binding);
  assert.match(said.deploy, /env\.MANIFEST_SIGNATURES \("1"\)/);
  assert.doesNotMatch(page, /env\.PLACE/);
  assert.match(readFileSync(join(project, "wrangler.toml"), "utf8"), /\nroutes = .*\n\[vars\]\n/);
});

test("in this repository, both Workers would be deployed with the same", () => {
  const settings = (/** @type {string} */ name) => {
    const text = readFileSync(join(root, name), "utf8");
    const path = join(folder, name);
    // Elsewhere, so that nothing here changes; the paths stay those of the repository.
    writeFileSync(path, text.replace(/"(www|build)\//g, (_, part) => `"${join(root, part)}/`).replaceAll('id = "attune-config"', `id = "${ID}"`));
    return path;
  };
  const said = ["control.toml", "wrangler.toml"].map((name) => rehearse(["deploy", "--config", settings(name), "--env", ""], root));
  for (const binding of [/env\.PUBLISHER \(Publisher\)/, /env\.LEDGER \(Ledger\)/, /env\.ORDERS \(Orders\)/, /env\.CONFIG \(0123456789abcdef/]) assert.match(said[0], binding);
  for (const binding of [/env\.CONTROL \(attune-control#Control\)/, /env\.CONFIG \(0123456789abcdef/, /env\.ASSETS/, /env\.MANIFEST_KEYS/]) assert.match(said[1], binding);
});

test("every other command of wrangler is one, with the options that the guide gives it", () => {
  let checked = 0;
  for (const words of BLOCKS.flatMap(commandsOf).filter(([command]) => command !== "deploy")) {
    const options = words.filter((word) => word.startsWith("--"));
    // What is no option belongs to the command, up to its first argument in capitals.
    const end = words.findIndex((word) => word.startsWith("--") || /^[A-Z_]+$/.test(word));
    const command = end < 0 ? words : words.slice(0, end);
    const help = wrangler([...command, "--help"]);
    assert.match(help, new RegExp(`^wrangler ${command.join(" ")}\\b`, "m"));
    for (const option of options) assert.ok(help.includes(option), `wrangler ${command.join(" ")} has no ${option}`);
    checked += 1;
  }
  assert.ok(checked >= 7, `only ${checked} commands`);
});
