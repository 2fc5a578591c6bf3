// Live prices, stock and posteriors: who can write to KV and has no key for data changes nothing on a page.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { artifactKey, bodyOf, newSigningKey, publicKeyHex, signedLive, signedManifest } from "../../xtask/manifest.mjs";
import { Jar, planOf, SIGNING_KEY, startEdge } from "./harness.mjs";

const read = (name) => readFileSync(new URL(`../../build/bandit.${name}`, import.meta.url));
const BUNDLE = read("bundle");
const CATALOG = { kind: 2, bytes: read("catalog") };
const EPOCH = CATALOG.bytes.readUInt32LE(16);
const PAGE = `<!doctype html><html lang="en-GB"><body><section data-slot="picks">own</section></body></html>`;
const [OVERLAY, POSTERIORS] = [5, 6];
const SITE = "testshop";

/** The checksum of SPEC.md, "Recommendation index", by a second hand. @param {Buffer} bytes */
function checksum(bytes) {
  const word = (1n << 64n) - 1n;
  // The rest behind the last whole word counts as a word, also where there is none.
  const padded = Buffer.concat([bytes, Buffer.alloc(8 - (bytes.length % 8))]);
  const words = Array.from({ length: padded.length / 8 }, (_, at) => padded.readBigUInt64LE(8 * at));
  let h = 0n;
  for (const next of [BigInt(bytes.length), ...words]) {
    const mixed = (((h ^ next) + 0x9e3779b97f4a7c15n) * 0x9e3779b97f4a7c15n) & word;
    h = ((mixed << 29n) | (mixed >> 35n)) & word;
  }
  return h;
}

/** An overlay in which every product costs so much, made so many seconds from now. */
function overlayBody(price_minor, from_now_s = 0, products = 4) {
  const numbers = [EPOCH, Math.floor(Date.now() / 1000) + from_now_s, products, 0];
  for (let ordinal = 0; ordinal < products; ordinal += 1) numbers.push(ordinal, price_minor, 9, 1);
  const body = Buffer.alloc(4 * numbers.length);
  numbers.forEach((number, at) => body.writeUInt32LE(number, 4 * at));
  const head = Buffer.from("ATOV\x01\0\0\0........", "latin1");
  head.writeBigUInt64LE(checksum(body), 8);
  return Buffer.concat([head, body]);
}

const overlay = (body, keys = [SIGNING_KEY], site = SITE) => signedLive({ site, kind: OVERLAY, body }, keys);

/** @param {(edge: Awaited<ReturnType<typeof startEdge>>) => Promise<void>} run @param {Record<string, string>} [bindings] */
async function withShop(run, bindings = {}, held = false) {
  const edge = await startEdge({ publish: false, held, bindings: { BUNDLE_FRESH_S: "0", BUNDLE_STALE_S: "0", ...bindings } });
  try {
    edge.origin.serve("/", { "Content-Type": "text/html; charset=utf-8" }, PAGE);
    for (const bytes of [BUNDLE, CATALOG.bytes]) await edge.put(artifactKey(bytes), bytes);
    await edge.put("manifest", signedManifest({ site: SITE, version: 1, bundle: BUNDLE, artifacts: [CATALOG] }, [SIGNING_KEY]));
    await run(edge);
  } finally {
    await edge.stop();
  }
}

/** The price on the page once KV has been looked at: `-` where there is none. */
async function price(edge) {
  await edge.health();
  const { text } = await edge.fetch("/", { jar: new Jar() });
  return /<li>r1 (.*?)<\/li>/.exec(text)?.[1];
}

/** How many alarms there were of live data, and the last one. */
function alarms(edge, key = "overlay") {
  const lines = edge.log.filter((line) => line.includes(`"attune":"${key}"`));
  return { count: lines.length, last: lines.at(-1) ?? "" };
}

