// A million customers decided with `attune decide --batch` on the demo's configuration, with and without its recommendations, on all cores: seconds, answers
// written to nowhere.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, cpSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { median, ROOT } from "./lib/attune.mjs";

const CUSTOMERS = 1_000_000;
const SKUS = ["22423", "22697", "22699", "21212", "22720", "22993", "85123A", "47566"];
const CATEGORIES = ["teatime", "baking", "kitchen", "candlelight", "party", "signs", "toys"];
const PAGES = ["/", "/", "/basket", "/c/teatime", "/p/22423"];

/** One line of a customer: what they remember differs in length as it does in a shop. @param {number} n */
function customer(n) {
  const pick = (/** @type {string[]} */ list, /** @type {number} */ by) => list[Math.floor(n / by) % list.length];
  const interests = Array.from({ length: n % 4 }, (_, k) => ({ category: pick(CATEGORIES, k + 1), score: 6 - k, views: 9 - k, today: 0, at: `2026-11-${10 + k}` }));
  const distinct = interests.filter(({ category }, k) => interests.findIndex((other) => other.category === category) === k);
  return JSON.stringify({
    customer: `C-${n}`,
    profile: {
      consent: { personalization: n % 10 === 0 ? "denied" : "granted", measurement: "granted", at: "2026-11-01T09:00:00Z", source: "api" },
      visits: { count: 1 + (n % 30), first: "2026-10-01T10:00:00Z", previous: "2026-11-18T10:00:00Z", last: "2026-11-20T10:00:00Z", session_pages: 1 + (n % 5) },
      interests: distinct,
      ...(n % 3 === 0 ? { cart: { items: [{ sku: pick(SKUS, 1), quantity: 1 + (n % 3), price: 2.95 }], at: "2026-11-20T09:00:00Z" } } : {}),
      ...(n % 4 === 0 ? { orders: { count: 1 + (n % 6), total: 48.5 * (1 + (n % 6)), last: "2026-10-30T12:00:00Z", skus: [pick(SKUS, 2)] } } : {}),
    },
    request: { country: n % 5 === 0 ? "DE" : "GB", device: n % 2 === 0 ? "phone" : "desktop" },
    page: PAGES[n % PAGES.length],
    locale: "en-GB",
  });
}

const folder = mkdtempSync(join(tmpdir(), "attune-batch-"));
try {
  const file = join(folder, "customers.jsonl");
  const out = openSync(file, "w");
  for (let from = 0; from < CUSTOMERS; from += 10_000) {
    writeSync(out, Array.from({ length: 10_000 }, (_, n) => customer(from + n)).join("\n") + "\n");
  }
  closeSync(out);
  execFileSync("cargo", ["build", "--quiet", "--release", "-p", "attune"], { cwd: ROOT });
  const plain = join(folder, "plain");
  cpSync(join(ROOT, "www/demo/attune"), plain, { recursive: true });
  rmSync(join(plain, "campaigns/recommendations.toml"));
  const runs = /** @type {const} */ ([["www/demo/attune", ""], [plain, ""], [plain, "--segments"]]);
  for (const [shop, option] of runs) {
    const seconds = Array.from({ length: 5 }, () => {
      const args = ["run", "--quiet", "--release", "-p", "attune", "--", "decide", shop, "--batch", file, "--now", "2026-11-21T19:00:00Z", ...(option ? [option] : [])];
      const { status, stderr } = spawnSync("cargo", args, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "ignore", "pipe"] });
      assert.equal(status, 0, stderr);
      const told = /^1,000,000 decided, ([\d.]+) s/m.exec(stderr);
      assert.ok(told, stderr);
      return Number(told[1]);
    });
    const spread = `${Math.min(...seconds)} to ${Math.max(...seconds)}`;
    const size = (statSync(file).size / 1e6).toFixed(0);
    console.log(`${shop === plain ? "without recommendations" : "with recommendations"} ${option}: ${median(seconds)} s (${spread}, 5 runs) for a million customers, ${size} MB, ${availableParallelism()} cores; goal 10`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
