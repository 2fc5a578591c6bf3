// A person with a browser: consents, looks at pages, buys, and writes down what they did.
import { randomBytes } from "node:crypto";
import { AGENT, Jar, planOf } from "../edge/client.mjs";
import { Account } from "./books.mjs";

const PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** @typedef {import("./shop.mjs").Shop} Shop */
/** @typedef {{ name: string, params?: object, age?: number }} Event */
/** @typedef {{ log: string, oldest: number, page: string, mint?: string, events: ({ n: number } & Event)[] }} Beacon */

export class Shopper {
  jar = new Jar();
  /** How the shop's server names them. */
  handle = "";
  /** Of the page that they look at. @type {string} */
  token = "";
  /** @type {string | undefined} */
  mint;
  /** Whether the page shows what the experiment tries. */
  isTreated = false;

  /** @param {Shop} shop @param {boolean} [isOnPhone] */
  constructor(shop, isOnPhone = false) {
    this.shop = shop;
    this.headers = { "User-Agent": isOnPhone ? PHONE : AGENT };
    this.account = new Account("", isOnPhone ? "phone" : "desktop");
  }

  /** Agrees to everything. */
  async consent() {
    const { status, text } = await this.shop.web.post("/_attune/consent", { personalization: true, measurement: true }, { jar: this.jar, headers: this.headers });
    if (status !== 200) throw new Error(`consent: ${status} ${text}`);
    const me = await this.shop.web.fetch("/_attune/me", { jar: this.jar, headers: this.headers });
    this.handle = JSON.parse(me.text).handle;
    // Format, key, 16 bytes of id, MAC.
    this.account.unit = `v:${Buffer.from(this.handle, "base64url").subarray(2, 18).toString("hex")}`;
    return this;
  }

  /** Loads the page, or has the browser fetch it before anybody looks at it. @param {Record<string, string>} [more] headers */
  async load(more = {}) {
    const { status, text } = await this.shop.web.fetch("/", { jar: this.jar, headers: { ...this.headers, ...more } });
    if (status !== 200) throw new Error(`page: ${status}`);
    const plan = planOf(text);
    this.token = plan?.token ?? "";
    this.mint = plan?.mint ?? undefined;
    this.isTreated = text.includes("Everything is cheaper today");
    return plan;
  }

  /** The next beacon, as the page script writes it. @param {Event[]} events @returns {Beacon} */
  beacon(events) {
    return { log: this.jar.log, oldest: 1, page: "/", ...(this.mint ? { mint: this.mint } : {}), events: events.map((event) => ({ n: ++this.jar.number, ...event })) };
  }

  /** Sends a beacon. @param {Beacon} beacon @param {Jar} [jar] @param {Record<string, string>} [more] headers */
  async send(beacon, jar = this.jar, more = {}) {
    const { status, text } = await this.shop.web.post("/_attune/events", beacon, { jar, headers: { ...this.headers, ...more } });
    if (status !== 200) throw new Error(`beacon: ${status} ${text}`);
    return JSON.parse(text);
  }

  /** @param {Event[]} events */
  async report(...events) {
    const { last } = await this.send(this.beacon(events));
    if (last !== this.jar.number) throw new Error(`the cookie is at ${last}, the log at ${this.jar.number}`);
  }

  exposure() {
    return { name: "attune_exposure", params: { token: this.token } };
  }

  /** The script says that the page is looked at. */
  async look() {
    await this.report({ name: "page_view" }, this.exposure());
    this.account.isExposed = true;
    this.account.count("carts", 0, 1);
  }

  /** @param {number} value in hundredths @param {string} [order] @param {object} [more] */
  purchase(value, order = randomBytes(6).toString("hex"), more = {}) {
    return { name: "purchase", params: { transaction_id: order, currency: "GBP", value: value / 100, ...more } };
  }

  /** The shop's server reports an order, so often. @param {number} value in hundredths @param {{ order?: string, times?: number, more?: object }} [options] */
  async order(value, { order = randomBytes(6).toString("hex"), times = 1, more = {} } = {}) {
    const body = { visitor: this.handle, id: order, value: value / 100, currency: "GBP", ...more };
    for (let time = 0; time < times; time += 1) await expect(202, this.shop.server("orders", body));
    return order;
  }

