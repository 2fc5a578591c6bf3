// KV absent, slow, failing, stale, truncated, flipped, oversized, foreign, downgraded, half-uploaded: every page is a 200 with the last
// good content or the origin's bytes, and what is put right is served.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { artifactKey, fileId, killList, killStatement, newSigningKey, signedHead, signedManifest } from "../../xtask/manifest.mjs";
import { KEY_1, SIGNING_KEY } from "./harness.mjs";
import { PAGE } from "./origin.mjs";
import { flipped, greeting, KILLER, shown, SITE, withShelf, wordOf } from "./shelf.mjs";

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
/** With ATTUNE_ALL_BITS=1 every bit of a bundle is flipped, too, which takes minutes. */
const ALL_BITS = process.env.ATTUNE_ALL_BITS === "1";
const SAMPLE = 80;
const WORDS = ["Hello", "Howdy", "Salut"];

/**
 * A publication as the values that KV gets, by what they are: everything but the head before the head.
 * @param {number} version
 */
function publication(version) {
  const bundle = greeting(WORDS[version % WORDS.length]);
  const manifest = signedManifest({ site: SITE, version, bundle }, [SIGNING_KEY]);
  // The numbers make the list another one each time; the campaign is nobody's.
  const kills = killList([killStatement({ site: SITE, number: version, key: "nobody" }, [KILLER])]);
  const head = signedHead({ site: SITE, serial: version, manifest: fileId(manifest), kills: sha256(kills) }, KEY_1);
  return {
    word: WORDS[version % WORDS.length],
    values: {
      artifact: { key: artifactKey(bundle), bytes: bundle },
      manifest: { key: `manifest:${fileId(manifest)}`, bytes: manifest },
      kills: { key: `kills:${sha256(kills)}`, bytes: kills },
      head: { key: "head", bytes: head },
    },
  };
}

const stranger = newSigningKey();
/** What there may be in the place of a value, by its name; `null`: nothing. The older publication is the one that was served. */
const WRONG = {
  "absent": () => null,
  "empty": () => Buffer.alloc(0),
  "the first half": (bytes) => bytes.subarray(0, bytes.length >> 1),
  "a byte short": (bytes) => bytes.subarray(0, -1),
  "a byte more": (bytes) => Buffer.concat([bytes, Buffer.alloc(1)]),
  "a megabyte more": (bytes) => Buffer.concat([bytes, Buffer.alloc(1_048_576)]),
  "a bit flipped at the start": (bytes) => flipped(bytes, 0),
  "a bit flipped in the middle": (bytes) => flipped(bytes, bytes.length * 4),
  "a bit flipped at the end": (bytes) => flipped(bytes, bytes.length * 8 - 1),
  "something else": () => Buffer.from("<!doctype html><title>503</title>"),
  "what is served": (_, name, older) => (name === "head" ? signedHead({ site: SITE, serial: 0, manifest: older.values.manifest.key.slice(9) }, KEY_1) : older.values[name].bytes),
  "a stranger's": (bytes, name, _, version) =>
    ({
      artifact: greeting("Evil!"),
      manifest: signedManifest({ site: SITE, version, bundle: greeting("Evil!") }, [stranger]),
      kills: killList([killStatement({ site: SITE, number: version }, [stranger])]),
      head: signedHead({ site: SITE, serial: version, manifest: "ab".repeat(32) }, `1:sign:${"99".repeat(32)}`),
    })[name],
  "another site's": (bytes, name, _, version) =>
    ({
      artifact: Buffer.concat([bytes.subarray(0, 40), Buffer.from("another")]),
      manifest: signedManifest({ site: "another", version, bundle: greeting("Evil!") }, [SIGNING_KEY]),
      kills: killList([killStatement({ site: "another", number: version }, [KILLER])]),
      head: signedHead({ site: "another", serial: version, manifest: "ab".repeat(32) }, KEY_1),
    })[name],
};

async function put(edge, { key, bytes }) {
  if (bytes === null) await edge.kv.delete(key);
  else await edge.put(key, bytes);
}

/** Some pages, each a 200, and what they show. */
async function pages(edge, count = 3) {
  const words = new Set();
  for (let page = 0; page < count; page += 1) {
    const { status, text } = await edge.fetch("/");
    assert.equal(status, 200);
    words.add(wordOf(text));
    if (wordOf(text) === "Our shop") assert.equal(text, PAGE, "the origin's bytes");
  }
  return [...words].join();
}

