// What a call of the slot scanner costs, natively, by the size of the chunk that it gets.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "./lib/attune.mjs";
import { document } from "./lib/document.mjs";

const folder = mkdtempSync(join(tmpdir(), "attune-chunks-"));
try {
  const page = join(folder, "page.html");
  writeFileSync(page, document());
  const cargo = ["run", "--quiet", "--release", "--manifest-path", "tests/bench/native/Cargo.toml", "--bin", "chunks", "--", page];
  const { state_bytes, coding_ns, chunks } = JSON.parse(execFileSync("cargo", cargo, { cwd: ROOT, encoding: "utf8" }));
  console.log(`a call of the scanner, natively; a page of ${document().length} characters, a state of ${state_bytes} bytes`);
  console.log(`  no bytes: ${coding_ns.toFixed(0)} ns, to read the state and to write it`);
  for (const { bytes, call_ns } of chunks) console.log(`  ${bytes} bytes: ${call_ns.toFixed(0)} ns`);
} finally {
  rmSync(folder, { recursive: true });
}
