// The key ring of the cookies of this machine: a file that git does not see.
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The key ring of a folder; where there is none, a new one. @param {string} folder */
export function keyRing(folder) {
  const file = join(folder, ".dev.vars");
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const known = /^ATTUNE_KEYS\s*=\s*"?([^"\r\n]+)"?/m.exec(text);
  if (known !== null) return known[1].trim();
  const before = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  const ring = `1:sign:${randomBytes(32).toString("hex")}`;
  writeFileSync(file, `${before}ATTUNE_KEYS="${ring}"\n`, { mode: 0o600 });
  return ring;
}
