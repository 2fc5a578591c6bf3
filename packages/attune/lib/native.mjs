// The native tool that ATTUNE_BIN names: it has every command, and all cores for batches.
import { spawnSync } from "node:child_process";
import { commands, version } from "./module.mjs";

/** Whether the native tool is to run these words, where there is one. @param {string[]} words */
export function isForNative(words) {
  const [first = ""] = words;
  const isKnown = first === "" || first === "help" || first.startsWith("-") || commands.includes(first);
  return !isKnown || (first === "decide" && words.some((word) => word === "--batch" || word.startsWith("--batch=")));
}

/** Runs the native tool; the answer is the exit code. @param {string} tool @param {string[]} words */
export function runNative(tool, words) {
  const asked = spawnSync(tool, ["--version"], { encoding: "utf8" });
  const found = asked.stdout?.trim().split(" ").at(-1);
  if (asked.error || asked.status !== 0) {
    return broken(`ATTUNE_BIN names ${tool}, which does not run`, "name the native attune, or nothing");
  }
  if (found !== version) {
    return broken(`ATTUNE_BIN names ${tool} of version ${found}; this package has version ${version}`, "use the same version of both");
  }
  const { status } = spawnSync(tool, words, { stdio: "inherit" });
  return status ?? 2;
}

/** @param {string} message @param {string} help */
export function broken(message, help) {
  process.stderr.write(`attune: ${message}\n  help: ${help}\n`);
  return 2;
}
