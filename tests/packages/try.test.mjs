// `attune try` from the packed tarball, in an empty folder, in front of sites of three shapes: real workerd, real Chromium.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import test, { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { launch } from "../browser/shop.mjs";
import * as framework from "./sites/framework.mjs";
import * as old from "./sites/old.mjs";
import * as shop from "./sites/shop.mjs";
import { freePort } from "../../packages/attune/lib/port.mjs";

const build = fileURLToPath(new URL("../../build", import.meta.url));
const tarball = join(build, "packages", readdirSync(join(build, "packages")).find((file) => /^attune-.*\.tgz$/.test(file)) ?? "");
const pictures = join(build, "pictures");
/** Node.js, the shell, and nothing of Rust. */
const PATH = [...new Set([dirname(process.execPath), "/usr/bin", "/bin"])].join(delimiter);
const { ATTUNE_BIN, CHROMIUM, ...rest } = process.env;
const env = { ...rest, PATH, CI: "1", npm_config_prefer_offline: "true", npm_config_audit: "false", npm_config_fund: "false", npm_config_update_notifier: "false" };
const READY_MS_MAX = 120_000;
const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };
const PHONE_AGENT = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36";

/** Where the tarball is installed: npm itself hands no signal on. */
const tool = mkdtempSync(join(tmpdir(), "attune-try-tool-"));
const program = join(tool, "node_modules/.bin/attune");

/** @type {import("playwright-core").Browser} */
let browser;
before(async () => {
  const installed = spawnSync("npm", ["install", "--prefix", tool, "--ignore-scripts", tarball], { cwd: tool, env, encoding: "utf8" });
  assert.equal(installed.status, 0, installed.stderr);
  browser = await launch();
  mkdirSync(pictures, { recursive: true });
});
after(async () => {
  await browser.close();
  rmSync(tool, { recursive: true });
});

/** Runs a command to its end. @param {string} cwd @param {string[]} given */
const attune = (cwd, ...given) => spawnSync(program, given, { cwd, env, encoding: "utf8" });

/** The same while this process answers for a site. @param {string} cwd @param {string[]} given */
async function tried(cwd, ...given) {
  const child = spawn(program, ["try", ...given], { cwd, env, stdio: ["ignore", "ignore", "pipe"] });
  let err = "";
  child.stderr.setEncoding("utf8").on("data", (text) => void (err += text));
  const [code] = await once(child, "close");
  return { code, err };
}

