// The commands of a project: what its Workers serve beside pages, and the project on local workerd.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { machine } from "./machine.mjs";
import { run } from "./module.mjs";
import { broken } from "./native.mjs";

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
  const code = assets(dir, "build/assets");
  if (code !== 0) return code;
  addSecret(folder);
  const example = origin === "" ? await import("../example/shop.mjs").then(({ serve }) => serve()) : null;
  const site = example?.url ?? origin;
  const child = spawn(process.execPath, [
    ...[wrangler, "dev", "--config", "wrangler.toml", "--config", "control.toml", "--local", "--ip", "127.0.0.1"],
    ...["--port", String(port), "--show-interactive-dev-session=false", "--log-level", "warn", "--var", `ORIGIN:${site}`],
  ], { cwd: folder, env: { ...QUIET, ...process.env }, stdio: ["ignore", "inherit", "inherit"] });
  const ended = once(child, "exit");
  // wrangler ends workerd when it is asked to end.
  const stop = () => void child.kill("SIGTERM");
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stop);
  try {
    if (await isReady(port, child)) {
      console.log(`ready http://localhost:${port} in front of ${example ? "an example shop" : site}`);
    } else if (child.exitCode === null) {
      stop();
      await ended;
      return broken(`no answer on port ${port} after ${READY_MS_MAX / 1000} s`, "read what wrangler said above");
    }
    const [status, signal] = await ended;
    return signal === null ? (status ?? 2) : 0;
  } finally {
    example?.close();
  }
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

/** A key ring for the cookies of this machine, where there is none. @param {string} folder */
function addSecret(folder) {
  const file = join(folder, ".dev.vars");
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (/^ATTUNE_KEYS\s*=/m.test(text)) return;
  const before = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  writeFileSync(file, `${before}ATTUNE_KEYS="1:sign:${randomBytes(32).toString("hex")}"\n`, { mode: 0o600 });
}

/**
 * Waits until the Worker answers, whatever it says; false when it ended before.
 * @param {number} port
 * @param {import("node:child_process").ChildProcess} child
 */
async function isReady(port, child) {
  const start_ms = Date.now();
  while (child.exitCode === null && child.signalCode === null && Date.now() - start_ms < READY_MS_MAX) {
    try {
      await fetch(`http://127.0.0.1:${port}/_attune/health`, { signal: AbortSignal.timeout(10_000) });
      return true;
    } catch {
      await wait(100);
    }
  }
  return false;
}
