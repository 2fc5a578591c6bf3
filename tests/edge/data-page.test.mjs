// The data manifest on a page: which catalogue and which indexes it has, warm and cold, and what cannot take their place.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { artifactKey, newSigningKey, publicKeyHex, signedData, signedManifest } from "../../xtask/manifest.mjs";
import { goods, offered, serveShop } from "./goods.mjs";
import { SIGNING_KEY } from "./harness.mjs";
import { EAGER, flipped, KILLER, SITE, withShelf } from "./shelf.mjs";

/** @type {Awaited<ReturnType<typeof goods>>} */
let all;
before(async () => {
  all = await goods();
});

const PUBLISHER = newSigningKey();

/** @param {Parameters<typeof withShelf>[0]} run @param {object} [options] */
const withShop = (run, options = {}) =>
  withShelf(async (edge, shelf) => {
    serveShop(edge);
    await run(edge, shelf);
  }, options);

/** The alarms of the health check. */
async function wrong(edge) {
  const { published } = await edge.health();
  return published.alarms.filter(({ what }) => what !== "embedded-bundle").map(({ what, kind, text }) => `${what} ${kind}: ${text}`);
}

/** Which data manifest pages are made with. */
async function number(edge) {
  const { data } = (await edge.health()).published;
  return data?.served ? data.number : null;
}

test("a data manifest changes the catalogue without a new version, and a head without one is read as before", () =>
  withShop(async (edge, shelf) => {
    const { bundle, catalogs: [first, second, third], index } = all;
    const one = await shelf.version(1, bundle, { artifacts: [first] });
    await shelf.head({ manifest: one });
    assert.deepEqual([await offered(edge), await number(edge)], ["1.00", null]);
    const [data, later] = [await shelf.data(1, { version: 1, base: [first] }, [second, index]), await shelf.data(2, { version: 1, base: [first] }, [third])];
    assert.equal(await offered(edge), "1.00", "what the head does not name is not used");
    await shelf.head({ manifest: one, data });
    assert.deepEqual([await offered(edge), await number(edge)], ["2.00", 1]);
    await shelf.head({ manifest: one, data: later });
    assert.deepEqual([await offered(edge), await number(edge), await wrong(edge)], ["3.00", 2, []]);
    await shelf.head({ manifest: one });
    assert.equal(await offered(edge), "1.00", "the head decides");
  }));

test("a version leaves it the catalogue if it brings the same one along or none, and takes it over if it brings another", async () => {
  const steps = async (edge, shelf, shows) => {
    const { bundle, coloured, catalogs: [first, second, third, fourth] } = all;
    const one = await shelf.version(1, bundle, { artifacts: [first] });
    const file = signedManifest({ site: SITE, version: 1, bundle, artifacts: [first] }, [SIGNING_KEY]);
    const data = await shelf.data(1, { version: 1, base: [first] }, [second]);
    await shelf.head({ manifest: one, data });
    await shows("2.00", "the version that it was made for");
    await shelf.head({ manifest: await shelf.version(2, coloured, { artifacts: [first] }), before: one, data });
    await shows("2.00 red", "a later one that brings the same along");
    await shelf.head({ manifest: await shelf.version(3, coloured), before: one, data });
    await shows("2.00 red", "one that brings none along");
    const four = await shelf.version(4, bundle, { artifacts: [third] });
    await shelf.head({ manifest: four, before: one, data });
    await shows("3.00", "one that brings another along");
    const later = await shelf.data(2, { version: 4, base: [third], previous: data }, [fourth]);
    await shelf.head({ manifest: four, before: one, data: later });
    await shows("4.00", "the next data manifest");
    await shelf.head({ manifest: await shelf.version(5, bundle, { artifacts: [first], evidence: file }), before: four, data: later });
    await shows("4.00", "a rollback does not bring the old catalogue back");
    await shelf.head({ manifest: await shelf.version(6, bundle, { artifacts: [first] }), before: four, withdrawn: [], data: later });
    await shows("1.00", "a version that is not one does");
    const six = await shelf.version(6, bundle, { artifacts: [first] });
    await shelf.head({ manifest: six, before: four, withdrawn: [six], data: later });
    await shows("4.00", "the version before a withdrawn one");
  };
  await withShop((edge, shelf) => steps(edge, shelf, async (expected, what) => assert.equal(await offered(edge), expected, `warm: ${what}`)));
  // A new isolate for each step: it sees the last head only.
  const total = 8;
  for (let step = 1; step <= total; step += 1) {
    await withShop(async (edge, shelf) => {
      let count = 0;
      await steps(edge, shelf, async (expected, what) => {
        count += 1;
        if (count === step) assert.equal(await offered(edge), expected, `cold: ${what}`);
      });
      assert.equal(count, total);
    });
  }
});

