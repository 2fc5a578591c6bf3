// The second parser: parse5, which shares nothing with the scanner or with html5ever.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const PACKAGE = "parse5@8.1.1";

/** Installs parse5 beside the pages and loads it. @param {string} folder */
export function parser(folder) {
  const home = join(folder, "node_modules/parse5/dist/index.js");
  if (!existsSync(home)) execFileSync("npm", ["install", "--silent", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder, PACKAGE], { cwd: folder, stdio: "inherit" });
  return import(pathToFileURL(home).href);
}

/** A node's children, those of a template included. @param {any} node @returns {any[]} */
export const children = (node) => node.content?.childNodes ?? node.childNodes ?? [];
