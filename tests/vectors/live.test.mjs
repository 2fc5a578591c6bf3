// The vector of live data, read by the code that the Worker runs.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { LIVE, readLive, WEIGHTS } from "../../www/shim/live.mjs";

const vector = JSON.parse(readFileSync(new URL("live.json", import.meta.url)).toString());
const bytes = (/** @type {string} */ hex) => new Uint8Array(Buffer.from(hex, "hex"));
const live = (/** @type {number} */ kind) => [...LIVE, WEIGHTS].find((one) => one.kind === kind) ?? WEIGHTS;
const expected = { live: live(vector.kind), site: vector.site, keys: `${vector.public}:data`, now_s: vector.made, newest_s: 0 };

test("live data is read as the vector says, and for nobody else", async () => {
  const { body, made_s } = await readLive(bytes(vector.file), expected);
  assert.deepEqual([Buffer.from(body).toString("hex"), made_s], [vector.body, vector.made]);
  for (const other of [{ site: "gift" }, { live: live(6) }, { live: WEIGHTS }, { keys: vector.public }, { now_s: vector.made - 301 }, { newest_s: vector.made + 1 }]) {
    await assert.rejects(readLive(bytes(vector.file), { ...expected, ...other }), JSON.stringify(other));
  }
  await readLive(bytes(vector.file), { ...expected, now_s: vector.made - 300, newest_s: vector.made });
});

test("live data with any bit flipped, cut anywhere or with a byte behind it is refused", async () => {
  const file = bytes(vector.file);
  for (let at = 0; at < file.length; at += 1) {
    const flipped = file.slice();
    flipped[at] ^= 1 << at % 8;
    await assert.rejects(readLive(flipped, expected), `byte ${at}`);
    await assert.rejects(readLive(file.slice(0, at), expected), `cut at ${at}`);
  }
  await assert.rejects(readLive(new Uint8Array([...file, 0]), expected));
});
