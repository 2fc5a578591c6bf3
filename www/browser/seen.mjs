/** Which slots were in sight for how long, with what was put into them; and the guard that puts it in once more. */

import { isOwned, place, write } from "./draw.mjs";
import { find, hashOf, holds, marked, printOf } from "./print.mjs";
import { guarded } from "./safely.mjs";

/** @typedef {import("./page.js").AttuneSlot} Slot */
/** @typedef {import("./page.js").AttunePlan} Plan */
/**
 * A slot of the plan; `lost` once what was put into it is given up.
 * @typedef {{ slot: Slot, element: Element | null | undefined, visible?: boolean, timer?: number, mended?: boolean, lost?: unknown }} Watch
 */

const SEEN_MS = 1_000;
const QUIET_MS = 500; // a framework is at work until then
const GUARDED_MS = 10_000; // after a plan
const BATCHES_MAX = 300; // of mutations, after a plan
const CHANGE_WEIGHT = 2; // what a batch that changes a slot counts for: each sets the timer anew
const RECORDS_MAX = 100; // of one batch that are looked at

/**
 * Watches the slots of a plan, and records an impression of each that half of was in sight for a second.
 * @param {(name: string, params: Record<string, unknown>) => void} record
 * @param {() => Promise<Slot[]>} contents the slots of the present page, with what to draw
 */
export const watchedSlots = (record, contents) => {
  /** @type {Set<string>} one decision, one impression, in however many slots it shows */
  let counted = new Set();
  /** @type {Set<Watch>} those that nothing was recorded of yet */
  let watches = new Set();
  let isObserved = false;
  let quiet = 0;
  let batches = 0;
  let end_ms = 0;

  /** Whether it is still there, with what was put into it. @param {Watch} watch */
  const isIntact = ({ slot, element }) => element && find(slot.selector) === element && holds(element, slot.checks ?? []);

  /** @param {Watch} watch */
  const time = (watch) => {
    clearTimeout(watch.timer);
    watch.timer = 0;
    if (!watch.visible || document.hidden) return;
    if (watch.lost) return finish(watch);
    if (!isIntact(watch)) return guard();
    watch.timer = setTimeout(guarded(() => {
      watch.timer = 0;
      watch.lost = watch.mended && !isIntact(watch);
      if (watch.lost || isIntact(watch)) finish(watch);
      else guard();
    }), SEEN_MS);
  };

  /** @param {Watch} watch */
  const finish = (watch) => {
    const { slot, element } = watch;
    watches.delete(watch);
    if (element) sight.unobserve(element);
    for (const decision of [slot, slot.observed]) {
      if (!decision?.campaign) continue;
      const { campaign, arm } = decision;
      const isOwn = decision === slot;
      const params = { slot: slot.slot, campaign, arm: arm ?? "" };
      if (watch.lost && isOwn) {
        record("attune_lost", params);
        continue;
      }
      const products = isOwn ? slot.products : undefined;
      const again = counted.has(campaign);
      if (again && !products) continue;
      counted.add(campaign);
      record("attune_impression", { ...params, campaign: again ? "" : campaign, products });
    }
  };

  const sight = new IntersectionObserver(
    guarded((/** @type {IntersectionObserverEntry[]} */ entries) => {
      for (const { target, intersectionRatio, intersectionRect } of entries) {
        const isVisible = intersectionRatio >= 0.5 || intersectionRect.height >= innerHeight / 2;
        for (const watch of watches) {
          if (watch.element === target && watch.visible !== isVisible) {
            watch.visible = isVisible;
            time(watch);
          }
        }
      }
    }),
    { threshold: [...Array(21).keys()].map((step) => step / 20) },
  );

  /** Goes to the element that the slot has now. @param {Watch} watch */
  const locate = (watch) => {
    const element = find(watch.slot.selector);
    if (element === watch.element) return;
    if (watch.element) sight.unobserve(watch.element);
    watch.visible = false;
    watch.element = place(watch.slot);
    if (watch.element && isObserved) sight.observe(watch.element);
  };

  // The guard.

  const changes = new MutationObserver(guarded((/** @type {MutationRecord[]} */ records) => {
    const looked = records.slice(0, RECORDS_MAX);
    let weight = 1;
    for (const watch of watches) {
      // A slot that appears is filled before it is painted.
      if (!watch.element?.isConnected) locate(watch);
      const { element } = watch;
      if (element && looked.some(({ target }) => target.contains(element) || element.contains(target))) weight = CHANGE_WEIGHT;
    }
    if (weight > 1) guard();
    if ((batches += weight) > BATCHES_MAX || Date.now() > end_ms) changes.disconnect();
  }));
  const guard = () => {
    clearTimeout(quiet);
    quiet = setTimeout(guarded(mend), QUIET_MS);
  };

  /** Once the page is quiet: puts back what somebody took out, once a slot. */
  const mend = async () => {
    for (const watch of watches) {
      const { slot, element } = watch;
      const intact = isIntact(watch);
      if (watch.lost || !element || (intact ? watch.timer : slot.draw && isOwned(element))) continue;
      // Whole HTML would be nodes that the framework does not know of.
      if (!slot.checks || watch.mended || slot.checks.some(([, attribute]) => attribute === "*")) watch.lost = !intact;
      // Without a timer, a component has drawn it, or somebody else put it back.
      else if (!intact) {
        watch.mended = true;
        const set = slot.draw?.set ?? (await contents()).find((other) => other.slot === slot.slot && other.content === slot.content && other.arm === slot.arm)?.draw?.set;
        // Another plan came meanwhile.
        if (!watches.has(watch)) return;
        watch.lost = !(set && write(element, set) && isIntact(watch));
      }
      time(watch);
    }
  };

  const unobserve = () => {
    isObserved = false;
    sight.disconnect();
    for (const watch of watches) {
      clearTimeout(watch.timer);
      watch.visible = false;
    }
  };
  return {
    /**
     * Watches the slots of a plan in place of those before, and draws what it brings.
     * @param {Plan} plan @param {boolean} fresh false for one of before, whose page is shown again
     */
    watch({ slots, view }, fresh) {
      unobserve();
      clearTimeout(quiet);
      watches = new Set();
      counted = new Set();
      for (const slot of slots) {
        const element = place(slot);
        if (element && !slot.campaign && !slot.observed) continue;
        const isUnsure = slot.content && !slot.checks;
        // What a script fetched or kept is no framework's to hydrate, and htmx leaves comments out.
        const isLost = fresh && isUnsure && view !== "url" && !(element && marked(element));
        // What it shows now is what it must show.
        if (isUnsure && element) slot.checks = [["", "*", hashOf(printOf(element))]];
        watches.add({ slot, element, lost: isLost });
      }
      batches = 0;
      end_ms = Date.now() + GUARDED_MS;
      changes.observe(document, { subtree: true, childList: true, characterData: true, attributeFilter: ["src", "href", "srcset", "alt", "title"] });
      guard();
    },
    /** Looks again which are in sight, because the page was shown or hidden. */
    again: () => watches.forEach(time),
    observe() {
      isObserved = true;
      for (const { element } of watches) if (element) sight.observe(element);
    },
    unobserve,
  };
};
