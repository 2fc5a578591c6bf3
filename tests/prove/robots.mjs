// Measures the page core's word on robots with public lists of user agents, which npm packages carry:
// node tests/prove/robots.mjs [--robots FILE] [--people FILE] [--show]; a FILE has one user agent a line, or is YAML with lists.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { initSync, PageCore } from "../../build/page/page.js";

const root = new URL("../..", import.meta.url).pathname;
/** The last isbot that carries its lists; they are of 2019 and go back to Netscape. */
const PACKAGES = ["isbot@2.2.0", "crawler-user-agents@1.60.0", "top-user-agents@2.1.138", "user-agents@2.1.198"];
const { values } = parseArgs({ options: { robots: { type: "string", multiple: true, default: [] }, people: { type: "string", multiple: true, default: [] }, show: { type: "boolean" } } });

initSync({ module: readFileSync(join(root, "build/page/page_bg.wasm")) });
const core = new PageCore(readFileSync(join(root, "build/demo.bundle")), `1:sign:${"11".repeat(32)}`);
/** @param {string} agent */
function isRobot(agent) {
  const fields = ["1", "1795300000000", "du", "www.tuppence.example", "/", "", "", "", agent.replaceAll("\n", " "), "", "", "", "", "", "", "", "0".repeat(32)];
  const answer = Buffer.from(core.open(fields.join("\n"), new Uint8Array(0)));
  const cookie = answer.readUInt32LE(0);
  const summary = answer.subarray(8 + cookie, 8 + cookie + answer.readUInt32LE(4 + cookie)).toString();
  return summary.includes("robot=user-agent");
}

const folder = mkdtempSync(join(tmpdir(), "attune-robots-"));
const lines = (text) => text.split("\n").filter((line) => line.trim() !== "");
/** @param {string} path */
function listed(path) {
  const text = readFileSync(path, "utf8");
  if (!/\.ya?ml$/.test(path)) return lines(text);
  const entries = [...text.matchAll(/^\s+- (.*)$/gm)].map(([, entry]) => entry.trim());
  return entries.map((entry) => (/^".*"$/.test(entry) ? JSON.parse(entry) : entry.replace(/^'(.*)'$/, "$1")));
}
try {
  execFileSync("npm", ["install", "--silent", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder, ...PACKAGES], { cwd: folder, stdio: "inherit" });
  const carried = (path) => join(folder, "node_modules", path);
  const json = (path) => JSON.parse(readFileSync(carried(path), "utf8"));
  const top = readdirSync(carried("top-user-agents/src")).filter((name) => name.endsWith(".json"));
  const sets = [
    // Name, user agents, whether they are robots, the share that has to be known for what it is.
    ["isbot 2.2 crawlers", listed(carried("isbot/crawlers.txt")), true, 0.97],
    ["crawler-user-agents", json("crawler-user-agents/crawler-user-agents.json").flatMap(({ instances }) => instances), true, 0.96],
    ["isbot 2.2 browsers", listed(carried("isbot/browsers.txt")), false, 0.95],
    ["top-user-agents", top.flatMap((name) => json(`top-user-agents/src/${name}`)), false, 1],
    ["user-agents", json("user-agents/dist/user-agents.json").map(({ userAgent }) => userAgent), false, 1],
    ...values.robots.map((path) => [path, listed(path), true, 0]),
    ...values.people.map((path) => [path, listed(path), false, 0]),
  ];
  console.log(`${"list".padEnd(28)} ${"are".padEnd(8)} ${"different".padStart(9)} ${"wrong".padStart(7)}`);
  for (const [name, agents, robots, least] of sets) {
    const different = [...new Set(agents)];
    const wrong = different.filter((agent) => isRobot(agent) !== robots);
    console.log(`${name.padEnd(28)} ${(robots ? "robots" : "people").padEnd(8)} ${String(different.length).padStart(9)} ${String(wrong.length).padStart(7)}`);
    if (values.show) for (const agent of wrong) console.log(`    ${agent}`);
    assert.ok(different.length > 0 && wrong.length <= different.length * (1 - least), `${name}: more than ${Math.round(100 * (1 - least))} % are wrong; see them with --show`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
