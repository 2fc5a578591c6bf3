/** Which slots were in sight, and for how long. */

import { marked, printOf } from "./content.mjs";
import { safely } from "./safely.mjs";

const SEEN_MS = 1_000;

/** @typedef {import("./page.js").AttuneSlot} Slot */
/** @typedef {import("./page.js").AttunePlan} Plan */
/** @typedef {{ slot: Slot, print: string | null, visible: boolean, timer: number }} Watch */

/**
 * Watches the slots of a plan and records an impression of each that half of was in sight for a second.
 * @param {(name: string, params: Record<string, unknown>) => void} record
 */
export const watchedSlots = (record) => {
  /** @type {Set<string>} one decision, one impression, in however many slots it shows */
  const counted = new Set();
  /** @type {Map<Element, Watch>} */
  const watched = new Map();

  /** Whether it is still there, with what was put into it. @param {Element} element @param {Watch} watch */
  const holds = (element, { slot, print }) => document.querySelector(slot.selector) === element && (print === null || print === printOf(element));

  /** @param {Element} element */
  const time = (element) => {
    const watch = watched.get(element);
    if (!watch) return;
    clearTimeout(watch.timer);
    if (!watch.visible || document.visibilityState !== "visible") return;
    const end = () => {
      watched.delete(element);
      observer.unobserve(element);
    };
    if (!holds(element, watch)) return end();
    watch.timer = window.setTimeout(() => {
      end();
      if (holds(element, watch)) impress(watch.slot);
    }, SEEN_MS);
  };
  /** @param {import("./page.js").AttuneSlot} slot */
  const impress = (slot) => {
    for (const decision of [slot, slot.observed]) {
      if (!decision?.campaign) continue;
      const products = decision === slot ? slot.products : undefined;
      const again = counted.has(decision.campaign);
      if (again && !products) continue;
      counted.add(decision.campaign);
      record("attune_impression", { slot: slot.slot, campaign: again ? "" : decision.campaign, arm: decision.arm ?? "", products, strategy: products && slot.strategy });
    }
  };
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        const watch = watched.get(entry.target);
        const seen = entry.intersectionRatio >= 0.5 || entry.intersectionRect.height >= innerHeight / 2;
        if (!watch || watch.visible === seen) continue;
        watch.visible = seen;
        time(entry.target);
      }
    },
    { threshold: Array.from({ length: 21 }, (_, step) => step / 20) },
  );
  const unobserve = () => {
    observer.disconnect();
    for (const watch of watched.values()) {
      clearTimeout(watch.timer);
      watch.visible = false;
    }
  };
  const observe = () => [...watched.keys()].forEach((element) => observer.observe(element));
  /** Watches the slots of a plan in place of those before, as they are now. @param {Plan} plan */
  const watch = (plan) => {
    unobserve();
    watched.clear();
    counted.clear();
    for (const slot of plan.slots) {
      const found = (slot.campaign || slot.observed) && safely(() => document.querySelector(slot.selector));
      // What a script fetched is no framework's to hydrate, and htmx leaves comments out.
      const lost = found && slot.content && plan.view !== "url" && !marked(found);
      if (found && !lost) watched.set(found, { slot, print: slot.content ? printOf(found) : null, visible: false, timer: 0 });
    }
  };
  /** Looks again which are in sight, because the page was shown or hidden. */
  const again = () => [...watched.keys()].forEach(time);
  return { watch, again, observe, unobserve };
};
