// A server that runs as a program of its own, until it is told to end.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { freePort } from "../../packages/attune/lib/port.mjs";
import { QUIET } from "./project.mjs";

const READY_MS_MAX = 60_000;

/** `next start`, once it is ready. @param {string} project @param {string} folder */
export async function serveNext(project, folder) {
  const port = await freePort();
  const child = spawn(process.execPath, [`${project}/node_modules/next/dist/bin/next`, "start", folder, "--hostname", "127.0.0.1", "--port", String(port)], { cwd: project, env: { ...process.env, ...QUIET }, stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "close");
  const close = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  const late = setTimeout(close, READY_MS_MAX);
  /** @type {string[]} */
  const printed = [];
  for await (const line of createInterface({ input: child.stdout })) {
    printed.push(line);
    if (/Ready in/.test(line)) break;
  }
  clearTimeout(late);
  if (child.exitCode !== null || child.killed) throw new Error(`next start was not ready\n${printed.join("\n")}`);
  // What it prints from now on is not read.
  child.stdout.resume();
  return { url: `http://127.0.0.1:${port}`, close };
}
