// What happens in a run, what is true afterwards, and what the cookies must say of it. Time, delays and losses are the
// schedule's; each request that arrives is one to the real Workers, whose clock is the real one.
import assert from "node:assert/strict";
import { setImmediate, setTimeout } from "node:timers/promises";
import { API_KEY, Jar, planOf } from "../harness.mjs";
import { Browser, Page } from "./browser.mjs";
import { Random } from "./random.mjs";

/** ERASE_MARGIN_S of src/core/limits.rs. */
const ERASE_MARGIN_S = 5;
/** Entries that the script keeps. */
const ENTRIES_MAX = 32;
const KEY = { Authorization: `Bearer ${API_KEY}` };
const PATHS = ["/", "/p/22423", "/p/1", "/c/kitchen"];
const seconds = () => Math.floor(Date.now() / 1_000);

/** What was seen in some runs. */
export const totals = () => ({
  events: 0,
  orders: 0,
  delivered: 0,
  refusals: 0,
  erasures: 0,
  agreements: 0,
  lost: 0,
  setBack: 0,
  closedPages: 0,
  oldPlans: 0,
  mints: 0,
  beacons: 0,
  /** Beacons that had no reason to ask the mailbox, and left what waited there. */
  unasked: 0,
  /** Ends with a profile, and those of them with a cart, that were compared. */
  ends: 0,
  carts: 0,
  pieces: 0,
  /** Ends where more than the log holds was on its way, or a log was erased by a page of before the visitor agreed. */
  uncertain: 0,
});

export class World {
  now_ms = 0;
  jar = new Jar();
  /** @type {(Page | undefined)[]} */
  tabs;
  /** @type {number[]} loads of each tab */
  loads;
  /** @type {{ path: string, plan: string }[]} plans of before */
  plans = [];
  /** @type {{ at: number, order: number, run: () => unknown }[]} */
  queue = [];
  sent = 0;
  lossy = true;
  asking = false;
  /** @type {boolean | undefined} the visitor's last answer that arrived */
  answered;
  adds = 0;
  /** In every log of this run. */
  allAdds = 0;
  log = "";
  uncertain = false;
  /** A log was erased although the visitor had agreed, or left behind by whoever did not wait. */
  astray = false;
  /** By the Worker's clock: no profile of before counts. */
  erased_s = 0;
  /** @type {[number, number][]} virtual and real time, to tell the Worker the real age of an event */
  moments = [];
  /** @type {Map<string, number>} */
  orders = new Map();
  /** @type {Set<string>} */
  erased = new Set();
  /** @type {Set<string>} an erasure of theirs was answered, and the answer was lost */
  halfForgotten = new Set();
  /** @type {Map<string, any>} what the Worker reads in a Cookie header */
  views = new Map();
  totals = totals();

  /** @param {any} edge @param {number} seed */
  constructor(edge, seed) {
    this.edge = edge;
    this.seed = seed;
    this.random = new Random(seed);
    this.silenceGrants = this.random.percent(30);
    this.cf = this.silenceGrants ? { country: "US" } : { country: "DE", isEUCountry: "1" };
    this.browser = new Browser(this, this.random.percent(50));
    this.browser.clock_ms = this.random.between(0, 7_200_000) - 3_600_000;
    this.tabs = Array(this.random.between(2, 6)).fill(undefined);
    this.loads = this.tabs.map(() => 0);
    this.logins = this.random.percent(40);
    this.at(0);
  }

  /** Runs to the end, heals, and checks. */
  async run() {
    // Most visitors answer the first page that they see.
    if (this.random.percent(70)) {
      this.load(0);
      await this.pass(3_000);
      this.ask(0, "consent", true);
    }
    for (let left = this.random.between(20, 90); left > 0; left--) {
      await this.act();
      await this.pass(this.random.between(0, 4_000));
    }
    this.lossy = false;
    await this.pass(120_000);
    await this.until(this.erased_s + 1);
    for (let page = 0; page < 2; page++) {
      this.load(0);
      await this.pass(60_000);
      // Whoever signed in is asked for in the mailbox, and what came is acknowledged with the next beacon.
      for (const name of ["login", "search"]) {
        this.record(0, name);
        await this.pass(60_000);
      }
    }
    await this.checkEnd();
    return this.totals;
  }

