// Numbers that look random and are the same in every run of a seed.

/** @param {number} seed */
export function chance(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    /** A whole number from 0 to below this one. @param {number} end */
    below: (end) => Math.floor(next() * end),
    /** @param {number} share from 0 to 1 */
    is: (share) => next() < share,
    /** @template T @param {T[]} list */
    of: (list) => list[Math.floor(next() * list.length)],
  };
}

/** @typedef {ReturnType<typeof chance>} Chance */
