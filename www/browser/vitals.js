/*! Contains web-vitals: Copyright Google LLC, Apache License 2.0 */
// Reports that a page was slow or jumped, once, when it is hidden or left. It is loaded where a goal counts that.
import { onCLS, onINP, onLCP } from "web-vitals";
import { guarded, hear } from "./safely.mjs";

guarded(() => {
  /** @typedef {import("web-vitals").MetricType} Metric */
  /** What measures, by the event that it is for. @type {Map<string, (report: (metric: Metric) => void, options: { reportAllChanges: boolean }) => void>} */
  const measures = new Map(Object.entries({ lcp_poor: onLCP, inp_poor: onINP, cls_poor: onCLS }));

  const STARTED = Symbol.for("attune.vitals");
  const all = /** @type {{ [STARTED]?: boolean }} */ (/** @type {unknown} */ (window));
  const { attune } = window;
  if (all[STARTED] || !attune?.on) return;
  all[STARTED] = true;

  /** @type {Map<string, Metric>} the newest of each event */
  const latest = new Map();
  /** @type {Set<string>} ids of what was reported. A page that comes out of the browser's memory has new ones. */
  const reported = new Set();

  const report = () => {
    for (const [event, { id, rating }] of latest) {
      if (rating !== "poor" || reported.has(id)) continue;
      reported.add(id);
      attune.track?.(event);
    }
  };

  attune.on("plan", ({ events = "" }) => {
    for (const event of events.split(",")) {
      measures.get(event)?.((metric) => latest.set(event, metric), { reportAllChanges: true });
      measures.delete(event);
    }
  });
  // Before the log is sent. What the library has not looked at yet comes with the next event, and the next page sends it.
  addEventListener("pagehide", guarded(report), true);
  // The library listens to the window, which captures the event before the document has it.
  hear("visibilitychange", () => document.hidden && report(), document);
})();
