// Says which slots were seen and what happened in the data layer. Nothing before consent. See page.d.ts.
(() => {
  const KEPT_MAX = 32; // events kept, to send a lost one again
  const BATCH_MAX = 8; // the ring in the cookie
  const STORE = "attune:events";
  const NAMES =
    /^(page_view|view_item|view_item_list|add_to_cart|remove_from_cart|view_cart|begin_checkout|purchase|refund|search|login)$/;
  const PARAMS = ["currency", "value", "items", "transaction_id", "search_term"];
  const ITEM = ["item_id", "item_category", "item_brand", "item_variant", "price", "quantity", "discount"];

  /** @typedef {import("./page.js").AttuneEvent & { page: string, ok?: 1 }} Kept `ok`: arrived, or refused */
  const text = document.getElementById("attune-plan")?.textContent;
  if (!text) return;
  /** @type {import("./page.js").AttunePlan} */
  const plan = JSON.parse(text);
  let on = false;
  let sending = false;
  let path = location.pathname;
  /** @type {Kept[]} */
  let kept = [];
  /** @type {Kept[]} */
  let queue = [];

  const load = () => {
    try {
      kept = JSON.parse(localStorage.getItem(STORE) ?? "[]");
    } catch {
    }
  };
  const save = () => {
    kept = kept.slice(-KEPT_MAX);
    try {
      localStorage.setItem(STORE, JSON.stringify(kept));
    } catch {}
  };

  /** @param {string} name @param {Record<string, unknown>} params */
  const record = (name, params) => {
    const id = crypto.getRandomValues(new Uint32Array(1))[0].toString(16).padStart(8, "0");
    const event = { id, name, at: Date.now(), params, page: location.pathname };
    load();
    kept.push(event);
    queue.push(event);
    save();
    Promise.resolve().then(() => send());
  };

  /** One beacon at a time: two with the same old cookie would undo each other. @param {boolean} [leaving] */
  const send = async (leaving) => {
    if (!on || (sending && !leaving) || !queue.length) return;
    const { page } = queue[0];
    const other = queue.slice(0, BATCH_MAX).findIndex((event) => event.page !== page);
    const batch = queue.splice(0, other < 0 ? BATCH_MAX : other);
    const events = batch.map(({ id, name, at, params }) => ({ id, name, at, params }));
    const body = JSON.stringify({ page, events });
    const url = "/_attune/events";
    sending = true;
    try {
      const answer = await fetch(url, { method: "POST", keepalive: true, headers: { "Content-Type": "application/json" }, body });
      // No proof for its own events: another answer may overwrite its cookie.
      if (answer.ok) {
        const { ring, rejected } = await answer.json();
        confirm(ring, batch, rejected);
      }
    } catch {
      if (leaving) navigator.sendBeacon(url, new Blob([body], { type: "application/json" }));
      // Else the next page sends it again.
    }
    sending = false;
    send();
  };

  /** @param {string[]} ring @param {Kept[]} except @param {{ id: string, code: string }[]} rejected */
  const confirm = (ring, except, rejected) => {
    load();
    for (const event of kept) {
      const is = (/** @type {{ id: string }} */ { id }) => id === event.id;
      const refused = rejected.some((one) => is(one) && one.code !== "no_consent");
      if (refused || (ring.includes(event.id) && !except.some(is))) event.ok = 1;
    }
    save();
  };

  /** Sends again what this page's cookie does not show. */
  const resend = () => {
    confirm(plan.ring, [], []);
    kept.forEach((event, at) => {
      if (event.ok) return;
      // A ring full of later events pushed it out: it was applied.
      const later = kept.slice(at + 1).filter(({ id }) => plan.ring.includes(id));
      if (later.length < BATCH_MAX) queue.push(event);
      else event.ok = 1;
    });
    save();
    send();
  };

  /** @param {any} source @param {string[]} names */
  const pick = (source, names) => {
    /** @type {Record<string, unknown>} */
    const out = {};
    for (const name of names) if (source[name] != null) out[name] = source[name];
    return out;
  };

  /** `{ event, ecommerce }`, or the arguments of `gtag`. @param {any} entry */
  const read = (entry) => {
    const gtag = entry?.[0] === "event";
    const name = gtag ? entry[1] : entry?.event;
    if (!on || !NAMES.test(name)) return;
    const given = (gtag ? entry[2] : entry.ecommerce) ?? entry;
    if (name === "page_view") {
      // The document's own view was counted when it was served.
      const to = new URL(given.page_location ?? entry.page_location ?? location.href, location.href).pathname;
      if (to === path) return;
      path = to;
      record(name, { page_path: to });
      return;
    }
    const params = pick(given, PARAMS);
    if (Array.isArray(params.items)) params.items = params.items.map((item) => pick(item, ITEM));
    record(name, params);
  };

  /** @type {Set<string>} one decision, one impression, in however many slots it shows */
  const counted = new Set();
  /** @type {Map<Element, { slot: import("./page.js").AttuneSlot, visible: boolean, timer: number }>} */
  const watched = new Map();

  /** @param {Element} element */
  const time = (element) => {
    const watch = watched.get(element);
    if (!watch) return;
    clearTimeout(watch.timer);
    if (!watch.visible || document.visibilityState !== "visible") return;
    watch.timer = window.setTimeout(() => {
      const { slot, observed, products, strategy } = watch.slot;
      watched.delete(element);
      observer.unobserve(element);
      for (const decision of [watch.slot, observed]) {
        if (!decision?.campaign) continue;
        const shown = decision === observed ? undefined : products;
        const again = counted.has(decision.campaign);
        if (again && !shown) continue;
        counted.add(decision.campaign);
        record("attune_impression", { slot, campaign: again ? "" : decision.campaign, arm: decision.arm ?? "", products: shown, strategy: shown && strategy });
      }
    }, 1000);
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
  const watch = () => {
    for (const slot of plan.slots) {
      const element = (slot.campaign || slot.observed) && document.querySelector(slot.selector);
      if (!element) continue;
      watched.set(element, { slot, visible: false, timer: 0 });
      observer.observe(element);
    }
  };

  const stop = () => {
    on = false;
    queue = kept = [];
    observer.disconnect();
    for (const { timer } of watched.values()) clearTimeout(timer);
    watched.clear();
    try {
      localStorage.removeItem(STORE);
    } catch {}
  };

  /** @param {string} personalization @param {boolean} [now] what was before stays unsaid */
  const consent = (personalization, now) => {
    if (plan.preview || (on && personalization === "granted")) return;
    if (personalization !== "granted") return stop();
    on = true;
    load();
    resend();
    watch();
    if (!now) [...layer].forEach(read);
  };

  /** @type {unknown[]} */
  const layer = (window.dataLayer ??= []);
  const start = () => {
    consent(plan.consent.personalization);
    const { push } = layer;
    layer.push = (...entries) => {
      const length = push.apply(layer, entries);
      entries.forEach(read);
      return length;
    };
    document.addEventListener("attune:consent", (event) => {
      const detail = /** @type {CustomEvent} */ (event).detail ?? {};
      consent((detail.consent ?? detail).personalization, true);
    });
    document.addEventListener("visibilitychange", () => [...watched.keys()].forEach(time));
    addEventListener("pagehide", () => send(true));
  };
  if (document.prerendering) document.addEventListener("prerenderingchange", start, { once: true });
  else start();
})();
