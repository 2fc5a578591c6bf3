// Random sequences of messages for the ledger, by seed.

import { chance } from "../traffic/chance.mjs";

const DAY_S = 86_400;

/** Choices by seed. @param {number} seed */
export function randomOf(seed) {
  const { below, of, is } = chance(seed);
  return {
    below,
    of,
    percent: (/** @type {number} */ share) => is(share / 100),
    /** @template T @param {number} most @param {() => T} make */
    some: (most, make) => Array.from({ length: below(most + 1) }, make),
  };
}

/** Goals: revenue with a cap and a covariate, once per visitor, and a ratio. */
const GOALS = {
  purchase: { cap: 5000, after_s: 0, window_s: 3 * DAY_S, covariate: "value" },
  signup: { cap: 1, after_s: 0, window_s: DAY_S, covariate: null },
  ratio: { cap: null, after_s: DAY_S / 4, window_s: 2 * DAY_S, covariate: "orders" },
};

/**
 * @param {number} seed
 * @param {number} day on which it begins
 */
export function sequence(seed, day) {
  const random = randomOf(seed);
  const hex = (/** @type {number} */ digits) => Array.from({ length: digits }, () => random.below(16).toString(16)).join("");
  const units = [`v:${hex(32)}`, `v:${hex(32)}`, `c:${hex(32)}`];
  const experiments = [`s${seed}-a/1`, `s${seed}-b/2`];
  const orders = [`s${seed}-1`, `s${seed}-2`];
  let now_s = day * DAY_S + 40_000;
  let keys = 0;

  const exposure = () => ({
    experiment: random.of(experiments),
    arm: random.of(["control", "sale"]),
    epoch: random.below(2),
    minute: Math.floor(now_s / 60) - random.of([0, 0, random.below(1440), random.below(3 * 1440)]),
    slices: random.percent(70) ? { device: random.of(["phone", "desktop"]), ...(random.percent(50) ? { country: random.of(["GB", "DE"]) } : {}) } : {},
    x: random.percent(80) ? { value: random.below(9000), orders: random.below(4) } : {},
    keep_s: 21 * DAY_S,
  });
  const parts = (/** @type {Record<string, () => { y: any, d: any }>} */ amounts) =>
    Object.entries(amounts).filter(() => random.percent(60)).map(([goal, amount]) => ({ goal, ...amount(), .../** @type {any} */ (GOALS)[goal] }));
  const event = () => ({
    id: `log-${random.below(8)}`,
    at_s: now_s - random.of([0, 0, random.below(DAY_S), random.below(2 * DAY_S)]),
    goals: parts({
      purchase: () => ({ y: random.percent(25) ? -random.below(3000) : random.below(4000), d: 0 }),
      signup: () => ({ y: 1, d: 0 }),
      ratio: () => ({ y: random.below(3), d: random.below(5) }),
    }),
  });
  const take = () => ({
    what: "take",
    body: { now_s, units: Array.from({ length: 1 + random.below(3) }, () => ({ unit: random.of(units), exposures: random.some(2, exposure), events: random.some(3, event) })) },
  });
  const order = () => {
    const id = random.of(orders);
    // Some keys come twice.
    const head = { now_s, order: id, key: `${id}-k${random.percent(85) ? (keys += 1) : keys}`, at_s: now_s - random.below(DAY_S) };
    if (random.percent(50)) return { what: "order", body: { ...head, kind: "refund", ...(random.percent(70) ? { value: random.below(3000) } : {}) } };
    const goals = parts({ purchase: () => ({ y: "value", d: 0 }), signup: () => ({ y: 1, d: 0 }), ratio: () => ({ y: 0, d: random.of([1, "value"]) }) });
    return { what: "order", body: { ...head, kind: "order", value: random.below(6000), units: [random.of(units), random.of(units)], goals } };
  };

  return Array.from({ length: 4 + random.below(14) }, () => {
    now_s += random.of([60, 60, random.below(DAY_S)]);
    // Away from midnight: a delivery is on the day of its order.
    now_s += Math.max(0, 600 - (now_s % DAY_S)) + (now_s % DAY_S > 85_000 ? 2_000 : 0);
    const kind = random.below(100);
    if (kind < 60) return take();
    return kind < 93 ? order() : { what: "forget", body: { now_s, units: [random.of(units)] } };
  });
}
