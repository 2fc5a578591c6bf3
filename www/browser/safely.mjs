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

let said = false;
/** Says in the console what did not work. One line says it: what fails first makes other things fail. @param {string} code with what it is about @param {unknown} why */
export const complain = (code, why) => void (said ||= !safely(() => console.warn(`attune: ${code}`, why)));

/** A function as the browser calls it: what it throws, at once or later, stays here. @template {unknown[]} A @param {(...args: A) => unknown} run */
export const guarded = (run) => async (/** @type {A} */ ...args) => {
  try {
    await run(...args);
  } catch (error) {
    complain("page", error);
  }
};

/** @param {string} type @param {(event: any) => unknown} run @param {EventTarget} [target] */
export const hear = (type, run, target = window) => target.addEventListener(type, guarded(run));