/** An empty folder. @param {import("node:test").TestContext} t */
function emptyFolder(t) {
  const folder = mkdtempSync(join(tmpdir(), "attune-try-test-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/**
 * Starts the command and waits until it is ready. Its end is what Ctrl-C does in a terminal: a signal to all that was started.
 * @param {import("node:test").TestContext} t @param {string} folder @param {string[]} given
 */
async function started(t, folder, ...given) {
  const port = await freePort();
  const child = spawn(program, ["try", ...given, "--no-open", "--port", String(port)], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  const group = -Number(child.pid);
  const ended = once(child, "exit");
  t.after(() => {
    if (child.exitCode === null && child.signalCode === null) process.kill(group, "SIGKILL");
  });
  const said = { out: "", err: "" };
  child.stderr.setEncoding("utf8").on("data", (text) => void (said.err += text));
  const late = setTimeout(() => process.kill(group, "SIGKILL"), READY_MS_MAX);
  const lines = createInterface({ input: child.stdout });
  const ready = new Promise((resolve) => {
    lines.on("line", (line) => {
      said.out += `${line}\n`;
      if (line.startsWith("  end ")) resolve(true);
    });
    lines.on("close", () => resolve(false));
  });
  assert.ok(await ready, `it ended before it was ready:\n${said.out}${said.err}`);
  clearTimeout(late);
  return {
    said,
    local: `http://localhost:${port}`,
    async end() {
      process.kill(group, "SIGINT");
      const [code] = await ended;
      for (let tries = 0; tries < 200; tries++) {
        try {
          process.kill(group, 0);
        } catch {
          return code;
        }
        await new Promise((done) => setTimeout(done, 50));
      }
      process.kill(group, "SIGKILL");
      assert.fail("a process is left");
    },
  };
}

/** @param {object} options */
async function visitor(options = {}) {
  const context = await browser.newContext({ viewport: DESKTOP, locale: "en-GB", ...options });
  const page = await context.newPage();
  /** @type {string[]} */
  const faults = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => void (message.type() === "error" && faults.push(message.text())));
  return { context, page, faults };
}

/** What every site of a shape goes through. @param {import("node:test").TestContext} t @param {{ name: string, url: string, path: string, slots: RegExp[], headline: string, faults: RegExp }} shape */
async function goThrough(t, { name, url, path, slots, headline, faults: expected }) {
  const folder = emptyFolder(t);
  const trial = await started(t, folder, url);
  const [made] = readdirSync(folder);
  assert.equal(made, `attune-try-${new URL(url).host.replace(":", "-")}`);
  const attuneFolder = join(folder, made, "attune");
  for (const slot of slots) assert.match(trial.said.out, slot);

  const checked = attune(folder, "check", attuneFolder);
  assert.equal(`${checked.status} ${checked.stdout}${checked.stderr}`.startsWith("0 ok: "), true, checked.stderr);
  assert.doesNotMatch(checked.stderr, /warning/);
  const tested = attune(folder, "test", attuneFolder);
  assert.equal(tested.status, 0, tested.stdout + tested.stderr);

  const { context, page, faults } = await visitor();
  await page.goto(trial.local + path);
  assert.equal(new URL(page.url()).origin, trial.local);
  await page.getByText("This notice is for new visitors").waitFor();
  assert.equal(await page.locator("h1").innerText(), headline);
  await page.screenshot({ path: join(pictures, `try-${name}-desktop.png`) });
  await page.setViewportSize(PHONE);
  await page.screenshot({ path: join(pictures, `try-${name}-phone.png`) });
  await page.setViewportSize(DESKTOP);

  // A saved file is on the open page, and nobody has loaded it again.
  const hello = join(attuneFolder, "content/hello.html");
  const text = readFileSync(hello, "utf8");
  writeFileSync(hello, text.replace("Welcome!", "Changed by hand."));
  await page.getByText("Changed by hand.").waitFor();

  // A mistake is told in the page and in the terminal, and the last good version stays.
  const campaigns = join(attuneFolder, "campaigns/first.toml");
  const right = readFileSync(campaigns, "utf8");
  writeFileSync(campaigns, right.replaceAll("visit.count", "visit.cuont"));
  const box = page.locator("attune-problem");
  await box.getByText("campaigns/first.toml").waitFor();
  assert.match(await box.locator("pre").innerText(), /visit\.cuont/);
  assert.match(trial.said.err, /visit\.cuont/);
  assert.ok(await page.getByText("Changed by hand.").isVisible());
  await page.screenshot({ path: join(pictures, `try-${name}-problem.png`) });
  await page.reload();
  await box.getByText("campaigns/first.toml").waitFor();
  assert.ok(await page.getByText("Changed by hand.").isVisible());
  writeFileSync(campaigns, right);
  await box.waitFor({ state: "detached" });
  assert.match(trial.said.out, /the mistake is gone/);

  // Who comes back.
  await page.goto(`${trial.local}${path}?visitor=returning`);
  await page.getByText("Good to see you again").waitFor();
  assert.equal(await page.locator("h1").innerText(), "Good to see you again");
  assert.deepEqual(faults.filter((fault) => !expected.test(fault)), []);
  await context.close();

  assert.equal(await trial.end(), 0, trial.said.err);
  assert.doesNotMatch(trial.said.err, /"attune":|Error/, "the Workers have nothing to complain of");
  assert.equal(existsSync(hello), true);
  return { folder };
}

test("a shop that a server renders, compressed and with absolute links", async (t) => {
  const site = await shop.serve();
  t.after(() => site.close());
  const { folder } = await goThrough(t, {
    name: "shop",
    url: site.url,
    path: "/",
    slots: [/slot +hero +section\.hero with title, text, cta/, /slot +products +ul\.product-grid/, /slot +bar +div\.announcement-bar/],
    headline: "Made slowly, used daily",
    faults: /^$/,
  });
  assert.equal(site.asked[0].headers.host, new URL(site.url).host);

  // The second time it uses what is there.
  const trial = await started(t, folder, site.url);
  assert.match(trial.said.out, /using .* as it is/);
  const { context, page } = await visitor({ userAgent: PHONE_AGENT, viewport: PHONE });
  await page.goto(`${trial.local}/`);
  await page.getByText("Changed by hand.").waitFor();
  await page.getByText("This bar is for phones only").waitFor();
  await page.screenshot({ path: join(pictures, "try-shop-on-a-phone.png") });

  // Links, redirects and forms stay on this machine; the site sees its own name.
  await page.getByRole("link", { name: "Cups", exact: true }).click();
  await page.waitForURL(`${trial.local}/c/cups`);
  await page.getByRole("link", { name: "Account" }).click();
  await page.waitForURL(`${trial.local}/login?next=/account`);
  await page.getByRole("button", { name: "Go" }).click();
  await page.waitForURL(`${trial.local}/login`);
  const posted = site.asked.findLast(({ url }) => url === "/login");
  assert.equal(posted?.headers.origin, site.url);
  assert.match(posted?.headers.referer ?? "", new RegExp(`^${site.url}/`));
  assert.match(posted?.headers.cookie ?? "", /session=abc/);
  assert.doesNotMatch(posted?.headers.cookie ?? "", /attune/);
  // A link that a script writes, too.
  await page.goto(`${trial.local}/`);
  await page.evaluate((url) => {
    const link = Object.assign(document.createElement("a"), { href: `${url}/written`, textContent: "Written" });
    document.body.prepend(link);
  }, site.url);
  await page.getByText("Written").click();
  await page.waitForURL(`${trial.local}/written`);
  await context.close();
  assert.equal(await trial.end(), 0, trial.said.err);
});

test("a page of a framework, streamed, with a nonce for every script", async (t) => {
  const site = await framework.serve();
  t.after(() => site.close());
  await goThrough(t, {
    name: "framework",
    url: site.url,
    path: "/",
    slots: [/slot +hero +div\.Hero_root__x7Gk2 with title, text, cta \(until the site's next build\)/, /slot +products +div\[data-testid="product-list"\]/, /note +Next\.js/],
    headline: "Licht, das bleibt",
    // The page lets nothing connect, so the page script may not either.
    faults: /connect-src|Content Security Policy/,
  });
});

test("an old page of tables in Latin-1, behind a redirect that sets a cookie", async (t) => {
  const site = await old.serve();
  t.after(() => site.close());
  await goThrough(t, {
    name: "old",
    url: site.url,
    path: "/accueil.php",
    slots: [/leads to .*\/accueil\.php/, /slot +hero +#accueil with title, text, cta/, /no slot +products: it is a <t(?:able|body)>/],
    headline: "L'été à la fraîche",
    faults: /^$/,
  });
});

test("what cannot be tried says why, and what to do", async (t) => {
  const folder = emptyFolder(t);
  const site = createServer((request, response) => {
    if (request.url === "/403") return response.writeHead(403).end("no");
    return response.writeHead(200, { "Content-Type": "application/json" }).end("{}");
  });
  await once(site.listen(0, "127.0.0.1"), "listening");
  t.after(() => void (site.close(), site.closeAllConnections()));
  const { port } = /** @type {import("node:net").AddressInfo} */ (site.address());
  const here = `http://127.0.0.1:${port}`;
  for (const [url, message, help] of /** @type {const} */ ([
    [`${here}/403`, /does not let this machine in \(403\)/, /staging site/],
    [`${here}/`, /is no HTML page, but application\/json/, /address of a page/],
    ["ftp://shop.example", /is not the address of a page/, /write https:/],
  ])) {
    const { code, err } = await tried(folder, url);
    assert.equal(code, 2, err);
    assert.match(err, message);
    assert.match(err, help);
  }
  assert.deepEqual(readdirSync(folder), [], "nothing is written where nothing is found");
  const helped = spawnSync("npm", ["exec", "--yes", `--package=${tarball}`, "--", "attune", "try", "--help"], { cwd: folder, env, encoding: "utf8" });
  assert.match(helped.stdout, /Examples:\n {2}attune try https:/);
});

test("a folder of somebody else's is left alone, and a port in use is named", async (t) => {
  const folder = emptyFolder(t);
  const site = await old.serve();
  t.after(() => site.close());
  mkdirSync(join(folder, "mine"));
  writeFileSync(join(folder, "mine/letter.txt"), "dear");
  assert.match((await tried(folder, site.url, "--out", "mine")).err, /mine is not empty.*\n.*--out/);
  assert.deepEqual(readdirSync(join(folder, "mine")), ["letter.txt"]);
  const taken = createServer();
  await once(taken.listen(0, "127.0.0.1"), "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (taken.address());
  const { code, err } = await tried(folder, site.url, "--out", "other", "--port", String(port));
  taken.close();
  assert.equal(code, 2);
  assert.match(err, new RegExp(`port ${port} is in use\\n.*--port`));
});
