// Visitors who look at a page all the while that others publish: each page is a 200 with one version's content, and no version comes back.
import assert from "node:assert/strict";
import { withoutTail } from "./harness.mjs";
import { FILLED, PAGE } from "./origin.mjs";
import { until } from "./publisher.mjs";

/** Between two pages of somebody who looks on. */
const PAUSE_MS = 10;

/** The word of a version, five letters: no two versions have the same. @param {number} version @param {string} [who] one letter */
export function wordFor(version, who = "a") {
  const letters = [17_576, 676, 26, 1].map((place) => String.fromCharCode(97 + (Math.floor(version / place) % 26)));
  return letters.join("").replace(/^./, (first) => first.toUpperCase()) + who;
}

/**
 * Lets somebody look until `stop`, which answers how many pages there were, and which words each version was seen with.
 * @param {{ fetch: (path: string) => Promise<{ status: number, text: string, headers: Record<string, any> }> }} edge
 */
export function lookOn(edge) {
  let isOver = false;
  let pages = 0;
  let newest = 0;
  /** @type {Map<number, Set<string>>} */
  const seen = new Map();
  const looking = (async () => {
    while (!isOver) {
      const { status, text, headers } = await edge.fetch("/");
      const html = withoutTail(text);
      const version = Number(/version=(\d+)/.exec(headers.attune ?? "")?.[1] ?? 0);
      const word = /<h1>(\w+) for/.exec(html)?.[1] ?? "";
      assert.equal(status, 200);
      assert.equal(html, version === 0 ? PAGE : FILLED.replace("Hello", word), "the origin's bytes, or all of the content");
      assert.ok(version >= newest, `version ${version} after ${newest}`);
      newest = version;
      pages += 1;
      if (version > 0) seen.set(version, (seen.get(version) ?? new Set()).add(word));
      // Whoever publishes shares the machine.
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  })();
  looking.catch(() => (isOver = true));
  return {
    newest: () => newest,
    pages: () => pages,
    /** Waits until a page is of this version. @param {number} version */
    sees: (version) => until(async () => newest >= version || (isOver && (await looking))),
    /** Ends with the error of a page that was not as it has to be. */
    async stop() {
      isOver = true;
      await looking;
      return { pages, seen };
    },
  };
}
