// From an empty folder to a personalized page, with the packed tarballs and without Rust.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import test, { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { freePort } from "../../packages/attune/lib/port.mjs";

const packages = fileURLToPath(new URL("../../build/packages", import.meta.url));
const [attune, create] = ["attune-", "create-attune-"].map((name) => {
  const found = readdirSync(packages).find((file) => file.startsWith(name) && file.endsWith(".tgz"));
  assert.ok(found, `${name}*.tgz is not packed`);
  return join(packages, found);
});
const folder = mkdtempSync(join(tmpdir(), "attune-project-"));
const project = join(folder, "cups");
/** Node.js, the shell, and nothing of Rust. */
const PATH = [...new Set([dirname(process.execPath), "/usr/bin", "/bin"])].join(delimiter);
const { ATTUNE_BIN, ...rest } = process.env;
const env = { ...rest, PATH, CI: "1", npm_config_prefer_offline: "true", npm_config_audit: "false", npm_config_fund: "false", npm_config_update_notifier: "false" };
const READY_MS_MAX = 120_000;
/** Robots get the site's own page. */
const BROWSER = { "Accept-Encoding": "identity", "Accept-Language": "en-GB", "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36" };
const WELCOME = "This page is personalized.";

/** @param {string} command @param {string[]} words @param {string} cwd @param {Record<string, string>} more */
const run = (command, words, cwd = project, more = {}) => execFileSync(command, words, { cwd, env: { ...env, ...more }, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** The program of the project. @param {string[]} words @param {Record<string, string>} more */
const program = (words, more = {}) => spawnSync(join(project, "node_modules/.bin/attune"), words, { cwd: project, env: { ...env, ...more }, encoding: "utf8" });

before(() => {
  assert.notEqual(spawnSync("cargo", ["--version"], { env }).status, 0, "there is Rust on the PATH of this test");
  run("npm", ["exec", "--yes", `--package=${create}`, "--", "create-attune", "cups", "--attune", attune], folder);
  run("npm", ["install", "--ignore-scripts"]);
});

after(() => rmSync(folder, { recursive: true }));

/** Starts `npm run dev`, hands its address to `work`, and ends it with all that it has started. @param {string[]} words @param {(url: string) => Promise<void>} work */
async function dev(words, work) {
  const port = await freePort();
  // A group of its own: whoever is left in it has not been ended.
  const child = spawn("npm", ["run", "dev", "--", "--port", String(port), ...words], { cwd: project, env, stdio: ["ignore", "pipe", "inherit"], detached: true });
  const ended = once(child, "exit");
  const end = () => process.kill(-(/** @type {number} */ (child.pid)), "SIGTERM");
  const late = setTimeout(end, READY_MS_MAX);
  const url = `http://localhost:${port}`;
  try {
    let ready = false;
    for await (const line of createInterface({ input: /** @type {import("node:stream").Readable} */ (child.stdout) })) {
      if (line.startsWith(`ready ${url}`)) ready = true;
      if (ready) break;
    }
    assert.ok(ready, "it ended before it was ready");
    await work(url);
  } finally {
    clearTimeout(late);
    child.stdout?.resume();
    if (child.exitCode === null) end();
    await ended;
    await emptied(/** @type {number} */ (child.pid));
  }
}

/** Waits until nobody is left in a group. @param {number} group */
async function emptied(group) {
  for (let tries = 0; tries < 200; tries++) {
    try {
      process.kill(-group, 0);
    } catch {
      return;
    }
    await new Promise((done) => setTimeout(done, 50));
  }
  process.kill(-group, "SIGKILL");
  assert.fail("npm run dev left processes behind");
}

/** The page of an address, once it has a text. @param {string} url @param {string} text */
async function pageWith(url, text) {
  const start_ms = Date.now();
  for (;;) {
    const page = await (await fetch(url, { headers: BROWSER })).text();
    if (page.includes(text)) return page;
    assert.ok(Date.now() - start_ms < 30_000, `the page never has ${text}:\n${page}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** What a page hears of the files, a message at a time. @param {string} url */
async function* hear(url) {
  const { body } = await fetch(url, { signal: AbortSignal.timeout(READY_MS_MAX) });
  let text = "";
  for await (const piece of /** @type {any} */ (body).pipeThrough(new TextDecoderStream())) {
    const messages = (text + piece).split("\n\n");
    text = messages.pop() ?? "";
    for (const message of messages) yield JSON.parse(message.slice("data: ".length));
  }
}

test("the example shop is personalized, and a changed content is on the page", async () => {
  await dev([], async (url) => {
    const page = await pageWith(url, WELCOME);
    assert.match(page, /<aside data-slot="notice"[^>]*><p>This page/);
    assert.match(page, /<h1>Cups for two<\/h1>/, "what no campaign fills stays");
    assert.equal((await fetch(`${url}/_attune/page.js`)).status, 200);
    const file = join(project, "attune/content/it-works.html");
    const text = readFileSync(file, "utf8");
    // As a browser has it: a script listens, and hears of each saved file once the Worker has it.
    const document = await (await fetch(url, { headers: { ...BROWSER, "Sec-Fetch-Dest": "document" } })).text();
    const [, version] = /<script src="\/_attune\/dev\/page\.js" nonce="" data-version="([0-9a-f]{64})"/.exec(document) ?? [];
    assert.ok(version, document);
    const told = hear(`${url}/_attune/dev/events`);
    assert.deepEqual((await told.next()).value, { version, problem: null });
    writeFileSync(file, text.replace(WELCOME, "Changed."));
    const { value: changed } = await told.next();
    assert.notEqual(changed.version, version);
    assert.match(await (await fetch(url, { headers: BROWSER })).text(), /Changed\./);
    writeFileSync(file, text.replace(WELCOME, "{{cart.itemz}}"));
    const { value: broken } = await told.next();
    assert.equal(broken.version, changed.version);
    assert.match(broken.problem, /content\/it-works\.html/);
    assert.match(await (await fetch(url, { headers: BROWSER })).text(), /Changed\./, "the last good version stays");
    writeFileSync(file, text);
    assert.deepEqual((await told.next()).value, { version, problem: null });
    await told.return(undefined);
  });
});

test("a changed text is pushed to the running project, pages show it, and it is taken back", async () => {
  const person = { ATTUNE_HOME: join(folder, "home"), ATTUNE_PASSPHRASE: "correct horse battery" };
  const made = program(["keys", "new", "--name", "anna", "--roles", "publish+kill"], person);
  assert.equal(made.status, 0, made.stderr);
  const [key] = made.stdout.trim().split("\n").slice(-1);
  const wrangler = join(project, "wrangler.toml");
  writeFileSync(wrangler, readFileSync(wrangler, "utf8").replace('MANIFEST_KEYS = ""', `MANIFEST_KEYS = "${key}"`));
  const file = join(project, "attune/content/it-works.html");
  const text = readFileSync(file, "utf8");
  await dev([], async (url) => {
    const site = ["--to", url];
    const push = () => run("npm", ["run", "push", "--", ...site, "--yes", "--message", "from the test"], project, person);
    assert.match(push(), /compare .* decides 2 fixtures as this tool does\n(.*\n)*version 1 is published\n$/);
    await pageWith(url, WELCOME);
    writeFileSync(file, text.replace(WELCOME, "Published."));
    assert.match(push(), /~ content it-works\n(.*\n)*version 2 is published\n$/);
    await pageWith(url, "Published.");
    assert.match(run("npm", ["exec", "attune", "--", "rollback", ...site, "--yes"], project, person), /version 3 is published\n$/);
    await pageWith(url, WELCOME);
    assert.match(program(["status", ...site], person).stdout, /version {3}3 .*\n(.*\n)*key {7}[0-9a-f]{16} {2}publish\+kill {2}yours/);
    assert.match(program(["history", ...site], person).stdout, /publish version 1 .*from the test\n.*publish version 2 .*\n.*rollback version 3 /);
    assert.match(program(["audit", "verify", url], person).stdout, /each follows the one before/);
  });
  writeFileSync(file, text);
});

test("an origin of one's own is personalized", async () => {
  const origin = createServer((_, response) => {
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
    response.end('<!doctype html><html lang="en-GB"><title>My own</title><aside data-slot="notice">mine</aside>');
  });
  await once(origin.listen(0, "localhost"), "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (origin.address());
  try {
    await dev(["--origin", `http://localhost:${port}`], async (url) => {
      assert.match(await pageWith(url, WELCOME), /<title>My own<\/title>/);
    });
  } finally {
    origin.close();
    origin.closeAllConnections();
  }
});

