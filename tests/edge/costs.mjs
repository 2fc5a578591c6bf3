// What requests cost at the platform: what each kind asks of KV and of objects, the prices, and the bill of a site.
// calls.test.mjs counts the calls in workerd, and compares docs/deploying.md with the tables that are made here.

/**
 * What a request asks besides the page Worker itself; what is not named is none.
 * @typedef {{ reads?: number, writes?: number, calls?: number, objects?: number, rowsRead?: number, rowsWritten?: number }} Calls
 */

/** By kind of request, as they are counted. @type {Record<string, Calls>} */
export const CALLS = {
  "page: nobody is known": {},
  "page: with a profile": {},
  "page: with a profile, and orders wait": {},
  "page: a robot's": {},
  "page: in a canary": {},
  "page: everything is switched off": {},
  "a path that is not personalized": {},
  "page script": {},
  "consent: given": { calls: 1 },
  "consent: withdrawn": { calls: 1, objects: 2, rowsRead: 22, rowsWritten: 3 },
  "events: ordinary": { calls: 1 },
  "events: the first of a new visitor": { calls: 1 },
  "events: the first of a visit, nothing waits": { calls: 1, objects: 1, rowsRead: 4 },
  "events: the first of a visit, orders wait": { calls: 1, objects: 1, rowsRead: 6, rowsWritten: 2 },
  "events: the next one, which shows that they arrived": { calls: 1, objects: 1, rowsRead: 6, rowsWritten: 2 },
  "events: in the hour after a login, nothing waits": { calls: 1, objects: 1, rowsRead: 6 },
  "events: measured, the first exposure": { calls: 1, objects: 1, rowsRead: 5, rowsWritten: 44 },
  "events: measured, an exposure that is known": { calls: 1, objects: 1, rowsRead: 3 },
  "events: measured, a goal": { calls: 1, objects: 2, rowsRead: 10, rowsWritten: 16 },
  "order: measured": { calls: 1, objects: 2, rowsRead: 8, rowsWritten: 32 },
  "conversion": { calls: 1, objects: 1, rowsRead: 9, rowsWritten: 16 },
  "forget: measured": { calls: 1, objects: 2, rowsRead: 57, rowsWritten: 23 },
  "order": { calls: 1, objects: 1, rowsRead: 1, rowsWritten: 2 },
  "traits of a visitor": { calls: 1, objects: 1, rowsRead: 15, rowsWritten: 2 },
  "login token: made": { calls: 1 },
  "login token: brought": { calls: 1, objects: 3 },
  "me": { calls: 1 },
  "forget": { calls: 1, objects: 2, rowsRead: 38, rowsWritten: 9 },
  "preview token": { calls: 1 },
  "decide": { calls: 1 },
  "recommend": {},
  "health": { calls: 1 },
  "look: nothing is new": { reads: 1 },
  "look: nothing is new, there is a catalogue": { reads: 3 },
  "look: a new version": { reads: 3 },
  "look: a new canary": { reads: 3 },
  "look: a new kill list": { reads: 2 },
  "look: of a new isolate, with a canary and a kill list": { reads: 5 },
  "publish: GET state": { calls: 1, objects: 1 },
  "publish: GET missing": { calls: 1, objects: 1 },
  "publish: PUT artifact": { writes: 1, calls: 1, objects: 1 },
  "publish: POST draft, published": { writes: 2, calls: 1, objects: 1 },
  "publish: POST kill": { writes: 2, calls: 1, objects: 1 },
  "publish: an isolate reports what is wrong": { reads: 1, calls: 1, objects: 1 },
};

/** Kinds of which rows are not counted: they depend on when an alarm comes, or on which of 256 objects a token falls. @param {string} kind */
export const hasRows = (kind) => !kind.startsWith("publish:") && kind !== "login token: brought";

/**
 * Dollars a million of the Workers Paid plan, and what a month of the plan has without them.
 * https://developers.cloudflare.com/workers/platform/pricing/ and https://developers.cloudflare.com/durable-objects/platform/pricing/,
 * as a copy of 2026 has them.
 */
const PLAN_DOLLARS = 5;
export const PRICES = {
  "requests": { included: 10e6, dollars: 0.3 },
  "processor time, ms": { included: 30e6, dollars: 0.02 },
  "KV reads": { included: 10e6, dollars: 0.5 },
  "calls of objects": { included: 1e6, dollars: 0.15 },
  "time of objects, GB-s": { included: 400e3, dollars: 12.5 },
  "rows read": { included: 25e9, dollars: 0.001 },
  "rows written": { included: 50e6, dollars: 1 },
};