/** What somebody can put into KV who has no key for data, made from what is signed; with a word of the alarm. */
const FORGED = {
  "no envelope": [(body) => body, "not signed live data"],
  "no signature": [(body) => overlay(body, []), "no key for data"],
  "a stranger's signature": [(body) => overlay(body, [newSigningKey()]), "no key for data"],
  "the signature of another site's prices": [(body) => overlay(body, [SIGNING_KEY], "another"), "no key for data"],
  "signed posteriors": [(body) => signedLive({ site: SITE, kind: POSTERIORS, body }, [SIGNING_KEY]), "of another kind"],
  "signed posteriors that say they are an overlay": [
    (body) => {
      const bytes = signedLive({ site: SITE, kind: POSTERIORS, body }, [SIGNING_KEY]);
      bytes[7] = OVERLAY;
      return bytes;
    },
    "no key for data",
  ],
  "a signature of other bytes": [
    (body) => {
      const bytes = overlay(overlayBody(100));
      body.copy(bytes, 12);
      return bytes;
    },
    "no key for data",
  ],
  "one bit of a price": [
    (body) => {
      const bytes = overlay(body);
      bytes[12 + 32 + 4] ^= 1;
      return bytes;
    },
    "no key for data",
  ],
  "the first half": [(body) => overlay(body).subarray(0, 60), "wrong length"],
  "a byte more": [(body) => Buffer.concat([overlay(body), Buffer.alloc(1)]), "wrong length"],
  "nothing": [() => Buffer.alloc(0), "not signed live data"],
  "a body without a moment": [() => overlay(Buffer.from("ATOV")), "or too large"],
  "a body over the limit": [() => overlay(overlayBody(1, 0, 200_001)), "or too large"],
};

test("what was put into KV without the key for data changes no price, and the log says why", () =>
  withShop(async (edge) => {
    assert.equal(await price(edge), "-", "no overlay yet");
    await edge.put("overlay", overlay(overlayBody(500)));
    assert.equal(await price(edge), "£5.00");
    for (const [name, [forge, word]] of Object.entries(FORGED)) {
      const { count } = alarms(edge);
      await edge.put("overlay", forge(overlayBody(1)));
      assert.equal(await price(edge), "£5.00", name);
      const { count: after, last } = alarms(edge);
      assert.ok(after > count && last.includes(word), `${name}: ${last}`);
    }
    await edge.put("overlay", overlay(overlayBody(600)));
    assert.equal(await price(edge), "£6.00", "and the next one that is signed counts");
  }));

test("prices of the future are refused beyond five minutes, and older ones than the present ones are", () =>
  withShop(async (edge) => {
    await edge.put("overlay", overlay(overlayBody(700, 360)));
    assert.equal(await price(edge), "-");
    assert.match(alarms(edge).last, /made 3\d\d s ahead of now/);
    await edge.put("overlay", overlay(overlayBody(800, 240)));
    assert.equal(await price(edge), "£8.00", "a clock may be four minutes ahead");
    await edge.put("overlay", overlay(overlayBody(900, 100)));
    assert.equal(await price(edge), "£8.00");
    assert.match(alarms(edge).last, /made 1\d\d s before the present one/);
  }));

test("a copy of old prices that is put back shows no price once it is too old", () =>
  withShop(async (edge) => {
    await edge.put("overlay", overlay(overlayBody(500, -14 * 60)));
    assert.equal(await price(edge), "£5.00", "within the 15 minutes of the configuration");
  }).then(() =>
    withShop(async (edge) => {
      await edge.put("overlay", overlay(overlayBody(500, -16 * 60)));
      assert.equal(await price(edge), "-");
    }),
  ));

test("posteriors without the key for data draw nothing", () =>
  withShop(async (edge) => {
    const strategies = async () => {
      await edge.health();
      return planOf((await edge.fetch("/", { jar: new Jar() })).text).slots[0].strategy;
    };
    await edge.put("posteriors", read("red.posteriors"));
    assert.equal(await strategies(), "red");
    const blue = bodyOf(read("blue.posteriors"));
    const forged = [blue, overlay(blue), signedLive({ site: SITE, kind: POSTERIORS, body: blue }, [newSigningKey()])];
    for (const bytes of forged) {
      const { count } = alarms(edge, "posteriors");
      await edge.put("posteriors", bytes);
      assert.equal(await strategies(), "red");
      assert.ok(alarms(edge, "posteriors").count > count);
    }
    await edge.put("posteriors", read("blue.posteriors"));
    assert.equal(await strategies(), "blue");
  }));

