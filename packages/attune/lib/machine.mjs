// A host that has this machine's files, streams, clocks, terminal and network.
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { isatty } from "node:tty";
import { fileURLToPath } from "node:url";
import { ask } from "./http.mjs";
import { pause, readLine, readSecret } from "./terminal.mjs";

const PAGE_CORE = fileURLToPath(new URL("../workers/build/page", import.meta.url));
const BROWSER = fileURLToPath(new URL("../assets/_attune", import.meta.url));
/** Most bytes of a program's answer, such as a file of an earlier revision. */
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

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
    /** @param {string} path @param {Uint8Array} bytes @param {boolean} isNew */
    writePrivate: (path, bytes, isNew) => writeFileSync(path, bytes, { mode: 0o600, flag: isNew ? "wx" : "w" }),
    /** @param {string} from @param {string} to */
    rename: (from, to) => renameSync(from, to),
    /** @param {string} path */
    makeFolder: (path) => void mkdirSync(path, { recursive: true }),
    /** @param {string} path */
    makePrivateFolder: (path) => void mkdirSync(path, { recursive: true, mode: 0o700 }),
    /** @param {string} path */
    removeFolder: (path) => rmSync(path, { recursive: true }),
    temporaryFolder: () => tmpdir(),
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
    isInteractive: () => isatty(0),
    readLine,
    readSecret,
    hasColour: () => process.stderr.isTTY === true && process.env.NO_COLOR === undefined,
    start,
    now: () => Date.now(),
    clock: () => performance.now(),
    sleep: pause,
    /** @param {number} count */
    random: (count) => randomBytes(count),
    /** @param {string} name */
    variable: (name) => process.env[name],
    platform: () => process.platform,
    /** @param {string} program @param {string[]} words @param {Uint8Array} input */
    run(program, words, input) {
      const ran = spawnSync(program === "node" ? process.execPath : program, words, { input, maxBuffer: OUTPUT_BYTES_MAX, windowsHide: true });
      if (ran.error) throw ran.error;
      return { ok: ran.status === 0, out: ran.stdout, err: ran.stderr };
    },
    pageCore: () => PAGE_CORE,
    browser: () => BROWSER,
    /**
     * @param {string} method @param {string} url @param {string[]} headers @param {Uint8Array} body @param {number} time_ms
     * @param {(bytes: number) => void} progress
     */
    http: (method, url, headers, body, time_ms, progress) => ask({ method, url, headers, body: body.slice(), time_ms }, progress),
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
      pause(1);
    }
  }
}
