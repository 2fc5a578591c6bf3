// `attune try`: a site that is reached over the network, with a local Worker in front of it and a configuration made from its page.
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ending } from "../ending.mjs";
import { keyRing } from "../keys.mjs";
import { compile, watch } from "../live/build.mjs";
import { serveFront } from "../live/front.mjs";
import { State } from "../live/state.mjs";
import { broken } from "../native.mjs";
import { Refusal } from "../refusal.mjs";
import { look } from "./look.mjs";
import { serveSite } from "./site.mjs";
import { addressOf, visit } from "./visit.mjs";
import { Workerd, writeWorkers } from "./worker.mjs";

/** @typedef {import("./look.mjs").Look} Look */

const SCRIPTS = fileURLToPath(new URL("../../assets/_attune", import.meta.url));

/**
 * Serves a site until it is told to end; the answer is the exit code.
 * @param {object} options
 * @param {string} options.url what was typed
 * @param {string} options.out the folder; empty for one that is named after the host
 * @param {number} options.port
 * @param {boolean} options.isOpened in a browser, where somebody sits in front of this machine
 */
export async function tryOut({ url, out, port, isOpened }) {
  const ending = new Ending();
  try {
    const typed = addressOf(url);
    const found = await visit(typed);
    if (found.url.href !== typed.href) console.log(`${typed} leads to ${found.url}`);
    const folder = out === "" ? `attune-try-${typed.host.replaceAll(":", "-").replaceAll(/[[\]]/g, "")}` : out;
    const attune = join(folder, "attune");
    const isNew = !existsSync(join(attune, "attune.toml"));
    if (isNew) begin(folder, await look(found));
    else console.log(`using ${attune} as it is; for a new one remove ${folder}, or give --out`);
    return await serve({ folder, page: found.url, port, isOpened, ending });
  } catch (error) {
    if (error instanceof Refusal) return broken(error.message, error.help);
    throw error;
  } finally {
    await ending.clear();
  }
}

/** Writes the first configuration, and says what is in it. @param {string} folder @param {Look} seen */
function begin(folder, seen) {
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new Refusal(`${folder} is not empty, and has no attune/attune.toml`, "give another folder with --out: nothing is overwritten");
  for (const [path, text] of seen.files) {
    const file = join(folder, "attune", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  for (const line of seen.lines) console.log(line);
}

/**
 * @param {{ folder: string, page: URL, port: number, isOpened: boolean, ending: Ending }} options
 */
async function serve({ folder, page, port, isOpened, ending }) {
  const local = `http://localhost:${port}`;
  const temporary = mkdtempSync(join(tmpdir(), "attune-try-"));
  ending.add(() => rmSync(temporary, { recursive: true, force: true }));
  const assets = join(temporary, "assets");
  cpSync(SCRIPTS, join(assets, "_attune"), { recursive: true });
  const build = () => compile(join(folder, "attune"), join(assets, "_attune/bundle"));
  const first = build();
  if (first.code !== 0) return first.code;

  const site = await serveSite({ site: new URL(page.origin), local, assets });
  ending.add(() => site.close());
  const workers = join(temporary, "workers");
  writeWorkers(workers, { sitePort: site.port, site: page.hostname, keys: keyRing(folder) });
  let worker = await Workerd.start(workers);
  ending.add(() => worker.stop());
  const state = new State();
  state.tell({ version: first.version });
  const front = await serveFront({ port, worker: () => worker.port, state, site: page.origin });
  ending.add(() => front.close());

  const watcher = await watch(join(folder, "attune"), async () => {
    const { version, problem } = build();
    if (problem !== null) return state.tell({ problem });
    if (version !== state.told.version) {
      const before = worker;
      worker = await Workerd.start(workers);
      before.stop();
    }
    if (state.told.problem !== null) console.log("the mistake is gone: the page shows what is saved");
    state.tell({ version, problem: null });
  });
  ending.add(() => watcher.close());
  const address = local + page.pathname + page.search;
  console.log(`\nready ${local} in front of ${page.origin}`);
  console.log(`\n  open       ${address}\n  edit first ${join(folder, "attune/content/hello.html")}: the page loads again when it is saved\n  then       ${join(folder, "attune/attune.toml")} and the files beside it; attune check, test, why and simulate take ${join(folder, "attune")}\n  end        Ctrl-C`);
  if (isOpened && process.stdout.isTTY && !process.env.CI) openBrowser(address);
  await ending.asked;
  return 0;
}

/** Opens an address in the browser of this machine, if it has one. @param {string} address */
function openBrowser(address) {
  const [program, ...words] = { darwin: ["open", address], win32: ["explorer", address] }[/** @type {string} */ (process.platform)] ?? ["xdg-open", address];
  spawn(program, words, { stdio: "ignore", detached: true }).on("error", () => {}).unref();
}
