/** Shoppers at a time. */
const AT_ONCE = 12;

/** Runs so many bodies, some at a time. @param {number} count @param {(at: number) => Promise<unknown>} body */
export async function inParallel(count, body) {
  let next = 0;
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, count) }, async () => {
    while (next < count) await body(next++);
  }));
}