  async act() {
    const { random } = this;
    const tab = random.between(0, this.tabs.length - 1);
    const what = random.between(0, 99);
    if (what < 30) this.load(tab, random.percent(12));
    else if (what < 76) {
      // What happened in the second of an erasure counts as before it.
      await this.until(this.erased_s - ERASE_MARGIN_S);
      const open = this.tabs.findIndex((page, at) => page && at >= tab);
      this.record(open < 0 ? 0 : open, random.percent(60) ? "add_to_cart" : this.logins && random.percent(20) ? "login" : "search");
    } else if (what < 78) this.setClock();
    else if (what < 84) await this.order();
    else if (what < 87) this.close(tab);
    else if (what < 96) this.ask(tab, "consent", true);
    else if (what < 98) this.ask(tab, "consent", false);
    else this.ask(tab, "forget");
  }

  // Time.

  /** @param {number} now_ms */
  at(now_ms) {
    this.now_ms = now_ms;
    this.moments.push([now_ms, Date.now()]);
  }

  /** @param {number} ms @param {() => unknown} run */
  after(ms, run) {
    this.queue.push({ at: this.now_ms + ms, order: this.sent++, run });
  }

  /** Time passes, and what is on its way arrives. @param {number} wait_ms */
  async pass(wait_ms) {
    const end = this.now_ms + wait_ms;
    for (;;) {
      let next = -1;
      this.queue.forEach(({ at, order }, index) => {
        const best = this.queue[next];
        if (at <= end && (!best || at < best.at || (at === best.at && order < best.order))) next = index;
      });
      if (next < 0) break;
      const [{ at, run }] = this.queue.splice(next, 1);
      this.at(at);
      await run();
      // The script goes on with what it awaits.
      await setImmediate();
      this.followLog();
      await this.checkAlways();
    }
    this.at(end + 1);
  }

  /** The Worker's clock is past this second. @param {number} second */
  async until(second) {
    while (seconds() <= second) await setTimeout((second + 1) * 1_000 - Date.now());
    this.at(this.now_ms + 1);
  }

  /** How long ago something was, by the real clock. @param {number} age_ms */
  realAge(age_ms) {
    const moment = this.moments.findLast(([virtual]) => virtual <= this.now_ms - age_ms) ?? this.moments[0];
    return Math.max(0, Date.now() - moment[1]);
  }

  /** The user sets the clock: where that decides whether an event was before an erasure, the count is not certain. */
  setClock() {
    this.browser.clock_ms += this.random.between(0, 600_000) - 300_000;
    this.uncertain ||= this.browser.log !== undefined && this.erased_s > 0;
  }

  // The network.

  /** Most answers are quick; some are as slow as a page that takes its time. */
  delay = () => this.random.between(1, this.lossy && this.random.percent(10) ? 30_000 : 2_000);

  lost() {
    const lost = this.lossy && this.random.percent(8);
    this.totals.lost += Number(lost);
    return lost;
  }

  /** What these cookies say. @param {string} [header] @returns {Promise<any>} */
  async view(header = this.jar.header()) {
    let view = this.views.get(header);
    if (!view) {
      view = JSON.parse((await this.request("/_attune/me", header)).text);
      this.views.set(header, view);
    }
    return view;
  }

  /** @param {string} path @param {string} header the cookies @param {unknown} [body] */
  async request(path, header, body) {
    const options = { headers: header ? { Cookie: header } : {}, cf: this.cf };
    const answer = await (body === undefined ? this.edge.fetch(path, options) : this.edge.post(path, body, options));
    assert.equal(answer.status, 200, `${path} was answered with ${answer.text.slice(0, 200)}`);
    return answer;
  }

  /** @param {string[]} lines */
  async set(lines) {
    if (!lines.length) return;
    const before = this.lastOf(await this.view());
    lines.forEach((line) => this.jar.set(line));
    this.totals.setBack += Number(this.lastOf(await this.view()) < before);
  }

