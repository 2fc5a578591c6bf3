/** The export to a bucket. One call begins or ends a run, or takes one object a step further: it reads and writes a bounded amount. */

import { within } from "../publish/patience.mjs";
import { json, Refusal } from "../publish/refusal.mjs";
import { isKind } from "./export.mjs";
import { askShard, shardIn } from "./gate.mjs";
import { DAY_S, MOMENT_S_MAX, STEP_PAGES, STEP_PARTS, STEP_ROWS, SUMS_BYTES_MAX } from "./limits.mjs";
import { jsonIn, Part, unlessChanged } from "./part.mjs";

/** In the bucket while a run is under way. */
const UNFINISHED = "unfinished";

/** @typedef {import("./gate.mjs").LedgerEnv} LedgerEnv */

/**
 * @param {LedgerEnv} env
 * @param {string} what `run`, `object` or `end`
 * @param {URLSearchParams} query
 * @param {number} now_s
 */
export async function writeExport(env, what, query, now_s) {
  const { EXPORT: bucket } = env;
  if (bucket === undefined) throw new Refusal("no_bucket", "the control Worker has no binding EXPORT");
  if (what === "run") return json(200, { run: await begin(bucket, now_s) });
  if (what === "object") return json(200, await step(env, bucket, query, now_s));
  await within(bucket.delete(UNFINISHED));
  return json(200, {});
}

/** Goes on with the run that has not come to its end, or begins one. @param {Bucket} bucket @param {number} now_s @returns {Promise<string>} its name */
async function begin(bucket, now_s) {
  const found = await within(bucket.get(UNFINISHED));
  const known = found === null ? null : jsonIn(await within(found.arrayBuffer()));
  // Half of what was begun longer ago would be of another time than the rest.
  if (known !== null && now_s - known.begun_s < DAY_S) return known.run;
  const run = crypto.randomUUID();
  const written = await within(bucket.put(UNFINISHED, JSON.stringify({ run, begun_s: now_s }), unlessChanged(found?.etag)));
  if (written === null) throw new Refusal("busy", "another run begins");
  return run;
}

/**
 * Writes an object, or a step of it: `state` is `kept` where this run has written it, or one that began when its day was settled, and
 * `large` where it cannot be written.
 * @param {LedgerEnv} env
 * @param {Bucket} bucket
 * @param {URLSearchParams} query
 * @param {number} now_s
 */
async function step(env, bucket, query, now_s) {
  const shard = shardIn(env, query);
  const { kind, day, folder } = pieceIn(query);
  const [run, settled] = [query.get("run") ?? "", query.get("settled")];
  if (!/^[0-9a-f-]{36}$/.test(run)) throw new Refusal("malformed", "run is what export/run has answered");
  const key = `${folder}/shard-${shard}.ndjson`;
  const known = await within(bucket.head(key));
  if (known !== null && (known.customMetadata?.run === run || (settled !== null && Number(known.customMetadata?.begun_s) >= Number(settled)))) {
    await Part.forget(bucket, key);
    return { state: "kept", bytes: known.size };
  }
  const part = await Part.open(bucket, key, run, now_s);
  try {
    const isWhole = kind === "sums" ? await addSums(env, shard, day, part) : await addPages(env, shard, kind, day, part);
    if (isWhole) await part.finish();
    return { state: isWhole ? "whole" : "part", ...part.size };
  } catch (error) {
    if (error instanceof Refusal && error.code === "too_large") {
      await part.drop();
      return { state: "large", message: error.message };
    }
    await part.giveUp(error);
    throw error;
  }
}

/** @param {URLSearchParams} query */
function pieceIn(query) {
  const [kind, day] = [query.get("kind") ?? "", query.get("day") ?? ""];
  if (kind !== "sums" && !isKind(kind)) throw new Refusal("malformed", 'kind is not "exposures", "events" or "sums"');
  if (kind === "sums" && day === "all") return { kind, day, folder: "sums/all" };
  if (!/^\d{1,7}$/.test(day) || Number(day) * DAY_S > MOMENT_S_MAX) throw new Refusal("malformed", "day is not a number of days since 1970");
  return { kind, day, folder: `${kind}/${new Date(Number(day) * DAY_S * 1000).toISOString().slice(0, 10)}` };
}

/** Pages from where the object ends on; the answer is whether the last one is there. @param {LedgerEnv} env @param {number} shard @param {string} kind @param {string} day @param {Part} part */
async function addPages(env, shard, kind, day, part) {
  /** @type {string | null} */
  let next = part.next;
  for (let pages = 0; next !== null && pages < STEP_PAGES && part.written < STEP_PARTS; pages += 1) {
    const answer = await within(askShard(env, shard, `rows?${new URLSearchParams({ kind, day, after: next, limit: String(STEP_ROWS) })}`));
    const page = new Uint8Array(await within(answer.arrayBuffer()));
    const start = page.lastIndexOf(10, page.length - 2) + 1;
    await part.add(page.subarray(0, start));
    ({ next } = JSON.parse(new TextDecoder().decode(page.subarray(start))));
  }
  if (next !== null) await part.save(next);
  return next === null;
}

/** Sums have no pages to go on with: they are read at once, or not. @param {LedgerEnv} env @param {number} shard @param {string} day @param {Part} part */
async function addSums(env, shard, day, part) {
  const { body } = await within(askShard(env, shard, `sums?day=${day}`));
  for await (const piece of body ?? []) {
    await part.add(/** @type {Uint8Array<ArrayBuffer>} */ (piece));
    if (part.size.bytes > SUMS_BYTES_MAX) throw new Refusal("too_large", `it has more than ${SUMS_BYTES_MAX} bytes`);
  }
  return true;
}
