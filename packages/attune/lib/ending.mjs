// How a command that serves ends: at Ctrl-C, with all that it has started.

/** What has to be ended, the last first, and when. */
export class Ending {
  /** @type {(() => unknown)[]} */
  #steps = [];
  /** Resolves at the first Ctrl-C; a second one ends the process at once. @type {Promise<void>} */
  asked = new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => resolve());
  });

  /** @param {() => unknown} step */
  add(step) {
    this.#steps.unshift(step);
  }

  async clear() {
    for (const step of this.#steps.splice(0)) await step();
  }
}
