// What is watched in a page from its first moment. The function is sent to the browser as it stands.

/**
 * What one load has shown; times are milliseconds since the navigation began.
 * @typedef {{ made_ms: number, drawn_ms: number, own_ms: number, longtasks: number[], shift: number, interaction_ms: number }} Seen
 */

/**
 * `made_ms`: the first frame in which all three changes are in the page and it is not hidden. `drawn_ms`: also the image is there.
 * `own_ms`: for how long the page's own text was on the screen before. Calls `window.benchPainted` with the first frame.
 * @param {{ title: string, image: string, link: string, own: string }} wanted
 */
export function probe({ title, image, link, own }) {
  /** @type {Seen} */
  const seen = { made_ms: 0, drawn_ms: 0, own_ms: 0, longtasks: [], shift: 0, interaction_ms: 0 };
  let ownSince_ms = 0;
  let isPainted = false;
  const frame = () => {
    const now_ms = performance.now();
    const [heading, picture, cta] = ["h1", "img", "a.cta"].map((selector) => document.querySelector(`.hero ${selector}`));
    if (heading && picture && cta) {
      if (!isPainted) /** @type {any} */ (window).benchPainted();
      isPainted = true;
      const isSeen = heading.checkVisibility({ opacityProperty: true, visibilityProperty: true });
      const isMade = isSeen && heading.textContent === title && picture.getAttribute("src") === image && cta.getAttribute("href") === link;
      if (isSeen && heading.textContent === own) ownSince_ms ||= now_ms;
      if (isMade && !seen.made_ms) {
        seen.made_ms = now_ms;
        if (ownSince_ms) seen.own_ms = now_ms - ownSince_ms;
      }
      const isThere = /** @type {HTMLImageElement} */ (picture).complete && /** @type {HTMLImageElement} */ (picture).naturalWidth > 0;
      if (isMade && isThere) seen.drawn_ms = now_ms;
    }
    if (!seen.drawn_ms) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  /** @param {string} type @param {(entry: any) => void} take @param {object} [more] */
  const observe = (type, take, more) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...more });
  observe("longtask", ({ duration }) => seen.longtasks.push(duration));
  // A click counts as no excuse here.
  observe("layout-shift", ({ value }) => (seen.shift += value));
  observe("event", ({ interactionId, duration }) => interactionId && (seen.interaction_ms = Math.max(seen.interaction_ms, duration)), { durationThreshold: 16 });
  Object.assign(window, { benchSeen: seen });
}
