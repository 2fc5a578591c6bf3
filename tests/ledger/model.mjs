// The ledger's rules once more, as plainly as can be: every message is kept, and what is asked is computed from all of them anew. It shares
// no code with the ledger, keeps no running totals, and knows nothing of shards.

const DAY_S = 86_400;
const COLUMNS = ["n", "converters", "y", "yy", "d", "dd", "yd", "x", "xx", "xy", "xd"];

/** What a unit was told between two erasures. @typedef {{ unit: string, isErased: boolean, exposures: any[], events: Map<string, any> }} Life */

/** @param {any[]} messages in the order in which they were answered, each `{ what, body }` */
export function stateAfter(messages) {
  /** @type {Life[]} */
  const lives = [];
  const lifeOf = (/** @type {string} */ unit) => {
    let life = lives.find((one) => one.unit === unit && !one.isErased);
    if (life === undefined) lives.push((life = { unit, isErased: false, exposures: [], events: new Map() }));
    return life;
  };
  /** @type {Map<string, any>} */
  const orders = new Map();
  const keys = new Set();
  for (const { what, body } of messages) {
    if (what === "take") {
      for (const { unit, exposures, events } of body.units) {
        const life = lifeOf(unit);
        life.exposures.push(...exposures);
        for (const event of events) if (!life.events.has(event.id)) life.events.set(event.id, { ...event, version: 0 });
      }
    } else if (what === "forget") {
      for (const life of lives) if (body.units.includes(life.unit)) life.isErased = true;
      for (const [id, order] of orders) {
        const units = order.units.filter((/** @type {string} */ unit) => !body.units.includes(unit));
        if (units.length === order.units.length) continue;
        if (units.length === 0) orders.delete(id);
        else order.units = units;
      }
    } else if (!keys.has(body.key)) {
      keys.add(body.key);
      const order = orders.get(body.order) ?? { changes: [], units: [] };
      orders.set(body.order, order);
      order.changes.push(body);
      if (body.kind === "order") order.units = [...new Set([...order.units, ...body.units])];
      const event = orderEvent(body.order, order.changes);
      if (event !== null) for (const unit of order.units) lifeOf(unit).events.set(event.id, event);
    }
  }
  return lives;
}

/** What is left of an order after all that was said of it. @param {string} id @param {any[]} changes */
function orderEvent(id, changes) {
  const said = changes.filter(({ kind }) => kind === "order");
  const last = said.at(-1);
  if (last === undefined) return null;
  const refunds = changes.filter(({ kind }) => kind === "refund").map(({ value }) => value ?? Infinity);
  const refunded = refunds.reduce((sum, value) => sum + value, 0);
  const left = Math.max(0, last.value - refunded);
  const isGone = refunded > 0 && left === 0;
  const amount = (/** @type {any} */ factor) => (factor === "value" ? left : isGone ? 0 : factor);
  return { id: `o:${id}`, version: changes.length, at_s: said[0].at_s, goals: last.goals.map((/** @type {any} */ goal) => ({ ...goal, y: amount(goal.y), d: amount(goal.d) })) };
}

/** The rows of a life: one for each experiment, of the earliest exposure. @param {Life} life */
export function exposureRows({ unit, exposures, events }) {
  return [...new Set(exposures.map(({ experiment }) => experiment))].map((experiment) => {
    const all = exposures.filter((one) => one.experiment === experiment);
    const minute = Math.min(...all.map((one) => one.minute));
    const first = all.find((one) => one.minute === minute);
    /** @type {Record<string, any>} */
    const totals = {};
    for (const { at_s, goals } of events.values()) {
      for (const { goal, y, d, cap, after_s, window_s, covariate } of goals) {
        if (at_s < minute * 60 + after_s || at_s >= minute * 60 + window_s) continue;
        totals[goal] ??= { y: 0, d: 0, cap, covariate };
        totals[goal].y += y;
        totals[goal].d += d;
      }
    }
    const { keep_s, ...row } = first;
    return { unit, ...row, totals, until_s: minute * 60 + keep_s };
  });
}

/** Sums by key: experiment, arm, epoch, cohort (of no slice), goal, slice. @param {Life[]} lives also those that are erased */
export function sumsOf(lives) {
  /** @type {Record<string, number[]>} */
  const sums = {};
  const add = (/** @type {any[]} */ key, /** @type {Record<string, number>} */ figures) => {
    const into = (sums[key.join("|")] ??= COLUMNS.map(() => 0));
    COLUMNS.forEach((name, column) => (into[column] += figures[name] ?? 0));
  };
  for (const row of lives.flatMap(exposureRows)) {
    const slices = Object.entries(row.slices).map(([name, value]) => `${name}=${value}`);
    for (const slice of ["", ...slices]) {
      const cohort = slice === "" ? Math.floor((row.minute * 60) / DAY_S) : "all";
      const at = (/** @type {string} */ goal) => [row.experiment, row.arm, row.epoch, cohort, goal, slice];
      add(at(""), { n: 1 });
      for (const [name, x] of Object.entries(row.x)) add(at(`=${name}`), { n: 1, x, xx: x * x });
      for (const [goal, { y: raw, d, cap, covariate }] of Object.entries(row.totals)) {
        const y = cap === null ? raw : Math.sign(raw) * Math.min(Math.abs(raw), cap);
        const x = covariate === null ? 0 : (row.x[covariate] ?? 0);
        add(at(goal), { converters: y > 0 ? 1 : 0, y, yy: y * y, d, dd: d * d, yd: y * d, xy: x * y, xd: x * d });
      }
    }
  }
  return notZero(sums);
}

/** The same of a ledger's lines, up to a day. @param {any[]} lines @param {number} day */
export function summed(lines, day) {
  /** @type {Record<string, number[]>} */
  const sums = {};
  for (const line of lines) {
    if (line.slice === "" && line.day > day) continue;
    const into = (sums[[line.experiment, line.arm, line.epoch, line.slice === "" ? line.cohort : "all", line.goal, line.slice].join("|")] ??= COLUMNS.map(() => 0));
    COLUMNS.forEach((name, column) => (into[column] += line[name]));
  }
  return notZero(sums);
}

/** @param {Record<string, number[]>} sums */
const notZero = (sums) => Object.fromEntries(Object.entries(sums).filter(([, figures]) => figures.some((figure) => figure !== 0)).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Totals as they are compared: what is zero is not there. @param {any[]} rows */
export const comparable = (rows) =>
  rows
    .map((row) => ({ ...row, totals: Object.fromEntries(Object.entries(row.totals).filter(([, { y, d }]) => y !== 0 || d !== 0).sort(([a], [b]) => (a < b ? -1 : 1))) }))
    .sort((a, b) => (`${a.unit} ${a.experiment}` < `${b.unit} ${b.experiment}` ? -1 : 1));

/** @param {Life} life */
export const eventRows = ({ unit, events }) => [...events.values()].map(({ id, at_s, version, goals }) => ({ unit, id, at_s, version, goals }));
