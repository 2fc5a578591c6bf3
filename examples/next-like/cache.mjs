// Rendered pages, each kept for as long as it says.

/** @param {{ now_ms?: () => number }} [options] */
export function createCache({ now_ms = Date.now } = {}) {
  /** @type {Map<string, { html: Promise<string>, until_ms: number }>} */
  const pages = new Map();
  return {
    /**
     * The page of a key, and whether it was there. Requests that come while it is rendered wait for the same rendering.
     * @param {string} key @param {number} seconds @param {() => Promise<string>} render
     */
    async get(key, seconds, render) {
      const kept = pages.get(key);
      if (kept && kept.until_ms > now_ms()) return { html: await kept.html, isHit: true };
      const html = render();
      const page = { html, until_ms: now_ms() + seconds * 1000 };
      pages.set(key, page);
      // A rendering that failed is not kept.
      html.catch(() => pages.get(key) === page && pages.delete(key));
      return { html: await html, isHit: false };
    },
  };
}
