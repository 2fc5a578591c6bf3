// What is switched off: everything, or one campaign, without a new bundle.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { artifactKey, killList, killStatement, newSigningKey } from "../../xtask/manifest.mjs";
import { API_KEY, consented, Jar, planOf, SIGNING_KEY } from "./harness.mjs";
import { PAGE } from "./origin.mjs";
import { greeting, KILLER, shown, withShelf, wordOf } from "./shelf.mjs";

const [ONE, TWO] = ["Hello", "Howdy"].map(greeting);
const SERVER = { headers: { Authorization: `Bearer ${API_KEY}` } };
const GERMAN = { cf: { country: "DE", regionCode: "BE" } };

test("everything off is the origin's page on every path, and nothing else stops", () =>
  withShelf(async (edge, shelf) => {
    const one = await shelf.version(1, ONE);
    await shelf.head({ manifest: one });
    assert.equal(await shown(edge), "Hello 1");
    const jar = await consented(edge);
    await shelf.head({ manifest: one, kills: await shelf.kills([{}]) });
    const { status, code, published } = await edge.health();
    assert.deepEqual([status, code, published.killed], ["killed", 503, { everything: true, campaigns: [] }]);
    for (const path of ["/", "/de/", "/p/1", "/c/tea", "/t/any"]) {
      const page = await edge.fetch(path, { jar });
      assert.deepEqual([page.status, page.text, page.headers["cache-control"]], [200, PAGE, "private, no-cache"], path);
    }
    assert.equal((await edge.fetch("/elsewhere")).text, PAGE);
    const recommended = await edge.fetch("/_attune/recommend?slot=hero");
    assert.deepEqual([recommended.status, JSON.parse(recommended.text).error.code], [503, "killed"]);
    const decided = await edge.post("/_attune/decide", { page: "/" }, SERVER);
    assert.deepEqual([decided.status, JSON.parse(decided.text).error.code], [503, "unavailable"]);
    assert.equal((await edge.fetch("/_attune/me", { jar })).status, 200, "what a visitor may ask for goes on");
    assert.equal((await edge.post("/_attune/forget", {}, { jar })).status, 200);
    await shelf.head({ manifest: one, kills: await shelf.kills([{}, { revive: true }]) });
    assert.equal(await shown(edge), "Hello 1");
    assert.equal((await edge.health()).status, "ok");
  }));

test("a campaign that is off is passed over for whoever was in it, and the next one has the slot", () =>
  withShelf(async (edge, shelf) => {
    const one = await shelf.version(1, ONE);
    await shelf.head({ manifest: one });
    const slots = async (options = GERMAN) => {
      await edge.health();
      const { text, headers } = await edge.fetch("/", { jar: new Jar(), ...options });
      const found = Object.fromEntries(planOf(text).slots.map(({ slot, campaign }) => [slot, campaign]));
      return { found, word: wordOf(text), killed: /killed=(\d+)/.exec(headers.attune)?.[1] };
    };
    const before = await slots();
    assert.deepEqual([before.found.bar, before.found.hero, before.killed], ["german", "hello", undefined]);
    const sha256 = (await edge.health()).bundle.sha256;
    await shelf.head({ manifest: one, kills: await shelf.kills([{ key: "german" }, { key: "no-such-campaign" }]) });
    const after = await slots();
    assert.deepEqual([after.found.bar, after.found.hero, after.killed], [null, "hello", "1"]);
    await shelf.head({ manifest: one, kills: await shelf.kills([{ key: "german" }, { key: "hello" }]) });
    const both = await slots();
    assert.deepEqual([both.found.bar, both.found.hero, both.word, both.killed], [null, null, "Our shop", "2"]);
    const { bundle, published } = await edge.health();
    assert.equal(bundle.sha256, sha256, "the bundle is the same");
    assert.deepEqual(published.killed, { everything: false, campaigns: ["german", "hello"] });
    // A new bundle changes nothing in what is off.
    await shelf.head({ manifest: await shelf.version(2, TWO), kills: await shelf.kills([{ key: "german" }, { key: "hello" }]) });
    assert.deepEqual((await slots()).found, both.found);
    // The list takes the place of the one before.
    await shelf.head({ manifest: one, kills: await shelf.kills([{ key: "hello" }, { key: "german" }, { key: "hello", revive: true }]) });
    const revived = await slots();
    assert.deepEqual([revived.found.bar, revived.word, revived.killed], [null, "Hello", "1"]);
    await shelf.head({ manifest: one });
    assert.deepEqual(await slots(), before);
  }));

