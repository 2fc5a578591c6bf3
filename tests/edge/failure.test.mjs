// The hazard "failure": traps, bad configuration, no configuration. The shop stays up.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { request } from "node:http";
import { test } from "node:test";
import { artifactKey, newSigningKey, signedManifest } from "../../xtask/manifest.mjs";
import { AGENT, BUNDLE, HOST, SIGNING_KEY, startEdge, withoutTail } from "./harness.mjs";
import { FILLED, HELLO, PAGE } from "./origin.mjs";

const HTML = { "Content-Type": "text/html; charset=utf-8" };

/** Runs a test against a Worker of its own. */
async function withEdge(options, run) {
  const edge = await startEdge(options);
  try {
    await run(edge);
  } finally {
    await edge.stop();
  }
}

test("failure: a trap before the first splice gives the origin's bytes, and the next request a fresh instance", () =>
  withEdge({ faults: true }, async (edge) => {
    const { status, text, headers } = await edge.fetch("/?fault=open");
    assert.equal(status, 200);
    assert.equal(text, PAGE);
    assert.equal(headers["cache-control"], "private, no-cache");
    assert.equal(headers["server-timing"], 'attune;desc="trap"');
    assert.equal((await edge.fetch("/?fault=scan-1")).text, PAGE);
    assert.equal(withoutTail((await edge.fetch("/")).text), FILLED);
    assert.ok(edge.log.some((line) => line.includes('"attune":"trap"')), "one log line says why");
  }));

test("failure: after a trap behind the first splice, held bytes and the rest are the origin's; other streams are unaffected", () =>
  withEdge({ faults: true }, async (edge) => {
    const split = PAGE.indexOf("</section>") + "</section>".length;
    const page = PAGE.replace("</main>", '<section data-slot="hero"><h1>Second</h1></section></main>');
    const second = page.indexOf("Second");
    /** @type {Map<string, import("node:http").ServerResponse>} */
    const waiting = new Map();
    for (const path of ["/t/one", "/t/two"]) {
      edge.origin.on(path, (_, response) => {
        response.writeHead(200, HTML);
        response.write(page.slice(0, split));
        waiting.set(path, response);
      });
    }
    const open = async (path) => {
      const client = request(new URL(path, edge.url), { headers: { Host: HOST, "User-Agent": AGENT } }).end();
      const [response] = await once(client, "response");
      response.setEncoding("utf8");
      let text = "";
      while (!text.includes("Hello")) text += (await once(response, "data"))[0];
      response.on("data", (more) => (opened.text += more));
      const opened = { text, end: once(response, "end") };
      return opened;
    };
    const one = await open("/t/one?fault=scan-2");
    const two = await open("/t/two");
    for (const path of ["/t/one", "/t/two"]) waiting.get(path)?.write(page.slice(split, second));
    for (const path of ["/t/one", "/t/two"]) waiting.get(path)?.end(page.slice(second));
    await Promise.all([one.end, two.end]);
    const head = page.slice(0, split).replace(/<h1>Our shop.*?<\/a>/, HELLO);
    assert.equal(one.text, head + page.slice(split), "what was not sent yet is the origin's");
    assert.equal(withoutTail(two.text).match(/Hello for/g)?.length, 2, "the other stream goes on");
  }));

test("failure: more than five traps a minute on one bundle mean pass-through", () =>
  withEdge({ faults: true }, async (edge) => {
    edge.origin.serve("/", { ...HTML, ETag: '"1"' }, PAGE);
    for (let trap = 0; trap < 6; trap += 1) {
      assert.equal((await edge.fetch("/?fault=open")).text, PAGE, `trap ${trap}`);
    }
    const { text, headers } = await edge.fetch("/");
    assert.equal(text, PAGE);
    assert.equal(headers.attune, undefined, "the core is not asked");
    assert.deepEqual([headers.etag, headers["cache-control"]], [undefined, "private, no-cache"], "and no cache keeps it");
    const { status, code } = await edge.health();
    assert.deepEqual([status, code], ["resting", 503], "the control plane goes on, and says that pages are the origin's");
  }));

