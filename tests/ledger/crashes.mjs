// A ledger that is killed under load, as by a power cut of its machine's process, again and again:
//   node tests/ledger/crashes.mjs [KILLS]
// Clients send batches of 20 events, and orders whose units are in two shards. What was not acknowledged they send again to the next workerd.
// In the end every event is counted exactly once, and none that was not sent.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { DAY_S, event, exposure, NOON_S, settled, shardOf, shardOfOrder, startLedger, unit } from "./place.mjs";
import { randomOf } from "./sequences.mjs";

const SHARDS = 2;
const CLIENTS = 6;
const BATCH = 20;
const UNITS = 400;
const GOAL = { window_s: 14 * DAY_S, cap: null, covariate: null };

/** What was sent, and what of it was acknowledged. */
class Client {
  /** By unit: what it has bought in all, by events and by orders. @type {Map<string, { y: number, revenue: number, ids: string[] }>} */
  units = new Map();
  acknowledged = { events: 0, orders: 0 };
  /** What is on its way, or was when workerd died. @type {{ shard: string, what: string, body: any, isSentAgain: boolean } | null} */
  pending = null;
  /** What had been counted though nobody was told. */
  untold = 0;
  /** Batches, each as often as it was sent. */
  batchesSent = 0;
  #messages = 0;

  /** @param {number} number @param {ReturnType<typeof randomOf>} random */
  constructor(number, random) {
    this.number = number;
    this.random = random;
  }

  /** Until workerd is dead. @param {Awaited<ReturnType<typeof startLedger>>} place */
  async work(place) {
    for (;;) {
      this.pending ??= this.#next();
      const { shard, what, body, isSentAgain } = this.pending;
      this.pending.isSentAgain = true;
      if (what === "take") this.batchesSent += 1;
      const answer = await place.shard(shard).post(what, body).catch(() => null);
      if (answer === null) return;
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      if (what === "take") {
        const { counted, duplicates } = answer.body;
        assert.equal(isSentAgain ? counted + duplicates : counted, BATCH, JSON.stringify(answer.body));
        assert.ok(duplicates === 0 || duplicates === BATCH, "all of a message or nothing");
        this.acknowledged.events += BATCH;
      } else {
        assert.ok(isSentAgain || !answer.body.duplicate);
        this.acknowledged.orders += 1;
      }
      if (answer.body.duplicates > 0 || answer.body.duplicate) this.untold += 1;
      this.pending = null;
    }
  }

  #unit() {
    const name = unit(this.number * UNITS + this.random.below(UNITS));
    if (!this.units.has(name)) this.units.set(name, { y: 0, revenue: 0, ids: [] });
    return name;
  }

  #next() {
    this.#messages += 1;
    const id = `${this.number}-${this.#messages}`;
    return this.#messages % 8 === 0 ? this.#order(id) : this.#batch(id);
  }

  /** @param {string} id */
  #batch(id) {
    const first = this.#unit();
    const shard = shardOf(first, SHARDS);
    /** @type {Map<string, any[]>} */
    const events = new Map();
    for (let number = 0; number < BATCH; number += 1) {
      const name = number === 0 ? first : this.#of(shard);
      const y = 1 + this.random.below(5000);
      const own = /** @type {any} */ (this.units.get(name));
      own.y += y;
      own.ids.push(`${id}-${number}`);
      events.set(name, [...(events.get(name) ?? []), event(`${id}-${number}`, y, { d: 1 })]);
    }
    const units = [...events].map(([name, list]) => ({ unit: name, exposures: [exposure({ slices: { device: "phone" } })], events: list }));
    return { shard, what: "take", body: { now_s: NOON_S, counts: { batches: 1 }, units }, isSentAgain: false };
  }

  /** A unit of a shard. @param {string} shard */
  #of(shard) {
    for (;;) {
      const name = this.#unit();
      if (shardOf(name, SHARDS) === shard) return name;
    }
  }

  /** @param {string} order */
  #order(order) {
    const units = [this.#of("ledger-0"), this.#of("ledger-1")];
    const value = 1 + this.random.below(9000);
    for (const name of units) {
      const own = /** @type {any} */ (this.units.get(name));
      own.revenue += value;
      own.ids.push(`o:${order}`);
    }
    const body = { now_s: NOON_S, order, key: order, kind: "order", value, at_s: NOON_S, units, goals: [{ goal: "revenue", y: "value", d: 1, ...GOAL }] };
    return { shard: shardOfOrder(order, SHARDS), what: "order", body, isSentAgain: false };
  }
}

/** The sum of a column over all shards, of all that there is. @param {Awaited<ReturnType<typeof startLedger>>} place @param {string} goal @param {string} [slice] */
async function totalOf(place, goal, slice = "") {
  const total = { n: 0n, y: 0n, yy: 0n, d: 0n };
  for (let shard = 0; shard < SHARDS; shard += 1) {
    for (const line of await place.shard(`ledger-${shard}`).lines("sums")) {
      if (line.goal !== goal || line.slice !== slice) continue;
      for (const column of /** @type {const} */ (["n", "y", "yy", "d"])) total[column] += BigInt(line[column]);
    }
  }
  return total;
}

/**
 * @param {number} kills
 * @param {(kills: number, events: number) => void} [tell]
 */