for (const name of ["head", "manifest", "kills", "artifact"]) {
  test(`a wrong ${name} in KV leaves a warm isolate what it has`, () =>
    withShelf(async (edge) => {
      let older = publication(1);
      for (const value of Object.values(older.values)) await put(edge, value);
      assert.equal(await shown(edge), `${older.word} 1`);
      let version = 2;
      for (const [fault, wrong] of Object.entries(WRONG)) {
        const next = publication(version);
        // Half-uploaded: whatever is not wrong is there, the head first.
        const { head, ...rest } = next.values;
        const broken = { ...next.values[name], bytes: wrong(next.values[name].bytes, name, older, version) };
        for (const value of [head, ...Object.values(rest)]) await put(edge, value === next.values[name] ? broken : value);
        await edge.health();
        // The kill list is no part of the version: that is taken.
        const expected = name === "kills" ? next.word : older.word;
        assert.equal(await pages(edge), expected, fault);
        const { status, published } = await edge.health();
        assert.equal(status, "ok", fault);
        assert.ok(published.alarms.length > 0, `${fault}: an alarm`);
        await put(edge, next.values[name]);
        assert.equal(await shown(edge), `${next.word} ${version}`, `${fault}, and then right`);
        assert.deepEqual((await edge.health()).published.alarms, [], fault);
        older = next;
        version += 1;
      }
    }));

  test(`a wrong ${name} in KV is no content in a cold isolate, and the right one is`, () =>
    withShelf(async (edge) => {
      const [older, next] = [publication(1), publication(2)];
      for (const [fault, wrong] of Object.entries(WRONG)) {
        for (const value of Object.values(next.values)) await put(edge, value);
        await put(edge, { ...next.values[name], bytes: wrong(next.values[name].bytes, name, older, 2) });
        // Without a head there may be a manifest by hand; there is none.
        const { status, code } = await edge.health();
        if (name === "head" && fault === "what is served") {
          // An older head that is right is one: a new isolate cannot know of the newer one. The manifest is not there any more.
          assert.equal(await pages(edge), "Our shop", fault);
          continue;
        }
        assert.deepEqual([status, code], ["no-bundle", 503], fault);
        assert.equal(await pages(edge), "Our shop", fault);
      }
      for (const value of Object.values(next.values)) await put(edge, value);
      assert.equal(await shown(edge), `${next.word} 2`);
    }));
}

test("KV that is slow, or fails, for one value or for all, costs no page", () =>
  withShelf(async (edge) => {
    const [one, ...later] = Array.from({ length: 11 }, (_, index) => publication(index + 1));
    for (const value of Object.values(one.values)) await put(edge, value);
    assert.equal(await shown(edge), `${one.word} 1`);
    let [word, version] = [one.word, 1];
    for (const name of ["head", "manifest", "kills", "artifact", "all"]) {
      for (const isSlow of [true, false]) {
        const next = later[version - 1];
        const waiting = [];
        edge.origin.on("/gate", (request, response) => {
          const { key } = Object.fromEntries(new URL(request.url, "http://gate").searchParams);
          if (name !== "all" && !key.startsWith(name)) return response.end();
          if (isSlow) return waiting.push(response);
          response.writeHead(500);
          response.end();
        });
        for (const value of Object.values(next.values)) await put(edge, value);
        for (let page = 0; page < 4; page += 1) {
          const shows = await pages(edge, 1);
          assert.ok([word, next.word].includes(shows), `${name} ${isSlow ? "slow" : "failing"}: ${shows}`);
        }
        edge.origin.serve("/gate", {}, "");
        for (const response of waiting) response.end();
        [word, version] = [next.word, version + 1];
        // A look that is on its way is not doubled: the next one finds everything.
        while ((await shown(edge)) !== `${word} ${version}`);
      }
    }
  }, { held: true }));

test("every single bit of a manifest that is flipped makes it none", () =>
  withShelf(async (edge) => {
    const [one, two] = [publication(1), publication(2)];
    for (const value of Object.values(one.values)) await put(edge, value);
    assert.equal(await shown(edge), `${one.word} 1`);
    const { key, bytes } = two.values.manifest;
    for (const value of Object.values(two.values)) await put(edge, value.key === key ? { key, bytes: null } : value);
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      await edge.put(key, flipped(bytes, bit));
      const { bundle } = await edge.health();
      assert.equal(bundle.manifest, 1, `bit ${bit}`);
    }
    assert.equal(await pages(edge), one.word);
    await edge.put(key, bytes);
    assert.equal(await shown(edge), `${two.word} 2`);
  }));

test("a sample of the bits of a bundle and of a kill list that are flipped, and of a head", () =>
  withShelf(async (edge) => {
    const [one, two] = [publication(1), publication(2)];
    for (const value of Object.values(one.values)) await put(edge, value);
    assert.equal(await shown(edge), `${one.word} 1`);
    for (const value of Object.values(two.values)) await put(edge, value);
    for (const name of ["head", "artifact", "kills"]) {
      const { key, bytes } = two.values[name];
      await put(edge, { ...two.values.artifact, bytes: null });
      const bits = bytes.length * 8;
      for (let sample = 0; sample < (ALL_BITS ? bits : SAMPLE); sample += 1) {
        // In steps of a prime number: with all of them each bit once.
        await edge.put(key, flipped(bytes, (sample * 7919 + 13) % bits));
        const { bundle, published } = await edge.health();
        assert.equal(bundle.manifest, 1, `${name} ${sample}`);
        assert.ok(published.alarms.length > 0);
      }
      await edge.put(key, bytes);
    }
    for (const value of Object.values(two.values)) await put(edge, value);
    assert.equal(await shown(edge), `${two.word} 2`);
  }));