  /** The last number of the log that a cookie has. @param {any} view */
  lastOf = ({ logs = [] }) => logs.find((/** @type {any} */ { log }) => log === this.log)?.last ?? 0;

  /**
   * A beacon leaves the browser, with the cookies of this moment.
   * @param {string | Promise<string>} body @param {(answer: object | null) => unknown} answered
   */
  beacon(body, answered) {
    const header = this.jar.header();
    // The script's clock is the schedule's.
    const real = Promise.resolve(body).then((text) => {
      const beacon = JSON.parse(text);
      for (const event of beacon.events) event.age = this.realAge(event.age);
      return beacon;
    });
    this.after(this.delay(), async () => {
      this.totals.beacons++;
      if (this.lost()) return this.after(this.delay(), () => answered(null));
      const { setCookies, text } = await this.events(header, await real);
      const lost = this.lost();
      this.after(this.delay(), async () => {
        if (lost) return answered(null);
        await this.set(setCookies);
        const json = JSON.parse(text);
        this.astray ||= json.consent.personalization !== "granted" && this.answered === true;
        answered({ ok: true, status: 200, json: async () => json });
      });
    });
  }

  /** @param {string} header @param {any} beacon */
  async events(header, beacon) {
    const before = await this.view(header);
    const answer = await this.request("/_attune/events", header, beacon);
    const { last, mail } = JSON.parse(answer.text);
    const { id, mailbox = { last: 0 }, visits, orders } = before;
    this.totals.mints += Number(id === undefined && last !== null);
    const asks = !visits || mailbox.unacknowledged || mailbox.ask_until || beacon.mail > mailbox.last || beacon.events.some((/** @type {any} */ { name }) => name === "login");
    const waits = (this.orders.get(id) ?? 0) > (orders?.count ?? 0);
    if (id && waits && !asks && last !== null && !this.halfForgotten.has(id)) {
      assert.equal(mail, mailbox.last, "an ordinary beacon asked the mailbox");
      this.totals.unasked++;
    }
    return answer;
  }

  // What the visitor does.

  /** @param {number} tab @param {boolean} [fromCache] */
  load(tab, fromCache = false) {
    this.close(tab);
    const load = ++this.loads[tab];
    const show = (/** @type {{ path: string, plan: string }} */ { path, plan }) => {
      if (this.loads[tab] !== load) return;
      const granted = JSON.parse(plan).consent.personalization === "granted";
      // A plan that says no erases the log, and may be of before the visitor agreed.
      this.astray ||= !granted && this.browser.log !== undefined && this.answered === true;
      this.tabs[tab] = new Page(this.browser, path, plan);
    };
    // A service worker, or the browser's cache, gives a page of before.
    if (fromCache && this.plans.length) {
      const old = this.random.one(this.plans);
      this.totals.oldPlans++;
      return this.after(this.random.between(1, 500), () => show(old));
    }
    const header = this.jar.header();
    const path = this.random.one(PATHS);
    this.after(this.delay(), async () => {
      const { text, setCookies } = await this.request(path, header);
      const page = { path, plan: JSON.stringify(planOf(text)) };
      this.plans.push(page);
      if (this.lost()) return;
      this.after(this.delay(), async () => {
        await this.set(setCookies);
        show(page);
      });
    });
  }

  /** @param {number} tab */
  close(tab) {
    const page = this.tabs[tab];
    if (!page) return;
    this.totals.closedPages++;
    this.tabs[tab] = undefined;
    page.close();
  }

  /** @param {number} tab @param {string} name */
  record(tab, name) {
    const page = this.tabs[tab];
    if (!page) return;
    this.followLog();
    const before = this.browser.log?.next ?? 1;
    page.push(name, name === "add_to_cart" ? { items: [{ item_id: "22423", price: 1, quantity: 1 }] } : undefined);
    this.followLog();
    if ((this.browser.log?.next ?? 1) <= before) return;
    this.totals.events++;
    this.adds += Number(name === "add_to_cart");
    this.allAdds += Number(name === "add_to_cart");
  }

