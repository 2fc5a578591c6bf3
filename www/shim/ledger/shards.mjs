/** Which shard has a unit. The control plane has the same rule, and asks the shards by these names. */

import { SHARDS_MAX } from "./limits.mjs";

/** @param {{ LEDGER_SHARDS?: string }} env */
export function shardsOf({ LEDGER_SHARDS = "1" }) {
  const shards = Number(LEDGER_SHARDS);
  if (!Number.isInteger(shards) || shards < 1 || shards > SHARDS_MAX) throw new Error(`LEDGER_SHARDS is ${LEDGER_SHARDS}; it has to be from 1 to ${SHARDS_MAX}`);
  return shards;
}

/** @param {string} unit @param {number} shards */
export const shardOfUnit = (unit, shards) => `ledger-${Number.parseInt(unit.slice(2, 10), 16) % shards}`;
