// Writes a script as browsers get it: node xtask/minified.mjs www/shim/page.js build/assets/_attune/page.js
import { transformSync } from "esbuild";
import { readFileSync, writeFileSync } from "node:fs";

/** A script without its comments, types and long names. @param {string} file */
export const minified = (file) => transformSync(readFileSync(file, "utf8"), { minify: true, target: "es2022" }).code;

const [, program, from, to] = process.argv;
if (program === new URL(import.meta.url).pathname) writeFileSync(to, minified(from));
