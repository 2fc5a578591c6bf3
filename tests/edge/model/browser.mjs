// A browser as the page script sees it: storage and locks that its tabs share, timers, and events. The script is the real one.
import { compileFunction } from "node:vm";
import { joined } from "../../../xtask/minified.mjs";

const GLOBALS = ["window", "top", "self", "document", "location", "localStorage", "crypto", "navigator", "fetch", "setTimeout", "clearTimeout", "addEventListener", "Date", "IntersectionObserver", "MutationObserver", "performance", "history", "innerHeight"];
/** The script that keeps the log, then that of the page. */
const scripts = ["log.js", "page.js"].map((name) => {
  const file = new URL(`../../../www/browser/${name}`, import.meta.url).pathname;
  return compileFunction(joined(file), GLOBALS, { filename: file });
});
const KEY = "attune:log";

/** What the tabs share. */
export class Browser {
  /** @type {Map<string, string>} */
  storage = new Map();
  /** @type {Set<Page>} */
  pages = new Set();
  /** What the user set the clock to, against the true time, in milliseconds. */
  clock_ms = 0;
  /** @type {Page | undefined} who has the lock */
  holder;

  /** @param {import("./world.mjs").World} world @param {boolean} hasLocks */
  constructor(world, hasLocks) {
    this.world = world;
    this.hasLocks = hasLocks;
  }

  /** The log that the script keeps. */
  get log() {
    const text = this.storage.get(KEY);
    return text === undefined ? undefined : JSON.parse(text);
  }

  now = () => 1_795_219_200_000 + this.world.now_ms + this.clock_ms;

  /** Another tab sees a little later what changed. @param {Page} from @param {string} key @param {string | null} newValue */
  changed(from, key, newValue) {
    for (const page of this.pages) {
      if (page !== from) this.world.after(this.world.random.between(1, 40), () => page.dispatch("storage", { key, newValue }));
    }
  }
}

/** A document in a tab, with its script. */
export class Page {
  /** @type {Map<string, ((event: any) => void)[]>} */
  listeners = new Map();
  alive = true;
  timers = 0;
  /** @type {Set<number>} */
  running = new Set();

  /** @param {Browser} browser @param {string} path @param {string} plan */
  constructor(browser, path, plan) {
    this.browser = browser;
    browser.pages.add(this);
    const { world, storage } = browser;
    const listen = (/** @type {string} */ name, /** @type {(event: any) => void} */ run) => void this.listeners.set(name, [...(this.listeners.get(name) ?? []), run]);
    const element = { dataset: {}, textContent: plan };
    const timers = {
      setTimeout: (/** @type {(...args: any[]) => void} */ run, /** @type {number} */ ms, /** @type {any[]} */ ...args) => {
        const id = ++this.timers;
        this.running.add(id);
        world.after(ms, () => void (this.alive && this.running.delete(id) && run(...args)));
        return id;
      },
      clearTimeout: (/** @type {number} */ id) => void this.running.delete(id),
    };
    this.window = /** @type {any} */ ({ dataLayer: [], addEventListener: listen, ...timers });
    const given = {
      ...timers,
      window: this.window,
      top: this.window,
      self: this.window,
      document: {
        referrer: "",
        visibilityState: "visible",
        documentElement: { lang: "en" },
        currentScript: null,
        querySelector: (/** @type {string} */ selector) => (selector === "#attune-plan" ? element : null),
        addEventListener: listen,
      },
      location: { pathname: path, search: "", origin: "https://shop.test", href: `https://shop.test${path}` },
      localStorage: {
        getItem: (/** @type {string} */ key) => storage.get(key) ?? null,
        setItem: (/** @type {string} */ key, /** @type {string} */ value) => {
          storage.set(key, value);
          browser.changed(this, key, value);
        },
        removeItem: (/** @type {string} */ key) => void (storage.delete(key) && browser.changed(this, key, null)),
      },
      crypto: { getRandomValues: (/** @type {Uint32Array} */ list) => list.fill(world.random.next()) },
      navigator: {
        locks: browser.hasLocks ? { request: this.lock } : undefined,
        sendBeacon: (/** @type {string} */ _url, /** @type {Blob} */ blob) => {
          world.beacon(blob.text(), () => {});
          return true;
        },
      },
      fetch: (/** @type {string} */ _url, /** @type {{ body: string }} */ { body }) =>
        new Promise((resolve, reject) => world.beacon(body, (answer) => this.alive && (answer ? resolve(answer) : reject(new TypeError("no network"))))),
      addEventListener: listen,
      Date: { now: browser.now },
      IntersectionObserver: class {
        disconnect() {}
        observe() {}
        unobserve() {}
      },
      MutationObserver: class {
        disconnect() {}
        observe() {}
      },
      performance: { now: () => world.now_ms },
      history: { pushState() {}, replaceState() {} },
      innerHeight: 900,
    };
    for (const script of scripts) script(...GLOBALS.map((name) => given[/** @type {keyof typeof given} */ (name)]));
  }

  /** `navigator.locks.request` with `ifAvailable`. @param {string} _name @param {object} _options @param {(lock: object | null) => any} run */
  lock = async (_name, _options, run) => {
    if (this.browser.holder) return run(null);
    this.browser.holder = this;
    try {
      return await run({});
    } finally {
      if (this.browser.holder === this) this.browser.holder = undefined;
    }
  };

  /** @param {string} name @param {object} [event] */
  dispatch(name, event = {}) {
    if (this.alive) for (const run of this.listeners.get(name) ?? []) run(event);
  }

  /** The shop's code says what happened. @param {string} event @param {object} [ecommerce] */
  push(event, ecommerce) {
    this.window.dataLayer.push({ event, ecommerce });
  }

  /** The document goes away, and its script sends what it still has. */
  close() {
    this.dispatch("pagehide", {});
    this.alive = false;
    this.browser.pages.delete(this);
    if (this.browser.holder === this) this.browser.holder = undefined;
  }
}