test("failure: after its rest a bundle is tried again, and the traps of before are forgotten", () =>
  withEdge({ faults: true, bindings: { BREAKER_S: "4" } }, async (edge) => {
    for (let trap = 0; trap < 6; trap += 1) await edge.fetch("/?fault=open");
    assert.equal((await edge.fetch("/")).text, PAGE, "it rests");
    let page = PAGE;
    while (page === PAGE) page = (await edge.fetch("/")).text;
    assert.equal(withoutTail(page), FILLED);
    await edge.fetch("/?fault=open");
    assert.equal(withoutTail((await edge.fetch("/")).text), FILLED, "one trap more is one trap");
  }));

/** Another bundle that cannot be loaded, with a signature that is in order. */
const newer = (bundle) => Buffer.concat([bundle.subarray(0, 40), Buffer.from("broken")]);

test("a broken bundle leaves the last good one; without one the page is untouched", async () => {
  await withEdge({ publish: false }, async (edge) => {
    edge.origin.serve("/", { ...HTML, ETag: '"1"' }, PAGE);
    await edge.publish(newer(BUNDLE), { version: 1 });
    const { status, code } = await edge.health();
    assert.deepEqual([status, code], ["no-bundle", 503]);
    const { text, headers } = await edge.fetch("/");
    assert.equal(text, PAGE);
    assert.deepEqual([headers.etag, headers["cache-control"]], [undefined, "private, no-cache"], "no cache keeps it");
    assert.equal((await edge.post("/_attune/events", { page: "/", events: [] })).status, 503);
    assert.ok(edge.log.some((line) => line.includes('"attune":"bundle"')), "one log line says why");
  });
});

test("a warm isolate keeps its last good bundle over later ones that are broken, and takes the next good one", () =>
  withEdge({ bindings: { BUNDLE_FRESH_S: "0" } }, async (edge) => {
    const sha256 = createHash("sha256").update(BUNDLE).digest("hex");
    const stranger = newSigningKey();
    const later = {
      "a bundle that cannot be loaded": () => edge.publish(newer(BUNDLE), { version: 2 }),
      "a bundle that is not there": () => edge.put("manifest", signedManifest({ site: "testshop", version: 3, bundle: Buffer.from("gone") }, [SIGNING_KEY])),
      "a stranger's signature": () => edge.publish(BUNDLE, { version: 4 }, [stranger]),
      "no manifest": () => edge.kv.delete("manifest"),
    };
    for (const [name, publish] of Object.entries(later)) {
      await publish();
      const warnings = edge.log.length;
      // The health check looks at the manifest before it answers; the next page looks again, and finds the same.
      const { status, bundle } = await edge.health();
      assert.deepEqual([status, bundle.sha256, bundle.manifest], ["ok", sha256, 1], name);
      assert.equal(withoutTail((await edge.fetch("/")).text), FILLED, name);
      assert.ok(edge.log.slice(warnings).some((line) => line.includes('"attune":"bundle"')), `${name}: an alarm`);
    }
    await edge.publish(BUNDLE, { version: 5 });
    assert.equal((await edge.health()).bundle.manifest, 5);
  }));

test("a page waits for a stale manifest, but not longer than 50 ms", () =>
  withEdge({ held: true, publish: false, bindings: { BUNDLE_FRESH_S: "0", BUNDLE_STALE_S: "1" } }, async (edge) => {
    /** @type {(() => void)[]} */
    const waiting = [];
    let open = true;
    edge.origin.on("/gate", (_, response) => (open ? response.end() : waiting.push(() => response.end())));
    await edge.publish(BUNDLE);
    assert.equal((await edge.health()).status, "ok");
    const checked_ms = performance.now();
    // KV does not answer from here on. Until the last check is a second old, nobody waits; then every page does.
    open = false;
    const later = await edge.fetch("/");
    assert.equal(withoutTail(later.text), FILLED);
    while (performance.now() - checked_ms < 1500) await edge.fetch("/elsewhere");
    const asked_ms = performance.now();
    const { text } = await edge.fetch("/");
    const took_ms = performance.now() - asked_ms;
    assert.equal(waiting.length, 1, "KV was asked once, and still has not answered");
    assert.equal(withoutTail(text), FILLED, "the last good bundle serves");
    assert.ok(took_ms >= 45, `it waited: ${took_ms} ms`);
    open = true;
    for (const answer of waiting) answer();
    assert.equal((await edge.health()).status, "ok");
  }));

