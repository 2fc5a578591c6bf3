// What the package's command has of the machine: HTTP that answers before it returns, and a terminal.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { createServer as createPlainServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const packaged = fileURLToPath(new URL("../../build/packages/attune", import.meta.url));
const script = join(packaged, "bin/attune.mjs");

/** Asks in a process of its own, because the call blocks: the answer, what was thrown, and what the progress was. */
const ASK = `
  import { ask } from ${JSON.stringify(join(packaged, "lib/http.mjs"))};
  const seen = [];
  const told = JSON.parse(process.argv[1]);
  try {
    const { status, headers, body } = ask({ method: "GET", headers: [], time_ms: 20_000, ...told, body: Buffer.alloc(told.bytes ?? 0, 7) }, (bytes) => seen.push(bytes));
    process.stdout.write(JSON.stringify({ status, headers, body: Buffer.from(body).toString("base64"), seen }));
  } catch ({ code, message }) {
    process.stdout.write(JSON.stringify({ code, message, seen }));
  }`;

/** @param {Record<string, unknown>} question @param {Record<string, string>} [env] */
async function asked(question, env = {}) {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", ASK, "--", JSON.stringify(question)], { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (piece) => (text += piece));
  const [code] = await once(child, "close");
  assert.equal(code, 0, "the process ends, and its thread with it");
  const { body, ...answer } = JSON.parse(text);
  return { ...answer, body: Buffer.from(body ?? "", "base64") };
}

/** @param {import("node:test").TestContext} t @param {import("node:net").Server} server */
async function listening(t, server) {
  await once(server.listen(0, "127.0.0.1"), "listening");
  t.after(() => server.close());
  return /** @type {import("node:net").AddressInfo} */ (server.address()).port;
}

test("an answer comes as it was sent: no redirect is followed, nothing is decompressed, a header that comes twice is there twice", async (t) => {
  const packed = gzipSync("hello");
  const port = await listening(t, createServer((request, response) => {
    if (request.url === "/moved") response.writeHead(302, { Location: "/elsewhere", "Set-Cookie": ["a=1", "b=2"] }).end();
    else response.writeHead(418, { "Content-Encoding": "gzip", "X-Agent": String(request.headers["user-agent"]) }).end(packed);
  }));
  const moved = await asked({ url: `http://127.0.0.1:${port}/moved` });
  assert.equal(moved.status, 302);
  assert.deepEqual(moved.headers.slice(0, 6), ["Location", "/elsewhere", "Set-Cookie", "a=1", "Set-Cookie", "b=2"]);
  const other = await asked({ url: `http://localhost:${port}/`, headers: ["User-Agent", "a-test"] });
  assert.equal(other.status, 418);
  assert.ok(other.body.equals(packed));
  assert.equal(other.headers[other.headers.indexOf("X-Agent") + 1], "a-test");
});

test("a large body goes out whole, and how much of it is out is heard", async (t) => {
  const bytes = 24 * 1024 * 1024;
  const port = await listening(t, createServer((request, response) => {
    const hash = createHash("sha256");
    request.on("data", (piece) => hash.update(piece));
    request.on("end", () => response.end(`${request.headers["content-length"]} ${hash.digest("hex")}`));
  }));
  const { status, body, seen } = await asked({ url: `http://127.0.0.1:${port}/`, method: "PUT", bytes });
  assert.equal(status, 200);
  assert.equal(String(body), `${bytes} ${createHash("sha256").update(Buffer.alloc(bytes, 7)).digest("hex")}`);
  assert.ok(seen.every((/** @type {number} */ count, /** @type {number} */ at) => at === 0 || count >= seen[at - 1]), "it only grows");
  assert.equal(seen.at(-1), bytes);
});

test("what is too large, too late, cut off, refused, unknown or no address has a code of its own", async (t) => {
  const port = await listening(t, createServer((request, response) => {
    if (request.url === "/large") {
      const piece = Buffer.alloc(1 << 20);
      const more = () => void (response.writable && response.write(piece, more));
      more();
    } else if (request.url === "/cut") {
      response.writeHead(200, { "Content-Length": "10" });
      response.write("half", () => response.destroy());
    }
  }));
  const silent = await listening(t, createPlainServer((socket) => void socket.on("error", () => {})));
  const free = createPlainServer();
  const nobody = await listening(t, free);
  free.close();
  await once(free, "close");
  const at = (/** @type {number} */ where, /** @type {string} */ path) => `http://127.0.0.1:${where}${path}`;
  /** @type {[Record<string, unknown>, string][]} */
  const cases = [
    [{ url: at(port, "/large") }, "EFBIG"],
    [{ url: at(port, "/late"), time_ms: 200 }, "ETIMEDOUT"],
    [{ url: at(silent, "/"), time_ms: 200 }, "ETIMEDOUT"],
    [{ url: at(port, "/cut") }, "ECONNRESET"],
    [{ url: at(nobody, "/") }, "ECONNREFUSED"],
    [{ url: `http://localhost:${nobody}/` }, "ECONNREFUSED"],
    [{ url: "http://nowhere.invalid/" }, "ENOTFOUND"],
    [{ url: "nonsense" }, "ERR_INVALID_URL"],
    [{ url: "ftp://127.0.0.1/" }, "ERR_INVALID_PROTOCOL"],
    [{ url: at(port, "/"), headers: ["X-A", "a\nb"] }, "ERR_INVALID_CHAR"],
  ];
  for (const [question, code] of cases) {
    const answer = await asked(question);
    assert.equal(answer.code === "EAI_AGAIN" ? "ENOTFOUND" : answer.code, code, `${JSON.stringify(question)}: ${answer.message}`);
  }
});