test("what is damaged, incomplete or does not fit is refused as a whole: the present data stay, and an alarm says why", () =>
  withShop(async (edge, shelf) => {
    const { bundle, coloured, catalogs: [first, second, third], plain, renumbered, index, foreign } = all;
    const one = await shelf.version(1, bundle, { artifacts: [first] });
    const good = await shelf.data(1, { version: 1, base: [first] }, [second, index]);
    await shelf.head({ manifest: one, data: good });
    assert.equal(await offered(edge), "2.00");
    const artifacts = (await edge.health()).published.data;
    assert.deepEqual([artifacts.number, artifacts.served], [1, true]);
    const cases = {
      "it numbers the products of epoch": [third, foreign],
      "KV does not have it": [third, { kind: 4, bytes: Buffer.from("an index that nobody has put") }],
      "not an index|the index|recommendation index": [third, { kind: 4, bytes: Buffer.from("no index at all") }],
    };
    let next = 2;
    for (const [text, named] of Object.entries(cases)) {
      const data = await shelf.data(next, { version: 1, base: [first] }, named);
      if (text.startsWith("KV")) await edge.kv.delete(artifactKey(named[1].bytes));
      await shelf.head({ manifest: one, data });
      assert.equal(await offered(edge), "2.00", text);
      const said = await wrong(edge);
      assert.ok(said.some((line) => new RegExp(`^data-artifacts refused: artifact [0-9a-f]{12}: .*(${text})`).test(line)), `${text}: ${said}`);
      assert.equal((await edge.health()).published.data.served, false);
      next += 1;
    }
    const renewed = await shelf.data(next, { version: 1, base: [first] }, [renumbered, foreign]);
    await shelf.head({ manifest: one, data: renewed });
    assert.deepEqual([await offered(edge), await wrong(edge)], ["9.00", []], "what fits is taken, with other numbers, too");
    // A configuration that shows the colour, and a catalogue that does not have it.
    const two = await shelf.version(2, coloured, { artifacts: [first] });
    await shelf.head({ manifest: two, data: renewed });
    assert.equal(await offered(edge), "9.00 red");
    await shelf.head({ manifest: two, data: await shelf.data(next + 1, { version: 2, base: [first] }, [plain]) });
    assert.equal(await offered(edge), "9.00 red");
    assert.match((await wrong(edge)).join(), /^data-artifacts refused: artifact [0-9a-f]{12}: the catalogue does not have the field colour/);
    await shelf.head({ manifest: await shelf.version(3, bundle, { artifacts: [first] }), data: await shelf.data(next + 2, { version: 2, base: [first] }, [plain]) });
    assert.deepEqual([await offered(edge), await wrong(edge)], ["8.00", []], "a configuration that does not need it takes it");
  }));

test("a new isolate takes what the version brings along while the data cannot be used, and the data once they can", async () => {
  const damage = {
    "cut off": (bytes) => bytes.subarray(0, bytes.length >> 1),
    "a bit flipped": (bytes) => flipped(bytes, 8 * (bytes.length >> 1)),
    "a byte more": (bytes) => Buffer.concat([bytes, Buffer.alloc(1)]),
    "nothing": null,
  };
  for (const [what, change] of Object.entries(damage)) {
    await withShop(async (edge, shelf) => {
      const { bundle, catalogs: [first, second] } = all;
      const one = await shelf.version(1, bundle, { artifacts: [first] });
      const data = await shelf.data(1, { version: 1, base: [first] }, [second]);
      const key = artifactKey(second.bytes);
      if (change === null) await edge.kv.delete(key);
      else await edge.put(key, change(second.bytes));
      await shelf.head({ manifest: one, data });
      assert.equal(await offered(edge), "1.00", what);
      assert.match((await wrong(edge)).join(), /^data-artifacts refused/, what);
      await edge.put(key, second.bytes);
      assert.deepEqual([await offered(edge), await wrong(edge)], ["2.00", []], what);
    });
  }
});

