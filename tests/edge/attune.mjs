// The command line tool as people run it: a home of its own, keys, a configuration folder.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = new URL("../..", import.meta.url).pathname;
const NATIVE = [process.env.ATTUNE_BIN, join(root, "target/debug/attune"), join(root, "target/release/attune")].find((path) => path && existsSync(path));
/** The command of the npm package, where that is to be tested: it hands on to the native tool what it does not have. */
const SCRIPT = process.env.ATTUNE_SCRIPT;

/** What `words` are run with. @param {string[]} words */
function command(words) {
  if (!NATIVE) throw new Error("build the tool first: cargo build -p attune");
  return SCRIPT ? { program: process.execPath, words: [SCRIPT, ...words], env: { ATTUNE_BIN: NATIVE } } : { program: NATIVE, words, env: {} };
}

/** @typedef {{ code: number, out: string, err: string }} Ran */

/** A folder of one person or job, with the configuration of the test shop. */
export function workplace() {
  const folder = mkdtempSync(join(tmpdir(), "attune-push-"));
  cpSync(join(root, "tests/edge/site"), join(folder, "shop"), { recursive: true });
  const place = {
    folder,
    /** @param {string} name */
    path: (name) => join(folder, name),
    /**
     * Runs `attune`, without a terminal.
     * @param {string[]} words @param {Record<string, string>} [env] @returns {Promise<Ran>}
     */
    run: (words, env = {}) =>
      new Promise((resolve, reject) => {
        const tool = command(words);
        const options = { cwd: folder, env: { PATH: process.env.PATH, ATTUNE_HOME: join(folder, "home"), ...tool.env, ...env }, maxBuffer: 1 << 26 };
        const child = execFile(tool.program, tool.words, options, (error, out, err) => {
          const code = error === null ? 0 : error.code;
          if (typeof code === "number") resolve({ code, out, err });
          else reject(error);
        });
        child.stdin?.end();
      }),
    /** As `run`; it has to succeed. @param {string[]} words @param {Record<string, string>} [env] */
    async ok(words, env = {}) {
      const ran = await place.run(words, env);
      if (ran.code !== 0) throw new Error(`attune ${words.join(" ")} ended with ${ran.code}\n${ran.out}\n${ran.err}`);
      return ran.out;
    },
    /** Makes a key file; the answer is its public half. @param {string} name */
    key: async (name) => (await place.ok(["keys", "signing", "--out", name])).trim(),
    /** Changes the greeting of the page. @param {string} word */
    greet(word) {
      const path = join(folder, "shop/content/hello.html");
      writeFileSync(path, readFileSync(path, "utf8").replace(/>\w+ for /, `>${word} for `));
    },
    /** The commands on a site, with `a.key` where no key is named. @param {string} url */
    at(url) {
      const env = { ATTUNE_URL: url };
      const keyed = (/** @type {string[]} */ words) => (words.includes("--key") ? words : [...words, "--key", "a.key"]);
      return {
        attune: (/** @type {string[]} */ ...words) => place.ok(keyed(words), env),
        /** What is said where the answer is no. @param {string[]} words */
        async refused(...words) {
          const ran = await place.run(keyed(words), env);
          assert.notEqual(ran.code, 0, ran.out);
          return ran.err;
        },
      };
    },
    leave: () => rmSync(folder, { recursive: true, force: true }),
  };
  return place;
}

/**
 * A proxy on loopback that breaks off at the `nth` piece of bytes that passes, whichever way it goes, and takes no connection from then on.
 * @param {URL} to @param {number} nth
 */
export async function breakingProxy(to, nth) {
  let passed = 0;
  let isBroken = false;
  /** @type {Set<import("node:net").Socket>} */
  const sockets = new Set();
  const server = createServer((inward) => {
    if (isBroken) return void inward.destroy();
    const outward = connect(Number(to.port), to.hostname);
    for (const [from, into] of [[inward, outward], [outward, inward]]) {
      sockets.add(from);
      from.on("data", (piece) => {
        if (isBroken) return;
        if (passed++ === nth) {
          isBroken = true;
          for (const socket of sockets) socket.destroy();
        } else into.write(piece);
      });
      from.on("error", () => into.destroy());
      from.on("close", () => into.end());
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    passed: () => passed,
    isBroken: () => isBroken,
    stop: () => new Promise((resolve) => {
      for (const socket of sockets) socket.destroy();
      server.close(resolve);
    }),
  };
}

/**
 * A proxy on loopback that holds the first request that begins so, until it is let go.
 * @param {URL} to @param {string} start
 */
export async function holdingProxy(to, start) {
  /** @type {() => void} */
  let arrive = () => {};
  /** @type {() => void} */
  let letGo = () => {};
  const arrived = new Promise((resolve) => (arrive = () => resolve(undefined)));
  const released = new Promise((resolve) => (letGo = () => resolve(undefined)));
  const server = createServer((inward) => {
    const outward = connect(Number(to.port), to.hostname);
    outward.pipe(inward);
    let order = Promise.resolve();
    inward.on("data", (piece) => {
      const isHeld = piece.toString("latin1").startsWith(start);
      order = order.then(async () => {
        if (isHeld) arrive();
        if (isHeld) await released;
        outward.write(piece);
      });
    });
    inward.on("error", () => outward.destroy());
    outward.on("error", () => inward.destroy());
    inward.on("close", () => outward.end());
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}`, arrived, letGo, stop: () => new Promise((resolve) => server.close(resolve)) };
}
