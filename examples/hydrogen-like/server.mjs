// The origin: a Node.js server that streams what the routes render. Every request comes through the Worker, or should.
import { createServer } from "node:http";
import { pipeline } from "node:stream/promises";
import { decisionOf } from "../decision.mjs";
import { handleRequest } from "./entry.server.mjs";

const { PORT = "3000", PUBLIC_HOST = "localhost:8787", DECISION_KEYS = "" } = process.env;
/** What a decision must be for. The host is the public one, and never taken from the request. */
const ATTUNE = { site: "hydrogen-like", host: PUBLIC_HOST, keys: DECISION_KEYS.split(/\s+/).filter(Boolean) };

const server = createServer(async (request, response) => {
  const decision = decisionOf(request, ATTUNE);
  const { status, headers, body } = handleRequest(String(request.url).split("?")[0], { decision });
  response.writeHead(status, headers);
  // A visitor who goes away in the middle of a page ends the stream.
  await pipeline(body, response).catch(() => {});
});
server.listen(Number(PORT), "localhost", () => console.log(`the shop itself: http://localhost:${PORT}`));
