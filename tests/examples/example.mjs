// An example as its README starts it: the commands as they stand there, with ports of their own.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { clientOf } from "../edge/client.mjs";
import { freePort } from "../../packages/attune/lib/port.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const QUIET = { WRANGLER_SEND_METRICS: "false", WRANGLER_SEND_ERROR_REPORTS: "false", WRANGLER_HIDE_BANNER: "true", CLOUDFLARE_CF_FETCH_ENABLED: "false", DO_NOT_TRACK: "1", CI: "1" };
/** `wrangler dev` compresses for whoever does not say. */
const PLAIN = { "Accept-Encoding": "identity" };
const READY_MS_MAX = 120_000;

/** The commands of a README: the lines of its `sh` blocks. @param {string} name */
function commandsOf(name) {
  const readme = readFileSync(join(root, "examples", name, "README.md"), "utf8");
  return [...readme.matchAll(/```sh\n([^]*?)```/g)].flatMap(([, block]) => block.trim().split("\n"));
}

/**
 * Starts a command that stays, and waits for what it prints when it is ready.
 * @param {string} command @param {RegExp} ready @param {Record<string, string>} env
 */
async function started(command, ready, env) {
  // A group of its own: the shell's children end with it.
  const child = spawn("sh", ["-c", `${command} 2>&1`], { cwd: root, env: { ...process.env, ...QUIET, ...env }, stdio: ["ignore", "pipe", "inherit"], detached: true });
  /** @type {string[]} */
  const printed = [];
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, "close");
  const stop = async () => {
    try {
      process.kill(-Number(child.pid), "SIGTERM");
    } catch {
      // It has ended by itself.
    }
    await ended;
  };
  const isReady = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("it was not ready in time")), READY_MS_MAX);
    lines.on("line", (line) => {
      printed.push(line);
      if (ready.test(line)) resolve(clearTimeout(timer));
    });
    lines.on("close", () => reject(new Error("it ended", void clearTimeout(timer))));
  });
  try {
    await isReady;
  } catch (error) {
    await stop();
    throw new Error(`${command}: ${/** @type {Error} */ (error).message}\n${printed.join("\n")}`);
  }
  return { printed, stop };
}

/**
 * Starts the origin and the two Workers of an example.
 * @param {string} name @param {Record<string, string>} [env] of the origin
 */
export async function startExample(name, env = {}) {
  const state = mkdtempSync(join(tmpdir(), "attune-example-"));
  const [port, originPort] = [await freePort(), await freePort()];
  const host = `localhost:${port}`;
  /** @type {{ printed: string[], stop: () => Promise<void> }[]} */
  const running = [];
  const stop = async () => {
    for (const { stop } of running.reverse()) await stop();
    rmSync(state, { recursive: true, force: true });
  };
  try {
    for (const command of commandsOf(name)) {
      // It was run before these tests.
      if (command === "cargo xtask build") continue;
      if (command.startsWith("npx wrangler dev ")) {
        const own = `--port ${port} --inspector-port 0 --persist-to ${state} --var ORIGIN:http://localhost:${originPort}`;
        running.push(await started(`${command} ${own}`, /Ready on/, {}));
      } else if (/(^|\s)node examples\//.test(command)) {
        running.push(await started(command, /^the shop itself: /, { PORT: String(originPort), PUBLIC_HOST: host, ...env }));
      } else {
        execFileSync("sh", ["-c", command], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
      }
    }
    const client = clientOf(new URL(`http://${host}`), host, PLAIN);
    const health = await client.fetch("/_attune/health");
    if (health.status !== 200) throw new Error(`${name} cannot personalize: ${health.text}`);
    return { ...client, origin: clientOf(new URL(`http://localhost:${originPort}`), `localhost:${originPort}`, PLAIN), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
