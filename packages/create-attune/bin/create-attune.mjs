#!/usr/bin/env node
// Writes a project into a new folder.
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const USAGE = `Writes a project that personalizes a site with Attune.

Usage: create-attune FOLDER --attune FILE

  FOLDER         a new or empty folder; its name is the name of the Worker
  --attune FILE  the tarball of __PACKAGE__ __VERSION__: it is not on the registry yet
`;
const TEMPLATE = fileURLToPath(new URL("../template", import.meta.url));

process.exitCode = main();

function main() {
  let options;
  try {
    options = parseArgs({ allowPositionals: true, options: { attune: { type: "string" }, help: { type: "boolean", short: "h" } } });
  } catch (error) {
    return broken(/** @type {Error} */ (error).message, "see create-attune --help");
  }
  const { values, positionals } = options;
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const [folder] = positionals;
  if (positionals.length !== 1) return broken("give one folder", "see create-attune --help");
  if (!values.attune) return broken("the package __PACKAGE__ is not on the registry yet", "give its tarball with --attune FILE");
  if (!existsSync(values.attune)) return broken(`${values.attune} does not exist`, "give the tarball of __PACKAGE__");
  const root = resolve(folder);
  if (existsSync(root) && readdirSync(root).some((name) => name !== ".git")) {
    return broken(`${folder} is not empty`, "give another folder: nothing is overwritten");
  }
  const name = basename(root).toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-+|-+$/g, "");
  if (name === "") return broken(`a Worker cannot be called ${basename(root)}`, "use letters and digits in the name of the folder");
  write(root, name, values.attune);
  process.stdout.write(`wrote ${folder}\nnext: cd ${folder} && npm install && npm run dev\n`);
  return 0;
}

/** @param {string} root @param {string} name @param {string} tarball */
function write(root, name, tarball) {
  cpSync(TEMPLATE, root, { recursive: true });
  // Kept with the project, so that `npm ci` works on every machine.
  const attune = `vendor/${basename(tarball)}`;
  cpSync(tarball, join(root, attune));
  // npm does not pack a file of this name.
  renameSync(join(root, "gitignore"), join(root, ".gitignore"));
  for (const file of ["package.json", "wrangler.toml", "control.toml", "attune/attune.toml", "README.md"]) {
    const path = join(root, file);
    writeFileSync(path, readFileSync(path, "utf8").replaceAll("__NAME__", name).replaceAll("__ATTUNE__", `file:${attune}`));
  }
}

/** @param {string} message @param {string} help */
function broken(message, help) {
  process.stderr.write(`create-attune: ${message}\n  help: ${help}\n`);
  return 2;
}
