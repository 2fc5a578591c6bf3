// The test shop with something to measure: an experiment, a holdout of the site, and goals of the browser and of the server.
import { readFileSync, writeFileSync } from "node:fs";
import { workplace } from "./attune.mjs";

const CAMPAIGNS = `
[goals.purchase]
event = "purchase"
trust = "browser"
guard = "drop"

[goals.revenue]
event = "purchase"
value = "value"
cap = 1000

[goals.average]
event = "purchase"
value = "value"
per = "purchase"

[goals.spent]
event = "purchase"
value = "value"
trust = "browser"
cap = 1000

[goals.newsletter]
event = "sign_up"
trust = "browser"

[goals.errors]
event = "js_error"
trust = "browser"
guard = "rise"

[goals.subscription]
event = "subscribe"

[campaigns.test]
owner = "tests"
priority = 20
goal = "revenue"
arms = { control = {}, sale = { hero = "hello" } }

[campaigns.lost]
owner = "tests"
priority = 19
layer = "none"
arms = { control = {}, sale = { hero = "cart" } }
where = ["cart.items >= 0"]
`;

/** The bundle of the test shop with these campaigns. @param {string} [site] lines of [site] @param {string} [goals] more of them @param {string} [consent] lines of [consent] */
export async function measuredBundle(site = "holdout = 20", goals = "", consent = 'source = "api"') {
  const place = workplace();
  try {
    const file = place.path("shop/attune.toml");
    const authored = readFileSync(file, "utf8").replace('source = "api"', consent);
    writeFileSync(file, authored.replace("[site]\n", `[site]\n${site}\nslices = ["device", "visitor", "country"]\n`));
    writeFileSync(place.path("shop/campaigns/measured.toml"), goals + CAMPAIGNS);
    await place.ok(["compile", "shop", "--out", "bundle"]);
    return readFileSync(place.path("bundle"));
  } finally {
    place.leave();
  }
}

/**
 * What the ledger says, read by a key that may.
 * @param {{ ask: (method: string, path: string) => Promise<any> }} reader
 */
export const ledgerOf = (reader) => {
  /** @param {string} what */
  const lines = async (what) => {
    const { status, bytes } = await reader.ask("GET", `ledger/${what}`);
    if (status !== 200) throw new Error(`${what}: ${status} ${bytes}`);
    return bytes.toString("utf8").split("\n").filter(Boolean).map((/** @type {string} */ line) => JSON.parse(line));
  };
  return {
    lines,
    /** The sums of an experiment over all days and epochs, by arm and goal. @param {string} experiment @param {string} [slice] */
    async sums(experiment, slice = "") {
      /** @type {Record<string, Record<string, Record<string, number>>>} */
      const arms = {};
      for (const row of await lines(`sums?experiment=${experiment}`)) {
        if (row.slice !== slice) continue;
        const goal = ((arms[row.arm] ??= {})[row.goal] ??= {});
        for (const name of ["n", "converters", "y", "yy", "d", "dd", "yd", "x", "xx", "xy", "xd"]) goal[name] = (goal[name] ?? 0) + row[name];
      }
      return arms;
    },
    /** Counters by name. @returns {Promise<Record<string, number>>} */
    async counts() {
      /** @type {Record<string, number>} */
      const counts = {};
      for (const { name, n } of await lines("counts")) if (name !== undefined) counts[name] = (counts[name] ?? 0) + n;
      return counts;
    },
  };
};
