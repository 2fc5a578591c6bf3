// The command line tool and the page core, as the benchmarks use them.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const ROOT = new URL("../../..", import.meta.url).pathname;

/** Compiles authored files into a bundle. @param {string} folder */
export function compiled(folder) {
  const out = mkdtempSync(join(tmpdir(), "attune-bench-"));
  try {
    const bundle = join(out, "bundle");
    execFileSync("cargo", ["run", "--quiet", "--release", "-p", "attune", "--", "compile", folder, "--out", bundle], {
      cwd: ROOT,
      // What a generated configuration is warned of is no news; when it fails, the error has the text.
      stdio: ["ignore", "ignore", "pipe"],
    });
    return readFileSync(bundle);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** A key that signs, for this run only. */
export const KEYS = `1:sign:${"5a".repeat(32)}`;

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

/** The smallest and the largest. @param {number[]} values @param {(n: number) => string} [show] */
export const spread = (values, show = (n) => n.toFixed(0)) => `${show(Math.min(...values))} to ${show(Math.max(...values))}`;
