/** Sends the log, as much as a beacon takes, until the cookie has it. */

import { bytes, eventOf } from "./event.mjs";
import { find } from "./print.mjs";
import { complain, hear, safely } from "./safely.mjs";
import { ENTRIES_MAX, append, erase, id, isSent, load, onErased, renew, repaired, save, settle, stored, written } from "./store.mjs";
import { LOCAL, PATH_CHARS_MAX, address, post } from "./server.mjs";

/** @typedef {import("./page.js").AttuneAnswer} Answer */
/** @typedef {import("./page.js").AttuneBeacon} Beacon */

const ROUTE = "events";
const BEACON_BYTES_MAX = 12_000;
const REWINDS_MAX = 3; // cookies that went back, after one event
const SETTLE_MS = 200; // by then, what one tab wrote is seen by the others
const TURN_MS = 1_000; // how long another tab may take to send

/**
 * @param {(isErased?: boolean) => void} stop nothing is granted any more, or another tab erased the log
 * @param {(path: string) => unknown} view a page of a single-page app is looked at
 * @param {(file: string) => unknown} script loads another script of Attune
 */
export const beacons = (stop, view, script) => {
  const here = () => location.pathname.slice(0, PATH_CHARS_MAX);
  let isOn = false;
  /** @type {string | undefined} */
  let mint;
  let own = ""; // events that goals count
  /** @type {import("./page.js").AttuneSlot[]} with recommended products that are counted */
  let recommended = [];
  let exposed = ""; // what was reported last
  let failed = ""; // the page whose error was
  let timer = 0;
  let busy = false;
  let waiting = false; // for the next page
  let retried = false;
  let rewinds = 0;
  let most = ENTRIES_MAX;
  /** @type {((value?: unknown) => void) | undefined} lets another tab send */
  let release;

  /** @param {number} [after_ms] @param {boolean} [anyway] */
  const later = (after_ms = SETTLE_MS, anyway) => {
    clearTimeout(timer);
    timer = window.setTimeout(send, after_ms, anyway);
  };

  /** What the cookie lacks. @param {boolean} [leaving] */
  const next = (leaving) => {
    const log = load();
    const oldest = log.next - log.entries.length;
    const page = here();
    const beacon = { log: id, oldest, mail: log.mail, mint, page, events: /** @type {import("./page.js").AttuneEvent[]} */ ([]) };
    let size = bytes(beacon);
    for (const { n, name, at, page: from, params } of log.entries) {
      if (n <= log.last) continue;
      const age = Date.now() - at;
      // What another tab has just written may change its number yet.
      if (!leaving && age >= 0 && age < SETTLE_MS) break;
      const event = { n, name, age: Math.max(0, age), page: from === page ? undefined : from, params };
      size += bytes(event) + 1;
      if (beacon.events.length && (beacon.events.length >= most || size > BEACON_BYTES_MAX)) break;
      beacon.events.push(event);
      isSent(n);
    }
    // The tab that wrote the others sends them.
    if (written.length) later();
    return beacon;
  };

  /** One tab at a time, to spare double sending: the numbers make it right. @param {boolean} [anyway] */
  const send = async (anyway) => {
    if (!isOn) return;
    try {
      if (repaired()) return later();
      if (waiting || busy) return;
      busy = true;
      await (anyway || !navigator.locks ? all() : inTurn());
    } catch {
      waiting = true;
    }
    busy = false;
  };
  const inTurn = () =>
    navigator.locks.request("attune", { ifAvailable: true }, (lock) => {
      if (lock) return Promise.race([all(), new Promise((done) => (release = done))]);
      later(TURN_MS, true);
    });
  const all = async () => {
    while (isOn && !waiting && (await sent()));
  };

  /** Sends one beacon; whether there is more to do. */
  const sent = async () => {
    const beacon = next();
    const { events } = beacon;
    if (!events.length) return false;
    const response = await post(ROUTE, beacon, true);
    const { status } = response;
    if (response.ok) answered(await response.json(), beacon);
    else if (status === 400 || status === 413) refused(beacon);
    else {
      waiting = true;
      const after_s = Number(response.headers.get("Retry-After"));
      if (status === 503 && after_s > 0 && !retried) {
        retried = true;
        setTimeout(() => {
          waiting = false;
          send();
        }, Math.min(after_s, 3_600) * 1_000);
      }
    }
    return true;
  };

  /** @param {Answer} answer @param {Beacon} beacon */
  const answered = ({ consent, last, mail }, { log: to, events }) => {
    const log = load();
    // To a log that was erased meanwhile.
    if (!isOn || id !== to) return;
    if (consent.personalization !== "granted") return stop();
    if (last === null) waiting = true;
    else {
      mint = undefined;
      // The cookie went back: from there again. It stood still: a loop helps nobody.
      if (last < events[0].n && (last === events[0].n - 1 || ++rewinds > REWINDS_MAX)) waiting = true;
    }
    log.mail = Math.max(log.mail, mail ?? 0);
    settle(log, last ?? log.last);
    save(log);
  };

  /** Finds the one event that the server refuses, and retires it. @param {Beacon} beacon */
  const refused = ({ log: to, events }) => {
    if (events.length > 1) {
      most = events.length >> 1;
      return;
    }
    const [{ n, name }] = events;
    most = ENTRIES_MAX;
    waiting = name === "void";
    const log = load();
    if (!isOn || id !== to) return;
    log.entries = log.entries.map((entry) => (entry.n === n ? { n, name: "void", at: entry.at, params: {} } : entry));
    save(log);
  };

  /** @param {string} name @param {Record<string, unknown>} params @param {string} page @param {number} at_ms */
  const record = (name, params, page, at_ms) => {
    if (!isOn) return;
    const list = params.products ? recommended.find(({ slot }) => slot === params.slot) : undefined;
    if (list) params = { ...picked(list), ...params };
    const log = load();
    append(log, { name, at: at_ms, page, params });
    save(log);
    rewinds = 0;
    later();
  };
  /** @param {any} entry of the data layer @param {string} page @param {number} at_ms */
  const take = (entry, page, at_ms) => {
    const event = eventOf(entry, page, own);
    if (event?.view !== undefined) view(event.view);
    if (event?.name && event.params) record(event.name, event.params, page, at_ms);
    return !!event;
  };
  /**
   * Reports that the page is looked at, once somebody does.
   * @param {string[]} tokens @param {string} [of] experiments, where the browser decided the page @param {string} [page]
   */
  const expose = (tokens, of, page = here()) => {
    const now = [...tokens, of].join();
    if (!tokens.length || now === exposed) return;
    if (document.hidden) return addEventListener("visibilitychange", () => expose(tokens, of, page), { once: true, capture: true });
    exposed = now;
    for (const token of tokens) record("attune_exposure", { token, of }, page, Date.now());
  };
  /** Notes which slots recommend. @param {import("./page.js").AttunePlan} plan */
  const recommends = ({ slots }) => (recommended = slots.filter(({ sources, strategy }) => sources ?? strategy));
  /** Whose products they are, also where another slot has counted the campaign. @param {import("./page.js").AttuneSlot} slot */
  const picked = ({ slot, campaign, strategy, sources }) => ({ slot, of: campaign, strategy, sources });
  // A recommended product is followed.
  hear("click", ({ target }) => {
    for (const list of recommended) {
      const element = find(list.selector);
      const link = element?.contains(/** @type {Node} */ (target)) && /** @type {Element} */ (target).closest("a");
      if (!element || !link) continue;
      // A card may link to its product more than once.
      const links = [...element.querySelectorAll("a")].map(({ href }) => href).filter((href, at, all) => href !== all[at - 1]);
      // Which product it is can be told where each has one address, and nothing else is linked.
      const sources = links.length === list.sources?.length ? [list.sources[links.indexOf(link.href)]] : undefined;
      record("attune_click", { ...picked(list), sources }, here(), Date.now());
    }
  }, document);
  // Of a page that fails again and again, the first time counts.
  hear("error", ({ message }) => {
    if (!message || failed === here() || !own.split(",").includes("js_error")) return;
    failed = here();
    record("js_error", {}, failed, Date.now());
  });
  onErased(() => isOn && stop(true));
  // What an earlier version kept.
  safely(() => localStorage.removeItem("attune:events"));

  return {
    record,
    take,
    /** As `take`, and says what cannot be taken. @param {string} name @param {object} params @param {string} page @param {number} at_ms */
    track(name, params, page, at_ms) {
      if (!take({ ...params, event: name }, page, at_ms)) complain("event", `"${name}" is not an event that is known`);
    },
    /**
     * Begins to record, in the log that is there or a new one.
     * @param {unknown} anew what was before is forgotten @param {import("./page.js").AttunePlan} [plan] of the page
     */
    start(anew, plan) {
      if (plan) recommends(plan);
      if (anew) {
        mint = undefined;
        renew();
      }
      isOn = true;
      waiting = false;
      save(load());
    },
    /**
     * Records by what a new plan says of the cookie.
     * @param {import("./page.js").AttunePlan} plan @param {boolean} fresh false for one of before, whose page is shown again
     */
    follow(plan, fresh) {
      recommends(plan);
      if (!fresh) return;
      const { consent, logs, mail, mint: minted, token, tokens = token ? [token] : [], exposed: of, events } = plan;
      isOn = true;
      mint = minted ?? mint;
      own = events ?? own;
      waiting = retried = false;
      most = ENTRIES_MAX;
      const log = load();
      // The plan of an older Worker has neither.
      log.mail = Math.max(log.mail, mail ?? 0);
      settle(log, logs?.find(([key]) => key === id)?.[1] ?? 0);
      save(log);
      expose(tokens, of);
      later();
      if (consent.measurement === "granted" && /\b(lcp|inp|cls)_poor\b/.test(own)) script("vitals.js");
    },
    stop() {
      isOn = false;
      mint = undefined;
      clearTimeout(timer);
      erase();
    },
    /** Tries again what the last page could not send. */
    wake() {
      waiting = false;
      later();
    },
    /** The page comes out of the browser's memory. The log may have been erased while it slept. */
    resume() {
      if (!isOn) return;
      if (!stored()) return stop();
      waiting = false;
      later();
    },
    /** What a request for a plan may take along. @returns {Beacon | undefined} */
    pending() {
      if (!stored()) return;
      const beacon = next(true);
      if (beacon.events.length) return beacon;
    },
    answered,
    /** The page goes: another tab may send, and the browser sends what is left. */
    leave() {
      release?.();
      if (!isOn) return;
      repaired();
      const beacon = next(true);
      if (!beacon.events.length) return;
      if (LOCAL in window) post(ROUTE, beacon, true).catch(() => {});
      else navigator.sendBeacon(address(ROUTE), new Blob([JSON.stringify(beacon)], { type: "application/json" }));
    },
  };
};
