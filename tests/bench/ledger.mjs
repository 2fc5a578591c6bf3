// What one shard of the ledger takes: events a second in batches of 20, what a batch waits, the rows that an event writes, and what a million
// events cost at the platform's list prices. On local workerd, so a round trip has no network and the disk is this machine's.
//
//   node tests/bench/ledger.mjs [--events 20000] [--clients 8]
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PRICES } from "../edge/costs.mjs";
import { event, exposure, NOON_S, startLedger, unit } from "../ledger/place.mjs";

const { values: options } = parseArgs({ options: { events: { type: "string", default: "20000" }, clients: { type: "string", default: "8" } } });
const EVENTS = Number(options.events);
const CLIENTS = Number(options.clients);
const GOAL_PER_S = 500;
/** Dollars a million beyond what the paid plan includes: the table of costs has where and when they were published. */
const PRICE = { written: PRICES["rows written"].dollars, read: PRICES["rows read"].dollars, request: PRICES["calls of objects"].dollars };
/** Visitors who are known before the events come. */
const KNOWN = 2_000;

/** What an exposure usually brings: two slices, two covariates. @param {number} number */
const exposed = (number) => exposure({ arm: number % 2 === 0 ? "control" : "sale", slices: { device: number % 3 === 0 ? "desktop" : "phone", country: ["GB", "DE", "FR", "NL"][number % 4] }, x: { value: 1000 + (number % 50), orders: number % 4 } });
let ids = 0;
const bought = () => event(`log-${(ids += 1)}`, 1000 + (ids % 977), { cap: 100_000, covariate: "value" });
const of20 = (/** @type {(index: number) => any} */ make) => Array.from({ length: 20 }, (_, index) => make(index));

/** A message, and how many events it has. @type {Record<string, { events: number, message: (number: number) => any[] }>} */
const CASES = {
  "20 known visitors, an event each": { events: 20, message: (number) => of20((index) => ({ unit: unit((number * 20 + index) % KNOWN), events: [bought()] })) },
  "20 new visitors, an exposure and an event each": { events: 20, message: (number) => of20((index) => ({ unit: unit(1_000_000 + number * 20 + index), exposures: [exposed(index)], events: [bought()] })) },
  "one known visitor, 20 events": { events: 20, message: (number) => [{ unit: unit(number % KNOWN), events: of20(bought) }] },
  "one known visitor, one event": { events: 1, message: (number) => [{ unit: unit(number % KNOWN), events: [bought()] }] },
};

const quantile = (/** @type {number[]} */ sorted, /** @type {number} */ share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

/** @param {Awaited<ReturnType<typeof startLedger>>} place @param {{ events: number, message: (number: number) => any[] }} one @param {number} messages @param {number} clients @param {number} start */
async function run(place, { message }, messages, clients, start) {
  /** @type {number[]} */
  const waits_ms = [];
  let next = 0;
  const shard = place.shard();
  const client = async () => {
    while (next < messages) {
      const units = message(start + next++);
      const before = performance.now();
      const { status, body } = await shard.post("take", { now_s: NOON_S, units });
      if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
      waits_ms.push(performance.now() - before);
    }
  };
  const before = performance.now();
  await Promise.all(Array.from({ length: clients }, client));
  const took_s = (performance.now() - before) / 1000;
  waits_ms.sort((a, b) => a - b);
  return { took_s, p50_ms: quantile(waits_ms, 0.5), p99_ms: quantile(waits_ms, 0.99) };
}

const persist = mkdtempSync(join(tmpdir(), "attune-bench-ledger-"));
const place = await startLedger({ persist });
try {
  console.log(`${cpus()[0].model}, ${cpus().length} processors, load ${loadavg().map((load) => load.toFixed(2)).join(" ")} at the start; ${CLIENTS} clients at a time`);
  for (let number = 0; number < KNOWN; number += 20) {
    await place.shard().post("take", { now_s: NOON_S, units: of20((index) => ({ unit: unit(number + index), exposures: [exposed(number + index)] })) });
  }
  await run(place, CASES["20 known visitors, an event each"], 100, CLIENTS, 0);
  let start = 0;
  const speeds = [];
  for (const [name, one] of Object.entries(CASES)) {
    const messages = Math.ceil(EVENTS / 20);
    const busy = await run(place, one, messages, CLIENTS, start);
    const alone = await run(place, one, Math.ceil(messages / 5), 1, (start += messages));
    start += messages;
    speeds.push({ message: name, "events/s": Math.round((messages * one.events) / busy.took_s), "p50 ms": busy.p50_ms.toFixed(1), "p99 ms": busy.p99_ms.toFixed(1), "alone p50 ms": alone.p50_ms.toFixed(1), "alone p99 ms": alone.p99_ms.toFixed(1) });
  }
  console.table(speeds);
  const cost = async () => JSON.parse((await place.call("GET", "/ledger-0/test/cost")).text);
  await cost();
  const costs = [];
  for (const [name, one] of Object.entries(CASES)) {
    const messages = 100;
    await run(place, one, messages, 1, (start += messages));
    const { read, written } = await cost();
    const events = messages * one.events;
    // Each row of an event or a visitor is deleted once its time is over.
    const deleted = events + (name.includes("new") ? events : 0);
    const dollars = ((written + deleted) * PRICE.written + read * PRICE.read + messages * PRICE.request) / events;
    costs.push({ message: name, "rows written an event": (written / events).toFixed(2), "deleted later": (deleted / events).toFixed(2), "rows read": (read / events).toFixed(2), "$ a million events": dollars.toFixed(2) });
  }
  console.table(costs);
  console.log(`prices as of 2026: $${PRICE.written} a million rows written, $${PRICE.read} read, $${PRICE.request} calls of objects; load ${loadavg().map((load) => load.toFixed(2)).join(" ")} at the end`);
  const slow = speeds.filter((speed) => speed.message.includes("20") && speed["events/s"] < GOAL_PER_S);
  if (slow.length > 0) {
    console.error(`below the goal of ${GOAL_PER_S} events/s: ${slow.map(({ message }) => message).join("; ")}`);
    process.exitCode = 1;
  }
} finally {
  await place.stop();
  rmSync(persist, { recursive: true, force: true });
}
