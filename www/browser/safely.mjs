/** Reading what may throw. */

/** The shop's data may throw when it is read: never into the shop's own code. @template T @param {() => T} run */
export const safely = (run) => {
  try {
    return run();
  } catch {}
};

/** @param {any} from @param {string | number} key @returns {any} */
export const get = (from, key) => safely(() => from[key]);
