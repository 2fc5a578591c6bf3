/** What could not be used rests before it is tried again, each time for twice as long. */

const DOUBLINGS_MAX = 6;
const NAMES_MAX = 64;

export class Backoff {
  /** @type {Map<string, { times: number, until_ms: number }>} */
  #rests = new Map();

  /**
   * It may be right the next time.
   * @param {string} name
   * @param {number} base_ms the first rest
   * @param {number} now_ms
   */
  fail(name, base_ms, now_ms) {
    const times = this.#rests.get(name)?.times ?? 0;
    this.#keep(name, { times: Math.min(times + 1, DOUBLINGS_MAX), until_ms: now_ms + base_ms * 2 ** times });
  }

  /**
   * It will never be right in this isolate.
   * @param {string} name
   */
  refuse(name) {
    this.#keep(name, { times: 0, until_ms: Infinity });
  }

  /** @param {string} name */
  succeed(name) {
    this.#rests.delete(name);
  }

  /**
   * Whether it is too early to try.
   * @param {string} name
   * @param {number} now_ms
   */
  rests(name, now_ms) {
    return (this.#rests.get(name)?.until_ms ?? 0) > now_ms;
  }

  /**
   * @param {string} name
   * @param {{ times: number, until_ms: number }} rest
   */
  #keep(name, rest) {
    // Behind the others: the one that failed longest ago goes first where there are too many.
    this.#rests.delete(name);
    this.#rests.set(name, rest);
    const [oldest] = this.#rests.keys();
    if (this.#rests.size > NAMES_MAX) this.#rests.delete(oldest);
  }
}
