// A project that has the packed package, as a shop's has it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "../..");
const packages = join(root, "build/packages");

/** How the two ways of TypeScript to find a package are asked for. */
const RESOLUTIONS = [["bundler", "esnext"], ["nodenext", "nodenext"]];
/** Nothing that is started here reports anything to anyone. */
export const QUIET = { CI: "1", DO_NOT_TRACK: "1", NEXT_TELEMETRY_DISABLED: "1" };

/** @param {string} command @param {string[]} words @param {string} cwd */
export const run = (command, words, cwd) => execFileSync(command, words, { cwd, env: { ...process.env, ...QUIET }, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

/** Runs npm. No script of a package runs. @param {string} cwd @param {string[]} words */
const npm = (cwd, ...words) => run("npm", [...words, "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--no-update-notifier"], cwd);

/**
 * Puts the shop's files into an empty folder, and the package beside them.
 * @param {string} project @param {string[]} [fixtures] folders beside this file; with any, the bundlers are installed
 */
export function install(project, fixtures = []) {
  cpSync(join(here, "app"), project, { recursive: true });
  for (const name of fixtures) cpSync(join(here, name), join(project, name), { recursive: true });
  const tarball = readdirSync(packages).find((file) => /^attune-\d.*\.tgz$/.test(file));
  assert.ok(tarball, "attune is not packed");
  if (fixtures.length > 0) {
    for (const name of ["package.json", "package-lock.json"]) cpSync(join(here, name), join(project, name));
    npm(project, "ci");
  } else writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }\n');
  // What the command line tool needs is not needed in a page.
  npm(project, "install", "--no-save", "--no-package-lock", ...(fixtures.length > 0 ? [] : ["--omit=optional"]), join(packages, tarball));
}

/** Compiles the shop's files with these options. @param {string} project @param {string[]} options */
const tsc = (project, ...options) => {
  const files = ["main.ts", "types.ts"];
  const always = ["--strict", "--target", "es2022", "--lib", "es2022,dom,dom.iterable"];
  return run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), ...files, ...always, ...options], project);
};

/** Checks the types of the package, with all that they refer to. @param {string} project @param {string} resolution @param {string} module */
const check = (project, resolution, module) => tsc(project, "--noEmit", "--moduleResolution", resolution, "--module", module);

export const checkTypes = (/** @type {string} */ project) => RESOLUTIONS.forEach(([resolution, module]) => check(project, resolution, module));

/** Makes JavaScript of the shop's files, beside them. @param {string} project */
export const translate = (project) => tsc(project, "--moduleResolution", "nodenext", "--module", "nodenext");
