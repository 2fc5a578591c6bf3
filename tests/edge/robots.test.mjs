// What a robot gets, and that the header says why.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { consented, startEdge, withoutTail } from "./harness.mjs";
import { PAGE } from "./origin.mjs";

/** @type {Awaited<ReturnType<typeof startEdge>>} */
let edge;
before(async () => (edge = await startEdge()));
after(() => edge.stop());

/** How a request was known as a robot's, if it was. */
async function known(options) {
  const { headers, text, setCookies } = await edge.fetch("/", options);
  assert.match(headers.attune, /^bundle=\w+, filled=\d\/3, consent=\w+, cookie=\d+(, robot=[a-z-]+)?; decision_ms=/);
  const robot = /robot=([a-z-]+)/.exec(headers.attune)?.[1];
  assert.equal(text === PAGE, robot !== undefined, "a robot gets the page of the shop, byte for byte");
  if (robot) assert.match(headers.attune, /filled=0\//);
  return { robot, setCookies };
}

test("a tool and a robot see in the header why nothing is filled", async () => {
  const agents = [
    "curl/8.5.0", "Wget/1.21.3 (linux-gnu)", "python-requests/2.32.3", "Go-http-client/2.0", "axios/1.7.2", "Googlebot/2.1", "",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ChatGPT-User/1.0; +https://openai.com/bot)",
  ];
  for (const agent of agents) assert.equal((await known({ headers: { "User-Agent": agent } })).robot, "user-agent", agent);
});

test("the platform's list comes first, then its score, then the user agent", async () => {
  const verified = { botManagement: { verifiedBot: true, score: 1 } };
  const cases = [
    [verified, "verified"],
    [{ verifiedBotCategory: "Search Engine Crawler" }, "verified"],
    [{ botManagement: { score: 12, verifiedBot: false } }, "score"],
    [{ botManagement: { score: 29 } }, "score"],
    [{ botManagement: { score: 30, verifiedBot: false } }, undefined],
    [{ botManagement: { score: 99 }, verifiedBotCategory: "" }, undefined],
    [{}, undefined],
  ];
  for (const [cf, expected] of cases) assert.equal((await known({ cf })).robot, expected, JSON.stringify(cf));
  const headers = { "User-Agent": "curl/8.5.0" };
  assert.equal((await known({ cf: verified, headers })).robot, "verified");
  assert.equal((await known({ cf: { botManagement: { score: 2 } }, headers })).robot, "score");
});

test("a robot with a visitor's cookie neither sees nor changes the visitor's page", async () => {
  const jar = await consented(edge);
  const cookie = { Cookie: jar.header() };
  const { robot, setCookies } = await known({ headers: { ...cookie, "User-Agent": "Mozilla/5.0 (compatible; Mediapartners-Google)" } });
  assert.deepEqual([robot, setCookies], ["user-agent", []]);
  assert.notEqual(withoutTail((await edge.fetch("/", { headers: cookie })).text), PAGE, "the visitor does");
});
