// The vectors of what is signed for publishing, read by the code that the Workers run.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { acceptData, baseOf, dataSigners, groundOf, holdsFor, readData } from "../../www/shim/data.mjs";
import { readKills, readStatement, statementApprovals } from "../../www/shim/kills.mjs";
import { acceptManifest, manifestApprovals, manifestId, readManifest } from "../../www/shim/manifest.mjs";
import { verifyRequest } from "../../www/shim/publish/request-signature.mjs";
import { encodePieces, readKeys } from "../../www/shim/signature.mjs";

const vectors = JSON.parse(readFileSync(new URL("publication.json", import.meta.url)).toString());
const bytes = (/** @type {string} */ hex) => new Uint8Array(Buffer.from(hex, "hex"));
const hex = (/** @type {Uint8Array} */ array) => Buffer.from(array).toString("hex");
const { site } = vectors;
const keys = `${vectors.public}:publish+kill+data`;

/** What a signature covers. @param {(string | Uint8Array)[]} pieces */
const covered = (pieces) => hex(encodePieces(pieces.map((piece) => (typeof piece === "string" ? new TextEncoder().encode(piece) : piece))));

test("manifests are read as the vectors say, and count", async () => {
  for (const name of ["version", "canary", "rollback"]) {
    const vector = vectors[name];
    const manifest = readManifest(bytes(vector.file));
    const { envelope, artifacts, canary, evidence } = manifest;
    assert.deepEqual([manifest.site, manifest.version, manifest.previous, manifest.notBefore_s, manifest.expires_s], [site, vector.version, vector.previous, vector.not_before, vector.expires], name);
    assert.deepEqual([hex(envelope.body), await manifestId(manifest)], [vector.body, vector.id]);
    assert.deepEqual(artifacts, vectors.artifacts);
    assert.deepEqual(canary ?? undefined, vector.canary);
    assert.equal(evidence === null ? undefined : hex(evidence), vector.evidence);
    assert.equal(covered([name === "rollback" ? "attune-rollback-1" : "attune-manifest-1", envelope.body]), vector.signed);
    assert.deepEqual(await manifestApprovals(manifest, keys), { by: [vectors.key], hasPublisher: true });
    await acceptManifest(manifest, { site, keys, needed: 1, floor: 0, now_s: vector.not_before });
    await assert.rejects(acceptManifest(manifest, { site, keys: `${vectors.public}:data`, needed: 1, floor: 0, now_s: vector.not_before }), /0 valid signatures/);
  }
});

test("the data manifest is read as the vector says, counts for its role, and holds for the vector's versions", async () => {
  const vector = vectors.data;
  const data = await readData(bytes(vector.file));
  const { envelope, ...fields } = data;
  const { number, previous, made, version, base, artifacts, id } = vector;
  assert.deepEqual(fields, { id, site, number, previous, made_s: made, version, base, artifacts });
  assert.deepEqual([hex(envelope.body), covered(["attune-data-1", envelope.body])], [vector.body, vector.signed]);
  assert.deepEqual(await dataSigners(data, keys), [vectors.key]);
  await acceptData(data, { site, keys, now_s: made - 300 });
  await assert.rejects(acceptData(data, { site, keys, now_s: made - 301 }), /ahead of now/);
  await assert.rejects(acceptData(data, { site: "another", keys, now_s: made }), /for the site/);
  await assert.rejects(acceptData(data, { site, keys: `${vectors.public}:publish+approve+kill+read`, now_s: made }), /no key for data/);
  const own = readManifest(bytes(vectors.version.file)).recommend;
  assert.equal(await baseOf(own), base);
  for (const name of ["version", "canary", "rollback"]) {
    const ground = await groundOf(readManifest(bytes(vectors[name].file)));
    assert.ok(holdsFor(data, ground), `${name} names the same`);
    const other = { ...ground, base: id };
    assert.equal(holdsFor(data, other), name !== "canary", `${name} with another catalogue: only the canary is later than version 7`);
  }
});

test("no single bit of a data manifest can be flipped, nor the file be cut", async () => {
  const file = bytes(vectors.data.file);
  const terms = { site, keys, now_s: vectors.data.made };
  const read = async (/** @type {Uint8Array<ArrayBuffer>} */ one) => acceptData(await readData(one), terms);
  await read(file);
  for (let bit = 0; bit < file.length * 8; bit += 1) {
    const flipped = file.slice();
    flipped[bit >> 3] ^= 1 << (bit & 7);
    await assert.rejects(read(flipped), `bit ${bit}`);
  }
  for (let at = 0; at < file.length; at += 1) await assert.rejects(read(file.slice(0, at)), `cut at ${at}`);
  await assert.rejects(read(new Uint8Array([...file, 0])));
});

test("statements and the kill list are read as the vectors say", async () => {
  for (const vector of vectors.statements) {
    const statement = readStatement(bytes(vector.file));
    const { envelope } = statement;
    assert.deepEqual([statement.kind, statement.site, statement.number, statement.made_s, statement.key], [vector.effect, site, vector.number, vector.made, vector.campaign]);
    assert.deepEqual([hex(envelope.body), covered(["attune-kill-1", Uint8Array.of(envelope.tag), envelope.body])], [vector.body, vector.signed]);
    assert.deepEqual((await statementApprovals(statement, { site, keys, needed: 1 })).by, [vectors.key]);
  }
  const { next } = await readKills(bytes(vectors.kills), { site, keys, needed: 1 });
  assert.equal(next, vectors.statements.at(-1).number + 1);
});

test("requests are verified as the vectors say, and not with another method, query, audience or time", async () => {
  const known = await readKeys(keys);
  for (const { method, path, query, body, audience, created, expires, nonce, headers } of vectors.requests) {
    /** @param {{ method?: string, query?: string, headers?: object, now_s?: number }} [other] */
    const verify = (other = {}) => {
      const url = `https://www.shop.example${path}${(other.query ?? query) === "" ? "" : `?${other.query ?? query}`}`;
      const init = { method: other.method ?? method, headers: { ...headers, ...other.headers } };
      return verifyRequest(new Request(url, init), known, other.now_s ?? created);
    };
    const signed = await verify();
    assert.deepEqual([signed.key.id, signed.nonce, signed.expires_s, signed.audience], [vectors.key, nonce, expires, audience]);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(body)));
    assert.equal(signed.digest, Buffer.from(digest).toString("base64"));
    for (const other of [{ method: "DELETE" }, { query: "a=b" }, { headers: { "attune-audience": "another:0011223344556677" } }, { now_s: expires + 1 }, { now_s: created - 31 }]) {
      await assert.rejects(verify(other), JSON.stringify(other));
    }
  }
});
