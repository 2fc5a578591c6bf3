// A site with as many segments as wanted, as authored files.
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cel } from "./conditions.mjs";

const SLOTS = ["bar", "hero", "welcome", "promo", "aside", "note", "picks", "footer"];

/** Authored files with these segments; eight slots ask sixteen of them. @param {import("./conditions.mjs").Condition[]} segments */
export function authored(segments) {
  const folder = mkdtempSync(join(tmpdir(), "attune-segments-"));
  const lines = [
    '[site]\nname = "bench"\nhosts = ["bench.example"]\ntimezone = "Europe/London"\nlocales = { en-GB = "GBP" }',
    '[pages]\nhome = ["/"]\nproduct = ["/p/{sku}"]\ncategory = ["/c/{category}"]\nbasket = ["/basket"]\nother = ["/*"]',
    '[consent]\nsource = "api"\nregime = { other = "opt-in" }',
    ...segments.map((condition, n) => `[segments.s${n}]\nname = "S"\nwhen = '${cel(condition)}'`),
    ...SLOTS.map((slot) => `[slots.${slot}]`),
  ];
  const stride = Math.max(1, Math.floor(segments.length / 16));
  SLOTS.forEach((slot, index) => {
    const asked = [0, 1].map((n) => `in_segment("s${((index * 2 + n) * stride) % segments.length}")`);
    lines.push(`[campaigns.rare-${slot}]\npriority = 50\nwhere = ['${asked.join(" && ")}']\nshow = { ${slot} = "content" }`);
    lines.push(`[campaigns.usual-${slot}]\npriority = 10\nwhere = ['visit.count >= 1']\nshow = { ${slot} = "content" }`);
  });
  lines.push('[content.content]\nhtml = "content/content.html"');
  writeFileSync(join(folder, "attune.toml"), lines.join("\n\n") + "\n");
  mkdirSync(join(folder, "content"));
  writeFileSync(join(folder, "content", "content.html"), "<p>Welcome back: <a href=\"/c/lanterns\">lanterns</a></p>");
  return folder;
}