test("a manifest that is not signed, expired, too old, of another site or for other bytes is refused", async () => {
  const stranger = newSigningKey();
  const cases = {
    "no signature": (edge) => edge.publish(BUNDLE, {}, []),
    "a stranger's signature": (edge) => edge.publish(BUNDLE, {}, [stranger]),
    "expired": (edge) => edge.publish(BUNDLE, { expires_s: 1_700_000_000 }),
    "not valid yet": (edge) => edge.publish(BUNDLE, { notBefore_s: 4_000_000_000 }),
    "below the floor": (edge) => edge.publish(BUNDLE, { version: 4 }),
    "another site": (edge) => edge.publish(BUNDLE, { version: 9, site: "other" }),
    "other bytes": async (edge) => {
      await edge.publish(BUNDLE, { version: 9 });
      await edge.put(artifactKey(BUNDLE), Buffer.from("something else"));
    },
    "cut short": async (edge) => {
      const manifest = signedManifest({ site: "testshop", version: 9, bundle: BUNDLE }, [SIGNING_KEY]);
      await edge.put("manifest", manifest.subarray(0, -1));
    },
    "a changed version": async (edge) => {
      const manifest = signedManifest({ site: "testshop", version: 9, bundle: BUNDLE }, [SIGNING_KEY]);
      manifest[12 + 1 + "testshop".length] += 1;
      await edge.put(artifactKey(BUNDLE), BUNDLE);
      await edge.put("manifest", manifest);
    },
  };
  for (const [name, publish] of Object.entries(cases)) {
    await withEdge({ publish: false, bindings: { MANIFEST_FLOOR: "5" } }, async (edge) => {
      await publish(edge);
      assert.equal((await edge.health()).status, "no-bundle", name);
      assert.equal((await edge.fetch("/")).text, PAGE, name);
    });
  }
});

test("two signatures are needed where two are asked for", () =>
  withEdge({ publish: false, bindings: { MANIFEST_SIGNATURES: "2" } }, async (edge) => {
    await edge.publish(BUNDLE, {}, [SIGNING_KEY, SIGNING_KEY]);
    assert.equal((await edge.health()).status, "no-bundle", "the same key twice is one signature");
  }));

test("without KV, the bundle of the deployment serves", async (t) => {
  const { mkdtempSync, mkdirSync, writeFileSync, copyFileSync, rmSync } = await import("node:fs");
  mkdirSync("build", { recursive: true });
  const assets = mkdtempSync("build/embedded-");
  t.after(() => rmSync(assets, { recursive: true }));
  mkdirSync(`${assets}/_attune`);
  writeFileSync(`${assets}/_attune/bundle`, BUNDLE);
  copyFileSync("www/browser/page.js", `${assets}/_attune/page.js`);
  await withEdge({ publish: false, assets, bindings: { BUNDLE_FRESH_S: "0" } }, async (edge) => {
    const { status, code, bundle } = await edge.health();
    assert.deepEqual([status, code], ["ok", 200]);
    assert.equal(bundle.sha256, createHash("sha256").update(BUNDLE).digest("hex"));
    assert.equal(bundle.manifest, 0);
    // KV is looked at again, and that it has nothing is no fault where nothing was published.
    const { published } = await edge.health();
    assert.deepEqual(published.alarms, []);
    const noise = () => edge.log.filter((line) => line.includes("KV has no manifest")).length;
    const before = noise();
    await edge.health();
    assert.equal(noise(), before);
    assert.equal(withoutTail((await edge.fetch("/")).text), FILLED);
    assert.equal((await edge.fetch("/_attune/bundle")).status, 404, "and it is nobody's to download");
  });
});

test("without keys, or with bad ones, the page is untouched", async () => {
  for (const keys of ["", "1:sign:tooshort"]) {
    await withEdge({ bindings: { ATTUNE_KEYS: keys } }, async (edge) => {
      const { status, code } = await edge.health();
      assert.deepEqual([status, code], ["no-keys", 503]);
      assert.equal((await edge.fetch("/")).text, PAGE);
    });
  }
});

test("without the control plane /_attune/ answers 503, and pages are served", () =>
  withEdge({ publish: false, control: false }, async (edge) => {
    await edge.publish(BUNDLE);
    const { status, text, headers } = await edge.fetch("/_attune/health");
    assert.deepEqual([status, JSON.parse(text).error.code, headers["cache-control"]], [503, "unavailable", "no-store"]);
    assert.equal(withoutTail((await edge.fetch("/")).text), FILLED);
    assert.ok(edge.log.some((line) => line.includes('"attune":"control"')), "one log line says why");
  }));
