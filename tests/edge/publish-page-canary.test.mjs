// A canary: a second configuration for a share of the visitors, the same ones on every page; and what is taken back because it traps.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { isWorse } from "../../www/shim/trial.mjs";
import { consented, Jar } from "./harness.mjs";
import { greeting, shown, withShelf, wordOf } from "./shelf.mjs";

const [ONE, TWO, THREE] = ["Hello", "Howdy", "Salut"].map(greeting);
const SALT = Buffer.from("0102030405060708", "hex");

/** The bucket of a visitor, by a second hand. @param {string} id */
function bucketOf(id, salt = SALT) {
  const first = createHash("sha256").update(`canary:${salt.toString("hex")}:0:${id}`).digest().readUInt32BE(0);
  return Math.floor((first * 10_000) / 2 ** 32);
}

/** Visitors with profiles, and their ids. */
async function visitors(edge, count) {
  const all = [];
  for (let visitor = 0; visitor < count; visitor += 1) {
    const jar = await consented(edge);
    all.push({ jar, id: JSON.parse((await edge.fetch("/_attune/me", { jar })).text).id });
  }
  return all;
}

/** Which arm a visitor's page is of, as the header says, and its word. */
async function arm(edge, jar, path = "/") {
  const { text, headers } = await edge.fetch(path, { jar });
  return [/; version=(\d+)(; arm=canary)?$/.exec(headers.attune)?.[2] ? "canary" : "present", wordOf(text)];
}

test("a share of the visitors, by the hash of their id, has the canary on every page; everybody without an id has not", () =>
  withShelf(async (edge, shelf) => {
    const one = await shelf.version(1, ONE);
    await shelf.head({ manifest: one });
    await edge.health();
    const all = await visitors(edge, 30);
    const two = await shelf.version(2, ONE, { canary: { share_bp: 5000, salt: SALT, bundle: TWO } });
    await shelf.head({ manifest: two, before: one });
    const { published } = await edge.health();
    assert.deepEqual([published.canary.share_bp, published.canary.sha256], [5000, createHash("sha256").update(TWO).digest("hex")]);
    const inCanary = all.filter(({ id }) => bucketOf(id) < 5000);
    assert.ok(inCanary.length > 5 && inCanary.length < 25, `${inCanary.length} of 30`);
    for (let round = 0; round < 2; round += 1) {
      for (const { jar, id } of all) {
        const expected = bucketOf(id) < 5000 ? ["canary", "Howdy"] : ["present", "Hello"];
        for (const path of ["/", "/c/tea", "/t/any"]) assert.deepEqual(await arm(edge, jar, path), expected, id);
      }
      assert.deepEqual(await arm(edge, new Jar()), ["present", "Hello"], "nobody who has agreed to nothing");
    }
    // The salt decides who, the share how many.
    const other = Buffer.from("ffeeddccbbaa9988", "hex");
    await shelf.head({ manifest: await shelf.version(3, ONE, { canary: { share_bp: 2500, salt: other, bundle: TWO } }), before: one });
    await edge.health();
    for (const { jar, id } of all) assert.equal((await arm(edge, jar))[0], bucketOf(id, other) < 2500 ? "canary" : "present");
    // A withdrawal in a head takes it from all of them, and a promotion gives it to everybody.
    await shelf.head({ manifest: two, before: one, withdrawn: [two] });
    await edge.health();
    for (const { jar } of inCanary) assert.deepEqual(await arm(edge, jar), ["present", "Hello"]);
    await shelf.head({ manifest: await shelf.version(4, TWO), before: two });
    assert.equal(await shown(edge), "Howdy 4");
    assert.equal((await edge.health()).published.canary, null);
  }));

