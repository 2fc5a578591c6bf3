// The test shop with campaigns that code asks for: experiments, flags that are on or off, and what is to come.
import { readFileSync, writeFileSync } from "node:fs";
import { workplace } from "./attune.mjs";

const CAMPAIGNS = `
[campaigns.shipping]
owner = "tests"
arms = { control = {}, flat = { shipping = "gold" }, free = { shipping = "gold" } }

[campaigns.new-checkout]
owner = "tests"
arms = { off = {}, on = { checkout = "gold" } }

[campaigns.new-search]
owner = "tests"
holdout = 50
unit = "customer"
arms = { control = {}, on = { search = "gold" } }

[campaigns.new-year]
owner = "tests"
during = { from = 2099-01-01T00:00:00, zone = "site" }
show = { new-year = "gold" }

[campaigns.tea]
owner = "tests"
where = ['page.type == "category"']
show = { tea = "gold" }
`;
const SLOTS = ["shipping", "checkout", "search", "new-year", "tea"].map((name) => `\n[slots.${name}]\n`).join("");

/** The bundle of the test shop with these campaigns. */
export async function flagsBundle() {
  const place = workplace();
  try {
    const file = place.path("shop/attune.toml");
    writeFileSync(file, readFileSync(file, "utf8") + SLOTS);
    writeFileSync(place.path("shop/campaigns/flags.toml"), CAMPAIGNS);
    await place.ok(["compile", "shop", "--out", "bundle"]);
    return readFileSync(place.path("bundle"));
  } finally {
    place.leave();
  }
}