export async function crash(kills, tell = () => {}) {
  const persist = mkdtempSync(join(tmpdir(), "attune-ledger-"));
  const random = randomOf(kills);
  const clients = Array.from({ length: CLIENTS }, (_, number) => new Client(number, randomOf(number)));
  const acknowledged = (/** @type {"events" | "orders"} */ what) => clients.reduce((sum, client) => sum + client.acknowledged[what], 0);
  const answered = () => acknowledged("events") / BATCH + acknowledged("orders");
  let place = await startLedger({ shards: SHARDS, persist });
  try {
    for (let kill = 1; kill <= kills; kill += 1) {
      const over = {};
      const work = Promise.all(clients.map((client) => client.work(place))).then(() => over);
      // At some moment after some answers, also after none.
      const goal = answered() + random.below(15);
      while (answered() < goal) assert.notEqual(await Promise.race([work, sleep(1)]), over, "workerd has ended by itself");
      await sleep(random.below(15));
      process.kill(/** @type {number} */ (place.pid), "SIGKILL");
      await work;
      await place.stop().catch(() => {});
      place = await startLedger({ shards: SHARDS, persist });
      // Of what is pending, each message is counted whole or not at all.
      const counted = Number((await totalOf(place, "purchase")).d);
      const pending = clients.filter((client) => client.pending?.what === "take").length * BATCH;
      assert.ok(counted >= acknowledged("events") && counted <= acknowledged("events") + pending, `${counted} counted, ${acknowledged("events")} acknowledged, ${pending} pending`);
      tell(kill, acknowledged("events"));
    }
    // Once more without a kill, for what is pending.
    for (const client of clients) {
      if (client.pending === null) continue;
      const { shard, what, body } = client.pending;
      if (what === "take") client.batchesSent += 1;
      const { status, body: answer } = await place.shard(shard).post(what, body);
      assert.equal(status, 200, JSON.stringify(answer));
      if (what === "take") client.acknowledged.events += BATCH;
      else client.acknowledged.orders += 1;
      if (answer.duplicates > 0 || answer.duplicate) client.untold += 1;
    }
    await settled(place, SHARDS);
    await compare(place, clients, acknowledged("events"));
    return { events: acknowledged("events"), orders: acknowledged("orders"), untold: clients.reduce((sum, { untold }) => sum + untold, 0) };
  } finally {
    await place.stop().catch(() => {});
    rmSync(persist, { recursive: true, force: true });
  }
}

/** What there is with what was sent. @param {Awaited<ReturnType<typeof startLedger>>} place @param {Client[]} clients @param {number} events */
async function compare(place, clients, events) {
  const units = clients.flatMap((client) => [...client.units]).filter(([, { ids }]) => ids.length > 0);
  const sumOf = (/** @type {(own: { y: number, revenue: number }) => number} */ figure) => units.reduce((sum, [, own]) => sum + BigInt(figure(own)), 0n);
  const squareOf = (/** @type {(own: { y: number, revenue: number }) => number} */ figure) => units.reduce((sum, [, own]) => sum + BigInt(figure(own)) ** 2n, 0n);
  const exposed = await totalOf(place, "");
  for (const slice of ["", "device=phone"]) {
    const purchase = await totalOf(place, "purchase", slice);
    assert.deepEqual([purchase.y, purchase.yy, purchase.d], [sumOf(({ y }) => y), squareOf(({ y }) => y), BigInt(events)], `purchase ${slice}`);
  }
  // Every event is in a table under its own id, and nothing else is.
  const ids = new Map(units.map(([name, own]) => [name, [...own.ids].sort()]));
  /** @type {Map<string, string[]>} */
  const held = new Map();
  let [rows, batches] = [0, 0];
  for (let shard = 0; shard < SHARDS; shard += 1) {
    for (let after = ""; after !== null; ) {
      const page = await place.shard(`ledger-${shard}`).lines(`rows?kind=events&day=30000&after=${encodeURIComponent(after)}`);
      after = page.pop().next;
      for (const { unit: name, id } of page) held.set(name, [...(held.get(name) ?? []), id]);
    }
    rows += (await place.shard(`ledger-${shard}`).rows("exposures")).length;
    for (const { n } of await place.shard(`ledger-${shard}`).lines("counts")) batches += n;
  }
  for (const list of held.values()) list.sort();
  assert.deepEqual(new Map([...held].sort()), new Map([...ids].sort()));
  assert.equal(exposed.n, BigInt(rows));
  // Counters are descriptive: what is sent again counts again.
  const sent = clients.reduce((sum, client) => sum + client.batchesSent, 0);
  assert.ok(batches >= events / BATCH && batches <= sent, `${batches} counted, ${events / BATCH} acknowledged, ${sent} sent`);
  // A unit that was in orders only is in no experiment: its revenue waits.
  const seen = units.filter(([, { y }]) => y > 0);
  const revenue = await totalOf(place, "revenue");
  assert.deepEqual([revenue.y, revenue.yy], [seen.reduce((sum, [, own]) => sum + BigInt(own.revenue), 0n), seen.reduce((sum, [, own]) => sum + BigInt(own.revenue) ** 2n, 0n)]);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const start = performance.now();
  const { events, orders, untold } = await crash(Number(process.argv[2] ?? 1_000), (kills, events) => {
    if (kills % 50 === 0) console.log(`${kills} kills, ${events} events, ${((performance.now() - start) / 1000).toFixed(0)} s`);
  });
  console.log(`${events} events and ${orders} orders were acknowledged; each is counted exactly once, and nothing else. ${untold} messages had been counted and not acknowledged when workerd died.`);
}
