#!/usr/bin/env node
// The command line tool without Rust: Wasm decides, Node.js has the files.
import { machine } from "../lib/machine.mjs";
import { run } from "../lib/module.mjs";
import { broken, isForNative, runNative } from "../lib/native.mjs";

const words = process.argv.slice(2);
const { ATTUNE_BIN } = process.env;
process.exitCode = ATTUNE_BIN && isForNative(words) ? runNative(ATTUNE_BIN, words) : await studio();

async function studio() {
  /** @type {string[] | undefined} */
  let started;
  let code;
  try {
    code = run(words, machine((begun) => void (started = begun)));
  } catch (error) {
    return broken(`the tool stopped: ${error}`, "please report this");
  }
  if (started === undefined) return code;
  const [command, ...given] = started;
  if (command === "try") {
    const { tryOut } = await import("../lib/trial/run.mjs");
    const [url, out, port, browser] = given;
    return tryOut({ url, out, port: Number(port), isOpened: browser !== "" });
  }
  const { dev, assets } = await import("../lib/project.mjs");
  const [dir, first, second] = given;
  return command === "dev" ? dev(dir, first, Number(second)) : assets(dir, first);
}
