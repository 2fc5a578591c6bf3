// What is refused, with what words; and that what is refused has changed nothing.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { DAY_S, event, exposure, NOON_S, startLedger, unit } from "./place.mjs";

/** @type {Awaited<ReturnType<typeof startLedger>>} */
let place;
before(async () => {
  place = await startLedger({ agents: 300 });
});
after(() => place.stop());

const take = (/** @type {any} */ report, more = {}) => ({ now_s: NOON_S, units: [{ unit: unit(1), exposures: [exposure()], events: [event("good", 1)] }, { unit: unit(2), ...report }], ...more });
const ofExposure = (/** @type {object} */ more) => take({ exposures: [exposure(more)] });
const ofEvent = (/** @type {object} */ more) => take({ events: [{ ...event("1", 5), ...more }] });
const ofGoal = (/** @type {object} */ more) => ofEvent({ goals: [{ ...event("1", 5).goals[0], ...more }] });
const GOAL = { goal: "revenue", y: "value", d: 0, cap: null, window_s: DAY_S, covariate: null };
const order = (/** @type {object} */ more) => ({ now_s: NOON_S, order: "1", key: "1", kind: "order", value: 5, at_s: NOON_S, units: [unit(1)], goals: [GOAL], ...more });
const many = (/** @type {number} */ count, /** @type {(number: number) => any} */ make) => Array.from({ length: count }, (_, number) => make(number));

