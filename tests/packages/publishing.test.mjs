// The package and the native tool publish alike: the same words give the same text and the same exit codes on two sites in
// workerd, and on one site each goes on where the other one has stopped.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { startEdge } from "../edge/harness.mjs";
import { follow, seen } from "../edge/previews.mjs";
import { EAGER, shown } from "../edge/shelf.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const script = join(root, "build/packages/attune/bin/attune.mjs");
const native = process.env.ATTUNE_NATIVE ?? join(root, "target/debug/attune");
const TOOLS = { package: [process.execPath, script], native: [native] };
const PASSPHRASE = "correct horse battery";

/** @typedef {keyof typeof TOOLS} Tool */
/** @typedef {{ code: number | null, out: string, err: string }} Ran */

/** Runs one of the tools, without a terminal. @param {Tool} tool @param {string} folder @param {string[]} words @param {Record<string, string>} [env] @returns {Promise<Ran>} */
function run(tool, folder, words, env = {}) {
  const [program, ...first] = TOOLS[tool];
  const child = spawn(program, [...first, ...words], { cwd: folder, env: { PATH: process.env.PATH, ATTUNE_HOME: join(folder, "home"), ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (err += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out, err }));
  });
}

/** A folder with the shop of the tests. @param {import("node:test").TestContext} t */
function workplace(t) {
  const folder = mkdtempSync(join(tmpdir(), "attune-publishing-"));
  t.after(() => rmSync(folder, { recursive: true }));
  cpSync(join(root, "tests/edge/site"), join(folder, "shop"), { recursive: true });
  return folder;
}

/** Changes the greeting of the page. @param {string} folder @param {string} word */
function greet(folder, word) {
  const path = join(folder, "shop/content/hello.html");
  writeFileSync(path, readFileSync(path, "utf8").replace(/>\w+ for /, `>${word} for `));
}

/** A site without anything published, for the keys of a workplace. @param {import("node:test").TestContext} t @param {string} folder */
async function siteOf(t, folder) {
  const [a, b] = [await run("native", folder, ["keys", "signing", "--out", "a.key"]), await run("package", folder, ["keys", "signing", "--out", "b.key"])];
  const keys = `${a.out.trim()}:publish+kill,${b.out.trim()}:approve`;
  const edge = await startEdge({ publish: false, bindings: { ...EAGER, MANIFEST_KEYS: keys } });
  t.after(() => edge.stop());
  return { edge, keys, url: edge.url.origin };
}

/** What differs from run to run: addresses, hashes, moments, and how long something took. @param {string} text */
const plain = (text) =>
  text
    .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, "URL")
    .replaceAll(/\b[0-9a-f]{12,128}\b/g, "HEX")
    .replaceAll(/"[A-Za-z0-9+/]{60,}={0,2}"/g, "BASE64")
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z/g, "TIME")
    .replaceAll(/ +\d+\.\d\d s {2}/g, " TOOK ")
    .replaceAll(/"(ms|at_s|now_s|moment_s|not_before_s|expires_s|age_s|made_s|checked_s)":( ?)\d+/g, '"$1":$2N')
    // Only the package has a page core of its own.
    .replaceAll(/^compare .*\n/gm, "");

/** Everything that a person does in a week, in this order. @type {(string[] | ((folder: string) => void))[]} */
const WEEK = [
  ["status"],
  ["history"],
  ["push", "shop"],
  ["push", "shop", "--yes", "--to", "http://www.shop.example"],
  ["push", "nowhere", "--yes"],
  ["rollback", "--yes"],
  ["diff", "shop"],
  ["push", "shop", "--yes", "--message", "the first"],
  ["push", "shop", "--yes"],
  (folder) => greet(folder, "Howdy"),
  ["diff", "shop"],
  ["diff", "shop", "--format", "markdown", "--visitors", "300"],
  ["push", "shop", "--yes", "--canary", "5%", "-m", "some of them"],
  ["status"],
  ["push", "shop", "--yes", "--canary", "51%"],
  ["canary", "promote", "--yes"],
  ["canary", "withdraw", "--yes"],
  ["kill", "--campaign", "hello", "--yes", "--key", "b.key"],
  ["kill", "--campaign", "hello", "--yes", "-m", "a mistake"],
  ["status"],
  ["revive", "--yes"],
  ["rollback", "--yes"],
  ["rollback", "9", "--yes"],
  ["approve", "ffff", "--yes", "--key", "b.key"],
  ["pull", "--out", "pulled"],
  (folder) => writeFileSync(join(folder, "pulled/attune.toml"), "# mine\n"),
  ["pull", "--out", "pulled"],
  ["history"],
  ["history", "--format", "json", "--last", "3"],
  ["status", "--key", "nothing"],
  ["status", "--to", "http://127.0.0.1:1"],
  ["status", "--to", "https://nowhere.invalid"],
];

test("a week of publishing says the same with both", async (t) => {
  /** @type {Record<string, { words: string, ran: Ran }[]>} */
  const told = {};
  for (const tool of /** @type {Tool[]} */ (["native", "package"])) {
    const folder = workplace(t);
    const { url } = await siteOf(t, folder);
    told[tool] = [];
    for (const step of WEEK) {
      if (typeof step === "function") {
        step(folder);
        continue;
      }
      const words = [...step, ...(step.includes("--key") ? [] : ["--key", "a.key"])];
      const { code, out, err } = await run(tool, folder, words, { ATTUNE_URL: url });
      told[tool].push({ words: step.join(" "), ran: { code, out: plain(out), err: plain(err) } });
    }
  }
  assert.deepEqual(told.package, told.native);
  const codes = told.package.map(({ ran }) => ran.code);
  assert.ok(codes.includes(0) && codes.includes(2), "it succeeds and is refused");
});

