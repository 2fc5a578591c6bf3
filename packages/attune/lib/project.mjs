// The commands of a project: what its Workers serve beside pages, and the project on local workerd.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Ending } from "./ending.mjs";
import { keyRing } from "./keys.mjs";
import { compile, watch } from "./live/build.mjs";
import { serveFront } from "./live/front.mjs";
import { State } from "./live/state.mjs";
import { machine } from "./machine.mjs";
import { run } from "./module.mjs";
import { broken } from "./native.mjs";
import { freePort } from "./port.mjs";
import { Refusal } from "./refusal.mjs";

const SCRIPTS = fileURLToPath(new URL("../assets/_attune", import.meta.url));
const READY_MS_MAX = 60_000;

/** Nothing that is started here reports anything to anyone. */
const QUIET = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_HIDE_BANNER: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  DO_NOT_TRACK: "1",
};

/**
 * Writes the page script and the compiled configuration; the answer is the exit code.
 * @param {string} dir of the project
 * @param {string} out within it
 */
export function assets(dir, out) {
  const folder = resolve(dir, out, "_attune");
  mkdirSync(folder, { recursive: true });
  cpSync(SCRIPTS, folder, { recursive: true });
  return run(["compile", join(dir, "attune"), "--out", join(folder, "bundle")], machine(() => {}));
}

/**
 * Serves a project until it is told to end; the answer is the exit code.
 * @param {string} dir of the project
 * @param {string} origin empty for the example shop
 * @param {number} port
 */
export async function dev(dir, origin, port) {
  const folder = resolve(dir);
  const wrangler = wranglerOf(folder);
  if (wrangler === null) return broken(`wrangler is not installed in ${folder}`, "run npm install there");
  const ending = new Ending();
  try {
    return await serve({ folder, wrangler, origin, port, ending });
  } catch (error) {
    if (error instanceof Refusal) return broken(error.message, error.help);
    throw error;
  } finally {
    await ending.clear();
  }
}

/** @param {{ folder: string, wrangler: string, origin: string, port: number, ending: Ending }} options */
async function serve({ folder, wrangler, origin, port, ending }) {
  const out = join(folder, "build/assets/_attune");
  cpSync(SCRIPTS, out, { recursive: true });
  const build = () => compile(join(folder, "attune"), join(out, "bundle"));
  const first = build();
  if (first.code !== 0) return first.code;
  keyRing(folder);
  const state = new State();
  state.tell({ version: first.version });
  const inner = await freePort();
  const front = await serveFront({ port, worker: () => inner, state });
  ending.add(() => front.close());
  const example = origin === "" ? await import("../example/shop.mjs").then(({ serve }) => serve()) : null;
  ending.add(() => example?.close());
  const site = example?.url ?? origin;
  const child = spawn(process.execPath, [
    ...[wrangler, "dev", "--config", "wrangler.toml", "--config", "control.toml", "--local", "--ip", "127.0.0.1"],
    ...["--port", String(inner), "--show-interactive-dev-session=false", "--log-level", "warn", "--var", `ORIGIN:${site}`],
    // KV is on this machine: what was pushed is looked for every second.
    ...["--var", "BUNDLE_FRESH_S:1"],
  ], { cwd: folder, env: { ...QUIET, ...process.env }, stdio: ["ignore", "inherit", "inherit"] });
  const ended = once(child, "exit");
  // wrangler ends workerd when it is asked to end.
  const stop = () => void child.kill("SIGTERM");
  ending.asked.then(stop);
  const bundleOf = async () => (await health(inner)).bundle?.sha256;
  if (await comes(child, async () => (await health(inner)) !== null)) {
    console.log(`ready http://localhost:${port} in front of ${example ? "an example shop" : site}`);
  } else if (child.exitCode === null) {
    stop();
    await ended;
    return broken(`no answer on port ${inner} after ${READY_MS_MAX / 1000} s`, "read what wrangler said above");
  }
  const watcher = await watch(join(folder, "attune"), async () => {
    const { version, problem } = build();
    if (problem !== null) state.tell({ problem });
    else if (await comes(child, async () => (await bundleOf()) === version)) {
      if (state.told.problem !== null) console.log("the mistake is gone: the page shows what is saved");
      state.tell({ version, problem: null });
    }
  });
  ending.add(() => watcher.close());
  const [status, signal] = await ended;
  return signal === null ? (status ?? 2) : 0;
}

/** The program of the project's wrangler. @param {string} folder */
function wranglerOf(folder) {
  try {
    const manifest = createRequire(join(folder, "package.json")).resolve("wrangler/package.json");
    return join(manifest, "..", JSON.parse(readFileSync(manifest, "utf8")).bin.wrangler);
  } catch {
    return null;
  }
}

/** What the Worker says of itself, whatever it is. @param {number} port @returns {Promise<{ bundle?: { sha256: string } }>} */
async function health(port) {
  const answer = await fetch(`http://127.0.0.1:${port}/_attune/health`, { signal: AbortSignal.timeout(10_000) });
  return answer.json();
}

/**
 * Waits until something is so; false where wrangler ended before, or it took too long.
 * @param {import("node:child_process").ChildProcess} child
 * @param {() => Promise<boolean>} isSo what throws is not so yet
 */
async function comes(child, isSo) {
  const start_ms = Date.now();
  while (child.exitCode === null && child.signalCode === null && Date.now() - start_ms < READY_MS_MAX) {
    if (await isSo().catch(() => false)) return true;
    await wait(100);
  }
  return false;
}