/** @type {[path: string, message: unknown, error: string][]} */
const REFUSED = [
  ["take", "{", "the body is not JSON"],
  ["take", [], "the message is not an object"],
  ["take", {}, "the message lacks now_s"],
  ["take", take({}, { now_s: 1.5 }), "now_s is not a whole number in the safe range"],
  ["take", take({}, { now_s: "1" }), "now_s is not a whole number in the safe range"],
  ["take", take({}, { now_s: -1 }), "now_s is -1; it has to be from 0 to 253402300799"],
  ["take", take({}, { extra: 1 }), 'the message has an unknown field "extra"'],
  ["take", take({}, { units: {} }), "units is not a list"],
  ["take", take({}, { units: many(65, (number) => ({ unit: unit(number) })) }), "units has 65 items; 64 at most"],
  ["take", take({}, { counts: { seen: -1 } }), 'counts."seen" is -1; it has to be from 0 to 1000000000000'],
  ["take", take({}, { counts: { ["x".repeat(257)]: 1 } }), "a name in counts has 257 letters; 256 at most"],
  ["take", take({}, { counts: Object.fromEntries(many(257, (number) => [`n${number}`, 1])) }), "counts has 257 entries; 256 at most"],
  ["take", take({ unit: "v:12" }), "units[1].unit is not v: or c: with 32 hexadecimal digits"],
  ["take", take({ unit: `v:${"A".repeat(32)}` }), "units[1].unit is not v: or c: with 32 hexadecimal digits"],
  ["take", take({ exposures: many(33, () => exposure()) }), "units[1].exposures has 33 items; 32 at most"],
  ["take", take({ events: many(65, (number) => event(`${number}`, 1)) }), "units[1].events has 65 items; 64 at most"],
  ["take", ofExposure({ experiment: "" }), "units[1].exposures[0].experiment is not a text"],
  ["take", ofExposure({ experiment: "a\0b" }), "units[1].exposures[0].experiment has control characters"],
  ["take", ofExposure({ arm: "x".repeat(129) }), "units[1].exposures[0].arm has 129 letters; 128 at most"],
  ["take", ofExposure({ epoch: -1 }), "units[1].exposures[0].epoch is -1; it has to be from 0 to 1000000000"],
  ["take", ofExposure({ minute: NOON_S / 60 + 1441 }), `units[1].exposures[0].minute is ${NOON_S / 60 + 1441}; it has to be from 0 to ${NOON_S / 60 + 1440}`],
  ["take", ofExposure({ slices: { a: "1", b: "1", c: "1", d: "1", e: "1" } }), "units[1].exposures[0].slices has 5 entries; 4 at most"],
  ["take", ofExposure({ slices: { device: 1 } }), 'units[1].exposures[0].slices."device" is not a text'],
  ["take", ofExposure({ x: { value: -5 } }), 'units[1].exposures[0].x."value" is -5; it has to be from 0 to 1000000000000'],
  ["take", ofExposure({ x: Object.fromEntries(many(9, (number) => [`x${number}`, 1])) }), "units[1].exposures[0].x has 9 entries; 8 at most"],
  ["take", ofExposure({ keep_s: 60 }), `units[1].exposures[0].keep_s is 60; it has to be from ${7 * DAY_S} to ${407 * DAY_S}`],
  ["take", ofEvent({ id: 7 }), "units[1].events[0].id is not a text"],
  ["take", ofEvent({ at_s: NOON_S + DAY_S + 1 }), `units[1].events[0].at_s is ${NOON_S + DAY_S + 1}; it has to be from 0 to ${NOON_S + DAY_S}`],
  ["take", ofEvent({ version: 1 }), 'units[1].events[0] has an unknown field "version"'],
  ["take", ofEvent({ goals: many(65, (number) => ({ ...GOAL, goal: `${number}`, y: 1 })) }), "units[1].events[0].goals has 65 items; 64 at most"],
  ["take", ofEvent({ goals: [{ ...GOAL, y: 1 }, { ...GOAL, y: 2 }] }), "units[1].events[0].goals names a goal twice"],
  ["take", ofGoal({ goal: "=value" }), 'units[1].events[0].goals[0].goal begins with "="'],
  ["take", ofGoal({ y: 2 ** 53 }), "units[1].events[0].goals[0].y is not a whole number in the safe range"],
  ["take", ofGoal({ y: 1e12 + 1 }), "units[1].events[0].goals[0].y is 1000000000001; it has to be from -1000000000000 to 1000000000000"],
  ["take", ofGoal({ d: null }), "units[1].events[0].goals[0].d is not a whole number in the safe range"],
  ["take", ofGoal({ cap: -1 }), "units[1].events[0].goals[0].cap is -1; it has to be from 0 to 1000000000000"],
  ["take", ofGoal({ window_s: 0 }), `units[1].events[0].goals[0].window_s is 0; it has to be from 1 to ${400 * DAY_S}`],
  ["order", order({ kind: "gift" }), 'kind is not "order" or "refund"'],
  ["order", order({ value: null }), "an order needs a value"],
  ["order", order({ value: -5 }), "value is -5; it has to be from 0 to 1000000000000"],
  ["order", order({ kind: "refund", value: -5 }), "value is -5; it has to be from 0 to 1000000000000"],
  ["order", order({ units: many(9, (number) => unit(number)) }), "units has 9 items; 8 at most"],
  ["order", order({ goals: [{ ...GOAL, y: 2 }] }), 'goals[0].y is not "value", 1 or 0'],
  ["apply", { now_s: NOON_S, unit: unit(1), event: event("1", 5) }, "event lacks version"],
  ["apply", { now_s: NOON_S, unit: unit(1), event: { ...event("1", 5), version: 0 } }, `event.version is 0; it has to be from 1 to ${Number.MAX_SAFE_INTEGER}`],
  ["forget", { now_s: NOON_S }, "the message lacks units"],
];

test(`${REFUSED.length} messages are refused, each with its reason, and change nothing`, async () => {
  const shard = place.shard("refused");
  for (const [path, message, error] of REFUSED) {
    const { status, body } = await shard.post(path, message);
    assert.equal(body.error, error);
    assert.equal(status, 400);
  }
  for (const table of ["exposures", "events", "sums", "counts", "orders", "keys", "outbox"]) assert.deepEqual(await shard.rows(table), [], table);
});

