// Says which slots were seen and what happened in the data layer. Nothing before consent. See page.d.ts.
(() => {
  const STORE = "attune:log";
  const EVENTS_URL = "/_attune/events";
  const ENTRIES_MAX = 32; // in the log, and in a beacon
  const BEACON_BYTES_MAX = 12_000;
  const EVENT_BYTES_MAX = 6_000;
  const ITEMS_MAX = 200;
  const TEXT_CHARS_MAX = 100;
  const PATH_CHARS_MAX = 1_000;
  const LAYER_MAX = 10_000; // entries of a data layer that are looked at
  const REWINDS_MAX = 3; // cookies that went back, after one event
  const SETTLE_MS = 200; // by then, what one tab wrote is seen by the others
  const TURN_MS = 1_000; // how long another tab may take to send
  const SEEN_MS = 1_000;
  const WITH_ITEMS = /^(view_item|view_item_list|add_to_cart|remove_from_cart|view_cart|begin_checkout|purchase)$/;
  const WITHOUT = /^(refund|search|login)$/;
  const ITEM = ["item_id", "item_category", "item_brand", "item_variant", "price", "quantity", "discount"];

  /** @typedef {import("./page.js").AttuneLog} Log */
  /** @typedef {import("./page.js").AttuneEntry} Entry */
  /** @typedef {{ slot: import("./page.js").AttuneSlot, print: string | null, visible: boolean, timer: number }} Watch */

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

  /** The shop's data may throw when it is read: never into the shop's own code. @template T @param {() => T} run */
  const safely = (run) => {
    try {
      return run();
    } catch {}
  };
  /** @param {unknown} value */
  const bytes = (value) => new Blob([JSON.stringify(value)]).size;
  const here = () => location.pathname.slice(0, PATH_CHARS_MAX);

  // The log, which all tabs share.

  /** @type {string | null | undefined} the log, where storage is refused or full */
  let memory;
  let id = "";
  /** @type {Entry[]} what this tab wrote, and nobody has sent yet */
  let written = [];

  /** @returns {Log | undefined} */
  const stored = () =>
    safely(() => {
      const log = JSON.parse(memory ?? localStorage.getItem(STORE) ?? "");
      const first = log.next - log.entries.length;
      log.last ||= 0;
      log.mail ||= 0;
      const sound = /^[0-9a-f]{8}$/.test(log.id) && log.next >>> 0 === log.next && first > 0;
      if (sound && log.entries.every((/** @type {Entry} */ { n }, /** @type {number} */ at) => n === first + at)) return log;
    });
  /** @returns {Log} */
  const blank = () => ({ id: crypto.getRandomValues(new Uint32Array(1))[0].toString(16).padStart(8, "0"), next: 1, mail: 0, last: 0, entries: [] });
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

  /** @param {any} from @param {string | number} key @returns {any} */
  const get = (from, key) => safely(() => from[key]);
  /** @param {any} from @param {string[]} keys */
  const pick = (from, keys) => {
    /** @type {Record<string, unknown>} */
    const out = {};
    for (const key of keys) {
      const value = get(from, key);
      if (typeof value === "string") out[key] = value.slice(0, TEXT_CHARS_MAX).replace(/[\ud800-\udfff]/gu, "\ufffd");
      else if (Number.isFinite(value)) out[key] = value;
    }
    return out;
  };

  /** `{ event, ecommerce }`, or the arguments of `gtag`. @param {any} entry */
  const take = (entry) => {
    if (Object(entry) !== entry || known.has(entry)) return;
    known.add(entry);
    if (!on) return;
    const gtag = get(entry, 0) === "event";
    const name = get(entry, gtag ? 1 : "event");
    const outer = gtag ? get(entry, 2) : entry;
    if (name === "page_view") {
      const to = safely(() => new URL(get(outer, "page_location") ?? location.href, location.href).pathname) ?? location.pathname;
      // The document's own view is counted with its plan.
      if (to !== path) view(to);
      return;
    }
    if (typeof name !== "string" || !(WITH_ITEMS.test(name) || WITHOUT.test(name))) return;
    const inner = get(outer, "ecommerce") ?? outer;
    const params = name === "purchase" ? { ...pick(outer, ["transaction_id"]), ...pick(inner, ["transaction_id"]) } : {};
    if (WITH_ITEMS.test(name)) params.items = itemsOf(get(inner, "items") ?? get(outer, "items"), EVENT_BYTES_MAX - bytes({ name, params, page: here() }) - 100);
    record(name, params);
  };

  /** As many as there is room for. @param {any} list @param {number} room in bytes */
  const itemsOf = (list, room) => {
    const items = [];
    for (let at = 0; at < Math.min(ITEMS_MAX, Array.isArray(list) ? list.length : 0); at++) {
      const item = pick(get(list, at), ITEM);
      if (!("item_id" in item)) continue;
      room -= bytes(item) + 1;
      if (room < 0) break;
      items.push(item);
    }
    return items;
  };

  /** Reads what nobody told us of: the array may be another one, and its `push` somebody else's. */
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

  // Impressions.

  /** @type {Set<string>} one decision, one impression, in however many slots it shows */
  const counted = new Set();
  /** @type {Map<Element, Watch>} */
  const watched = new Map();

  /** What a reader gets of an element. @param {Element} element */
  const printOf = (element) => {
    const addresses = Array.from(element.querySelectorAll("[src],[href]"), (part) => [part.getAttribute("src"), part.getAttribute("href")]);
    return JSON.stringify([element.textContent?.replace(/\s+/g, " ").trim(), addresses]);
  };
  /** Whether what was put into it is still in it. @param {Element} element */
  const marked = (element) => /<!--attune-->|\sdata-attune=/.test(element.innerHTML);
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

  // Pages and consent.

  const stop = () => {
    on = granted = false;
    mint = memory = undefined;
    written = [];
    clearTimeout(timer);
    unobserve();
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
      observe();
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
    unobserve();
    watched.clear();
    counted.clear();
    for (const slot of plan.slots) {
      const found = (slot.campaign || slot.observed) && safely(() => document.querySelector(slot.selector));
      // What a script fetched is no framework's to hydrate, and htmx leaves comments out.
      const lost = found && slot.content && plan.view !== "url" && !marked(found);
      if (found && !lost) watched.set(found, { slot, print: slot.content ? printOf(found) : null, visible: false, timer: 0 });
    }
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
      observe();
    });
    document.addEventListener("visibilitychange", () => {
      read();
      [...watched.keys()].forEach(time);
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
