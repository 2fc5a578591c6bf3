// `attune doctor` against deployments that are broken on purpose: each fault is found by its code, and nothing else is.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { workplace } from "./attune.mjs";
import { DEPLOYMENTS } from "./doctor/deployments.mjs";
import { FRONT, nowhere, WHOLE } from "./doctor/front.mjs";
import { startProxy } from "./doctor/proxy.mjs";
import { startEdge } from "./harness.mjs";
import { EAGER, greeting, shelfOf } from "./shelf.mjs";

const root = new URL("../..", import.meta.url).pathname;
const HTML = { "Content-Type": "text/html; charset=utf-8" };
/** @type {Awaited<ReturnType<typeof startEdge>>} */
let edge;
/** Another deployment, with another bundle. @type {typeof edge} */
let other;
const place = workplace();

before(async () => {
  edge = await startEdge();
  other = await startEdge({ bundle: greeting("Howdy") });
  for (const one of [edge, other]) one.origin.serve("/", HTML, WHOLE);
});
after(async () => {
  await edge.stop();
  await other.stop();
  place.leave();
});

/**
 * What the doctor says.
 * @param {string} url @param {string[]} [words] @param {ReturnType<typeof workplace>} [where]
 */
async function diagnosis(url, words = [], where = place) {
  const full = words.map((word) => (word.startsWith("tests/") ? root + word : word));
  const { code, out, err } = await where.run(["doctor", url, ...full, "--format", "json"]);
  assert.ok(code < 2, err);
  const said = JSON.parse(out);
  assert.equal(code, said.errors > 0 ? 1 : 0);
  for (const { message, help } of said.findings) assert.ok(message && help);
  return said;
}

/** @param {{ findings: { code: string, message: string }[] }} said @param {{ code: string, also?: string[] }} fault @param {string} name */
function hasOnly({ findings }, { code, also = [] }, name) {
  const found = [...new Set(findings.map((finding) => finding.code))].sort();
  assert.deepEqual(found, [code, ...also].sort(), `${name}: ${JSON.stringify(findings, null, 1)}`);
}

test("a healthy deployment has no findings, and everything was looked at", async () => {
  const words = ["--config", "tests/edge/site", "--page", "/p/1", "--page", "/c/tea"];
  for (const path of ["/p/1", "/c/tea"]) edge.origin.serve(path, HTML, WHOLE);
  const { findings, passed, not_checked, pages } = await diagnosis(`${edge.url}`, words);
  assert.deepEqual(findings, []);
  assert.deepEqual(pages, ["/", "/p/1", "/c/tea"]);
  // No TLS, no public host, a small page, and a place where silence is consent.
  assert.deepEqual(not_checked.map((/** @type {{ code: string }} */ { code }) => code), ["D0103", "D0109", "D0405", "D0508"]);
  assert.deepEqual([...passed, "D0103", "D0109", "D0405", "D0508"].sort(), await codes());
});

test("for people: findings, remedies, and a line that counts", async () => {
  const { code, out, err } = await place.run(["doctor", `${edge.url}`, "--host", "shop.test", "--page", "/t/any"]);
  assert.equal(code, 1, err);
  assert.match(out, /^error D0108: shop\.test is served over http:\/\/.*\n {2}help: serve the site over https/);
  assert.match(out, /\n1 error, 0 warnings; \d+ checks passed\n$/);
});

test("a visit is a page for people and one for robots, brings the origin no cookie of ours, and is no robot's of others", async () => {
  edge.origin.seen.length = 0;
  await diagnosis(`${edge.url}`);
  const agents = edge.origin.seen.map(({ headers }) => headers["user-agent"] ?? "");
  assert.ok(agents.length > 3 && agents.every((agent) => agent.includes("AttuneDoctor/")));
  assert.ok(edge.origin.seen.every(({ method, headers }) => method === "GET" && headers.cookie === undefined));
});

test("a banner that calls the consent address is seen, in the page or in its script", async () => {
  const asked = await startEdge({ bindings: { PLACE: "off" } });
  try {
    asked.origin.serve("/banner.js", { "Content-Type": "text/javascript" }, 'fetch("/_attune/consent", { method: "POST" })');
    asked.origin.serve("/", HTML, WHOLE.replace("</body>", '<script src="/banner.js"></script></body>'));
    assert.deepEqual((await diagnosis(`${asked.url}`)).findings, []);
  } finally {
    await asked.stop();
  }
});

