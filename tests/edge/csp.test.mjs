// The page script goes in where the page's content security policies let it in, and the log says where they do not.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { startEdge } from "./harness.mjs";
import { MARK, PAGE } from "./origin.mjs";

const HTML = { "Content-Type": "text/html; charset=utf-8" };
const SHA = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";
const HELLO = /<h1>Hello for/;

/** @type {Awaited<ReturnType<typeof startEdge>>} */
let edge;
before(async () => {
  edge = await startEdge();
});
after(() => edge.stop());

/** The nonce that the script goes in with; `null`: it stays out, and so does the plan. */
async function nonceOf(name, headers, head = "") {
  edge.origin.serve("/t/csp", { ...HTML, ...headers }, PAGE.replace("<head>", `<head>${head}`));
  const { text } = await edge.fetch("/t/csp");
  assert.match(text, HELLO, `${name}: the slots are filled all the same`);
  const script = /<script src="\/_attune\/page\.js" async(?: nonce="([^"]*)")?><\/script>/.exec(text);
  assert.equal(text.includes("attune-plan"), script !== null, name);
  return script === null ? null : (script[1] ?? "");
}

const header = (/** @type {string | string[]} */ policy) => ({ "Content-Security-Policy": policy });
const meta = (/** @type {string} */ policy) => `<meta http-equiv="Content-Security-Policy" content="${policy}">`;

test("policies of headers: a nonce, the own host, or the script stays out", async () => {
  const { script } = JSON.parse(readFileSync(new URL("../vectors/csp.json", import.meta.url), "utf8"));
  for (const { policies, nonce } of script) assert.equal(await nonceOf(policies.join(", "), header(policies)), nonce, policies.join(", "));
});

test("policies that only report: their nonce is copied, and they keep nothing out", async () => {
  const reporting = (/** @type {string} */ policy) => ({ "Content-Security-Policy-Report-Only": policy });
  assert.equal(await nonceOf("report", reporting("script-src 'nonce-r' 'strict-dynamic'")), "r");
  assert.equal(await nonceOf("report none", reporting("script-src 'none'")), "");
  assert.equal(await nonceOf("beside self", { ...header("script-src 'self'"), ...reporting("script-src 'nonce-r' 'strict-dynamic'") }), "r");
  assert.equal(await nonceOf("beside another", { ...header("script-src 'nonce-e'"), ...reporting("script-src 'nonce-r'") }), "e");
});

test("policies in the head count as those of headers do", async () => {
  assert.equal(await nonceOf("nonce", {}, meta("script-src 'nonce-m' 'strict-dynamic'")), "m");
  assert.equal(await nonceOf("written with references", {}, meta("script-src &#39;nonce-m&#x27; &apos;strict-dynamic&apos;")), "m");
  assert.equal(await nonceOf("in other words", {}, "<META CONTENT='script-src *' HTTP-EQUIV=content-security-policy>"), "");
  assert.equal(await nonceOf("hashes", {}, meta(`script-src ${SHA}`)), null);
  assert.equal(await nonceOf("beside a header", header("script-src 'nonce-h'"), meta("script-src 'none'")), null);
  assert.equal(await nonceOf("the same nonce", header("script-src 'nonce-h'"), meta("script-src 'nonce-h'")), "h");
  assert.equal(await nonceOf("a sandbox means nothing there", {}, meta("sandbox; script-src 'self'")), "");
  assert.equal(await nonceOf("two", {}, meta("script-src 'self'") + meta("script-src 'none'")), null);
  const inert = `<!-- ${meta("script-src 'none'")} --><script>"${meta("script-src 'none'").replaceAll('"', "'")}"</script><noscript>${meta("script-src 'none'")}</noscript>`;
  assert.equal(await nonceOf("in what is no tag", {}, inert), "");
  assert.equal(await nonceOf("of another kind", {}, '<meta name="content-security-policy" content="script-src \'none\'">'), "");
});

test("a policy in a later chunk of the head keeps the script out too", async () => {
  const [before, behind] = PAGE.split('<meta charset="utf-8">');
  edge.origin.on("/t/chunks", async (_, response) => {
    response.writeHead(200, HTML);
    for (const piece of [before, '<meta http-equiv="Content-Security-', `Policy" content="script-src 'none'">${behind}`]) {
      await new Promise((sent) => response.write(piece, sent));
      await edge.fetch("/elsewhere");
    }
    response.end();
  });
  const { text } = await edge.fetch("/t/chunks");
  assert.match(text, HELLO);
  assert.doesNotMatch(text.replaceAll(MARK, ""), /attune/);
});

test("the log says once which policy keeps the script out", async () => {
  const policy = "script-src 'sha256-once' 'strict-dynamic'";
  const lines = () => edge.log.filter((line) => line.includes('"attune":"csp"') && line.includes("sha256-once"));
  for (const _ of [1, 2]) assert.equal(await nonceOf("log", header(policy)), null);
  assert.equal(lines().length, 1);
  assert.match(lines()[0], /lets no \/_attune\/page\.js in, so nothing is measured: allow 'self' or a nonce/);
});
