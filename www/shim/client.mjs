/** `GET /_attune/client.attune`: the client bundle of what is served, behind the signed manifest that names it (SPEC.md). */

import { readConfiguration } from "./artifacts.mjs";
import { readBytes, readCurrent } from "./kv.mjs";
import { manifestId, readManifest } from "./manifest.mjs";

/** A version never changes. */
const IMMUTABLE = "public, max-age=31536000, immutable";
const TTL_S = 86_400;

/** Its address: another version has another one. @param {import("./core.mjs").Bundle} bundle */
export const addressOf = ({ manifest }) => `client.attune?${manifest}`;

/**
 * @param {Request} request
 * @param {import("./index.js").Env} env
 * @param {import("./core.mjs").Bundle | null} bundle
 * @returns {Promise<Response>}
 */
export async function clientBundle(request, env, bundle) {
  if (!bundle?.client) {
    const error = { code: "no_client_bundle", message: "browsers decide themselves where the site says local = true, from the next push on" };
    return Response.json({ error }, { status: 404, headers: { "Cache-Control": "no-store" } });
  }
  const manifest = (await readBytes(env, `manifest:${bundle.manifest}`, TTL_S)) ?? (await readCurrent(env, "manifest"));
  // Put there by hand, and replaced meanwhile.
  if (manifest === null || (await manifestId(readManifest(manifest))) !== bundle.manifest) throw new Error("KV does not have the manifest of what is served");
  const client = await readConfiguration(env, bundle.client);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, manifest.length, true);
  const isNamed = new URL(request.url).search === `?${bundle.manifest}`;
  const headers = { "Content-Type": "application/octet-stream", "Cache-Control": isNamed ? IMMUTABLE : "no-cache", "Access-Control-Allow-Origin": "*" };
  return new Response(new Blob([length, manifest, client]), { headers });
}