test("a data manifest that is damaged, foreign, older, unsigned or signed for another purpose is not used", () =>
  withShop(async (edge, shelf) => {
    const { bundle, catalogs: [first, second, third] } = all;
    const one = await shelf.version(1, bundle, { artifacts: [first] });
    const what = { version: 1, base: [first] };
    await shelf.head({ manifest: one, data: await shelf.data(5, what, [second]) });
    assert.equal(await offered(edge), "2.00");
    const file = (/** @type {object} */ more, keys = [SIGNING_KEY]) => signedData({ site: SITE, number: 6, ...what, artifacts: [third], ...more }, keys);
    const put = async (/** @type {Buffer} */ bytes, id = "") => {
      if (id === "") return shelf.manifest(bytes);
      await edge.put(`manifest:${id}`, bytes);
      return id;
    };
    const good = file({});
    await edge.put(artifactKey(third.bytes), third.bytes);
    const six = await put(good);
    const cases = {
      "stale: the data manifest 4 is older than the present one, 5": () => put(file({ number: 4 })),
      "refused: the data manifest is for the site another": () => put(file({ site: "another" })),
      "refused: no key for data has signed": () => put(file({ made_s: 1 }, [])),
      "refused: no key for data has signed ": () => put(file({ made_s: 2 }, [PUBLISHER, KILLER, newSigningKey()])),
      "refused: the data manifest was made 90": () => put(file({ made_s: Math.floor(Date.now() / 1000) + 901 })),
      "refused: the data manifest is not what the head names": () => put(file({ made_s: 3 }), six),
      "missing: KV has no data manifest": async () => "ab".repeat(32),
      "refused: not a data manifest": () => put(signedManifest({ site: SITE, version: 9, bundle, artifacts: [third] }, [SIGNING_KEY])),
      "refused: not a data manifest of format 1": () => put(Buffer.from("nothing at all"), six),
    };
    for (const [text, make] of Object.entries(cases)) {
      await shelf.head({ manifest: one, data: await make() });
      assert.equal(await offered(edge), "2.00", text);
      const said = await wrong(edge);
      assert.ok(said.some((line) => line.startsWith(`data ${text.trim()}`)), `${text}: ${said}`);
    }
    await put(good);
    await shelf.head({ manifest: one, data: six });
    assert.deepEqual([await offered(edge), await wrong(edge)], ["3.00", []], "and the next good one is taken");
  }, { bindings: { MANIFEST_KEYS: `${EAGER.MANIFEST_KEYS}, ${publicKeyHex(PUBLISHER)}:publish+approve+kill+read`} }));

test("whoever can write to KV can put back what was signed, and a running isolate does not go back", () =>
  withShop(async (edge, shelf) => {
    const { bundle, catalogs: [first, second, third] } = all;
    const one = await shelf.version(1, bundle, { artifacts: [first] });
    const [old, present] = [await shelf.data(1, { version: 1, base: [first] }, [second]), await shelf.data(2, { version: 1, base: [first] }, [third])];
    await shelf.head({ manifest: one, data: old });
    const before = await edge.kv.get("head", "arrayBuffer");
    await shelf.head({ manifest: one, data: present });
    assert.equal(await offered(edge), "3.00");
    await edge.put("head", Buffer.from(before));
    assert.equal(await offered(edge), "3.00", "the head of before");
    assert.match((await wrong(edge)).join(), /head stale/);
    await edge.put(`manifest:${present}`, signedData({ site: SITE, number: 1, version: 1, base: [first], artifacts: [second] }, [SIGNING_KEY]));
    assert.equal(await offered(edge), "3.00", "the manifest of before in the place of the present one");
  }));

test("a canary shows the same catalogue as the version beside it, and data do not end it", () =>
  withShop(async (edge, shelf) => {
    const { bundle, coloured, catalogs: [first, second] } = all;
    const canary = { share_bp: 5000, salt: Buffer.alloc(8), bundle: coloured };
    const manifest = await shelf.version(1, bundle, { artifacts: [first], canary });
    await shelf.head({ manifest });
    assert.equal(await offered(edge), "1.00");
    await shelf.head({ manifest, data: await shelf.data(1, { version: 1, base: [first] }, [second]) });
    assert.equal(await offered(edge), "2.00");
    const { canary: present, data } = (await edge.health()).published;
    assert.deepEqual([present.share_bp, data.served], [5000, true]);
  }));

test("after a trap the catalogue of the data manifest comes back, and not that of the version", () =>
  withShop(async (edge, shelf) => {
    const { bundle, catalogs: [first, second] } = all;
    const one = await shelf.version(1, bundle, { artifacts: [first] });
    await shelf.head({ manifest: one, data: await shelf.data(1, { version: 1, base: [first] }, [second]) });
    assert.equal(await offered(edge), "2.00");
    assert.equal((await edge.fetch("/?fault=open")).headers["server-timing"], 'attune;desc="trap"');
    assert.deepEqual([await offered(edge), await number(edge)], ["2.00", 1]);
  }, { faults: true }));
