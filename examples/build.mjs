// What an example's Worker serves beside its pages, in build/examples/NAME/_attune: the page script, and the compiled
// configuration. wrangler runs this before it starts the Worker, and again when the configuration changes.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const [name] = process.argv.slice(2);
const root = fileURLToPath(new URL("..", import.meta.url));
const assets = `build/examples/${name}/_attune`;

mkdirSync(`${root}/${assets}`, { recursive: true });
for (const script of ["page.js", "log.js", "vitals.js", "overlay.js"]) cpSync(`${root}/build/assets/_attune/${script}`, `${root}/${assets}/${script}`);
execFileSync("cargo", ["run", "--quiet", "--package", "attune", "--", "compile", `examples/${name}/attune`, "--out", `${assets}/bundle`], {
  cwd: root,
  stdio: ["ignore", "ignore", "inherit"],
});