test("a canary stays with its visitors after a trap, and kills hold in it", () =>
  withShelf(async (edge, shelf) => {
    const one = await shelf.version(1, ONE);
    await shelf.head({ manifest: one });
    await edge.health();
    const all = await visitors(edge, 8);
    const manifest = await shelf.version(2, ONE, { canary: { share_bp: 5000, salt: SALT, bundle: TWO } });
    await shelf.head({ manifest, before: one });
    await edge.health();
    const arms = async () => {
      const found = [];
      for (const { jar } of all) found.push((await arm(edge, jar)).join());
      return found;
    };
    const before = await arms();
    assert.deepEqual(before, all.map(({ id }) => (bucketOf(id) < 5000 ? "canary,Howdy" : "present,Hello")));
    await edge.fetch("/?fault=open");
    assert.deepEqual(await arms(), before);
    await shelf.head({ manifest, before: one, kills: await shelf.kills([{ key: "hello" }]) });
    await edge.health();
    assert.deepEqual(await arms(), before.map((line) => line.replace(/,.*/, ",Our shop")));
    await edge.fetch("/?fault=open");
    assert.deepEqual(await arms(), before.map((line) => line.replace(/,.*/, ",Our shop")), "after a trap, too");
    await shelf.head({ manifest, before: one, kills: await shelf.kills([{}]) });
    await edge.health();
    const off = await edge.fetch("/", { jar: all[before.findIndex((line) => line.startsWith("canary"))].jar });
    assert.deepEqual([wordOf(off.text), off.headers.attune], ["Our shop", undefined]);
  }, { faults: true }));

test("a canary that cannot be used costs nobody anything, and health says why", () =>
  withShelf(async (edge, shelf) => {
    const one = await shelf.version(1, ONE);
    await shelf.head({ manifest: one });
    await edge.health();
    const all = await visitors(edge, 4);
    const broken = Buffer.concat([TWO.subarray(0, 40), Buffer.from("broken")]);
    const cases = [
      [broken, /bundle|truncated|format|read/],
      [ONE, /the canary is the present configuration/],
      [Buffer.alloc(4 * 1024 * 1024 + 1), /more than 4194304/],
      ["missing", /KV has no artifact/],
    ];
    for (const [index, [bundle, why]] of cases.entries()) {
      const bytes = bundle === "missing" ? Buffer.from("gone") : bundle;
      const manifest = await shelf.version(index + 2, ONE, { canary: { share_bp: 5000, salt: SALT, bundle: bytes } });
      if (bundle === "missing") await edge.kv.delete(`artifact:${createHash("sha256").update(bytes).digest("hex")}`);
      await shelf.head({ manifest, before: one });
      const { published } = await edge.health();
      assert.equal(published.canary, null);
      assert.match(published.alarms.find(({ what }) => what === "canary").text, why);
      for (const { jar } of all) assert.deepEqual(await arm(edge, jar), ["present", "Hello"]);
    }
  }));

test("a canary shares what recommendations are made from, and the prices", async () => {
  const read = (name) => readFileSync(new URL(`../../build/bandit.${name}`, import.meta.url));
  const [bundle, catalogue] = [read("bundle"), { kind: 2, bytes: read("catalog") }];
  // The same shop with its lists of products written another way.
  const second = Buffer.from(bundle.toString("latin1").replaceAll("<li>", "<LI>"), "latin1");
  assert.notDeepEqual(second, bundle);
  await withShelf(async (edge, shelf) => {
    edge.origin.serve("/", { "Content-Type": "text/html; charset=utf-8" }, `<!doctype html><html lang="en-GB"><body><section data-slot="picks">own</section></body></html>`);
    const one = await shelf.version(1, bundle, { artifacts: [catalogue] });
    await shelf.head({ manifest: one });
    await edge.health();
    const all = await visitors(edge, 8);
    // Those of blue were made later: what was made before the present ones is refused.
    await edge.put("posteriors", read("red.posteriors"));
    const manifest = await shelf.version(2, bundle, { artifacts: [catalogue], canary: { share_bp: 5000, salt: SALT, bundle: second } });
    await shelf.head({ manifest, before: one });
    const picks = async () => {
      const found = [];
      for (const { jar } of all) found.push(/<li>(\w)\d/i.exec((await edge.fetch("/", { jar })).text)?.[1]);
      return [...new Set(found)].join();
    };
    assert.equal((await edge.health()).published.canary.share_bp, 5000);
    assert.equal(await picks(), "r", "both arms have the catalogue and what is believed of strategies");
    await edge.put("posteriors", read("blue.posteriors"));
    await edge.health();
    assert.equal(await picks(), "b", "and both have what is put later");
    const arms = await Promise.all(all.map(async ({ jar }) => /<LI>/.test((await edge.fetch("/", { jar })).text)));
    assert.deepEqual(arms, all.map(({ id }) => bucketOf(id) < 5000));
  });
});