  /** @param {string} order @param {number | undefined} value in hundredths; all without @param {number} [times] */
  async refund(order, value, times = 1) {
    const body = { key: randomBytes(6).toString("hex"), event: "refund", order, ...(value === undefined ? {} : { value: value / 100 }) };
    for (let time = 0; time < times; time += 1) await expect(202, this.shop.server("conversions", body));
  }
}

/** @param {number} status @param {Promise<{ status: number, text: string }>} answer */
export async function expect(status, answer) {
  const found = await answer;
  if (found.status !== status) throw new Error(`${found.status} instead of ${status}: ${found.text}`);
  return found;
}

/** What shoppers do beside the ordinary; each writes down what of it counts. */
const HABITS = /** @type {Record<string, (shopper: Shopper, chance: import("./chance.mjs").Chance, value: number) => Promise<void>>} */ ({
  async plain(shopper, chance, value) {
    await shopper.look();
    await buy(shopper, chance, value);
  },
  /** What is done before the script has said that the page is looked at counts, too. */
  async late(shopper, chance, value) {
    await shopper.report({ name: "page_view" });
    shopper.account.count("carts", 0, 1);
    await buy(shopper, chance, value);
    await shopper.report(shopper.exposure());
    shopper.account.isExposed = true;
  },
  /** Never reports a page: whatever they do is nobody's. */
  async unexposed(shopper, chance, value) {
    await shopper.report({ name: "page_view" });
    await buy(shopper, chance, value);
  },
  /** Answers get lost: every beacon comes twice, with the cookie of before. */
  async doubled(shopper, chance, value) {
    const { account } = shopper;
    for (const events of [[{ name: "page_view" }, shopper.exposure()], [shopper.purchase(value), { name: "add_to_cart" }]]) {
      const beacon = shopper.beacon(events);
      const before = shopper.jar.copy();
      await Promise.all([shopper.send(beacon), shopper.send(beacon, before)]);
      await shopper.send(beacon);
    }
    account.isExposed = true;
    account.count("carts", 1, 1);
    account.sawPurchase(value);
    await shopper.order(value, { times: 3 });
    account.ordered(value);
  },
  /** The second beacon overtakes the first: it is left, and comes again. */
  async reordered(shopper, chance, value) {
    const [first, second] = [shopper.beacon([{ name: "page_view" }, shopper.exposure()]), shopper.beacon([shopper.purchase(value), { name: "sign_up" }])];
    const { last } = await shopper.send(second);
    if (last !== 0) throw new Error(`a beacon that overtakes another is taken up to ${last}`);
    await shopper.send(first);
    await shopper.send(second);
    shopper.account.isExposed = true;
    shopper.account.count("carts", 0, 1);
    shopper.account.sawPurchase(value);
    shopper.account.count("sign-ups", 1);
  },
  /** The clock jumps by a day: what seems to be of yesterday is before the exposure, what seems to be of tomorrow is of now. */
  async skewed(shopper, chance, value) {
    const isBehind = chance.is(0.5);
    const age = isBehind ? DAY_MS : -DAY_MS;
    await shopper.look();
    await shopper.report({ ...shopper.purchase(value), age }, { name: "sign_up", age });
    if (isBehind) return;
    shopper.account.sawPurchase(value);
    shopper.account.count("sign-ups", 1);
  },
  /** Loads the page of the order again and again. */
  async reloading(shopper, chance, value) {
    await shopper.look();
    const order = await shopper.order(value);
    for (let load = 0; load < 3; load += 1) await shopper.report(shopper.purchase(value, order));
    shopper.account.sawPurchase(value);
    shopper.account.ordered(value);
  },
  /** Was here two days ago, and has bought since: that is known before the exposure. */
  async returning(shopper, chance, value) {
    const { account } = shopper;
    await shopper.report({ name: "page_view", age: 2 * DAY_MS });
    await shopper.order(value, { more: { at: Date.now() - DAY_MS } });
    // The next visit brings the order into the cookie.
    await shopper.report({ name: "page_view", age: 2 * MINUTE_MS });
    await shopper.load();
    account.x = { value: coarse(Math.floor(value / 100)) * 100, visits: 1 };
    await shopper.look();
    await buy(shopper, chance, value);
  },
  /** Buys for more than a visitor counts. */
  async wholesale(shopper) {
    await shopper.look();
    await shopper.order(412_345);
    await shopper.report(shopper.purchase(412_345));
    shopper.account.ordered(412_345);
    shopper.account.sawPurchase(412_345);
  },
  /** Pays in another currency: that it was a purchase counts, the value does not. */
  async foreign(shopper, chance, value) {
    await shopper.look();
    await shopper.report(shopper.purchase(value, undefined, { currency: "EUR" }));
    shopper.account.count("seen-purchase", 1);
  },
  /** A program in a browser, which consents and then reports purchases and sign-ups as fast as it can. */
  async scripted(shopper) {
    await shopper.look();
    for (let beacon = 0; beacon < 4; beacon += 1) {
      const events = Array.from({ length: 15 }, () => [shopper.purchase(9_999), { name: "sign_up" }]).flat();
      await shopper.report(...events);
      for (const { name } of events) {
        if (name === "sign_up") shopper.account.count("sign-ups", 1);
        else shopper.account.sawPurchase(9_999);
      }
    }
  },
});

