/** The client bundle with its signed manifest in front (SPEC.md, "Client bundle"). */

import { isApproved, readManifest } from "../../shim/manifest.mjs";
import { sha256 } from "../../shim/signature.mjs";

const KIND_CLIENT = 8;

/** @typedef {{ kind: number, sha256: string, bytes: Uint8Array<ArrayBuffer> }} Part */
/** @typedef {{ client: Part, others: Part[], config: string | undefined }} Pack the hash of the whole configuration that it was cut from */

/** What a console shows of it begins with the code. @param {string} code @param {string} message */
export const trouble = (code, message) => Object.assign(new Error(`${code}: ${message}`), { code });

/**
 * Takes a pack apart, and believes nothing of it that is not signed.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {{ keys: string, needed: number }} signers public keys with their roles, and how many must have signed
 * @returns {Promise<Pack>}
 */
export const openPack = async (bytes, { keys, needed }) => {
  const end = 4 + new DataView(bytes.buffer).getUint32(0, true);
  const manifest = readManifest(bytes.slice(4, end));
  const now_s = Date.now() / 1000;
  const terms = { site: manifest.site, keys, needed, floor: 0, now_s };
  const isSigned = await isApproved(manifest, terms).catch((error) => {
    throw trouble("no_ed25519", String(error));
  });
  if (!isSigned) throw trouble("signature", "the client bundle is not signed by a key that the page names");
  const parts = [];
  let at = end;
  for (const { kind, bytes: length, sha256: wanted } of manifest.artifacts) {
    // Of a version that is served, only the client bundle comes along.
    if (at === bytes.length) break;
    if (manifest.config && kind !== KIND_CLIENT) continue;
    const part = bytes.slice(at, (at += length));
    if ((await sha256(part)) !== wanted) throw trouble("signature", "the client bundle is not the one that was signed");
    parts.push({ kind, sha256: wanted, bytes: part });
  }
  const client = parts.find(({ kind }) => kind === KIND_CLIENT);
  if (!client || at !== bytes.length) throw trouble("bundle", "there is no client bundle in the file");
  return { client, others: parts.filter((part) => part !== client), config: manifest.config?.sha256 };
};