/** A control plane that writes down what it is told. */
const LISTENS = `
  answer() { return Response.json({ status: "stand-in" }); }
  async report(report) {
    const { ok } = await fetch(ORIGIN + "/report", { method: "POST", body: JSON.stringify(report) });
    if (!ok) throw new Error("the publisher does not answer");
  }
`;

/** What the control plane was told, whoever the pages are for. */
function reports(edge) {
  const told = [];
  edge.origin.on("/report", (request, response) => {
    let text = "";
    request.on("data", (piece) => (text += piece));
    request.on("end", () => {
      told.push(JSON.parse(text));
      response.end();
    });
  });
  return told;
}

/** The profile cookies of some visitors of a shop with the same keys. */
let cookies = [];
async function known() {
  if (cookies.length === 0) {
    await withShelf(async (edge, shelf) => {
      await shelf.head({ manifest: await shelf.version(1, ONE) });
      await edge.health();
      cookies = await visitors(edge, 8);
    });
  }
  return cookies;
}

test("a canary that traps more often than the other arm is withdrawn at once, and the publisher is told the figures", async () => {
  const all = await known();
  const inCanary = all.find(({ id }) => bucketOf(id) < 5000);
  const outside = all.find(({ id }) => bucketOf(id) >= 5000);
  await withShelf(async (edge, shelf) => {
    const told = reports(edge);
    const one = await shelf.version(1, ONE);
    const manifest = await shelf.version(2, ONE, { canary: { share_bp: 5000, salt: SALT, bundle: TWO } });
    await shelf.head({ manifest, before: one });
    await edge.health();
    for (let page = 0; page < 6; page += 1) assert.deepEqual(await arm(edge, outside.jar), ["present", "Hello"]);
    const before = (await edge.health()).published.canary;
    assert.deepEqual(await arm(edge, inCanary.jar), ["canary", "Howdy"]);
    let traps = 0;
    while ((await edge.health()).published.canary !== null && traps < 20) {
      assert.equal((await edge.fetch("/?fault=open", { jar: inCanary.jar })).status, 200);
      traps += 1;
    }
    assert.equal(traps, 3, "the third trap was one too many");
    assert.deepEqual(await arm(edge, inCanary.jar), ["present", "Hello"]);
    await edge.health();
    const [{ site, withdrawn }] = told.filter((report) => report.withdrawn.length > 0);
    assert.equal(site, "testshop");
    assert.deepEqual(withdrawn.map(({ manifest, traps, other }) => ({ manifest, traps, other: other.traps })), [{ manifest, traps: 3, other: 0 }]);
    assert.ok(withdrawn[0].pages >= 5 && withdrawn[0].other.pages >= 6 && before.traps === 0);
    assert.equal(told.filter((report) => report.withdrawn.length > 0).length, 1, "once");
    assert.equal((await edge.health()).published.head.withdrawn, true);
  }, { faults: true, control: LISTENS });
});

