// What the page core's instance holds with the largest of everything: configuration, catalogue and indexes, and a canary and a draft beside them. An
// isolate may have 128 MiB; beside the instance it has the bytes of the configuration and the canary, so that a trap costs no question to KV.
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cel, conditions } from "./lib/conditions.mjs";
import { fullIndex } from "./lib/full-index.mjs";

const ROOT = new URL("../../", import.meta.url).pathname;
const MIB = 1024 * 1024;
const BUNDLE_MAX = 4 * MIB;
const ARTIFACTS_MAX = 24 * MIB;
const PRODUCTS = 100_000;
const SEGMENTS = Number(process.env.SEGMENTS ?? 60_000);
const KEYS = `1:sign:${"11".repeat(32)}`;
const folder = mkdtempSync(join(tmpdir(), "attune-memory-"));

/** Compiles a configuration, with a catalogue where there are products. */
function compiled(name, lines, files, products = 0) {
  const at = join(folder, name);
  for (const sub of ["", "content", "catalog"]) mkdirSync(join(at, sub), { recursive: true });
  for (const [path, text] of Object.entries(files)) writeFileSync(join(at, path), text);
  const site = '[site]\nname = "testshop"\nhosts = ["shop.test"]\nlocales = { en-GB = "GBP" }\n[pages]\nhome = ["/"]\nproduct = ["/p/{sku}"]\ncategory = ["/c/{category}"]\nbasket = ["/basket"]\nother = ["/*"]\n[consent]\nsource = "api"\nregime = { other = "opt-in" }\n';
  writeFileSync(join(at, "attune.toml"), site + lines.join("\n"));
  const rows = Array.from({ length: products }, (_, n) => `${100_000 + n}\tA product of the shop, number ${n}\t/p/${100_000 + n}\t/img/p/${100_000 + n}.jpg\t${n % 100}.99\tShelf ${n % 200}`);
  if (products > 0) writeFileSync(join(at, "catalog/products.tsv"), ["id\ttitle\tlink\timage_link\tprice\tproduct_type", ...rows].join("\n"));
  const more = products > 0 ? ["--catalog", join(at, "catalog.bin"), "--new-epoch"] : [];
  execFileSync("cargo", ["run", "--quiet", "-p", "attune", "--", "compile", at, "--out", join(at, "bundle"), ...more], { cwd: ROOT, stdio: "ignore" });
  return { bundle: readFileSync(join(at, "bundle")), catalog: products > 0 ? readFileSync(join(at, "catalog.bin")) : null };
}

const CATALOG = ['[catalog]\nfeed = "catalog/products.tsv"', '[slots.picks]\ncard = "content/card.html"', '[campaigns.popular]\nrecommend.picks = { sources = ["popular"] }'];
const CARD = { "content/card.html": "<ul>{{#items}}<li>{{item.title}}</li>{{/items}}</ul>" };

/** The most contents that fit: their texts are as they are authored. */
function ofContents(word) {
  const count = 1000;
  const files = { ...CARD };
  const lines = [...CATALOG, "[slots.hero]"];
  for (let n = 0; n < count; n += 1) {
    files[`content/c${n}.html`] = `<p>${word} ${randomBytes(1550).toString("hex")} ${"x".repeat(1000)}</p>`;
    lines.push(`[campaigns.c${n}]\npriority = ${n}\nshow = { hero = "c${n}" }\n[content.c${n}]\nhtml = "content/c${n}.html"`);
  }
  return [lines, files];
}

/** Segments as marketers write them, as many as fit. */
function ofSegments(word) {
  const lines = [...CATALOG, "[slots.hero]", '[campaigns.hero]\nwhere = [\'in_segment("s0")\']\nshow = { hero = "hero" }\n[content.hero]\nhtml = "content/hero.html"'];
  conditions(SEGMENTS).forEach((condition, n) => lines.push(`[segments.s${n}]\nname = "S"\nwhen = '${cel(condition)}'`));
  return [lines, { ...CARD, "content/hero.html": `<p>${word}</p>` }];
}

const mib = (bytes) => `${(bytes / MIB).toFixed(1)} MiB`;

try {
  for (const [name, make] of [["contents", ofContents], ["segments", ofSegments]]) {
    const { bundle, catalog } = compiled(`${name}-one`, ...make("Hello"), PRODUCTS);
    const canary = Buffer.from(bundle);
    canary.write("Howdy", canary.indexOf("Hello"));
    const room = ARTIFACTS_MAX - catalog.length;
    let neighbours = 50;
    let index;
    do index = Buffer.from(fullIndex(PRODUCTS, neighbours--, catalog.readUInt32LE(16))); while (index.length > room);
    console.log(`${name}, a bundle of ${mib(bundle.length)} (at most ${mib(BUNDLE_MAX)}), catalogue and index of ${mib(catalog.length + index.length)}`);

    const { initSync, PageCore } = await import(`../../build/page/page.js?${name}`);
    const { memory } = initSync({ module: new WebAssembly.Module(readFileSync(join(ROOT, "build/page/page_bg.wasm"))) });
    const sizes = [memory.buffer.byteLength];
    const note = () => sizes.push(memory.buffer.byteLength);
    const one = new PageCore(bundle, KEYS);
    note();
    for (const [kind, bytes] of [[2, catalog], [3, index]]) one.put(kind, bytes);
    note();
    const two = new PageCore(canary, KEYS);
    for (const kind of [2, 3]) two.adopt(one, kind);
    note();
    // A draft that somebody previews. It leaves before the next version comes in beside the others.
    const draft = new PageCore(canary, KEYS);
    for (const kind of [2, 3]) draft.adopt(one, kind);
    note();
    draft.free();
    const next = new PageCore(bundle, KEYS);
    for (const kind of [2, 3]) next.adopt(one, kind);
    note();
    console.log(`  a byte of the bundle costs ${((sizes[1] - sizes[0]) / bundle.length).toFixed(1)} bytes at first, ${((sizes[4] - sizes[3]) / bundle.length).toFixed(1)} in a draft`);
    console.log(`  ${["empty", "the bundle", "catalogue and index", "the canary", "a draft", "the next version while it comes"].map((what, at) => `${what} ${mib(sizes[at])}`).join(", ")}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
