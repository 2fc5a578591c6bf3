/** Nothing is waited for without an end: a client may have gone, and KV may not answer. */

const IDLE_MS = 30_000;

/**
 * The outcome of some work, which has so long for it.
 * @template T
 * @param {Promise<T>} work
 * @returns {Promise<T>}
 */
export async function within(work) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing happened for ${IDLE_MS / 1000} s`)), IDLE_MS);
  });
  try {
    return await Promise.race([work, /** @type {Promise<never>} */ (late)]);
  } finally {
    clearTimeout(timer);
  }
}
