// A request that goes on to another server, and its answer.
import { request as overHttp } from "node:http";
import { request as overTls } from "node:https";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress, createGunzip } from "node:zlib";

/** @typedef {import("node:http").IncomingMessage} IncomingMessage */
/** @typedef {import("node:http").OutgoingHttpHeaders} OutgoingHttpHeaders */
/** @typedef {{ hostname: string, port: string | number, protocol: string, agent?: import("node:http").Agent }} Place */

/** Policies and cookies of large sites are longer than what Node.js takes by itself. */
export const HEADER_BYTES_MAX = 128 * 1024;

/** Those of one connection: not handed on. */
const HOP_BY_HOP = ["connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding", "proxy-connection", "upgrade"];

/** The headers of a message that go on. @param {IncomingMessage} message @returns {OutgoingHttpHeaders} */
export function headersOf(message) {
  /** @type {OutgoingHttpHeaders} */
  const headers = {};
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    if (values !== undefined && !HOP_BY_HOP.includes(name)) headers[name] = values.length === 1 ? values[0] : values;
  }
  return headers;
}

/**
 * Sends a request on; the answer is that of the other server.
 * @param {IncomingMessage} request
 * @param {Place} to
 * @param {OutgoingHttpHeaders} headers
 * @returns {Promise<IncomingMessage>}
 */
export function sendOn(request, { hostname, port, protocol, agent }, headers) {
  return new Promise((resolve, reject) => {
    const ask = protocol === "https:" ? overTls : overHttp;
    const there = ask({ hostname: bare(hostname), port, agent, method: request.method, path: request.url, headers, setHost: false, maxHeaderSize: HEADER_BYTES_MAX });
    there.on("response", resolve).on("error", reject);
    request.on("aborted", () => there.destroy());
    // Without a length and without chunks there is no body, and none is announced.
    if (request.headers["content-length"] === undefined && request.headers["transfer-encoding"] === undefined) there.end();
    else pipeline(request, there).catch(reject);
  });
}

/** A body as it is without its encoding; `null` where that is none of these. @param {IncomingMessage} answer */
export function decoded(answer) {
  const encoding = (answer.headers["content-encoding"] ?? "identity").trim().toLowerCase();
  if (encoding === "identity" || encoding === "") return answer;
  const decoder = encoding === "gzip" || encoding === "x-gzip" ? createGunzip() : encoding === "br" ? createBrotliDecompress() : null;
  if (decoder === null) return null;
  answer.on("error", (error) => decoder.destroy(error));
  return answer.pipe(decoder);
}

/**
 * Hands a WebSocket on, as bytes.
 * @param {IncomingMessage} request
 * @param {import("node:stream").Duplex} socket
 * @param {Buffer} begun
 * @param {Place} to
 * @param {OutgoingHttpHeaders} headers
 */
export function sendSocketOn(request, socket, begun, { hostname, port, protocol }, headers) {
  const ask = protocol === "https:" ? overTls : overHttp;
  const there = ask({ hostname: bare(hostname), port, path: request.url, headers: { ...headers, connection: "Upgrade", upgrade: request.headers.upgrade }, setHost: false });
  const end = () => void socket.destroy();
  socket.on("error", () => there.destroy());
  there.on("error", end).on("response", (answer) => {
    socket.end(`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\nConnection: close\r\n\r\n`);
    answer.resume();
  });
  there.on("upgrade", (answer, other, first) => {
    const lines = answer.rawHeaders.map((text, at) => (at % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join("");
    socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines}\r\n`);
    socket.write(first);
    other.write(begun);
    other.on("error", end).on("close", end);
    socket.on("close", () => other.destroy());
    other.pipe(socket).pipe(other);
  });
  there.end();
}

/** A host name as sockets take it. @param {string} hostname */
function bare(hostname) {
  return hostname.replace(/^\[|\]$/g, "");
}