test("on one site each goes on where the other one has stopped", async (t) => {
  const folder = workplace(t);
  const { edge, keys, url } = await siteOf(t, folder);
  const done = async (/** @type {Tool} */ tool, /** @type {string[]} */ ...words) => {
    const { code, out, err } = await run(tool, folder, [...words, "--key", "a.key"], { ATTUNE_URL: url });
    assert.equal(code, 0, `${tool} ${words.join(" ")}: ${err}`);
    return out;
  };
  /** Both answer the same, byte by byte. @param {string[]} words */
  const same = async (...words) => {
    const answer = await done("native", ...words);
    assert.equal(await done("package", ...words), answer);
    return answer;
  };
  await done("package", "push", "shop", "--yes", "-m", "by the package");
  assert.equal(await shown(edge), "Hello 1");
  assert.match(await done("native", "push", "shop", "--yes"), /version 1 is this already/, "the bundle and the authored files are the same bytes");
  greet(folder, "Howdy");
  await same("diff", "shop");
  await done("native", "push", "shop", "--yes", "-m", "by the native tool");
  assert.equal(await shown(edge), "Howdy 2");
  assert.match(await done("package", "push", "shop", "--yes"), /version 2 is this already/);
  await done("package", "rollback", "--yes");
  assert.equal(await shown(edge), "Hello 3");
  await done("native", "kill", "--campaign", "hello", "--yes");
  assert.match(await same("status"), /off {7}hello/);
  await done("package", "revive", "--campaign", "hello", "--yes");
  assert.match(await same("history"), /4 .* kill .*\n +5 .* revive /);
  await same("history", "--format", "json");
  for (const tool of /** @type {Tool[]} */ (["native", "package"])) await done(tool, "history", "--out", `${tool}.json`);
  assert.equal(readFileSync(join(folder, "package.json"), "utf8"), readFileSync(join(folder, "native.json"), "utf8"));
  const audited = await Promise.all(/** @type {Tool[]} */ (["native", "package"]).map((tool) => run(tool, folder, ["audit", "verify", "package.json", "--manifest-keys", keys])));
  assert.deepEqual(audited[0], audited[1]);
  assert.match(audited[0].out, /signatures 3 hold/);
  await done("package", "pull", "--out", "pulled");
  // A file that is there and different would be refused.
  await done("native", "pull", "--out", "pulled");
});

test("a key that one has made is the other one's, too, and only its owner may read it", async (t) => {
  const folder = workplace(t);
  const env = { ATTUNE_PASSPHRASE: PASSPHRASE };
  for (const [maker, reader] of /** @type {[Tool, Tool][]} */ ([["package", "native"], ["native", "package"]])) {
    const name = `by-${maker}`;
    const made = await run(maker, folder, ["keys", "new", "--name", name, "--roles", "publish+kill"], env);
    assert.equal(made.code, 0, made.err);
    const changed = await run(reader, folder, ["keys", "passwd", "--name", name], { ...env, ATTUNE_NEW_PASSPHRASE: "another horse entirely" });
    assert.equal(changed.code, 0, changed.err);
    const back = await run(maker, folder, ["keys", "passwd", "--name", name], { ATTUNE_PASSPHRASE: "another horse entirely", ATTUNE_NEW_PASSPHRASE: PASSPHRASE });
    assert.equal(back.code, 0, back.err);
    const refused = await Promise.all(/** @type {Tool[]} */ ([maker, reader]).map((tool) => run(tool, folder, ["keys", "passwd", "--name", name], { ATTUNE_PASSPHRASE: "another horse entirely", ATTUNE_NEW_PASSPHRASE: PASSPHRASE })));
    assert.match(refused[0].err, /the passphrase is another one/);
    assert.deepEqual(refused[0], refused[1]);
    if (process.platform !== "win32") {
      const modes = ["home/keys", `home/keys/${name}.age`, `home/keys/${name}.json`].map((path) => statSync(join(folder, path)).mode & 0o777);
      assert.deepEqual(modes, [0o700, 0o600, 0o600]);
    }
  }
  for (const words of [["keys", "list"], ["keys", "list", "--format", "json"], ["keys", "new", "--name", "by-native"], ["keys", "new", "--name", "a b"], ["keys", "passwd", "--name", "nobody"], ["keys", "new", "--name", "x", "--roles", "all"]]) {
    assert.deepEqual(await run("package", folder, words, env), await run("native", folder, words, env), words.join(" "));
  }
  assert.deepEqual(await run("package", folder, ["keys", "new", "--name", "more"]), await run("native", folder, ["keys", "new", "--name", "more"]), "without a terminal");
});

test("a preview's link and what the doctor finds are the same with both", async (t) => {
  const folder = workplace(t);
  const { edge, url } = await siteOf(t, folder);
  const env = { ATTUNE_URL: url };
  assert.equal((await run("native", folder, ["push", "shop", "--yes", "--key", "a.key"], env)).code, 0);
  greet(folder, "Howdy");
  const told = [];
  for (const tool of /** @type {Tool[]} */ (["native", "package"])) {
    const preview = await run(tool, folder, ["preview", "--draft", "shop", "--page", "/t/any", "--key", "a.key", "--format", "json"], env);
    assert.equal(preview.code, 0, preview.err);
    const { jar } = await follow(edge, JSON.parse(preview.out).url);
    assert.equal((await seen(edge, jar, "/t/any")).word, "Howdy", tool);
    const doctor = await run(tool, folder, ["doctor", url, "--config", "shop", "--page", "/t/any"]);
    assert.match(doctor.out, /\d+ checks passed\n$/);
    told.push([plain(doctor.out), doctor.err, doctor.code]);
  }
  assert.deepEqual(told[1], told[0]);
});
