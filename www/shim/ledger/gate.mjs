/** What a key with the role publish or read may read of the ledger: shard by shard, as the shard answers. */

import { Refusal } from "../publish/refusal.mjs";
import { shardsOf } from "./shards.mjs";

/** @typedef {{ LEDGER?: any, LEDGER_SHARDS?: string, EXPORT?: Bucket }} LedgerEnv */

/**
 * @param {LedgerEnv} env
 * @param {string} what `sums`, `counts`, `experiments` or `rows`
 * @param {URLSearchParams} query of the shard, and `shard`: its number, 0 by default
 * @returns {Promise<Response>} NDJSON, with the number of shards in the header `Attune-Shards`
 */
export async function readLedger(env, what, query) {
  const shard = shardIn(env, query);
  query.delete("shard");
  const answer = await askShard(env, shard, `${what}?${query}`);
  const headers = { "Content-Type": "application/x-ndjson", "Cache-Control": "no-store", "Attune-Shards": String(shardsOf(env)) };
  return new Response(answer.body, { headers });
}

/** @param {LedgerEnv} env @param {URLSearchParams} query */
export function shardIn(env, query) {
  if (env.LEDGER === undefined) throw new Refusal("not_configured", "the control Worker has no binding LEDGER");
  const shards = shardsOf(env);
  const shard = Number(query.get("shard") ?? 0);
  if (!Number.isInteger(shard) || shard < 0 || shard >= shards) throw new Refusal("malformed", `shard is a number from 0 to ${shards - 1}`);
  return shard;
}

/** The lines of a shard. @param {LedgerEnv} env @param {number} shard @param {string} target path and query @returns {Promise<Response>} */
export async function askShard(env, shard, target) {
  const ledger = env.LEDGER.get(env.LEDGER.idFromName(`ledger-${shard}`));
  const answer = await ledger.fetch(`https://ledger.invalid/${target}`);
  // Whoever asks tries again what the shard has no time for.
  if (answer.status !== 200) throw new Refusal(answer.status < 500 ? "malformed" : "unavailable", (await answer.json()).error);
  return answer;
}
