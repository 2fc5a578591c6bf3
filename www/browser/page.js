// Says which slots were seen and what happened in the data layer. Nothing before consent. See page.d.ts.
import { bytes, eventOf } from "./event.mjs";
import { blank, logIn } from "./log.mjs";
import { get, safely } from "./safely.mjs";
import { watchedSlots } from "./slots.mjs";

(() => {
  const STORE = "attune:log";
  const EVENTS_URL = "/_attune/events";
  const ENTRIES_MAX = 32; // in the log, and in a beacon
  const BEACON_BYTES_MAX = 12_000;
  const PATH_CHARS_MAX = 1_000;
  const LAYER_MAX = 10_000; // entries of a data layer that are looked at
  const REWINDS_MAX = 3; // cookies that went back, after one event
  const SETTLE_MS = 200; // by then, what one tab wrote is seen by the others
  const TURN_MS = 1_000; // how long another tab may take to send

  /** @typedef {import("./page.js").AttuneLog} Log */
  /** @typedef {import("./page.js").AttuneEntry} Entry */

  // A script that is inserted again (Turbo, htmx) hands its plan to the one that runs.
  const STARTED = Symbol.for("attune.page");
  const { [STARTED]: another } = /** @type {{ [STARTED]?: () => void }} */ (/** @type {unknown} */ (window));
  if (another) return another();

  /** @type {import("./page.js").AttunePlan} */
  let plan;
  /** @type {HTMLElement | undefined} the element that the plan was read from */
  let source;
  let started = false;
  let granted = false;
  let decided = false; // by a choice made in this window, which counts more than a plan fetched before it
  let on = false; // granted, and no preview
  let url = "";
  let path = "";

  const here = () => location.pathname.slice(0, PATH_CHARS_MAX);

  // The log, which all tabs share.

  /** @type {string | null | undefined} the log, where storage is refused or full */
  let memory;
  let id = "";
  /** @type {Entry[]} what this tab wrote, and nobody has sent yet */
  let written = [];

  const stored = () => safely(() => logIn(memory ?? localStorage.getItem(STORE) ?? ""));
  /** @param {Log} log */
  const save = (log) => {
    memory = JSON.stringify(log);
    safely(() => {
      localStorage.setItem(STORE, /** @type {string} */ (memory));
      memory = undefined;
    });
  };
  const load = () => {
    const log = stored() ?? blank();
    // Another one, or none: it was erased, and nothing is carried over.
    if (log.id !== id) written = [];
    id = log.id;
    return log;
  };
  /** @param {Log} log @param {Omit<Entry, "n">} event */
  const append = (log, event) => {
    const entry = { ...event, n: log.next++ };
    log.entries = [...log.entries, entry].slice(-ENTRIES_MAX);
    written.push(entry);
  };
  /** Takes what the cookie has as sent. @param {Log} log @param {number} last */
  const settle = (log, last) => {
    log.last = last;
    // The browser ended before it had kept the newest entries, and the cookie knows them.
    if (last >= log.next) Object.assign(log, { next: last + 1, entries: [] });
  };
  /** A tab sees a little late what another one wrote, and may write over it: what is missing comes in again. */
  const repaired = () => {
    const log = load();
    const { next, entries } = log;
    const mine = written;
    written = [];
    for (const entry of mine) {
      const at = entry.n - next + entries.length;
      const kept = entries[at];
      if (JSON.stringify(kept) === JSON.stringify(entry)) entry.n > log.last && written.push(entry);
      else if (at >= 0 && kept?.name !== "void") append(log, entry);
    }
    if (log.next > next) save(log);
    return log.next > next;
  };

  /** @param {string} name @param {Record<string, unknown>} params */
  const record = (name, params) => {
    if (!on) return;
    const log = load();
    append(log, { name, at: Date.now(), page: here(), params });
    save(log);
    rewinds = 0;
    later();
  };

  // Beacons.

  /** @type {string | undefined} */
  let mint;
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

  /** What the cookie lacks, as much as one beacon takes. @param {boolean} [leaving] */
  const beaconOf = (leaving) => {
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
      written = written.filter((entry) => entry.n !== n);
    }
    // The tab that wrote the others sends them.
    if (written.length) later();
    return beacon;
  };

  /** One tab at a time, to spare double sending: the numbers make it right. @param {boolean} [anyway] */
  const send = async (anyway) => {
    if (!on) return;
    if (repaired()) return later();
    if (waiting || busy) return;
    busy = true;
    await (anyway || !navigator.locks ? all() : inTurn()).catch(() => (waiting = true));
    busy = false;
  };
  const inTurn = () =>
    navigator.locks.request("attune", { ifAvailable: true }, (lock) => {
      if (lock) return Promise.race([all(), new Promise((done) => (release = done))]);
      later(TURN_MS, true);
    });
  const all = async () => {
    while (on && !waiting && (await sent()));
  };

  /** Sends one beacon; whether there is more to do. */
  const sent = async () => {
    const beacon = beaconOf();
    const { events } = beacon;
    if (!events.length) return false;
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(EVENTS_URL, { method: "POST", keepalive: true, headers, body: JSON.stringify(beacon) });
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

  /** @param {import("./page.js").AttuneAnswer} answer @param {import("./page.js").AttuneBeacon} beacon */
  const answered = ({ consent, last, mail }, { log: to, events }) => {
    const log = load();
    // To a log that was erased meanwhile.
    if (!on || id !== to) return;
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

  /** Finds the one event that the server refuses, and retires it. @param {import("./page.js").AttuneBeacon} beacon */
  const refused = ({ log: to, events }) => {
    if (events.length > 1) {
      most = events.length >> 1;
      return;
    }
    const [{ n, name }] = events;
    most = ENTRIES_MAX;
    waiting = name === "void";
    const log = load();
    if (!on || id !== to) return;
    log.entries = log.entries.map((entry) => (entry.n === n ? { n, name: "void", at: entry.at, params: {} } : entry));
    save(log);
  };

  const leave = () => {
    read();
    if (!on) return;
    repaired();
    const beacon = beaconOf(true);
    if (beacon.events.length) navigator.sendBeacon(EVENTS_URL, new Blob([JSON.stringify(beacon)], { type: "application/json" }));
  };

  // The data layer.

  /** @type {WeakSet<object>} */
  const known = new WeakSet();
  /** @type {WeakSet<object>} */
  const wrapped = new WeakSet();

  /** @param {any} entry */
  const take = (entry) => {
    if (Object(entry) !== entry || known.has(entry)) return;
    known.add(entry);
    if (!on) return;
    const { view: to, name, params } = eventOf(entry, here()) ?? {};
    // The document's own view is counted with its plan.
    if (to !== undefined && to !== path) view(to);
    if (name && params) record(name, params);
  };

  /** Reads the entries that no call of `push` brought: the array may be another one, and its `push` somebody else's. */
  const read = () =>
    safely(() => {
      const layer = (window.dataLayer ??= []);
      if (!wrapped.has(layer)) {
        wrapped.add(layer);
        const { push } = layer;
        layer.push = (...entries) => {
          const length = push.apply(layer, entries);
          safely(() => entries.forEach(take));
          return length;
        };
      }
      for (let at = 0; at < Math.min(layer.length, LAYER_MAX); at++) take(get(layer, at));
    });

  /** @param {string} to */
  const view = (to) => {
    const internal = document.referrer.startsWith(`${location.origin}/`);
    const from = path || (internal ? new URL(document.referrer).pathname : undefined);
    path = to;
    url = location.pathname + location.search;
    waiting = false;
    record("page_view", { page_path: to.slice(0, PATH_CHARS_MAX), page_referrer: from?.slice(0, PATH_CHARS_MAX) });
  };

  // Pages and consent.

  const slots = watchedSlots(record);

  const stop = () => {
    on = granted = false;
    mint = memory = undefined;
    written = [];
    clearTimeout(timer);
    slots.unobserve();
    safely(() => localStorage.removeItem(STORE));
  };

  /** Begins with the plan. @param {boolean} fresh false for one of before, out of a framework's own cache of pages */
  const begin = (fresh) => {
    if (fresh && !decided && !plan.preview) granted = plan.consent.personalization === "granted";
    on = granted && !plan.preview;
    if (on) {
      if (fresh) {
        const { logs, mail } = plan;
        mint = plan.mint ?? mint;
        waiting = retried = false;
        most = ENTRIES_MAX;
        const log = load();
        // The plan of an older Worker has neither.
        log.mail = Math.max(log.mail, mail ?? 0);
        settle(log, logs?.find(([key]) => key === id)?.[1] ?? 0);
        save(log);
        later();
      }
      slots.observe();
    } else if (!plan.preview) stop();
    if (plan.view && url !== location.pathname + location.search) view(location.pathname);
    path = location.pathname;
    url = path + location.search;
    read();
  };

  /** Finds the plan of the page, and what its slots hold before anything can have replaced it. */
  const adopt = () => {
    const element = document.getElementById("attune-plan");
    const fresh = !element?.dataset.read;
    if (!element || (!fresh && element === source)) return;
    plan = JSON.parse(element.textContent ?? "");
    source = element;
    // A copy that a framework keeps of this page has the mark too.
    element.dataset.read = "1";
    slots.watch(plan);
    if (started) begin(fresh);
  };

  const start = () => {
    started = true;
    safely(() => localStorage.removeItem("attune:events"));
    begin(true);
    addEventListener("load", read);
    document.addEventListener("attune:consent", (event) => {
      const detail = /** @type {any} */ (event).detail ?? {};
      if (plan.preview) return;
      // What was before stays unsaid.
      read();
      decided = true;
      if ((detail.consent ?? detail).personalization !== "granted") return stop();
      granted = on = true;
      if (detail.forgotten) {
        mint = memory = undefined;
        save(blank());
      }
      save(load());
      waiting = false;
      slots.observe();
    });
    document.addEventListener("visibilitychange", () => {
      read();
      slots.again();
    });
    addEventListener("storage", ({ key, newValue }) => {
      if (key !== STORE || newValue !== null || !on) return;
      decided = false;
      stop();
    });
    addEventListener("pagehide", () => {
      release?.();
      safely(leave);
    });
    addEventListener("pageshow", ({ persisted }) => {
      if (!persisted || !on) return;
      // Erased while this page slept.
      if (!stored()) return stop();
      waiting = false;
      later();
    });
  };

  safely(adopt);
  if (!source) return;
  Object.assign(window, { [STARTED]: () => safely(adopt) });
  if (document.prerendering) document.addEventListener("prerenderingchange", start, { once: true });
  else start();
})();
