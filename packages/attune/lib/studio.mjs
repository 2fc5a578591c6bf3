// The commands for programs: a map of files in, an answer out.
import { memory } from "./memory.mjs";
import { run, version } from "./module.mjs";

export { version };

/**
 * @param {string[]} words
 * @param {Map<string, Uint8Array | string> | Record<string, Uint8Array | string>} files
 * @param {{ input?: Uint8Array | string, now_ms?: number }} [options]
 */
export function ask(words, files, options) {
  const { host, seen } = memory(files, options);
  const code = run(words, host);
  return { code, ...seen };
}
