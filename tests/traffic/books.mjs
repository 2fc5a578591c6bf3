// What the shoppers know of themselves: their own book-keeping, from which the ledger's sums are computed by another hand.

/** Columns of a sum. */
export const COLUMNS = ["n", "converters", "y", "yy", "d", "dd", "yd", "x", "xx", "xy", "xd"];
/** The most that a visitor's total counts, and what is known before, by goal; as tests/traffic/site has it. */
const GOALS = /** @type {Record<string, { cap?: number, covariate: string }>} */ ({
  revenue: { cap: 40_000, covariate: "value" },
  buyers: { cap: 1, covariate: "visits" },
  "order-value": { covariate: "value" },
  subscribers: { cap: 1, covariate: "visits" },
  "seen-purchase": { cap: 1, covariate: "visits" },
  spent: { cap: 30_000, covariate: "value" },
  "sign-ups": { cap: 1, covariate: "visits" },
  carts: { covariate: "visits" },
});

/** One visitor, as they know themselves. */
export class Account {
  /** Whether a page's script has reported a page. */
  isExposed = false;
  /** @type {Map<string, { y: number, d: number }>} */
  totals = new Map();
  /** What goals ask of the time before. @type {Record<string, number>} */
  x = { value: 0, visits: 0 };

  /** @param {string} unit @param {string} device */
  constructor(unit, device) {
    this.unit = unit;
    this.device = device;
  }

  /** @param {string} goal @param {number} y @param {number} [d] */
  count(goal, y, d = 0) {
    const known = this.totals.get(goal) ?? { y: 0, d: 0 };
    this.totals.set(goal, { y: known.y + y, d: known.d + d });
  }

  /** A purchase that the browser reports. @param {number} value in hundredths */
  sawPurchase(value) {
    this.count("seen-purchase", 1);
    this.count("spent", value);
  }

  /** An order that the shop's server reports, and what is paid back of it later: all, or a part. @param {number} value @param {number} [refund] */
  ordered(value, refund = 0) {
    if (refund >= value) return;
    this.count("revenue", value - refund);
    this.count("buyers", 1);
    this.count("order-value", value - refund, 1);
  }
}

export class Books {
  /** @type {Account[]} */
  accounts = [];
  /** By cause, as the ledger names them. @type {Record<string, number>} */
  refused = {};

  /** @param {string} cause @param {number} [times] */
  refuse(cause, times = 1) {
    if (times > 0) this.refused[`refused/${cause}`] = (this.refused[`refused/${cause}`] ?? 0) + times;
  }

  /** @param {Account} account */
  open(account) {
    this.accounts.push(account);
    return account;
  }

  /**
   * The sums that the ledger has to have.
   * @param {(unit: string) => { experiment: string, arm: string }[]} armsOf
   * @returns {Map<string, bigint[]>} by experiment, arm, epoch, slice and goal
   */
  sums(armsOf) {
    /** @type {Map<string, bigint[]>} */
    const sums = new Map();
    for (const account of this.accounts) {
      if (!account.isExposed) continue;
      for (const { experiment, arm } of armsOf(account.unit)) {
        const slices = ["", `device=${account.device}`, `visitor=${account.x.visits > 0 ? "returning" : "new"}`];
        for (const slice of slices) {
          for (const [goal, figures] of contributions(account)) add(sums, [experiment, arm, 0, slice, goal].join(" "), figures);
        }
      }
    }
    return sums;
  }
}

/** What a visitor adds to the sums of an experiment. @param {Account} account @returns {[goal: string, figures: bigint[]][]} */
function contributions({ totals, x: before }) {
  const none = Array(6).fill(0n);
  const covariates = Object.entries(before).map(([name, value]) => /** @type {[string, bigint[]]} */ ([`=${name}`, [1n, ...none, BigInt(value), BigInt(value) ** 2n, 0n, 0n]]));
  const goals = [...totals].map(([goal, total]) => {
    const { cap, covariate } = GOALS[goal];
    const [y, d, x] = [Math.max(-(cap ?? Infinity), Math.min(total.y, cap ?? Infinity)), total.d, before[covariate]].map(BigInt);
    return /** @type {[string, bigint[]]} */ ([goal, [0n, y > 0n ? 1n : 0n, y, y * y, d, d * d, y * d, 0n, 0n, x * y, x * d]]);
  });
  return [["", [1n, ...Array(10).fill(0n)]], ...covariates, ...goals];
}

/** @param {Map<string, bigint[]>} sums @param {string} key @param {bigint[]} figures */
export function add(sums, key, figures) {
  const known = sums.get(key);
  sums.set(key, known === undefined ? figures : known.map((sum, at) => sum + figures[at]));
}

/** Sums that are not 0, in an order that can be compared. @param {Map<string, bigint[]>} sums */
export const comparable = (sums) => [...sums].filter(([, figures]) => figures.some((figure) => figure !== 0n)).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, figures]) => `${key}: ${figures.join(" ")}`);
