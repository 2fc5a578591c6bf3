// A model of browsers with tabs, slow answers, lost answers, closed pages and old plans around the real Workers, the real
// mailbox and the real page script: what the cookies say afterwards must be what happened. tests/model does the same with
// the core alone, and far more often.
//
// Every run has a seed, which a failure names: ATTUNE_MODEL_SEED=N ATTUNE_MODEL_RUNS=1 node --test tests/edge/model.test.mjs
// repeats its schedule. ATTUNE_MODEL_RUNS is the number of runs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { startEdge } from "./harness.mjs";
import { totals, World } from "./model/world.mjs";

const RUNS = 200;
/** Worlds at the same time: some wait until the Worker's clock is past an erasure. */
const TOGETHER = 64;

test("cookies say what happened, whatever was slow, lost or late", async (context) => {
  const runs = Number(process.env.ATTUNE_MODEL_RUNS ?? RUNS);
  const first = Number(process.env.ATTUNE_MODEL_SEED ?? 1);
  const edge = await startEdge();
  const seen = totals();
  /** @type {string[]} */
  const failed = [];
  let next = first;
  const some = async () => {
    while (next < first + runs) {
      const seed = next++;
      try {
        for (const [name, count] of Object.entries(await new World(edge, seed).run())) seen[/** @type {keyof typeof seen} */ (name)] += count;
      } catch (error) {
        failed.push(`seed ${seed}: ${error instanceof Error ? error.stack : error}`);
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: TOGETHER }, some));
  } finally {
    await edge.stop();
  }
  context.diagnostic(`${runs} runs: ${JSON.stringify(seen)}`);
  assert.deepEqual(failed, []);
  // A model in which nothing happens proves nothing.
  if (runs >= RUNS) {
    const { uncertain, ...more } = seen;
    assert.ok(Object.values(more).every((count) => count > runs / 10), JSON.stringify(seen));
    assert.ok(uncertain < seen.ends / 2, JSON.stringify(seen));
  }
});
