// Bytes on the move: an origin that is slow, breaks off, or has more to say than fits; clients that go away.
import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { after, before, test } from "node:test";
import { disconnect } from "./disconnects.mjs";
import { AGENT, HOST, startEdge, withoutTail } from "./harness.mjs";
import { FILLED, PAGE } from "./origin.mjs";

const HTML = { "Content-Type": "text/html; charset=utf-8" };

/** @type {Awaited<ReturnType<typeof startEdge>>} */
let edge;
before(async () => {
  edge = await startEdge();
});
after(() => edge.stop());

/** Opens a request and gives the response as soon as its headers are there. */
async function open(path) {
  const client = request(new URL(path, edge.url), { headers: { Host: HOST, "User-Agent": AGENT } });
  client.on("error", () => {});
  client.end();
  const [response] = await once(client, "response");
  return { client, response };
}

test("the first byte does not wait for the last", async () => {
  let finish;
  edge.origin.on("/t/slow", (_, response) => {
    response.writeHead(200, HTML);
    response.write(PAGE.slice(0, 120));
    finish = () => response.end(PAGE.slice(120));
  });
  const { response } = await open("/t/slow");
  let [text] = await once(response.setEncoding("utf8"), "data");
  assert.ok(text.length > 0 && PAGE.startsWith(text), "the beginning came while the origin was still at work");
  finish();
  for await (const chunk of response) text += chunk;
  assert.equal(withoutTail(text), FILLED);
});

test("a slot's bytes wait for its end, and no longer", async () => {
  let finish;
  const [beforeEnd, end] = [PAGE.indexOf('href="/all"'), PAGE.indexOf("</section>") + 10];
  edge.origin.on("/t/slot", (_, response) => {
    response.writeHead(200, HTML);
    response.write(PAGE.slice(0, beforeEnd));
    finish = () => {
      response.write(PAGE.slice(beforeEnd, end));
      finish = () => response.end(PAGE.slice(end));
    };
  });
  const { response } = await open("/t/slot");
  let [text] = await once(response.setEncoding("utf8"), "data");
  assert.ok(!text.includes("Our shop"));
  finish();
  while (!text.includes("Hello")) text += (await once(response, "data"))[0];
  assert.ok(!text.includes("</html>"));
  finish();
  for await (const chunk of response) text += chunk;
  assert.equal(withoutTail(text), FILLED);
});

test("an origin that dribbles one byte at a time changes nothing", async () => {
  edge.origin.on("/t/dribble", async (_, response) => {
    response.writeHead(200, HTML).flushHeaders();
    response.socket.setNoDelay(true);
    for (const byte of Buffer.from(PAGE)) {
      response.write(Buffer.from([byte]));
      await new Promise(setImmediate);
    }
    response.end();
  });
  assert.equal(withoutTail((await edge.fetch("/t/dribble")).text), FILLED);
});

test("a page of many buffers arrives whole", async () => {
  const filler = "<p>Gr\u00fc\u00dfe & <b>more</b></p><!-- <div data-slot=hero> -->\n".repeat(40_000);
  const page = PAGE.replace("<p>Text</p>", filler);
  edge.origin.serve("/t/large", HTML, page);
  const { text } = await edge.fetch("/t/large");
  assert.ok(withoutTail(text) === FILLED.replace("<p>Text</p>", filler), "2 MB, byte for byte");
});

test("a slot that is never closed is given up, and the page is the origin's", async () => {
  const page = `<!doctype html><body><div data-slot="hero"><p>${"x".repeat(200_000)}`;
  edge.origin.serve("/t/unclosed", HTML, page);
  assert.ok(withoutTail((await edge.fetch("/t/unclosed")).text) === page);
});

