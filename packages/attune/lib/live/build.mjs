// The configuration of a folder, compiled whenever one of its files is saved.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { machine } from "../machine.mjs";
import { run } from "../module.mjs";

/** Editors save several files at once, and a file in several steps. */
const TOGETHER_MS = 40;

/**
 * Compiles a folder; what is to be said of it is printed.
 * @param {string} folder with attune.toml
 * @param {string} bundle the file to write
 * @returns {{ code: number, version: string, problem: string | null }} the hash of the bundle; of a folder with a mistake, what is wrong with it
 */
export function compile(folder, bundle) {
  mkdirSync(dirname(bundle), { recursive: true });
  const here = machine(() => {});
  let said = "";
  const heard = {
    ...here,
    print() {},
    /** @param {string} text */
    printError(text) {
      said += text;
      here.printError(text);
    },
  };
  const code = run(["compile", folder, "--out", bundle], heard);
  if (code !== 0) return { code, version: "", problem: stripVTControlCharacters(said).trim() };
  return { code, version: createHash("sha256").update(readFileSync(bundle)).digest("hex"), problem: null };
}

/**
 * Calls `changed` once after each change in a folder, and not again before it has ended.
 * @param {string} folder
 * @param {() => Promise<void>} changed
 */
export async function watch(folder, changed) {
  const { watch: begin } = await import("chokidar");
  /** @type {NodeJS.Timeout | undefined} */
  let soon;
  let present = Promise.resolve();
  // `compile` itself writes the lock of running tests.
  const watcher = begin(folder, { ignoreInitial: true, ignored: (path) => path.endsWith("attune.lock") });
  watcher.on("all", () => {
    clearTimeout(soon);
    soon = setTimeout(() => {
      present = present.then(changed);
    }, TOGETHER_MS);
  });
  await new Promise((resolve) => watcher.once("ready", () => resolve(undefined)));
  return {
    async close() {
      clearTimeout(soon);
      await watcher.close();
      await present;
    },
  };
}