test("what is off stays off after a trap", () =>
  withShelf(async (edge, shelf) => {
    await shelf.head({ manifest: await shelf.version(1, ONE), kills: await shelf.kills([{ key: "hello" }]) });
    assert.equal(await shown(edge), "Our shop 1");
    assert.equal((await edge.fetch("/?fault=open")).headers["server-timing"], 'attune;desc="trap"');
    assert.equal(await shown(edge), "Our shop 1");
  }, { faults: true }));

test("a preview says why, and forces nobody into what is off", () =>
  withShelf(async (edge, shelf) => {
    await shelf.head({ manifest: await shelf.version(1, ONE), kills: await shelf.kills([{ key: "hello" }, { key: "by-customer" }]) });
    await edge.health();
    const made = await edge.post("/_attune/preview", { name: "somebody", arms: { "by-customer": "sale" } }, SERVER);
    const { text } = await edge.fetch("/", { headers: { Cookie: `__Host-attune-preview=${JSON.parse(made.text).token}` } });
    const slots = Object.fromEntries(planOf(text).slots.map((slot) => [slot.slot, slot]));
    for (const [slot, campaign] of [["hero", "hello"], ["note", "by-customer"]]) {
      assert.equal(slots[slot].campaign, null);
      const passed = slots[slot].passed.find((one) => one.campaign === campaign);
      assert.deepEqual(passed, { campaign, reason: "killed", why: "it was switched off" });
    }
    const decided = JSON.parse((await edge.post("/_attune/decide", { page: "/" }, SERVER)).text);
    assert.equal(decided.slots.hero.campaign, null);
  }));

test("without the kill list that the head names a new isolate serves nothing, and one that runs keeps what it has", async () => {
  await withShelf(async (edge, shelf) => {
    const one = await shelf.version(1, ONE);
    const kills = await shelf.kills([{ key: "hello" }]);
    const list = await edge.kv.get(`kills:${kills}`, "arrayBuffer");
    await edge.kv.delete(`kills:${kills}`);
    await shelf.head({ manifest: one, kills });
    assert.equal(await shown(edge), "Our shop -", "cold");
    for (const bad of [Buffer.from(list).subarray(1), Buffer.alloc(0), killList([])]) {
      await edge.put(`kills:${kills}`, bad);
      assert.equal(await shown(edge), "Our shop -", "cold, and another list");
    }
    assert.match((await edge.health()).published.alarms.map(({ text }) => text).join(), /the kill list is not what the head names/);
    await edge.put(`kills:${kills}`, Buffer.from(list));
    assert.equal(await shown(edge), "Our shop 1");
    await shelf.head({ manifest: one, kills: "ab".repeat(32) });
    assert.equal(await shown(edge), "Our shop 1", "warm, and the next list is not there");
    await shelf.head({ manifest: await shelf.version(2, TWO), kills: "ab".repeat(32) });
    assert.equal(await shown(edge), "Our shop 2", "nor does that keep a new version away");
    await shelf.head({ manifest: one });
    assert.equal(await shown(edge), "Hello 1");
  });
});

test("who may not switch anything off does not, and a statement of another site is none", () =>
  withShelf(async (edge, shelf) => {
    const one = await shelf.version(1, ONE);
    const forged = [
      killStatement({ site: "testshop", number: 1 }, [SIGNING_KEY]),
      killStatement({ site: "testshop", number: 2 }, [newSigningKey()]),
      killStatement({ site: "another", number: 3 }, [KILLER]),
    ];
    const list = killList(forged);
    const kills = createHash("sha256").update(list).digest("hex");
    await edge.put(`kills:${kills}`, list);
    await edge.put(artifactKey(ONE), ONE);
    await shelf.head({ manifest: one, kills });
    assert.equal(await shown(edge), "Hello 1");
    assert.ok(edge.log.some((line) => line.includes('"attune":"kills"')));
  }));