test("an origin that resets in the middle breaks the page off: nothing is put at its end", async () => {
  edge.origin.on("/t/reset", (_, response) => {
    response.writeHead(200, { ...HTML, "Content-Length": "100000" });
    response.write(PAGE.slice(0, 150), () => setTimeout(() => response.destroy(), 30));
  });
  // Between workerd and this client stands Miniflare's own Worker, which ends a body of unknown length in order.
  const text = await edge.fetch("/t/reset").then((page) => page.text, () => "");
  assert.ok(PAGE.slice(0, 150).startsWith(text));
  assert.ok(edge.log.some((line) => line.includes('"attune":"read"')), "one log line says why");
  assert.equal(withoutTail((await edge.fetch("/")).text), FILLED, "and the next page is served");
});

test("an origin that resets before the first byte breaks the page off", async () => {
  edge.origin.on("/t/reset-at-once", (_, response) => {
    response.writeHead(200, { ...HTML, "Content-Length": "100000" }).flushHeaders();
    setTimeout(() => response.destroy(), 30);
  });
  assert.equal(await edge.fetch("/t/reset-at-once").then((page) => page.text, () => ""), "");
  assert.equal(withoutTail((await edge.fetch("/")).text), FILLED, "and the next page is served");
});

test("a connection to the origin serves the next page, also when no read looked for the end of the last one", async () => {
  edge.origin.serve("/t/known", { ...HTML, "Content-Length": String(PAGE.length) }, PAGE);
  await edge.fetch("/t/known");
  const before = edge.origin.connections();
  for (let page = 0; page < 20; page += 1) assert.equal(withoutTail((await edge.fetch("/t/known")).text), FILLED);
  assert.ok(edge.origin.connections() - before <= 1, `${edge.origin.connections() - before} connections for 20 pages`);
});

test("an origin in the same process that says a wrong length loses no byte", async () => {
  const inProcess = `export default {
    fetch(request) {
      const [, length] = /length=(\\d+)/.exec(request.url);
      const page = new TextEncoder().encode(${JSON.stringify(PAGE)});
      const body = new ReadableStream({ type: "bytes", start(stream) { stream.enqueue(page.slice(0, 40)); stream.enqueue(page.slice(40)); stream.close(); } });
      return new Response(body, { headers: { "Content-Type": "text/html; charset=utf-8", "Content-Length": length } });
    },
  };`;
  const local = await startEdge({ inProcess });
  try {
    for (const length of [0, 1, 40, PAGE.length - 1, PAGE.length, PAGE.length + 1, 100_000]) {
      const text = withoutTail((await local.fetch(`/?length=${length}`)).text);
      assert.equal(text.replace(FILLED, PAGE), PAGE, `it says ${length}`);
      if (length >= PAGE.length) assert.equal(text, FILLED, `it says ${length}`);
    }
  } finally {
    await local.stop();
  }
});

test("an empty page stays one", async () => {
  edge.origin.serve("/t/empty", HTML, "");
  assert.equal((await edge.fetch("/t/empty")).text, "");
});

test("bodies and methods other than GET stream through", async () => {
  edge.origin.on("/t/form", async (incoming, response) => {
    let bytes = 0;
    for await (const chunk of incoming) bytes += chunk.length;
    response.writeHead(200, HTML).end(`<div data-slot="hero">${incoming.method} ${bytes}</div>`);
  });
  const body = "x".repeat(300_000);
  const { text } = await edge.fetch("/t/form", { method: "POST", body, headers: { "Content-Type": "text/plain" } });
  assert.equal(text, '<div data-slot="hero">POST 300000</div>');
});

test("clients that disconnect leak nothing: 300 of them", async () => {
  const { before: at, after: quarters, open: connections } = await disconnect(edge, 300);
  const then = quarters.at(-1) ?? Infinity;
  assert.equal(connections, 0, "every connection to the origin is closed");
  assert.equal(withoutTail((await edge.fetch("/")).text), FILLED, "and the Worker serves on");
  assert.ok(then - at < 64 * 1024 * 1024, `memory of workerd: ${at} before, ${then} after`);
});