/** How often each habit is met, of a thousand. @type {[habit: string, share: number][]} */
const SHARES = [["plain", 400], ["late", 100], ["unexposed", 50], ["doubled", 100], ["reordered", 70], ["skewed", 70], ["reloading", 60], ["returning", 90], ["wholesale", 20], ["foreign", 20], ["scripted", 20]];

/** One shopper from consent to the last order. @param {Shop} shop @param {import("./books.mjs").Books} books @param {import("./chance.mjs").Chance} chance @param {number[]} values */
export async function visit(shop, books, chance, values) {
  const shopper = new Shopper(shop, chance.is(0.4));
  let at = chance.below(1000);
  const [habit] = SHARES.find(([, share]) => (at -= share) < 0) ?? SHARES[0];
  const value = chance.of(values);
  await shopper.consent();
  if (chance.is(0.1)) await shopper.load({ "Sec-Purpose": "prefetch" });
  await shopper.load();
  if (shopper.token === "") throw new Error("the page has no token");
  books.open(shopper.account);
  await HABITS[habit](shopper, chance, value);
  if (habit === "foreign") books.refuse("other_currency");
  return habit;
}

/** Buys, or not; the browser, the server and the shopper's books say the same. @param {Shopper} shopper @param {import("./chance.mjs").Chance} chance @param {number} value */
async function buy(shopper, chance, value) {
  const { account } = shopper;
  if (chance.is(0.5)) {
    await shopper.report({ name: "add_to_cart" });
    account.count("carts", 1);
  }
  if (chance.is(0.2)) {
    await shopper.report({ name: "sign_up" });
    account.count("sign-ups", 1);
  }
  if (chance.is(0.2)) {
    const body = { key: randomBytes(6).toString("hex"), visitor: shopper.handle, event: "subscribe" };
    for (let time = 0; time < 2; time += 1) await expect(202, shopper.shop.server("conversions", body));
    account.count("subscribers", 1);
  }
  if (!chance.is(0.4)) return;
  const order = await shopper.order(value, chance.is(0.3) ? { more: { customer: account.unit } } : {});
  await shopper.report(shopper.purchase(value, order));
  account.sawPurchase(value);
  const refund = chance.of([0, 0, 0, Math.ceil(value / 3), value, undefined]);
  if (refund !== 0) await shopper.refund(order, refund, 2);
  account.ordered(value, refund ?? value);
}

/** As a page token has an amount: exact up to 31, then within 3.1 % below it. @param {number} amount */
function coarse(amount) {
  const bits = amount.toString(2).length;
  return bits <= 5 ? amount : Math.floor(amount / 2 ** (bits - 5)) * 2 ** (bits - 5);
}
