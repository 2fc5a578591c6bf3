// Writes a script as browsers get it: node xtask/minified.mjs www/browser/page.js build/assets/_attune/page.js
import { buildSync } from "esbuild";
import { writeFileSync } from "node:fs";

/** A script with the modules that it imports in one, as it stands or as browsers get it. @param {string} file @param {boolean} minify */
const bundled = (file, minify) => {
  const { outputFiles } = buildSync({ entryPoints: [file], bundle: true, format: "iife", minify, target: "es2022", write: false });
  return outputFiles[0].text;
};

/** A script without comments, types and long names. @param {string} file */
export const minified = (file) => bundled(file, true);

/** A script as it was written, in one file. @param {string} file */
export const joined = (file) => bundled(file, false);

const [, program, from, to] = process.argv;
if (program === new URL(import.meta.url).pathname) writeFileSync(to, minified(from));