test("a signature counts for the roles of its key only", async () => {
  const [publisher, clerk] = [newSigningKey(), newSigningKey()];
  const [publishes, counts] = [publisher, clerk].map(publicKeyHex);
  const cases = [
    // The variable, who signs the manifest, who signs prices, whether there is a bundle, the price.
    [`${publishes},${counts}:data`, publisher, clerk, "ok", "£5.00"],
    [`${publishes}:publish , ${counts.toUpperCase()}:DATA`, publisher, clerk, "ok", "£5.00"],
    [`${publishes}:approve+publish+data`, publisher, publisher, "ok", "£5.00"],
    [`${publishes}\n${publishes}:data`, publisher, publisher, "ok", "£5.00"],
    [publishes, publisher, publisher, "ok", "-"],
    [`${publishes}:publish,${counts}:kill+read+approve`, publisher, clerk, "ok", "-"],
    [`${publishes}:data+approve+kill`, publisher, publisher, "no-bundle", undefined],
    [`${publishes}:publish,${counts}:dta`, publisher, clerk, "no-bundle", undefined],
    [`${publishes}:`, publisher, publisher, "no-bundle", undefined],
    [`${publishes}:publish:data`, publisher, publisher, "no-bundle", undefined],
    [`${publishes.slice(1)}`, publisher, publisher, "no-bundle", undefined],
    ["", publisher, publisher, "no-bundle", undefined],
  ];
  for (const [keys, signer, dataSigner, status, shown] of cases) {
    await withShop(async (edge) => {
      await edge.put("manifest", signedManifest({ site: SITE, version: 1, bundle: BUNDLE, artifacts: [CATALOG] }, [signer]));
      await edge.put("overlay", overlay(overlayBody(500), [dataSigner]));
      assert.equal((await edge.health()).status, status, keys);
      assert.equal(await price(edge), shown, keys);
      if (keys.includes("dta")) assert.ok(edge.log.some((line) => line.includes("publish, approve, kill, data, read")), edge.log.join("\n"));
    }, { MANIFEST_KEYS: keys });
  }
});

test("prices go on while the manifest cannot be read, and posteriors while the overlay cannot", () =>
  withShop(async (edge) => {
    await edge.put("overlay", overlay(overlayBody(500)));
    assert.equal(await price(edge), "£5.00");
    await edge.put("manifest", Buffer.from("not a manifest"));
    await edge.put("overlay", overlay(overlayBody(600)));
    assert.equal(await price(edge), "£6.00");
    await edge.put("overlay", Buffer.from("not an overlay"));
    await edge.put("posteriors", read("blue.posteriors"));
    await edge.health();
    const { text } = await edge.fetch("/", { jar: new Jar() });
    assert.equal(planOf(text).slots[0].strategy, "blue");
    assert.match(text, /<li>b1 £6\.00<\/li>/);
  }));

test("live data that KV cannot give at the moment costs nothing else, and counts as soon as it is there", () =>
  withShop(async (edge) => {
    const page = async () => {
      await edge.health();
      const { text } = await edge.fetch("/", { jar: new Jar() });
      return [planOf(text).slots[0].strategy, /<li>\w+ (.*?)<\/li>/.exec(text)?.[1]];
    };
    let broken = "key=overlay";
    edge.origin.on("/gate", (request, response) => {
      response.writeHead(request.url.includes(broken) ? 500 : 200);
      response.end();
    });
    await edge.put("overlay", overlay(overlayBody(500)));
    await edge.put("posteriors", read("blue.posteriors"));
    assert.deepEqual(await page(), ["blue", "-"]);
    assert.match(alarms(edge).last, /KV does not answer/);
    broken = "key=posteriors";
    assert.deepEqual(await page(), ["blue", "£5.00"], "what was there stays");
    broken = "key=";
    assert.deepEqual(await page(), ["blue", "£5.00"], "also when nothing can be read");
    await edge.put("overlay", overlay(overlayBody(600)));
    broken = "nothing";
    assert.deepEqual(await page(), ["blue", "£6.00"]);
  }, {}, true));
