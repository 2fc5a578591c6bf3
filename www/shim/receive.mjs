/** Brings an artifact into a core, a step a turn: pages are decided in between. */

import { moment } from "./moment.mjs";

/** About this much is checked before a page gets its turn: below a millisecond of work. */
const STEP_BYTES = 256 * 1024;

/**
 * @param {import("../../build/page/page.js").PageCore} page
 * @param {import("./manifest.mjs").Named} named
 * @param {AsyncIterable<Uint8Array>} pieces
 * @param {(work: () => boolean | void) => boolean | void} call does one step; throws where the core is gone
 */
export async function receive(page, named, pieces, call) {
  call(() => page.begin(named.kind, named.bytes));
  let fed = 0;
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; at += STEP_BYTES) {
      const part = piece.subarray(at, at + STEP_BYTES);
      call(() => page.feed(part));
      fed += part.length;
      if (fed < STEP_BYTES) continue;
      fed = 0;
      await moment();
    }
  }
  while (!call(() => page.step(STEP_BYTES))) await moment();
}