test("addresses and queries that are not there are refused", async () => {
  const shard = place.shard("refused");
  const asked = async (/** @type {"GET" | "POST"} */ method, /** @type {string} */ path) => {
    const { status, text } = await place.call(method, `/refused/${path}`, method === "POST" ? {} : undefined);
    return [status, JSON.parse(text).error];
  };
  assert.deepEqual(await asked("GET", "take"), [404, "there is no GET /take"]);
  assert.deepEqual(await asked("POST", "sums"), [404, "there is no POST /sums"]);
  assert.deepEqual(await asked("GET", "rows?day=1"), [400, 'kind is not "exposures" or "events"']);
  assert.deepEqual(await asked("GET", "rows?kind=toString&day=1"), [400, 'kind is not "exposures" or "events"']);
  assert.deepEqual(await asked("GET", "rows?kind=events"), [400, "day is not a whole number from 0 to 2932896"]);
  assert.deepEqual(await asked("GET", "rows?kind=events&day=1&limit=0"), [400, "limit is not a whole number from 1 to 5000"]);
  assert.deepEqual(await asked("GET", "counts?from=x"), [400, "from is not a whole number from 0 to 2932896"]);
  assert.deepEqual(await shard.lines("sums"), []);
});

test("a body that is too large is refused while it comes", async () => {
  const { status, text } = await place.call("POST", "/refused/take", `"${"x".repeat(512 * 1024)}"`);
  assert.deepEqual([status, JSON.parse(text).error], [413, "the body has more than 524288 bytes"]);
});

test("beyond 128 requests at a time, a request is sent away for a second, and later it is taken", async () => {
  const head = `POST /busy/take HTTP/1.1\r\nHost: ${place.url.host}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"now_s"`;
  /** @type {Set<import("node:net").Socket>} */
  const slow = new Set();
  // One that meets the test's own request as the 129th is sent away itself: it comes again.
  const begin = () => {
    const socket = connect(Number(place.url.port), place.url.hostname);
    slow.add(socket);
    socket.on("error", () => {}).on("data", () => socket.destroy());
    socket.on("close", () => slow.delete(socket) && begin());
    socket.write(head);
  };
  many(128, begin);
  const ask = () => place.shard("busy").post("take", { now_s: NOON_S, counts: { late: 1 } });
  const end = Date.now() + 20_000;
  let answer = await ask();
  while (answer.status === 200 && Date.now() < end) answer = await ask();
  assert.deepEqual([answer.status, answer.headers["retry-after"], answer.body], [503, "1", { error: "too many requests wait" }]);
  const begun = [...slow];
  slow.clear();
  for (const socket of begun) socket.destroy();
  // A connection of the pool may end with those.
  while (answer.status !== 200 && Date.now() < end) answer = await ask().catch(() => answer);
  assert.equal(answer.status, 200);
});

test("a unit holds 4096 events; what comes then is not counted, and the answer says so", async () => {
  const shard = place.shard("full");
  for (let batch = 0; batch < 64; batch += 1) await shard.post("take", { now_s: NOON_S, units: [{ unit: unit(1), exposures: [exposure()], events: many(64, (number) => event(`${batch}-${number}`, 1)) }] });
  const { body } = await shard.post("take", { now_s: NOON_S, units: [{ unit: unit(1), events: [event("0-0", 1), event("new", 1)] }] });
  assert.deepEqual([body.counted, body.duplicates, body.full], [0, 1, 1]);
  assert.equal((await shard.lines("sums")).find(({ goal }) => goal === "purchase").y, 4096);
});

test("a day has 10,000 names of counters; others count under one name", async () => {
  const shard = place.shard("names");
  for (let batch = 0; batch < 40; batch += 1) await shard.post("take", { now_s: NOON_S, counts: Object.fromEntries(many(250, (number) => [`n/${batch}/${number}`, 1])) });
  const { status } = await shard.post("take", { now_s: NOON_S, counts: { "n/0/0": 1, "one more": 2, "and one": 3 } });
  assert.equal(status, 200);
  const counts = new Map((await shard.lines("counts?from=0")).map(({ name, n }) => [name, n]));
  assert.deepEqual([counts.size, counts.get("n/0/0"), counts.get("one more"), counts.get("refused/too_many_names")], [10_001, 2, undefined, 5]);
});
