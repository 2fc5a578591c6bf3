// Clients that go away in the middle of a page: node tests/edge/disconnects.mjs [COUNT]
// Prints the memory of workerd before and after each quarter, and how many connections to the origin are left: what
// leaks grows with every quarter, what an allocator keeps levels off.
import { readFileSync, readdirSync } from "node:fs";
import { request } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { AGENT, HOST, startEdge } from "./harness.mjs";
import { PAGE } from "./origin.mjs";

/**
 * @param {Awaited<ReturnType<typeof startEdge>>} edge
 * @param {number} count
 */
export async function disconnect(edge, count) {
  edge.origin.on("/t/endless", (_, response) => {
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
    // It stays inside a slot for a while: there are held bytes, a state and an unread origin when the client
    // goes. workerd notices a client that has gone when it writes, so the origin goes on for ever.
    response.write(PAGE.slice(0, PAGE.indexOf("</section>")));
    const timer = setInterval(() => response.write("<!-- more -->".repeat(1000)), 20);
    response.on("close", () => clearInterval(timer));
  });
  await inTurn(edge, Math.min(count, 100));
  await settled(edge);
  const before = memory();
  const after = [];
  for (let quarter = 0; quarter < 4; quarter += 1) {
    await inTurn(edge, Math.ceil(count / 4));
    await settled(edge);
    after.push(memory());
  }
  return { before, after, open: await edge.origin.open() };
}

/** Opens pages, eight at a time, and drops each at its first bytes. */
async function inTurn(edge, count) {
  let left = count;
  const one = async () => {
    while (left > 0) {
      left -= 1;
      await new Promise((resolve, reject) => {
        const client = request(new URL("/t/endless", edge.url), { headers: { Host: HOST, "User-Agent": AGENT }, agent: false }, (response) => {
          response.once("data", () => {
            response.destroy();
            resolve(undefined);
          });
          response.on("error", () => {});
        });
        client.on("error", reject);
        client.end();
      });
    }
  };
  await Promise.all(Array.from({ length: 8 }, one));
}

/** Waits until the origin has no connection left, at most five seconds. */
async function settled(edge) {
  for (let tries = 0; tries < 100 && (await edge.origin.open()) > 0; tries += 1) await wait(50);
}

/** Resident bytes of the workerd processes that this one started. */
function memory() {
  let bytes = 0;
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      if (!stat.includes("(workerd)") || parent !== process.pid) continue;
      bytes += Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
    } catch {
      // It ended meanwhile.
    }
  }
  return bytes;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const edge = await startEdge();
  const count = Number(process.argv[2] ?? 10_000);
  const start = performance.now();
  const { before, after, open } = await disconnect(edge, count);
  const mb = (/** @type {number} */ bytes) => (bytes / 1024 / 1024).toFixed(1);
  console.log(`${count} disconnects in ${((performance.now() - start) / 1000).toFixed(1)} s: workerd ${mb(before)} MB before, ${after.map(mb).join(", ")} MB after each quarter, ${open} origin connections left`);
  await edge.stop();
}
