// Whoever would move results without having been there. Each says how often, and why, it has to be refused.
import { randomBytes } from "node:crypto";
import { Jar } from "../edge/client.mjs";
import { expect, Shopper } from "./shopper.mjs";

const ROBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
/** Events of one beacon. */
const BATCH = 32;

/** @typedef {import("./shop.mjs").Shop} Shop */
/** @typedef {import("./books.mjs").Books} Books */

/** Conversions that nobody was exposed for: half of them from nobody, half from visitors who agreed to everything. @param {Shop} shop @param {Books} books @param {number} conversions */
export async function forge(shop, books, conversions) {
  let left = conversions;
  /** @type {Shopper | undefined} */
  let agreed;
  for (let turn = 0; left > 0; turn += 1) {
    const count = Math.min(BATCH, left);
    left -= count;
    const events = Array.from({ length: count }, (_, at) => ({ name: at % 2 === 0 ? "purchase" : "sign_up", params: { value: 299, currency: "GBP", transaction_id: randomBytes(6).toString("hex") } }));
    if (turn % 2 === 0) {
      const nobody = new Shopper(shop);
      await nobody.send(nobody.beacon(events));
      books.refuse("no_consent", count);
      continue;
    }
    // A visitor of a hundred beacons: beyond what is held of one, nothing is.
    if (agreed === undefined || agreed.jar.number > 3_000) agreed = await new Shopper(shop).consent();
    await agreed.report(...events);
  }
}

/** Tokens that are not this visitor's: made up, altered, of another key, somebody else's. @param {Shop} shop @param {Books} books @param {Shopper} victim with a page's token */
export async function forgeTokens(shop, books, victim) {
  const bytes = Buffer.from(victim.token, "base64url");
  const altered = (/** @type {number} */ at) => Buffer.from(bytes.map((byte, index) => (index === at ? byte ^ 1 : byte))).toString("base64url");
  const thief = await new Shopper(shop).consent();
  const tokens = /** @type {[token: string, cause: string][]} */ ([
    [victim.token, "token_not_of_this_visitor"],
    [altered(5), "token_not_of_this_visitor"],
    [altered(bytes.length - 1), "token_not_of_this_visitor"],
    [randomBytes(60).fill(1, 0, 2).toString("base64url"), "token_not_of_this_visitor"],
    [altered(1), "token_of_unknown_key"],
    [altered(0), "token_malformed"],
    ["AQE", "token_malformed"],
    ["not a token!", "token_malformed"],
  ]);
  for (const [token, cause] of tokens) {
    await thief.report({ name: "attune_exposure", params: { token } }, thief.purchase(29_900));
    books.refuse(cause);
  }
  // The thief's log in the victim's browser is the thief's no more; the victim's cookie in nobody's hands has no token.
  const stranger = new Shopper(shop);
  await stranger.send(stranger.beacon([victim.exposure(), { name: "purchase", params: { value: 299 } }]));
  books.refuse("no_consent", 2);
}

/** A robot with a person's cookies and token. @param {Shop} shop @param {Books} books @param {Shopper} victim */
export async function crawl(shop, books, victim) {
  const robot = new Shopper(shop);
  const headers = { "User-Agent": ROBOT };
  await robot.send(robot.beacon([victim.exposure(), { name: "purchase" }, { name: "sign_up" }, { name: "page_view" }]), victim.jar.copy(), headers);
  books.refuse("robot_or_preview", 4);
  await shop.web.fetch("/", { jar: victim.jar.copy(), headers });
}

/** Pages that are fetched and never looked at. @param {Shop} shop */
export async function prefetch(shop) {
  const browser = await new Shopper(shop).consent();
  for (let page = 0; page < 3; page += 1) await browser.load({ "Sec-Purpose": "prefetch;prerender" });
}

/** The shop's server, said by somebody who has not its key, or not to the point. @param {Shop} shop @param {Shopper} victim */
export async function pretend(shop, victim) {
  const order = { visitor: victim.handle, id: randomBytes(6).toString("hex"), value: 299, currency: "GBP" };
  await expect(401, shop.server("orders", order, "a-key-that-is-none"));
  await expect(401, shop.server("conversions", { key: "1", visitor: victim.handle, event: "subscribe" }, ""));
  await expect(400, shop.server("orders", { ...order, visitor: `${victim.handle.slice(0, -2)}AA` }));
  await expect(400, shop.server("orders", { ...order, currency: "EUR" }));
  await expect(400, shop.server("conversions", { key: "1", visitor: victim.handle, event: "never_heard_of" }));
  const thief = await new Shopper(shop).consent();
  await expect(400, shop.server("conversions", { key: "1", visitor: thief.handle, token: victim.token }));
}

/** Yesterday's beacon, sent again from the cookie of then, and with a log of another number. @param {Shopper} shopper a visitor who has reported a purchase @param {import("./shopper.mjs").Beacon} beacon @param {Jar} before */
export async function replay(shopper, beacon, before) {
  for (let time = 0; time < 3; time += 1) {
    await shopper.send(beacon);
    await shopper.send(beacon, before.copy());
  }
}

/** What happened before a visitor was forgotten is not taken from them again. @param {Shop} shop @param {Books} books */
export async function afterErasure(shop, books) {
  const shopper = await new Shopper(shop).consent();
  await shopper.load();
  await expect(200, shop.web.post("/_attune/forget", {}, { jar: shopper.jar }));
  await shopper.consent();
  await shopper.report({ ...shopper.purchase(1_000), age: 60_000 }, { name: "sign_up", age: 60_000 });
  books.refuse("erased", 2);
  // What is older than a token can be is not read any more.
  await shopper.report({ name: "sign_up", age: 8 * 86_400_000 });
  books.refuse("erased", 1);
  const other = await new Shopper(shop).consent();
  await other.report({ name: "sign_up", age: 8 * 86_400_000 });
  books.refuse("too_late", 1);
}
