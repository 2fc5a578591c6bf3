// What the head chooses among signed files: the version that is served, also after a rollback, warm or cold.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newSigningKey, publicKeyHex, signedManifest } from "../../xtask/manifest.mjs";
import { KEYS, SIGNING_KEY } from "./harness.mjs";
import { greeting, shelfOf, shown, SITE, withShelf } from "./shelf.mjs";

const [ONE, TWO, THREE] = ["Hello", "Howdy", "Salut"].map(greeting);
const DAY_S = 86_400;
const now_s = () => Math.floor(Date.now() / 1000);

/** The texts of what is wrong, as the health check says them. */
async function wrong(edge) {
  const { published } = await edge.health();
  return published.alarms.filter(({ what }) => what !== "embedded-bundle").map(({ what, kind, text }) => `${what} ${kind}: ${text}`);
}

test("the head says which manifest is served, and pages say its version", () =>
  withShelf(async (edge, shelf) => {
    assert.equal(await shown(edge), "Our shop -", "KV is empty");
    assert.deepEqual(await wrong(edge), ["bundle missing: KV has no manifest"]);
    const one = await shelf.version(1, ONE);
    await shelf.head({ manifest: one });
    assert.equal(await shown(edge), "Hello 1");
    const two = await shelf.version(2, TWO);
    assert.equal(await shown(edge), "Hello 1", "what the head does not name is not served");
    await shelf.head({ manifest: two, before: one });
    assert.equal(await shown(edge), "Howdy 2");
    const { bundle, published } = await edge.health();
    assert.equal(bundle.manifest, 2);
    assert.deepEqual([published.manifest, published.head.serial, published.alarms], [two, 2, []]);
    assert.ok(published.head.age_s >= 0 && published.head.age_s < 60);
  }));

test("a rollback, and the earlier version put back by the head, are taken by a warm isolate and by a cold one", async () => {
  const publish = async (shelf) => {
    const first = signedManifest({ site: SITE, version: 1, bundle: ONE }, [SIGNING_KEY]);
    const one = await shelf.version(1, ONE);
    const two = await shelf.version(2, TWO);
    const back = await shelf.version(3, ONE, { previous: two, evidence: first });
    return { one, two, back };
  };
  await withShelf(async (edge, shelf) => {
    const { one, two, back } = await publish(shelf);
    await shelf.head({ manifest: two, before: one });
    assert.equal(await shown(edge), "Howdy 2");
    await shelf.head({ manifest: back, before: two });
    assert.equal(await shown(edge), "Hello 3", "warm");
    await shelf.head({ manifest: two, before: one, withdrawn: [two] });
    assert.equal(await shown(edge), "Hello 1", "warm, the version is withdrawn");
  });
  await withShelf(async (edge, shelf) => {
    const { two, back } = await publish(shelf);
    await shelf.head({ manifest: back, before: two });
    assert.equal(await shown(edge), "Hello 3", "cold");
  });
  await withShelf(async (edge, shelf) => {
    const { one, two } = await publish(shelf);
    await shelf.head({ manifest: two, before: one, withdrawn: [two] });
    assert.equal(await shown(edge), "Hello 1", "cold, the version is withdrawn");
  });
});

test("a rollback needs one signature, a version and a rollback to what never was published as many as are asked for", async () => {
  const other = newSigningKey();
  const bindings = { MANIFEST_SIGNATURES: "2", MANIFEST_KEYS: `${KEYS}, ${publicKeyHex(other)}:approve` };
  await withShelf(async (edge, shelf) => {
    const both = [SIGNING_KEY, other];
    const first = signedManifest({ site: SITE, version: 1, bundle: ONE }, both);
    const one = await shelf.version(1, ONE, {}, both);
    await shelf.head({ manifest: one });
    assert.equal(await shown(edge), "Hello 1");
    await shelf.head({ manifest: await shelf.version(2, TWO) });
    assert.equal(await shown(edge), "Hello 1", "one signature is not enough");
    assert.match((await wrong(edge))[0], /1 valid signatures, 2 needed/);
    await shelf.head({ manifest: await shelf.version(3, TWO, { evidence: first }) });
    assert.equal(await shown(edge), "Hello 1", "other artifacts than the evidence has");
    await shelf.head({ manifest: await shelf.version(4, TWO, {}, both) });
    assert.equal(await shown(edge), "Howdy 4");
    await shelf.head({ manifest: await shelf.version(5, ONE, { evidence: first }) });
    assert.equal(await shown(edge), "Hello 5");
  }, { bindings });
});

