// A person at a terminal, asked by calls that return when they have answered.
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { isatty, ReadStream } from "node:tty";

const [INTERRUPT, END, BACKSPACE, NEWLINE, RETURN, CLEAR, DELETE] = [3, 4, 8, 10, 13, 21, 127];

/** The next line of standard input, with its end. */
export function readLine() {
  const bytes = [];
  for (let byte = readByte(0); byte !== undefined; byte = readByte(0)) {
    bytes.push(byte);
    if (byte === NEWLINE) break;
  }
  return Buffer.from(bytes).toString();
}

/** A line of the terminal, also where standard input is something else; nothing of it is shown. @param {string} question */
export function readSecret(question) {
  const isInput = isatty(0);
  const file = isInput ? 0 : openSync(process.platform === "win32" ? "\\\\.\\CONIN$" : "/dev/tty", "rs");
  const terminal = new ReadStream(file);
  // Before the question: whoever is fast is not shown either.
  terminal.setRawMode(true);
  try {
    writeSync(2, question);
    return readHidden(file, () => terminal.setRawMode(false));
  } finally {
    terminal.setRawMode(false);
    terminal.destroy();
    if (!isInput) closeSync(file);
    writeSync(2, "\n");
  }
}

/** @param {number} file @param {() => void} leave */
function readHidden(file, leave) {
  /** @type {number[]} */
  let bytes = [];
  for (;;) {
    const byte = readByte(file);
    if (byte === INTERRUPT) {
      leave();
      process.kill(process.pid, "SIGINT");
    }
    if (byte === undefined || (byte === END && bytes.length === 0)) throw new Error("nothing was typed");
    if (byte === NEWLINE || byte === RETURN) return Buffer.from(bytes).toString();
    if (byte === CLEAR) bytes = [];
    else if (byte === BACKSPACE || byte === DELETE) bytes = [...Buffer.from([...Buffer.from(bytes).toString()].slice(0, -1).join(""))];
    else bytes.push(byte);
  }
}

/** @param {number} file @returns {number | undefined} */
function readByte(file) {
  const byte = new Uint8Array(1);
  for (;;) {
    try {
      return readSync(file, byte) === 0 ? undefined : byte[0];
    } catch (error) {
      const { code } = /** @type {NodeJS.ErrnoException} */ (error);
      // Windows has this code for the end of input.
      if (code === "EOF") return undefined;
      if (code !== "EAGAIN") throw error;
      pause(10);
    }
  }
}

/** Does nothing for a while. @param {number} ms */
export function pause(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
