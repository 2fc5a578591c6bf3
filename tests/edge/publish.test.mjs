// Publishing: who may, what is refused and why, and what holds afterwards.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newSigningKey, publicKeyHex } from "../../xtask/manifest.mjs";
import { openHead } from "../../www/shim/head.mjs";
import { BUNDLE, KEY_1, startEdge } from "./harness.mjs";
import { publisherOf } from "./publisher.mjs";

const [ALICE] = Array.from({ length: 4 }, newSigningKey);
const KEYS = `${publicKeyHex(ALICE)}:publish`;

test("first", async () => {
  const edge = await startEdge({ publish: false, bindings: { MANIFEST_KEYS: KEYS } });
  try {
    const alice = publisherOf(edge, ALICE);
    console.log(await alice.get("state"));
    console.log(await alice.upload(BUNDLE));
    const { answer } = await alice.push(BUNDLE);
    console.log(answer);
    await new Promise((r) => setTimeout(r, 300));
    console.log(await openHead(await edge.kv.get("head"), { site: "testshop", ring: KEY_1 }));
    console.log(await alice.history(), JSON.stringify(await alice.state(), null, 1));
    console.log(edge.log);
  } finally {
    await edge.stop();
  }
});
