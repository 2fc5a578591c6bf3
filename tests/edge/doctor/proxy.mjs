// Something in front of a deployment, as careless as a test wants it.
import { once } from "node:events";
import { createServer, request as httpRequest } from "node:http";

/** @typedef {{ method: string, path: string, headers: import("node:http").IncomingHttpHeaders, body: Buffer }} Asked */
/** @typedef {{ status: number, headers: Record<string, string | string[] | undefined>, body: Buffer }} Answered */
/**
 * What a proxy does wrong: `ask` may change a request, name another address to send it to, or answer itself; `answer` may change
 * the answer.
 * @typedef {{ ask?: (asked: Asked) => void | URL | Answered, answer?: (answered: Answered, asked: Asked) => void }} Fault
 */

/**
 * Starts a proxy on loopback.
 * @param {URL} to @param {Fault} fault
 */
export async function startProxy(to, { ask, answer }) {
  const server = createServer(async (incoming, outgoing) => {
    const asked = { method: incoming.method ?? "GET", path: incoming.url ?? "/", headers: { ...incoming.headers }, body: await bodyOf(incoming) };
    const other = ask?.(asked);
    const answered = other !== undefined && !(other instanceof URL) ? other : await send(other ?? to, asked);
    answer?.(answered, asked);
    delete answered.headers["transfer-encoding"];
    if (asked.method !== "HEAD") answered.headers["content-length"] = String(answered.body.length);
    outgoing.writeHead(answered.status, answered.headers);
    outgoing.end(answered.body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** @param {URL} to @param {Asked} asked @returns {Promise<Answered>} */
async function send(to, { method, path, headers, body }) {
  const request = httpRequest(new URL(path, to), { method, headers, agent: false });
  request.end(body);
  const [response] = await once(request, "response");
  return { status: response.statusCode, headers: { ...response.headers }, body: await bodyOf(response) };
}

/** @param {import("node:stream").Readable} stream */
async function bodyOf(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** An answer of a proxy's own. @param {number} status @param {string} [body] @param {Record<string, string>} [headers] @returns {Answered} */
export const own = (status, body = "<p>Blocked</p>", headers = { "content-type": "text/html" }) => ({ status, headers: { ...headers }, body: Buffer.from(body) });

/** Whether a request is for a page. @param {Asked} asked */
export const isPage = ({ path }) => !path.startsWith("/_attune/");
