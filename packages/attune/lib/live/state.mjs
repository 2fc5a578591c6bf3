// What open pages have to know: which version is served, and what is wrong with the files as they are.

/** @typedef {{ version: string, problem: string | null }} Told */

export class State {
  /** @type {Told} */
  #told = { version: "", problem: null };
  /** @type {Set<(told: Told) => void>} */
  #listeners = new Set();

  /** @returns {Told} */
  get told() {
    return this.#told;
  }

  /** The last good version stays where only a problem is told. @param {Partial<Told>} news */
  tell(news) {
    this.#told = { ...this.#told, ...news };
    for (const listener of this.#listeners) listener(this.#told);
  }

  /** Hears what is told from now on; the answer ends that. @param {(told: Told) => void} listener */
  listen(listener) {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
