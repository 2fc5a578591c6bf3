// The law of the ledger: after any sequence of exposures, events, duplicates, refunds and erasures, in whatever order and over several shards,
// the sums up to each day are what is computed anew from all messages up to that day, and the rows are the model's.
//
//   LEDGER_SEQUENCES=100000 node --test tests/ledger/law.test.mjs
import assert from "node:assert/strict";
import { test } from "node:test";
import { comparable, eventRows, exposureRows, stateAfter, summed, sumsOf } from "./model.mjs";
import { shardOf, shardOfOrder, startLedger } from "./place.mjs";
import { sequence } from "./sequences.mjs";

const SEQUENCES = Number(process.env.LEDGER_SEQUENCES ?? 2_000);
const SHARDS = 4;
/** Sequences at a time; the rows of each such group are on days of their own. */
const GROUP = 100;
const DAYS = 40;
const DAY_S = 86_400;
const NAMES = Array.from({ length: SHARDS }, (_, shard) => `ledger-${shard}`);

/** @typedef {Awaited<ReturnType<typeof startLedger>>} Place */

/** Sends one message to its shards, and waits until it has arrived everywhere. @param {Place} place @param {{ what: string, body: any }} message */
async function send(place, { what, body }) {
  const messages = what === "order" ? [[shardOfOrder(body.order, SHARDS), body]] : what === "forget" ? NAMES.map((name) => [name, body]) : parts(body);
  for (const [name, part] of messages) {
    const { status, body: answer } = await place.shard(name).post(what, part);
    assert.equal(status, 200, JSON.stringify(answer));
  }
  if (what === "order") await place.call("GET", `/${messages[0][0]}/test/delivered?order=${body.order}`);
}

/** A message of its own for each shard. @param {any} body @returns {[string, any][]} */
const parts = (body) => NAMES.map((name) => /** @type {[string, any]} */ ([name, { ...body, units: body.units.filter((/** @type {any} */ { unit }) => shardOf(unit, SHARDS) === name) }])).filter(([, { units }]) => units.length > 0);

/** @param {Place} place @param {number} seed @param {number} day @returns {Promise<ReturnType<typeof stateAfter>>} what the rows should be */
async function hold(place, seed, day) {
  const messages = sequence(seed, day);
  for (const message of messages) await send(place, message);
  const found = await Promise.all(NAMES.flatMap((name) => ["a/1", "b/2"].map((end) => place.shard(name).lines(`sums?experiment=s${seed}-${end}`))));
  const lines = found.flat();
  const days = [...new Set(messages.map(({ body }) => Math.floor(body.now_s / DAY_S)))];
  for (const until of days) {
    const lives = stateAfter(messages.filter(({ body }) => body.now_s < (until + 1) * DAY_S));
    const isLast = until === days[days.length - 1];
    // Rows of slices are over all days.
    const expected = Object.fromEntries(Object.entries(sumsOf(lives)).filter(([key]) => isLast || key.endsWith("|")));
    const actual = Object.fromEntries(Object.entries(summed(lines, until)).filter(([key]) => isLast || key.endsWith("|")));
    assert.deepEqual(actual, expected, `seed ${seed}, up to day ${until}`);
  }
  return stateAfter(messages).filter(({ isErased }) => !isErased);
}

/** Every row of these days, by pages of a few. @param {Place} place @param {"exposures" | "events"} kind @param {number} day @param {number} limit */
async function exported(place, kind, day, limit) {
  const rows = [];
  for (const name of NAMES) {
    for (let after = ""; after !== null; ) {
      const page = await place.shard(name).lines(`rows?kind=${kind}&day=${day}&limit=${limit}&after=${encodeURIComponent(after)}`);
      after = page.pop().next;
      rows.push(...page);
    }
  }
  return rows;
}

/** A row as text, with its fields by name. @param {any} row */
const ordered = (row) =>
  JSON.stringify(row, (_, value) => (typeof value === "object" && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value));

/** Rows in any order; what differs is shown alone. @param {any[]} actual @param {any[]} expected */
function same(actual, expected) {
  const [theirs, ours] = [actual, expected].map((rows) => rows.map(ordered));
  const difference = { "only in the ledger": theirs.filter((row) => !ours.includes(row)), "only in the model": ours.filter((row) => !theirs.includes(row)) };
  assert.deepEqual(difference, { "only in the ledger": [], "only in the model": [] });
  assert.equal(theirs.length, ours.length);
}

/** When a row ends depends on when its unit was there last. @param {any} row */
const endless = ({ until_s: _, ...row }) => row;

test(`${SEQUENCES} sequences over ${SHARDS} shards`, async () => {
  const place = await startLedger({ shards: SHARDS });
  try {
    let seeds = 0;
    for (let group = 0; seeds < SEQUENCES; group += 1) {
      const day = 30_000 + group * DAYS;
      const lives = (await Promise.all(Array.from({ length: Math.min(GROUP, SEQUENCES - seeds) }, () => hold(place, (seeds += 1), day)))).flat();
      const [exposures, events] = [[], []];
      for (let offset = -5; offset < DAYS - 5; offset += 1) {
        exposures.push(...(await exported(place, "exposures", day + offset, 50)));
        events.push(...(await exported(place, "events", day + offset, 500)));
      }
      same(comparable(exposures.map(endless)), comparable(lives.flatMap(exposureRows).map(endless)));
      same(events.map(endless), lives.flatMap(eventRows));
    }
    assert.equal(seeds, SEQUENCES);
  } finally {
    await place.stop();
  }
});
