// Somebody who publishes: signs requests with HTTP Message Signatures by another hand than the edge's.
import { createHash, randomBytes, sign } from "node:crypto";
import { fileId, keyId, signedManifest } from "../../xtask/manifest.mjs";
import { openHead } from "../../www/shim/head.mjs";

const sha256 = (bytes) => createHash("sha256").update(bytes).digest();
export const hashOf = (bytes) => sha256(bytes).toString("hex");

/**
 * The headers of a signed request.
 * @param {string} pem
 * @param {{ method: string, target: string, body: Uint8Array, audience: string, created?: number, expires?: number, nonce?: string, digest?: Uint8Array }} what
 */
export function signatureHeaders(pem, { method, target, body, audience, created = Math.floor(Date.now() / 1000), expires = created + 60, nonce = randomBytes(16).toString("hex"), digest = sha256(body) }) {
  const [path, query = ""] = target.split("?");
  const contentDigest = `sha-256=:${Buffer.from(digest).toString("base64")}:`;
  const parameters = `("@method" "@path" "@query" "content-digest" "attune-audience");created=${created};expires=${expires};nonce="${nonce}";keyid="${keyId(pem)}";alg="ed25519"`;
  const base = `"@method": ${method}\n"@path": ${path}\n"@query": ?${query}\n"content-digest": ${contentDigest}\n"attune-audience": ${audience}\n"@signature-params": ${parameters}`;
  return {
    "Signature-Input": `attune=${parameters}`,
    Signature: `attune=:${sign(null, Buffer.from(base), pem).toString("base64")}:`,
    "Content-Digest": contentDigest,
    "Attune-Audience": audience,
  };
}

/** @typedef {{ status: number, body: any, code?: string, bytes: Buffer, headers: object }} Answer */

/**
 * A client of the publisher with a key of its own.
 * @param {{ fetch: (path: string, options?: object) => Promise<any> }} edge
 * @param {string} pem
 */
export function publisherOf(edge, pem) {
  let audience = "";
  const client = {
    pem,
    /** @param {string} method @param {string} path behind /_attune/publish/ @param {Uint8Array} [body] @param {object} [more] of the signature @returns {Promise<Answer>} */
    async ask(method, path, body = Buffer.alloc(0), more = {}) {
      audience ||= (await edge.fetch("/_attune/publish/state").then(read)).body.error.audience;
      const target = `/_attune/publish/${path}`;
      const headers = signatureHeaders(pem, { method, target, body, audience, ...more });
      return read(await edge.fetch(target, { method, headers, ...(method === "GET" ? {} : { body }) }));
    },
    /** @param {string} path */
    get: (path) => client.ask("GET", path),
    /** @param {string} path @param {object} value */
    post: (path, value) => client.ask("POST", path, Buffer.from(JSON.stringify(value))),
    /** @param {Uint8Array} bytes */
    upload: (bytes) => client.ask("PUT", `artifact/${hashOf(bytes)}`, bytes),
    state: async () => (await client.get("state")).body,
    /** Sends a manifest. @param {Uint8Array} file @param {object} [more] */
    draft: (file, more = {}) => client.post("draft", { manifest: Buffer.from(file).toString("base64"), message: "a change", ...more }),
    /** @param {Uint8Array} file @param {string} [message] */
    kill: (file, message = "it is broken") => client.post("kill", { statement: Buffer.from(file).toString("base64"), message }),
    /** Another signature for a draft. @param {Uint8Array} file signed by this key @param {string} [draft] */
    approve: (file, draft = fileId(file)) => client.post("approve", { draft, signature: Buffer.from(file.subarray(file.length - 72)).toString("base64") }),
    /** Puts a version behind the present one. @param {object} what of the manifest @param {string[]} [keys] */
    async next(what, keys = [pem]) {
      const { site, current } = await client.state();
      return signedManifest({ site, version: (current?.version ?? 0) + 1, previous: current?.id, ...what }, keys);
    },
    /** Uploads a bundle and publishes it. @param {Uint8Array} bundle @param {object} [more] of the manifest */
    async push(bundle, more = {}, keys = [pem]) {
      await client.upload(bundle);
      const file = await client.next({ bundle, ...more }, keys);
      return { file, answer: await client.draft(file) };
    },
    /** Every entry of the history, after the chain is verified by another hand. */
    async history() {
      const entries = [];
      for (let more = true; more; ) {
        const { body } = await client.get(`history?after=${entries.length}&limit=200`);
        for (const { text, hash } of body.entries) {
          const entry = JSON.parse(text);
          const before = entries.at(-1);
          if (entry.serial !== entries.length + 1 || entry.previous !== (before?.hash ?? "0".repeat(64)) || hashOf(text) !== hash) throw new Error(`the chain breaks at ${text}`);
          entries.push({ ...entry, hash });
        }
        more = body.more;
      }
      return entries;
    },
  };
  return client;
}

/** @param {{ status: number, headers: Record<string, string>, bytes: Buffer, text: string }} answer @returns {Answer} */
export function read({ status, headers, bytes, text }) {
  const body = (headers["content-type"] ?? "").startsWith("application/json") ? JSON.parse(text) : null;
  return { status, headers, bytes, body, code: body?.error?.code };
}

/**
 * Waits until something is true.
 * @template T
 * @param {() => Promise<T>} look
 * @returns {Promise<NonNullable<T>>}
 */
export async function until(look) {
  for (const start = Date.now(); Date.now() - start < 30_000; await new Promise((resolve) => setTimeout(resolve, 20))) {
    const found = await look();
    if (found) return found;
  }
  throw new Error("it did not become true in 30 s");
}

/**
 * The head that KV has once it is that of the object.
 * @param {{ kv: any }} edge @param {{ site: string, ring: string }} expected @param {number} serial
 */
export function headOf(edge, expected, serial) {
  return until(async () => {
    const text = await edge.kv.get("head");
    const head = text === null ? null : await openHead(text, expected);
    return head !== null && head.serial >= serial ? head : null;
  });
}