  /** A log that was erased took its events with it. */
  followLog() {
    const id = this.browser.log?.id ?? "";
    if (id !== this.log) Object.assign(this, { log: id, adds: 0, uncertain: false });
  }

  /** The shop's server posts an order. */
  async order() {
    const { id, handle } = await this.view();
    if (!id) return;
    const count = (this.orders.get(id) ?? 0) + 1;
    const order = { visitor: handle, id: `${id}-${count}`, value: 1, currency: "GBP", items: [{ sku: "22423", quantity: 1, price: 1 }] };
    const { status } = await this.edge.post("/_attune/orders", order, { headers: KEY });
    assert.equal(status, 202);
    this.orders.set(id, count);
    this.totals.orders++;
  }

  /** The visitor presses a button, and waits for the answer or leaves. @param {number} tab @param {"consent" | "forget"} what @param {boolean} [yes] */
  ask(tab, what, yes) {
    const page = this.tabs[tab];
    if (this.asking || !page) return;
    this.asking = true;
    const header = this.jar.header();
    this.after(this.delay(), async () => {
      const { id, issued } = await this.view(header);
      const { text, setCookies } = await this.request(`/_attune/${what}`, header, what === "forget" ? {} : { personalization: yes, measurement: yes });
      const erased_s = yes ? 0 : Math.max(seconds() + ERASE_MARGIN_S, issued ? Date.parse(issued) / 1_000 : 0);
      const lost = this.lost();
      this.after(this.delay(), async () => {
        this.asking = false;
        if (lost) return void (id && !yes && this.halfForgotten.add(id));
        if (id && !yes) this.erased.add(id);
        this.erased_s = Math.max(this.erased_s, erased_s);
        this.totals[what === "forget" ? "erasures" : yes ? "agreements" : "refusals"]++;
        // Forgetting takes an agreement back, and never a refusal.
        this.answered = what === "consent" ? yes : this.answered === false ? false : undefined;
        await this.set(setCookies);
        // Nobody tells the script of a page that is gone: its log stays until another page finds out.
        if (!yes) this.astray = !page.alive;
        page.dispatch("attune:consent", { detail: JSON.parse(text) });
      });
    });
  }

  // What is true.

  /** What holds at every moment. */
  async checkAlways() {
    const view = await this.view();
    const granted = view.consent.personalization === "granted";
    assert.equal(granted, this.answered ?? this.silenceGrants, "what the visitor answered was undone");
    if (!granted) assert.equal(view.id, undefined, "a refused profile is read");
    else if (!this.asking) assert.ok(!this.erased.has(view.id), "who was forgotten is back");
    // Neither in the cookie nor in the log any more.
    const { log } = this.browser;
    this.uncertain ||= log?.entries.length === ENTRIES_MAX && this.lastOf(view) + 1 < log.next - ENTRIES_MAX;
  }

  /** What holds after everything has arrived. */
  async checkEnd() {
    const view = await this.view();
    const { log } = this.browser;
    if (view.consent.personalization !== "granted") {
      assert.equal(view.id, undefined);
      assert.equal(log, undefined, "a log without consent");
      return;
    }
    assert.ok(view.id, "nobody was minted");
    this.totals.ends++;
    if (!this.halfForgotten.has(view.id)) {
      assert.equal(view.orders?.count ?? 0, this.orders.get(view.id) ?? 0, "orders of the visitor");
      this.totals.delivered += view.orders?.count ?? 0;
    }
    assert.equal(this.lastOf(view), log.next - 1, "the log was not taken whole");
    const pieces = view.cart?.items.find((/** @type {any} */ { sku }) => sku === "22423")?.quantity ?? 0;
    if (this.uncertain || this.astray) {
      assert.ok(pieces <= this.allAdds, "pieces that nobody put there");
      this.totals.uncertain++;
      return;
    }
    assert.equal(pieces, this.adds, "pieces in the cart");
    this.totals.carts += Number(pieces > 0);
    this.totals.pieces += pieces;
  }
}
