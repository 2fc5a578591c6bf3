/** Numbers that a seed gives again. */
export class Random {
  /** @param {number} seed */
  constructor(seed) {
    this.state = Math.imul(seed, 0x9e37_79b1) >>> 0;
  }

  /** Mulberry32: 32 bits. */
  next() {
    this.state = (this.state + 0x6d2b_79f5) >>> 0;
    let z = this.state;
    z = Math.imul(z ^ (z >>> 15), z | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return (z ^ (z >>> 14)) >>> 0;
  }

  /** From `low` to `high`, both included. @param {number} low @param {number} high */
  between = (low, high) => low + (this.next() % (high - low + 1));

  /** @param {number} chance */
  percent = (chance) => this.next() % 100 < chance;

  /** @template T @param {T[]} list */
  one = (list) => list[this.next() % list.length];
}
