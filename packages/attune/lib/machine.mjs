// A host that has this machine's files, streams and clocks.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync, writeSync } from "node:fs";
import { resolve } from "node:path";

/** @param {(words: string[]) => void} start begins what takes longer than a call */
export function machine(start) {
  return {
    /** @param {string} path */
    read: (path) => readFileSync(path),
    input: () => readFileSync(0),
    /** @param {string} path */
    kind(path) {
      const stat = statSync(path, { throwIfNoEntry: false });
      return stat && (stat.isDirectory() ? "folder" : "file");
    },
    /** @param {string} folder */
    names: (folder) => readdirSync(folder),
    /** @param {string} path @param {Uint8Array} bytes */
    write: (path, bytes) => writeFileSync(path, bytes),
    /** @param {string} path */
    makeFolder: (path) => void mkdirSync(path, { recursive: true }),
    /** With `/` between its parts on every system. @param {string} path */
    absolute: (path) => resolve(path).replaceAll("\\", "/"),
    /** @param {Uint8Array} bytes */
    print: (bytes) => writeAll(1, bytes),
    /** @param {string} text */
    printError(text) {
      try {
        writeAll(2, Buffer.from(text));
      } catch {
        // Nobody reads it.
      }
    },
    isTerminal: () => process.stderr.isTTY === true,
    hasColour: () => process.stderr.isTTY === true && process.env.NO_COLOR === undefined,
    start,
    now: () => Date.now(),
    clock: () => performance.now(),
  };
}

/** A pipe takes what it has room for. @param {number} stream @param {Uint8Array} bytes */
function writeAll(stream, bytes) {
  let at = 0;
  while (at < bytes.length) {
    try {
      at += writeSync(stream, bytes, at);
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
