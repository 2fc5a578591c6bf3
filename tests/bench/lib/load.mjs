// A small load generator in a process of its own: keep-alive connections that ask again as soon as they are answered.
import http from "node:http";

/**
 * @param {{ url: string, headers: Record<string, string>, connections: number, seconds: number }} job
 * @returns {Promise<{ requests: number, seconds: number, bytes: number, load_ms: number, first_ms: number[], last_ms: number[] }>} `load_ms`: processor time of this process
 */
async function run({ url, headers, connections, seconds }) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  const result = { requests: 0, seconds: 0, bytes: 0, load_ms: 0, first_ms: /** @type {number[]} */ ([]), last_ms: /** @type {number[]} */ ([]) };
  const started = performance.now();
  const used = process.cpuUsage();
  const end = started + seconds * 1000;
  const once = () =>
    new Promise((resolve, reject) => {
      const sent = performance.now();
      http
        .get(url, { agent, headers }, (response) => {
          if (response.statusCode !== 200) return reject(new Error(`${url} answered ${response.statusCode}`));
          let bytes = 0;
          let first = 0;
          response.on("data", (chunk) => {
            first ||= performance.now();
            bytes += chunk.length;
          });
          response.on("error", reject);
          response.on("end", () => {
            result.requests++;
            result.bytes = bytes;
            result.first_ms.push(first - sent);
            result.last_ms.push(performance.now() - sent);
            resolve(undefined);
          });
        })
        .on("error", reject);
    });
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < end) await once();
    }),
  );
  result.seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(used);
  result.load_ms = (user + system) / 1000;
  agent.destroy();
  return result;
}

process.on("message", async (/** @type {any} */ job) => {
  try {
    process.send?.({ result: await run(job) });
  } catch (error) {
    process.send?.({ error: String(error) });
  }
});