/** Of a hundred requests to the page Worker. An assumption: eight beacons a visit, one order in ten visits. @type {Record<string, number>} */
const TRAFFIC = {
  "page: with a profile": 50,
  "page script": 8,
  "events: ordinary": 34,
  "events: the first of a visit, nothing waits": 4.5,
  "events: in the hour after a login, nothing waits": 0.5,
  "events: the first of a visit, orders wait": 0.5,
  "events: the next one, which shows that they arrived": 0.5,
  "consent: given": 1,
  "order": 0.5,
  "traits of a visitor": 0.5,
};
/** Requests a second, and how many isolates of the page Worker answer them. Nobody but the platform knows how many: an assumption. */
const SITES = [{ rate: 1, isolates: 10 }, { rate: 100, isolates: 100 }, { rate: 10_000, isolates: 2_000 }];
/** docs/benchmarks.md: a page of 119 KB takes 0.45 to 0.59 ms. What the control Worker takes is an assumption, and so is an object's time. */
const [PAGE_MS, CONTROL_MS, OBJECT_S, OBJECT_GB] = [0.6, 1, 0.01, 0.128];
const [MONTH_S, LOOK_S] = [30 * 86_400, 30];

/** What a month of a site takes, by what is paid for. @param {{ rate: number, isolates: number }} site */
function used({ rate, isolates }) {
  const requests = rate * MONTH_S;
  const share = (/** @type {(calls: Calls) => number | undefined} */ of) =>
    Object.entries(TRAFFIC).reduce((sum, [kind, hundredth]) => sum + (hundredth / 100) * (of(CALLS[kind]) ?? 0), 0);
  const pages = (requests * TRAFFIC["page: with a profile"]) / 100;
  // An isolate looks when a page comes and its last look is old enough.
  const looks = Math.min((isolates * MONTH_S) / LOOK_S, pages);
  const objects = requests * share(({ objects }) => objects);
  return {
    "requests": requests,
    "processor time, ms": pages * PAGE_MS + requests * share(({ calls }) => calls) * CONTROL_MS,
    "KV reads": looks * (CALLS["look: nothing is new, there is a catalogue"].reads ?? 0),
    "calls of objects": objects,
    "time of objects, GB-s": objects * OBJECT_S * OBJECT_GB,
    "rows read": requests * share(({ rowsRead }) => rowsRead),
    "rows written": requests * share(({ rowsWritten }) => rowsWritten),
  };
}

const row = (/** @type {(string | number)[]} */ cells) => `| ${cells.join(" | ")} |`;
const dollars = (/** @type {number} */ value) => `$${value.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;

/** `2.6 million`. @param {number} value */
function amount(value) {
  const [unit, name] = value >= 1e9 ? [1e9, " billion"] : value >= 1e6 ? [1e6, " million"] : [1, ""];
  return `${(value / unit).toLocaleString("en-US", { maximumFractionDigits: unit === 1 ? 0 : 1 })}${name}`;
}

/** What each kind of request asks. */
export function callsTable() {
  const columns = /** @type {const} */ (["reads", "writes", "calls", "objects", "rowsRead", "rowsWritten"]);
  const cells = (/** @type {string} */ kind) => columns.map((column) => CALLS[kind][column] ?? (column.startsWith("rows") && !hasRows(kind) ? "not counted" : ""));
  return [
    row(["request", "KV reads", "KV writes", "calls of the control Worker", "calls of objects", "rows read", "rows written"]),
    row(Array(7).fill("---")),
    ...Object.keys(CALLS).map((kind) => row([kind, ...cells(kind)])),
  ].join("\n");
}

/** What a site costs a month. */
export function billTable() {
  const months = SITES.map(used);
  const bill = (/** @type {ReturnType<typeof used>} */ month, /** @type {keyof typeof PRICES} */ what) => (Math.max(0, month[what] - PRICES[what].included) / 1e6) * PRICES[what].dollars;
  const names = /** @type {(keyof typeof PRICES)[]} */ (Object.keys(PRICES));
  const total = (/** @type {ReturnType<typeof used>} */ month) => names.reduce((sum, name) => sum + bill(month, name), PLAN_DOLLARS);
  return [
    row(["a month", "in the plan", "dollars a million more", ...SITES.map(({ rate, isolates }) => `${rate.toLocaleString("en-US")} a second, ${isolates.toLocaleString("en-US")} isolates`)]),
    row(Array(3 + SITES.length).fill("---")),
    ...names.map((name) => row([name, amount(PRICES[name].included), PRICES[name].dollars, ...months.map((month) => `${amount(month[name])}: ${dollars(bill(month, name))}`)])),
    row(["the plan", "", "", ...months.map(() => dollars(PLAN_DOLLARS))]),
    row(["**together**", "", "", ...months.map((month) => `**${dollars(total(month))}**`)]),
    row(["a million requests", "", "", ...months.map((month) => dollars(total(month) / (month.requests / 1e6)))]),
  ].join("\n");
}
