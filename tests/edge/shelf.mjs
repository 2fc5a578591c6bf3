// What a publisher has put into KV: signed files under their names, and the head that says which hold.
import { createHash } from "node:crypto";
import { artifactKey, fileId, killList, killStatement, newSigningKey, publicKeyHex, signedData, signedHead, signedManifest } from "../../xtask/manifest.mjs";
import { BUNDLE, KEY_1, KEYS, SIGNING_KEY, startEdge } from "./harness.mjs";

export const SITE = "testshop";
export const KILLER = newSigningKey();
/** At every look KV is asked, and every page waits for it. */
export const EAGER = { BUNDLE_FRESH_S: "0", BUNDLE_STALE_S: "0", RETRY_S: "0", MANIFEST_KEYS: `${KEYS}, ${publicKeyHex(KILLER)}:kill` };

/** The test's bundle with another greeting of the same length. @param {string} word five letters */
export function greeting(word) {
  const bytes = Buffer.from(BUNDLE);
  const at = bytes.indexOf("Hello for");
  bytes.write(word, at);
  return bytes;
}

/** The words on a page: which bundle it was made with; `Our shop` where it is the origin's. @param {string} html */
export function wordOf(html) {
  return /<h1>(Our shop|\w+)/.exec(html)?.[1];
}

/** @param {{ put: (key: string, bytes: Uint8Array) => Promise<void> }} edge @param {string} [site] */
export function shelfOf(edge, site = SITE) {
  const shelf = {
    serial: 0,
    /**
     * Puts a manifest and what it names; the answer is its id.
     * @param {number} version @param {Uint8Array} bundle @param {object} [more] of the manifest @param {string[]} [keys]
     */
    async version(version, bundle, more = {}, keys = [SIGNING_KEY]) {
      const { canary, artifacts = [] } = /** @type {{ canary?: { bundle: Uint8Array }, artifacts?: { bytes: Uint8Array }[] }} */ (more);
      for (const bytes of [bundle, ...(canary ? [canary.bundle] : []), ...artifacts.map(({ bytes }) => bytes)]) await edge.put(artifactKey(bytes), bytes);
      return shelf.manifest(signedManifest({ site, version, bundle, ...more }, keys));
    },
    /**
     * Puts a data manifest and what it names; the answer is its id.
     * @param {number} number @param {{ version: number, base?: { kind: number, bytes: Uint8Array }[], previous?: string, made_s?: number, site?: string }} what @param {{ kind: number, bytes: Uint8Array }[]} artifacts @param {string[]} [keys]
     */
    async data(number, what, artifacts, keys = [SIGNING_KEY]) {
      for (const { bytes } of artifacts) await edge.put(artifactKey(bytes), bytes);
      return shelf.manifest(signedData({ site, number, base: [], ...what, artifacts }, keys));
    },
    /** Puts a signed manifest. @param {Uint8Array} file */
    async manifest(file) {
      await edge.put(`manifest:${fileId(file)}`, file);
      return fileId(file);
    },
    /** Puts a kill list; the answer is its name. @param {{ key?: string, revive?: boolean }[]} statements */
    async kills(statements) {
      const signed = statements.map((statement, at) => killStatement({ site, number: at + 1, ...statement }, [statement.revive ? SIGNING_KEY : KILLER]));
      const list = killList(signed);
      const name = createHash("sha256").update(list).digest("hex");
      await edge.put(`kills:${name}`, list);
      return name;
    },
    /** Puts the next head. @param {{ manifest: string | null, data?: string | null, before?: string | null, kills?: string | null, withdrawn?: string[], serial?: number, moment_s?: number, site?: string }} what */
    async head(what, ring = KEY_1) {
      shelf.serial = what.serial ?? shelf.serial + 1;
      await edge.put("head", signedHead({ site, serial: shelf.serial, ...what }, ring));
    },
  };
  return shelf;
}

/**
 * A Worker without anything in KV.
 * @param {(edge: Awaited<ReturnType<typeof startEdge>>, shelf: ReturnType<typeof shelfOf>) => Promise<void>} run
 * @param {Parameters<typeof startEdge>[0]} [options]
 */
export async function withShelf(run, { bindings = {}, ...options } = {}) {
  const edge = await startEdge({ publish: false, bindings: { ...EAGER, ...bindings }, ...options });
  try {
    await run(edge, shelfOf(edge));
  } finally {
    await edge.stop();
  }
}

/** What a page shows and who made it, after a look at KV: `WORD VERSION`. */
export async function shown(edge) {
  await edge.health();
  const { status, text, headers } = await edge.fetch("/");
  if (status !== 200) throw new Error(`a page of status ${status}`);
  return `${wordOf(text)} ${/version=(\d+)/.exec(headers.attune ?? "")?.[1] ?? "-"}`;
}

/** A copy of bytes with one bit flipped. @param {Uint8Array} bytes @param {number} bit */
export function flipped(bytes, bit) {
  const copy = Buffer.from(bytes);
  copy[bit >> 3] ^= 1 << (bit & 7);
  return copy;
}