test("the project's own check passes, and finds what is wrong", () => {
  assert.match(run("npm", ["run", "check"]), /2 fixtures passed/);
  const file = join(project, "attune/campaigns/welcome.toml");
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replace("cart.items", "cart.itemz"));
  const { status, stdout, stderr } = program(["check", "attune"]);
  writeFileSync(file, text);
  assert.equal(status, 1, stdout);
  assert.match(stderr, /campaigns\/welcome.toml:6/);
  assert.match(stderr, /cart\.items/);
});

test("the commands work from the package", () => {
  writeFileSync(join(project, "visitor.json"), "{}");
  const moment = ["--now", "2026-11-20T18:30:00Z"];
  const decided = program(["decide", "attune", "--visitor", "visitor.json", "--url", "/", ...moment]);
  assert.equal(JSON.parse(decided.stdout).slots.notice.content, "it-works", decided.stderr);
  assert.match(program(["why", "/", "attune", "--visitor", "visitor.json", ...moment]).stdout, /notice shows "it-works"/);
  assert.match(program(["simulate", "attune", "--visitors", "500"]).stdout, /500 visitors/);
  assert.equal(spawnSync("sh", ["-c", "echo '{}' | node_modules/.bin/attune decide attune --visitor - --url /"], { cwd: project, env }).status, 0);
  assert.equal(program(["init", "more"]).status, 0);
  assert.equal(program(["check", "more"]).status, 0);
});