test("a version that traps more often than the one before it is taken back, where this isolate has served both", () =>
  withShelf(async (edge, shelf) => {
    const told = reports(edge);
    const [one, two] = [await shelf.version(1, ONE), await shelf.version(2, TWO)];
    await shelf.head({ manifest: one });
    for (let page = 0; page < 6; page += 1) assert.equal(await shown(edge), "Hello 1");
    await shelf.head({ manifest: two, before: one });
    for (let page = 0; page < 3; page += 1) assert.equal(await shown(edge), "Howdy 2");
    for (let trap = 0; trap < 3; trap += 1) assert.equal((await edge.fetch("/?fault=open")).status, 200);
    assert.equal(await shown(edge), "Hello 1", "back at the one before");
    const { published } = await edge.health();
    assert.deepEqual([published.manifest, published.head.manifest, published.head.withdrawn], [one, two, true]);
    const withdrawn = told.flatMap((report) => report.withdrawn);
    assert.deepEqual(withdrawn, [{ manifest: two, pages: 6, traps: 3, other: { pages: 6, traps: 0 } }]);
    await shelf.head({ manifest: await shelf.version(3, THREE), before: one, withdrawn: [two] });
    assert.equal(await shown(edge), "Salut 3", "and the next one is served");
  }, { faults: true, control: LISTENS }));

test("a version is not taken back for traps that the one before it had, too, nor where that one is not known", async () => {
  await withShelf(async (edge, shelf) => {
    const [one, two] = [await shelf.version(1, ONE), await shelf.version(2, TWO)];
    await shelf.head({ manifest: two, before: one });
    for (let page = 0; page < 6; page += 1) assert.equal(await shown(edge), "Howdy 2");
    for (let trap = 0; trap < 4; trap += 1) await edge.fetch("/?fault=open");
    assert.equal(await shown(edge), "Howdy 2", "a new isolate has not seen the one before");
  }, { faults: true });
  await withShelf(async (edge, shelf) => {
    const [one, two] = [await shelf.version(1, ONE), await shelf.version(2, TWO)];
    for (const [manifest, word] of [[one, "Hello 1"], [two, "Howdy 2"]]) {
      await shelf.head({ manifest, before: manifest === two ? one : null });
      for (let page = 0; page < 6; page += 1) assert.equal(await shown(edge), word);
      for (let trap = 0; trap < 4; trap += 1) await edge.fetch("/?fault=open");
      assert.equal(await shown(edge), word);
    }
  }, { faults: true });
});

test("alarms are told to the publisher once, and what fails to be told is told later", () =>
  withShelf(async (edge, shelf) => {
    edge.origin.serve("/report", {}, "", 500);
    await shelf.head({ manifest: await shelf.version(1, ONE), serial: 5 });
    assert.equal(await shown(edge), "Hello 1");
    await shelf.head({ manifest: "00".repeat(32), serial: 4 });
    assert.equal(await shown(edge), "Hello 1", "nor does a publisher that does not answer change a page");
    assert.ok(edge.log.some((line) => line.includes('"attune":"report"')));
    const told = reports(edge);
    for (let look = 0; look < 3; look += 1) await edge.health();
    const alarms = told.flatMap((report) => report.alarms);
    assert.deepEqual(alarms, [{ kind: "stale", text: "the head 4 is older than the present one, 5" }]);
  }, { control: LISTENS }));

test("when a configuration is worse than the other", () => {
  const worse = (pages, traps, otherPages, otherTraps) => isWorse({ pages, traps }, { pages: otherPages, traps: otherTraps });
  assert.ok(worse(5, 3, 5, 0) && worse(6, 6, 1000, 0));
  assert.ok(!worse(4, 4, 1000, 0), "too few pages");
  assert.ok(!worse(5, 2, 1000, 0), "too few traps");
  assert.ok(!worse(5, 5, 4, 0), "too little is known of the other");
  assert.ok(!worse(1000, 19, 1000, 0) && worse(1000, 20, 1000, 0), "2 % where 1 % would be let pass");
  assert.ok(!worse(100_000, 1000, 100_000, 0), "one in a hundred");
  assert.ok(!worse(100, 10, 100, 10) && !worse(100, 19, 100, 10) && worse(100, 20, 100, 10));
});
