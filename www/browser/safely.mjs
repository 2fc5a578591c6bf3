/** What may throw. */

/** The shop's data may throw when it is read: never into the shop's own code. @template T @param {() => T} run @param {(error: unknown) => void} [failed] */
export const safely = (run, failed) => {
  try {
    return run();
  } catch (error) {
    failed?.(error);
  }
};

/** @param {any} from @param {string | number} key @returns {any} */
export const get = (from, key) => safely(() => from[key]);

/** @type {Set<string>} */
const said = new Set();
/** Says once in the console what did not work. @param {string} code @param {unknown[]} about */
export const complain = (code, ...about) => {
  if (!said.has(code)) safely(() => console.warn(`attune: ${code}`, ...about));
  said.add(code);
};