test("certificates are verified, and those of NODE_EXTRA_CA_CERTS are known", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "attune-tls-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate], { stdio: "pipe" });
  const port = await listening(t, createSecureServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (_, response) => response.end("secret")));
  const url = `https://localhost:${port}/`;
  assert.match((await asked({ url })).code, /SELF_SIGNED_CERT/);
  const known = await asked({ url }, { NODE_EXTRA_CA_CERTS: certificate });
  assert.equal(String(known.body), "secret");
  assert.match((await asked({ url: `https://127.0.0.1:${port}/` }, { NODE_EXTRA_CA_CERTS: certificate })).code, /ERR_TLS_CERT_ALTNAME_INVALID/);
});

/**
 * Runs the command in a terminal, and answers what it asks; each answer waits for its question. What the terminal shows, and the exit code.
 * @param {string[]} words @param {[question: string, answer: string][]} answers @param {Record<string, string>} env
 */
async function inTerminal(words, answers, env) {
  const command = [process.execPath, script, ...words].map((word) => `'${word}'`).join(" ");
  const child = spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"], { env: { PATH: process.env.PATH, ...env }, stdio: ["pipe", "pipe", "inherit"] });
  let shown = "";
  let from = 0;
  const left = [...answers];
  child.stdout.setEncoding("utf8").on("data", (piece) => {
    shown += piece;
    const [next] = left;
    const at = next ? shown.indexOf(next[0], from) : -1;
    if (at < 0) return;
    from = at + next[0].length;
    left.shift();
    child.stdin.write(next[1]);
  });
  const [code] = await once(child, "close");
  assert.deepEqual(left, [], `not asked:\n${shown}`);
  return { shown, code };
}

test("a passphrase is typed without being shown, corrected, and typed again", { skip: process.platform !== "linux" }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "attune-terminal-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const env = { ATTUNE_HOME: folder };
  const [secret, wrong] = ["correct horse bättery", "correct horse bätterx"];
  const made = await inTerminal(["keys", "new", "--name", "anna"], [["New passphrase: ", `${wrong}\x7fy\r`], ["The same again: ", `${secret}\r`]], env);
  assert.equal(made.code, 0, made.shown);
  assert.doesNotMatch(made.shown, /horse/);
  assert.match(made.shown, /For MANIFEST_KEYS in wrangler.toml/);
  const changed = await inTerminal(["keys", "passwd", "--name", "anna"], [["Passphrase of anna: ", `nonsense\x15${secret}\r`], ["New passphrase: ", "another horse\r"], ["The same again: ", "another house\r"]], env);
  assert.equal(changed.code, 2);
  assert.match(changed.shown, /the two passphrases are not the same/);
  const left = await inTerminal(["keys", "passwd", "--name", "anna"], [["Passphrase of anna: ", "corr\x03"]], env);
  assert.equal(left.code, 130, "Ctrl-C ends it");
  const opened = await inTerminal(["keys", "passwd", "--name", "anna"], [["Passphrase of anna: ", `${secret}\r`], ["New passphrase: ", "another horse\r"], ["The same again: ", "another horse\r"]], env);
  assert.equal(opened.code, 0, opened.shown);
});

test("a question is answered in the terminal", { skip: process.platform !== "linux" }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "attune-terminal-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "ask.mjs"), `
    import { readLine } from ${JSON.stringify(join(packaged, "lib/terminal.mjs"))};
    process.stdout.write("first? ");
    const first = readLine();
    process.stdout.write("second? ");
    process.stdout.write(JSON.stringify([first, readLine()]));`);
  const child = spawn("script", ["--quiet", "--return", "--command", `'${process.execPath}' '${join(folder, "ask.mjs")}'`, "/dev/null"], { stdio: ["pipe", "pipe", "inherit"] });
  let shown = "";
  child.stdout.setEncoding("utf8").on("data", (piece) => {
    shown += piece;
    if (piece.includes("first? ")) child.stdin.write("yes\n");
    if (piece.includes("second? ")) child.stdin.write("nö\n");
  });
  await once(child, "close");
  assert.ok(shown.includes(JSON.stringify(["yes\n", "nö\n"])), shown);
});
