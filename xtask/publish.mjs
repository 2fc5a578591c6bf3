// Makes the secrets of a local run, once, writes the signed manifest of a bundle, and prints the artifacts' KV keys:
// node xtask/publish.mjs --bundle FILE [--catalog FILE] [--sessions FILE] [--baskets FILE] --site NAME --out FILE
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { artifactKey, newSigningKey, publicKeyHex, signedManifest } from "./manifest.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { values } = parseArgs({ options: { bundle: { type: "string" }, site: { type: "string" }, catalog: { type: "string" }, sessions: { type: "string" }, baskets: { type: "string" }, out: { type: "string" } } });
const keyFile = join(root, ".wrangler/attune-signing-key.pem");
const secretsFile = join(root, ".dev.vars");

if (!existsSync(keyFile)) {
  mkdirSync(dirname(keyFile), { recursive: true });
  writeFileSync(keyFile, newSigningKey(), { mode: 0o600 });
}
const key = readFileSync(keyFile, "utf8");

const secrets = existsSync(secretsFile) ? readFileSync(secretsFile, "utf8") : "";
const apiKey = randomBytes(24).toString("hex");
/** What each variable is where it is not set yet; the manifest key follows its file, and the floor this publication. */
const wanted = {
  ATTUNE_KEYS: `1:sign:${randomBytes(32).toString("hex")}`,
  ATTUNE_API_KEY: apiKey,
};
const present = Object.fromEntries([...secrets.matchAll(/^(\w+)="?([^"\n]*)"?$/gm)].map(([, name, value]) => [name, value]));
const version = Math.floor(Date.now() / 1000);
const all = { ...wanted, ...present, MANIFEST_KEYS: `${publicKeyHex(key)}:publish+approve+kill+data`, MANIFEST_FLOOR: String(version) };
// The demo shop's backend calls the API with the same key.
all.API_KEY = all.ATTUNE_API_KEY;
const lines = Object.entries(all).map(([name, value]) => `${name}="${value}"`);
writeFileSync(secretsFile, `# Made by cargo xtask dev for this machine only.\n${lines.join("\n")}\n`, { mode: 0o600 });

const bundle = readFileSync(join(root, values.bundle));
const named = [[2, values.catalog], [3, values.sessions], [4, values.baskets]].filter(([, file]) => file);
const artifacts = named.map(([kind, file]) => ({ kind, bytes: readFileSync(join(root, file)) }));
const manifest = signedManifest({ site: values.site, version, bundle, artifacts }, [key]);
writeFileSync(join(root, values.out), manifest);
process.stdout.write([bundle, ...artifacts.map(({ bytes }) => bytes)].map(artifactKey).join("\n"));
