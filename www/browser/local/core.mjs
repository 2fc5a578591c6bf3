/** The core in the browser: fetched once, with the client bundle that it decides by. */

import { Local, initSync } from "../../../build/browser/core.js";
import { openPack, trouble } from "./pack.mjs";

/** @typedef {{ core: Local, config: string | undefined }} Loaded */

/** @param {string} url @param {string} code */
const fetched = async (url, code) => {
  const response = await fetch(url, { credentials: "same-origin" });
  if (!response.ok) throw trouble(code, `${url} is answered with ${response.status}`);
  return response.arrayBuffer();
};

/**
 * Loads what is needed. Nothing is fetched where the browser could not use it.
 * @param {(file: string) => string} address of a file
 * @param {string} pack
 * @param {{ keys: string, needed: number }} signers
 * @returns {Promise<Loaded>} rejects with an `Error` that has a `code`
 */
export const load = async (address, pack, signers) => {
  if (typeof WebAssembly !== "object") throw trouble("no_wasm", "this browser has no WebAssembly");
  if (!globalThis.crypto?.subtle) throw trouble("no_ed25519", "this page has no WebCrypto: it needs HTTPS");
  const file = new Uint8Array(await fetched(pack, "bundle"));
  const { client, others, config } = await openPack(file, signers).catch((error) => {
    throw error.code ? error : trouble("bundle", String(error));
  });
  const wasm = await fetched(address(others.length > 0 ? "local-full.wasm" : "local.wasm"), "wasm");
  const module = await WebAssembly.compile(wasm).catch((error) => {
    throw trouble("no_wasm", String(error));
  });
  initSync({ module });
  const core = Local.load(client.bytes, client.sha256);
  if (!core) throw trouble("bundle", "the client bundle is of another version of Attune");
  for (const { kind, bytes } of others) if (!core.put(kind, bytes)) throw trouble("bundle", `part ${kind} of the client bundle cannot be used`);
  return { core, config };
};