test("what needs the native tool says so, and goes to the one that ATTUNE_BIN names", () => {
  const without = program(["learn"]);
  assert.equal(without.status, 2);
  assert.match(without.stderr, /ATTUNE_BIN/);
  const missing = program(["learn"], { ATTUNE_BIN: join(folder, "nothing") });
  assert.equal(missing.status, 2);
  assert.match(missing.stderr, /which does not run/);
  const tool = (/** @type {string} */ version) => {
    const path = join(folder, "native");
    writeFileSync(path, `#!/bin/sh\nif [ "$1" = --version ]; then echo attune ${version}; else echo "native $@"; exit 1; fi\n`, { mode: 0o755 });
    return path;
  };
  const other = program(["learn"], { ATTUNE_BIN: tool("0.0.1") });
  assert.match(other.stderr, /of version 0\.0\.1; this package has version/);
  const { version } = JSON.parse(readFileSync(join(project, "node_modules/attune/package.json"), "utf8"));
  const native = { ATTUNE_BIN: tool(version) };
  const learned = program(["learn", "--orders", "x"], native);
  assert.deepEqual([learned.status, learned.stdout], [1, "native learn --orders x\n"]);
  assert.equal(program(["decide", "attune", "--batch", "x"], native).stdout, "native decide attune --batch x\n");
  assert.match(program(["--help"], native).stdout, /simulate/);
});

test("both Workers can be deployed", () => {
  for (const config of ["control.toml", "wrangler.toml"]) {
    run("node_modules/.bin/wrangler", ["deploy", "--dry-run", "--config", config, "--outdir", join(folder, "out")]);
  }
});

test("a project is written into an empty folder only, and needs the tarball", () => {
  const written = (/** @type {string[]} */ ...words) => spawnSync(process.execPath, [join(packages, "create-attune/bin/create-attune.mjs"), ...words], { cwd: folder, env, encoding: "utf8" });
  assert.match(written("cups", "--attune", attune).stderr, /cups is not empty/);
  assert.match(written("more").stderr, /not on the registry yet/);
  assert.match(written("more", "--attune", "nothing.tgz").stderr, /nothing.tgz does not exist/);
  assert.match(written("???", "--attune", attune).stderr, /cannot be called/);
  assert.equal(written("--help").status, 0);
  for (const words of [["cups", "--attune", attune], [], ["a", "b"], ["--other"]]) assert.equal(written(...words).status, 2);
});