test("where the site hears consent from its tool, no banner has to ask", async () => {
  const path = place.path("shop/attune.toml");
  writeFileSync(path, readFileSync(path, "utf8").replace('source = "api"', 'source = "tcf"\ncookie = "euconsent-v2"'));
  await place.ok(["compile", "shop", "--out", "tool.bundle"]);
  const heard = await startEdge({ bundle: readFileSync(place.path("tool.bundle")), bindings: { PLACE: "off" } });
  try {
    heard.origin.serve("/", HTML, WHOLE);
    const { findings, not_checked } = await diagnosis(`${heard.url}`);
    assert.deepEqual(findings, []);
    const unasked = not_checked.find((/** @type {{ code: string }} */ { code }) => code === "D0508");
    assert.match(JSON.stringify(unasked), /its consent tool \(tcf\)/);
  } finally {
    await heard.stop();
  }
});

test("where there is no page", async () => {
  const faults = await nowhere();
  for (const { code, url, stop } of faults) {
    const said = await diagnosis(url, ["--timeout", "10"]);
    await stop?.();
    hasOnly(said, { code }, url);
    assert.ok(said.passed.length === 0, "nothing else was looked at");
  }
});

test("an origin without a Worker", async () => {
  const said = await diagnosis(edge.origin.url);
  hasOnly(said, { code: "D0201" }, "the origin itself");
});

for (const fault of FRONT) {
  const { code, name = "", path = "/", origin, words = [] } = fault;
  test(`${code} ${name}`, async () => {
    if (origin) edge.origin.serve(path, origin.headers, origin.html, origin.status);
    const between = fault.between?.({ origin: edge.origin.url, other: other.url }) ?? (typeof fault.proxy === "function" ? fault.proxy() : fault.proxy);
    const proxy = between && (await startProxy(edge.url, between));
    try {
      hasOnly(await diagnosis(new URL(path, proxy?.url ?? edge.url).href, words), fault, `${code} ${name}`);
    } finally {
      await proxy?.stop();
    }
  });
}

// A MAC that is wrong under a known key is no cookie to the Worker; one of an unknown key is another deployment's.
for (const [code, path, ring] of [["D0506", "/", `2:sign:${"22".repeat(32)}`], ["D0506", "/_attune/events", `2:sign:${"22".repeat(32)}`], ["D0505", "/", `1:sign:${"22".repeat(32)}`]]) {
  test(`${code} two deployments with different keys behind one address: ${path} with ${ring.slice(0, 6)}`, async () => {
    const foreign = await startEdge({ bindings: { ATTUNE_KEYS: ring } });
    foreign.origin.serve("/", HTML, WHOLE);
    const proxy = await startProxy(edge.url, { ask: (asked) => (asked.path === path && asked.headers.cookie ? foreign.url : undefined) });
    try {
      hasOnly(await diagnosis(proxy.url), { code }, path);
    } finally {
      await proxy.stop();
      await foreign.stop();
    }
  });
}

for (const deployment of DEPLOYMENTS) {
  const { code, name = "", options = {}, prepare, words = [] } = deployment;
  test(`${code} ${name}`, async () => {
    const here = workplace();
    const { bindings, ...more } = (typeof options === "function" ? options(here) : options) ?? {};
    const broken = await startEdge({ ...more, publish: prepare === undefined, bindings: { ...EAGER, ...bindings } });
    try {
      broken.origin.serve("/", HTML, WHOLE);
      await prepare?.(broken, shelfOf(broken), here);
      hasOnly(await diagnosis(`${broken.url}`, words, here), deployment, `${code} ${name}`);
    } finally {
      await broken.stop();
      here.leave();
    }
  });
}

/** All codes of the doctor. */
async function codes() {
  return [...(await place.ok(["explain"])).matchAll(/^(D\d{4}) /gm)].map(([, code]) => code);
}

test("there is a broken deployment for every code", async () => {
  const broken = new Set([...FRONT, ...DEPLOYMENTS, ...(await nowhere().then(async (all) => (await Promise.all(all.map(({ stop }) => stop?.())), all)))].map(({ code }) => code));
  for (const code of ["D0201", "D0506"]) broken.add(code);
  assert.deepEqual([...broken].sort(), await codes());
});

test("the page of the documents has every code with its severity and its title, and no others", async () => {
  const page = readFileSync(`${root}docs/doctor.md`, "utf8");
  const rows = [...page.matchAll(/^\| `(D\d{4})` \| (error|warning|note) \| (.*?) \|/gm)].map(([, code, severity, title]) => `${code} (${severity}): ${title}`);
  const said = await Promise.all((await codes()).map(async (code) => (await place.ok(["explain", code])).split("\n")[0]));
  assert.deepEqual(rows, said);
});