test("a withdrawn version with nothing to go back to is not served, and the next one is", () =>
  withShelf(async (edge, shelf) => {
    const one = await shelf.version(1, ONE);
    await shelf.head({ manifest: one });
    assert.equal(await shown(edge), "Hello 1");
    await shelf.head({ manifest: one, withdrawn: [one] });
    assert.equal(await shown(edge), "Our shop -");
    const { status, code, published } = await edge.health();
    assert.deepEqual([status, code, published.head.withdrawn], ["no-bundle", 503, true]);
    await shelf.head({ manifest: await shelf.version(2, TWO), withdrawn: [one] });
    assert.equal(await shown(edge), "Howdy 2");
  }));

test("a head that is damaged, foreign, older or gone changes nothing, and health says why", () =>
  withShelf(async (edge, shelf) => {
    const [one, two] = [await shelf.version(1, ONE), await shelf.version(2, TWO)];
    await shelf.head({ manifest: one, serial: 7 });
    assert.equal(await shown(edge), "Hello 1");
    const cases = {
      "refused: the head is not what ATTUNE_KEYS wrote": () => shelf.head({ manifest: two, serial: 8 }, `1:sign:${"22".repeat(32)}`),
      "refused: the head is of key 2": () => shelf.head({ manifest: two, serial: 8 }, `2:sign:${"11".repeat(32)}`),
      "refused: the head is not what ATTUNE_KEYS wrote for": () => shelfOf(edge, "another").head({ manifest: two, serial: 8 }),
      "refused: not a head": () => edge.put("head", Buffer.from("nothing")),
      "refused: not a head ": () => edge.put("head", Buffer.alloc(5000, "{")),
      "stale: the head 6 is older than the present one, 7": () => shelf.head({ manifest: two, serial: 6 }),
      "stale: KV has no head any more": () => edge.kv.delete("head"),
    };
    for (const [text, put] of Object.entries(cases)) {
      await put();
      assert.equal(await shown(edge), "Hello 1", text);
      const said = await wrong(edge);
      assert.ok(said.some((line) => line.startsWith(`head ${text.trim()}`)), `${text}: ${said}`);
      assert.ok(edge.log.some((line) => line.includes('"attune":"head"')));
    }
    // Nor does a manifest by hand take the place of a head that was there.
    await edge.put("manifest", signedManifest({ site: SITE, version: 9, bundle: TWO }, [SIGNING_KEY]));
    assert.equal(await shown(edge), "Hello 1");
    await shelf.head({ manifest: two, serial: 8 });
    assert.equal(await shown(edge), "Howdy 2", "and the next good one is taken");
    assert.deepEqual(await wrong(edge), []);
  }));

test("a new isolate refuses a head that is older than two days; one that runs keeps it, and says so", async () => {
  await withShelf(async (edge, shelf) => {
    const one = await shelf.version(1, ONE);
    await shelf.head({ manifest: one, moment_s: now_s() - 2 * DAY_S - 60 });
    assert.equal(await shown(edge), "Our shop -");
    assert.match((await wrong(edge))[0], /^head stale: the head is of 48 hours ago: a new isolate/);
    await edge.put("manifest", signedManifest({ site: SITE, version: 1, bundle: ONE }, [SIGNING_KEY]));
    assert.equal(await shown(edge), "Our shop -", "a manifest by hand is no way around it");
    await shelf.head({ manifest: one, moment_s: now_s() - 2 * DAY_S + 60 });
    assert.equal(await shown(edge), "Hello 1");
    await shelf.head({ manifest: await shelf.version(2, TWO), moment_s: now_s() - 3 * DAY_S });
    assert.equal(await shown(edge), "Howdy 2", "it is newer than what this isolate had");
    assert.deepEqual(await wrong(edge), ["head stale: the head was not renewed for 72 hours"]);
  });
});

