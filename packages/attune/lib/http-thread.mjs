// The thread for HTTP: no redirect is followed, nothing is decompressed, and headers come as they were sent.
import { request as plain, Agent as PlainAgent } from "node:http";
import { request as encrypted, Agent as EncryptedAgent } from "node:https";
import { Readable } from "node:stream";
import { workerData } from "node:worker_threads";

/** As in ./http.mjs, which this thread does not import: it would have a thread of its own. */
const [TOLD, OUT] = [0, 1];
/** As the native tool has them. */
const CONNECT_MS_MAX = 15_000;
const BODY_BYTES_MAX = 32 * 1024 * 1024;
const HEADER_BYTES_MAX = 64 * 1024;
const PIECE_BYTES = 64 * 1024;

/** @type {{ port: import("node:worker_threads").MessagePort, shared: Int32Array }} */
const { port, shared } = workerData;
const agents = { "http:": new PlainAgent({ keepAlive: true }), "https:": new EncryptedAgent({ keepAlive: true }) };

port.on("message", async (question) => {
  Atomics.store(shared, OUT, 0);
  try {
    port.postMessage({ answer: await ask(question) });
  } catch (thrown) {
    const error = /** @type {NodeJS.ErrnoException} */ (thrown);
    // Of several addresses of a host, the first one's failure.
    const [first = error] = error instanceof AggregateError ? error.errors : [];
    port.postMessage({ error: { code: error.code ?? first.code, message: first.message } });
  }
  tell();
});

function tell() {
  Atomics.add(shared, TOLD, 1);
  Atomics.notify(shared, TOLD);
}

/** @param {import("./http.mjs").Question} question @returns {Promise<import("./http.mjs").Answer>} */
function ask({ method, url, headers, body, time_ms }) {
  const { protocol } = new URL(url);
  const request = (protocol === "https:" ? encrypted : plain)(url, {
    method,
    maxHeaderSize: HEADER_BYTES_MAX,
    // What must not be sent twice goes on a connection that nobody can have closed meanwhile.
    agent: method === "POST" ? false : agents[/** @type {keyof typeof agents} */ (protocol)],
  });
  return new Promise((resolve, reject) => {
    const end = (/** @type {string} */ code, /** @type {string} */ message) => void request.destroy(Object.assign(new Error(message), { code }));
    const late = setTimeout(() => end("ETIMEDOUT", "the time is over"), time_ms);
    const unconnected = setTimeout(() => end("ETIMEDOUT", "no connection in time"), CONNECT_MS_MAX);
    const connected = () => clearTimeout(unconnected);
    request.on("socket", (socket) => (socket.connecting ? socket.once(protocol === "https:" ? "secureConnect" : "connect", connected) : connected()));
    request.on("error", reject);
    request.on("close", () => {
      connected();
      clearTimeout(late);
      reject(Object.assign(new Error("it broke off"), { code: "ECONNRESET" }));
    });
    request.on("response", (response) => {
      /** @type {Buffer[]} */
      const pieces = [];
      let bytes = 0;
      response.on("data", (piece) => {
        bytes += piece.length;
        if (bytes > BODY_BYTES_MAX) end("EFBIG", "the answer is too large");
        else pieces.push(piece);
      });
      response.on("error", reject);
      response.on("end", () => {
        const texts = response.rawHeaders.map((text) => Buffer.from(text, "latin1").toString("utf8"));
        resolve({ status: response.statusCode ?? 0, headers: texts, body: Buffer.concat(pieces) });
      });
    });
    for (let at = 0; at + 1 < headers.length; at += 2) request.appendHeader(headers[at], headers[at + 1]);
    if (!request.hasHeader("accept")) request.setHeader("Accept", "*/*");
    if (body.length === 0) return void request.end();
    request.setHeader("Content-Length", body.length);
    Readable.from(piecesOf(body), { highWaterMark: 1 }).pipe(request);
  });
}

/** @param {Uint8Array} body */
function* piecesOf(body) {
  for (let at = 0; at < body.length; at += PIECE_BYTES) {
    yield body.subarray(at, at + PIECE_BYTES);
    Atomics.store(shared, OUT, Math.min(at + PIECE_BYTES, body.length));
    tell();
  }
}