test("without a head the manifest that was put there by hand counts, and a rollback by hand, too", () =>
  withShelf(async (edge) => {
    const first = signedManifest({ site: SITE, version: 1, bundle: ONE }, [SIGNING_KEY]);
    await edge.publish(ONE, { version: 1 });
    assert.equal(await shown(edge), "Hello 1");
    await edge.publish(TWO, { version: 2 });
    assert.equal(await shown(edge), "Howdy 2");
    await edge.put("manifest", first);
    assert.equal(await shown(edge), "Howdy 2", "nothing says that the older one is meant");
    assert.match((await wrong(edge))[0], /stale: version 1 is older than the present one/);
    await edge.publish(ONE, { version: 3, evidence: first });
    assert.equal(await shown(edge), "Hello 3");
    assert.equal((await edge.health()).published.head, null);
  }));

test("an expired manifest stays in a warm isolate, which says so, and is refused by a cold one", async () => {
  await withShelf(async (edge, shelf) => {
    const expires_s = now_s() + 2;
    await shelf.head({ manifest: await shelf.version(1, ONE, { expires_s }) });
    assert.equal(await shown(edge), "Hello 1");
    while (now_s() <= expires_s) await edge.fetch("/");
    assert.equal(await shown(edge), "Hello 1");
    assert.deepEqual(await wrong(edge), ["bundle expired: the manifest has expired"]);
  });
  await withShelf(async (edge, shelf) => {
    await shelf.head({ manifest: await shelf.version(1, ONE, { expires_s: now_s() - 1 }) });
    assert.equal(await shown(edge), "Our shop -");
  });
});

test("what the head names below the floor, or of another site, is not served", () =>
  withShelf(async (edge, shelf) => {
    await shelf.head({ manifest: await shelf.version(4, ONE) });
    assert.equal(await shown(edge), "Our shop -");
    assert.match((await wrong(edge))[0], /version 4 is below the floor/);
    await shelf.head({ manifest: await shelf.manifest(signedManifest({ site: "another", version: 9, bundle: ONE }, [SIGNING_KEY])) });
    assert.equal(await shown(edge), "Our shop -");
    await shelf.head({ manifest: null });
    assert.match((await wrong(edge))[0], /nothing is published yet/);
    await shelf.head({ manifest: await shelf.version(5, THREE) });
    assert.equal(await shown(edge), "Salut 5");
  }, { bindings: { MANIFEST_FLOOR: "5" } }));

test("a look at KV asks for one value where nothing has changed, and for each new thing once", () =>
  withShelf(async (edge, shelf) => {
    let from = 0;
    const asked = () => {
      const keys = edge.origin.seen.slice(from).map(({ url }) => new URL(url, "http://gate").searchParams.get("key")).filter(Boolean);
      from = edge.origin.seen.length;
      return keys.map((key) => key.replace(/:.*/, ""));
    };
    await edge.health();
    assert.deepEqual(asked(), ["head", "manifest"], "without a head");
    const one = await shelf.version(1, ONE);
    await shelf.head({ manifest: one });
    await edge.health();
    assert.deepEqual(asked(), ["head", "manifest", "artifact"]);
    await edge.health();
    assert.deepEqual(asked(), ["head"]);
    await shelf.head({ manifest: one, kills: await shelf.kills([{ key: "gold" }]) });
    await edge.health();
    assert.deepEqual(asked(), ["head", "kills"]);
    const canary = { share_bp: 500, salt: Buffer.alloc(8), bundle: THREE };
    await shelf.head({ manifest: await shelf.version(2, TWO, { canary }), before: one });
    await edge.health();
    assert.deepEqual(asked(), ["head", "manifest", "artifact", "artifact"]);
    await edge.health();
    assert.deepEqual(asked(), ["head"]);
  }, { held: true }));
