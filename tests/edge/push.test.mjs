// The command line tool against the Workers in workerd: from a changed file to a changed page, and back.
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { breakingProxy, holdingProxy, workplace } from "./attune.mjs";
import { newSigningKey, publicKeyHex } from "../../xtask/manifest.mjs";
import { offered, serveShop, writeShop } from "./goods.mjs";
import { startEdge } from "./harness.mjs";
import { hashOf, publisherOf } from "./publisher.mjs";
import { EAGER, shown } from "./shelf.mjs";

/** Reads the history by another hand. */
const READER = newSigningKey();

/**
 * A site without anything published, and a workplace with the keys `a.key` (publish and kill) and `b.key` (approve).
 * @param {(site: { edge: any, url: string, place: ReturnType<typeof workplace>, attune: (...words: string[]) => Promise<string>, refused: (...words: string[]) => Promise<string> }) => Promise<void>} run
 * @param {Record<string, string>} [bindings]
 */
async function withSite(run, bindings = {}) {
  const place = workplace();
  const keys = `${await place.key("a.key")}:publish+kill,${await place.key("b.key")}:approve,${await place.key("data.key")}:data,${publicKeyHex(READER)}:read`;
  const edge = await startEdge({ publish: false, bindings: { ...EAGER, MANIFEST_KEYS: keys, ...bindings } });
  const url = edge.url.origin;
  try {
    await run({ edge, url, place, ...place.at(url) });
    // Whatever was tried: the chain holds, by this tool and by another hand.
    await publisherOf(edge, READER).history();
    await place.ok(["audit", "verify", url, "--key", "a.key", "--manifest-keys", keys]);
  } finally {
    await edge.stop();
    place.leave();
  }
}

test("a push changes the page, the same push again finds nothing to do, and the next one is the next version", () =>
  withSite(async ({ edge, place, attune, refused }) => {
    assert.match(await attune("status"), /nothing is published yet/);
    assert.match(await refused("push", "shop"), /there is no terminal to ask/);
    assert.match(await refused("push", "shop", "--to", "http://www.shop.example", "--yes"), /is not encrypted/);
    const first = await attune("push", "shop", "--yes", "--message", "the first");
    assert.match(first, /^check .*\n(.*\n)*upload +[\d.]+ s {2}2 artifacts/);
    assert.match(first, /wait +[\d.]+ s {2}the site reports version 1\nversion 1 is published\n$/);
    assert.equal(await shown(edge), "Hello 1");
    assert.match(await attune("push", "shop", "--yes"), /version 1 is this already: nothing to publish/);
    place.greet("Howdy");
    const second = JSON.parse(await attune("push", "shop", "--yes", "--format", "json", "-m", "more friendly"));
    assert.deepEqual([second.outcome.is, second.outcome.version], ["published", 2]);
    // The npm package has a page core of its own to compare with.
    assert.deepEqual(second.steps.map(({ name }) => name).filter((name) => name !== "compare"), ["check", "fixtures", "compile", "diff", "upload", "publish", "wait"]);
    assert.equal(await shown(edge), "Howdy 2");
    const entries = JSON.parse(await attune("history", "--format", "json"));
    assert.deepEqual(entries.map(({ action, version, message }) => [action, version, message]), [["publish", 1, "the first"], ["publish", 2, "more friendly"]]);
    const [change] = entries[1].diff;
    assert.deepEqual([change.area, change.key, change.kind], ["content", "hello", "changed"]);
  }));

test("the first time a key asks a site, it remembers which publisher that is", () =>
  withSite(async ({ edge, url, place }) => {
    const env = { ATTUNE_URL: url, ATTUNE_PASSPHRASE: "correct horse battery" };
    await place.ok(["keys", "new", "--name", "carol"], env);
    const [key] = JSON.parse(await place.ok(["keys", "list", "--format", "json"]));
    assert.match((await place.run(["status"], env)).err, /unknown_key/, "the site does not know it");
    const about = JSON.parse(readFileSync(place.path("home/keys/carol.json"), "utf8"));
    assert.equal(about.public, key.public);
    assert.match(about.audiences[url], /^testshop:[0-9a-f]{16}$/);
    writeFileSync(place.path("home/keys/carol.json"), JSON.stringify({ ...about, audiences: { [url]: "testshop:0000000000000000" } }));
    assert.match((await place.run(["status"], env)).err, /this key has signed for testshop:0000000000000000 there/);
    assert.match((await place.run(["status"], { ...env, ATTUNE_PASSPHRASE: "another horse" })).err, /the passphrase is another one/);
    assert.equal((await publisherOf(edge, READER).state()).serial, 0);
  }));

test("a rollback is one signature, and a page shows it", () =>
  withSite(async ({ edge, place, attune, refused }) => {
    assert.match(await refused("rollback", "--yes"), /nothing is published yet/);
    await attune("push", "shop", "--yes");
    assert.match(await refused("rollback", "--yes"), /there is no version before this one/);
    for (const word of ["Howdy", "Salut"]) {
      place.greet(word);
      await attune("push", "shop", "--yes");
    }
    assert.match(await attune("rollback", "--yes"), /version 4 is published/);
    assert.equal(await shown(edge), "Howdy 4");
    assert.match(await attune("rollback", "1", "--yes", "-m", "wrong price"), /version 5 is published/);
    assert.equal(await shown(edge), "Hello 5");
    // Back to a rollback: it carries what that one went back to.
    assert.match(await attune("rollback", "4", "--yes"), /version 6 is published/);
    assert.equal(await shown(edge), "Howdy 6");
    assert.match(await refused("rollback", "9", "--yes"), /there was no version 9/);
    assert.match(await refused("rollback", "6", "--yes"), /version 6 is not earlier/);
    const entries = JSON.parse(await attune("history", "--format", "json"));
    assert.deepEqual(entries.slice(3).map(({ action, message }) => [action, message]), [["rollback", "back to version 2"], ["rollback", "wrong price"], ["rollback", "back to version 4"]]);
  }));

test("what is killed stays off through a push, until it is revived", () =>
  withSite(async ({ edge, place, attune, refused }) => {
    await attune("push", "shop", "--yes");
    assert.match(await refused("kill", "--campaign", "hello", "--yes", "--key", "b.key"), /role/);
    assert.match(await attune("kill", "--campaign", "hello", "--yes", "-m", "a mistake"), /campaign hello is off/);
    assert.match(await shown(edge), /^Our/);
    place.greet("Howdy");
    await attune("push", "shop", "--yes");
    assert.match(await shown(edge), /^Our/);
    assert.match(await attune("status"), /off {7}hello: attune revive --campaign hello/);
    assert.match(await attune("history"), /kill of campaign hello {2}by [0-9a-f]{16} {2}a mistake/);
    const misspelled = await place.run(["kill", "--campaign", "helo", "--yes", "--key", "a.key"], { ATTUNE_URL: edge.url.origin });
    assert.match(misspelled.err, /version 2 has no campaign `helo`, so pages are as before; it has .*hello/);
    await attune("revive", "--campaign", "hello", "--yes");
    assert.equal(await shown(edge), "Howdy 2");
    await attune("kill", "--yes");
    assert.match(await shown(edge), /^Our/);
    await attune("revive", "--yes");
    assert.equal(await shown(edge), "Howdy 2");
  }));

test("with a threshold of two, a push and a revival wait for somebody else, a rollback and a kill do not", () =>
  withSite(async ({ edge, place, attune, refused }) => {
    const waits = await attune("push", "shop", "--yes", "-m", "the first");
    const id = /attune approve ([0-9a-f]{64})/.exec(waits)?.[1] ?? "";
    assert.match(waits, /it has 1 of 2 signatures and waits/);
    assert.match(await attune("push", "shop", "--yes"), new RegExp(`attune approve ${id}`), "the same push waits for the same");
    assert.match(await shown(edge), /^Our/);
    assert.match(await refused("approve", id, "--yes"), /this key has signed it already/);
    assert.match(await refused("approve", "ffff", "--yes", "--key", "b.key"), /nothing waits under ffff/);
    const approved = await attune("approve", id.slice(0, 12), "--yes", "--key", "b.key");
    assert.match(approved, /message {3}the first\n(.*\n)*\+ campaign hello/);
    assert.match(approved, /version 1 is published\n$/);
    assert.equal(await shown(edge), "Hello 1");
    place.greet("Howdy");
    const next = /approve ([0-9a-f]{64})/.exec(await attune("push", "shop", "--yes"))?.[1] ?? "";
    assert.match(await attune("approve", next, "--yes", "--key", "b.key"), /~ content hello\n.*\n {6}- .*Hello.*\n {6}\+ .*Howdy/);
    assert.equal(await shown(edge), "Howdy 2");
    assert.match(await attune("rollback", "--yes"), /version 3 is published/);
    assert.equal(await shown(edge), "Hello 3");
    await attune("kill", "--yes");
    const revival = /approve ([0-9a-f]{64})/.exec(await attune("revive", "--yes"))?.[1] ?? "";
    assert.match(await shown(edge), /^Our/);
    assert.match(await attune("approve", revival, "--yes", "--key", "b.key"), /done, entry 5 of the history/);
    assert.equal(await shown(edge), "Hello 3");
  }, { MANIFEST_SIGNATURES: "2" }));

test("a canary is another configuration for a share, promoted with its authored files or withdrawn", () =>
  withSite(async ({ place, attune, refused }) => {
    assert.match(await refused("push", "shop", "--canary", "5%", "--yes"), /nothing is published yet/);
    await attune("push", "shop", "--yes");
    assert.match(await refused("canary", "promote", "--yes"), /no canary runs/);
    place.greet("Howdy");
    await attune("push", "shop", "--canary", "5%", "--yes");
    assert.match(await attune("push", "shop", "--canary", "5%", "--yes"), /version 2 is this already/);
    assert.match(await attune("status"), /canary .* 5\.00 % of the visitors/);
    await attune("canary", "withdraw", "--yes");
    assert.match(await refused("canary", "promote", "--yes"), /no canary runs/);
    await attune("push", "shop", "--canary", "20%", "--yes");
    assert.match(await attune("canary", "promote", "--yes"), /version 4 is published/);
    assert.match(await attune("push", "shop", "--yes"), /version 4 is this already/, "bundle and authored files are the canary's");
    assert.deepEqual(JSON.parse(await attune("history", "--format", "json")).map(({ action }) => action), ["publish", "canary", "withdraw", "canary", "promote"]);
  }));

test("a site whose browsers decide publishes what they decide with, and a canary has its own", () =>
  withSite(async ({ place, attune }) => {
    const path = place.path("shop/attune.toml");
    writeFileSync(path, readFileSync(path, "utf8").replace("[site]\n", "[site]\nlocal = true\n"));
    const clientHash = async () => {
      await place.ok(["compile", "shop", "--out", "x.bundle", "--client", "x.client"]);
      return hashOf(readFileSync(place.path("x.client")));
    };
    const present = async () => JSON.parse(await attune("status", "--format", "json")).state.current.artifacts;
    const first = await clientHash();
    assert.match(await attune("push", "shop", "--yes"), /compile .*; for browsers: \d+ slots?, .* bytes\n/);
    assert.deepEqual((await present()).map(({ kind }) => kind), [1, 7, 8]);
    assert.equal((await present())[2].sha256, first);
    assert.match(await attune("status"), /client bundle/);
    assert.match(await attune("push", "shop", "--yes"), /version 1 is this already/);
    place.greet("Howdy");
    const second = await clientHash();
    assert.notEqual(second, first, "the greeting may be in a browser");
    await attune("push", "shop", "--canary", "5%", "--yes");
    const beside = await present();
    assert.deepEqual(beside.map(({ kind }) => kind), [1, 7, 8, 7, 8]);
    assert.deepEqual([beside[2].sha256, beside[4].sha256], [first, second], "browsers decide with the version's own");
    assert.match(await attune("push", "shop", "--canary", "5%", "--yes"), /version 2 is this already/);
    await attune("canary", "promote", "--yes");
    const promoted = await present();
    assert.deepEqual(promoted.map(({ kind }) => kind), [1, 7, 8]);
    assert.equal(promoted[2].sha256, second);
    assert.match(await attune("push", "shop", "--yes"), /version 3 is this already/);
  }));

test("what is published comes back as files, and a difference is said in the words of its author", () =>
  withSite(async ({ url, place, attune, refused }) => {
    writeFileSync(place.path("shop/.env"), "SECRET=1\n");
    writeFileSync(place.path("shop/keys.txt"), "1:sign:00\n");
    await attune("push", "shop", "--yes");
    assert.match(await attune("pull", "--out", "pulled"), /version 1 of testshop: \d+ files in pulled/);
    assert.equal(readFileSync(place.path("pulled/attune.toml"), "utf8"), readFileSync(place.path("shop/attune.toml"), "utf8"));
    assert.ok(!existsSync(place.path("pulled/.env")) && !existsSync(place.path("pulled/keys.txt")));
    assert.match(await attune("diff", "pulled", "--base", url), /no difference/);
    assert.match(await attune("push", "pulled", "--yes"), /version 1 is this already/);
    place.greet("Howdy");
    assert.match(await attune("diff", "shop"), /~ content hello\n/);
    assert.match(await attune("diff", "shop", "--format", "markdown"), /\| content hello \(changed\) \| html en-GB \| `.*Hello.*` \| `.*Howdy.*` \|/);
    writeFileSync(place.path("pulled/attune.toml"), "# mine\n");
    assert.match(await refused("pull", "--out", "pulled"), /is there and different/);
  }));

test("whoever comes second is told what came between, and what both have changed", () =>
  withSite(async ({ edge, place, attune }) => {
    await attune("push", "shop", "--yes");
    const theirs = await attune("pull", "--out", "theirs").then(() => place.path("theirs/content/hello.html"));
    const push = async (/** @type {string} */ word) => {
      const proxy = await holdingProxy(edge.url, "POST /_attune/publish/draft ");
      try {
        place.greet(word);
        const slow = place.run(["push", "shop", "--yes", "--to", proxy.url, "--key", "a.key"]);
        await proxy.arrived;
        await attune("push", "theirs", "--yes", "-m", "mine");
        proxy.letGo();
        return await slow;
      } finally {
        await proxy.stop();
      }
    };
    writeFileSync(theirs, readFileSync(theirs, "utf8").replace("Hello", "Salut"));
    const both = await push("Howdy");
    assert.equal(both.code, 2);
    assert.match(both.err, /somebody else has published while you did:\n +2 .* publish version 2 +by [0-9a-f]{16} +mine\n +help: talk about hello: both of you changed it/);
    assert.equal(await shown(edge), "Salut 2");
    // Once more, where the other one touches another campaign: the push goes on top of it.
    place.greet("Salut");
    const thanks = place.path("theirs/content/thanks.html");
    writeFileSync(thanks, readFileSync(thanks, "utf8").replace("Thank you", "Thanks"));
    const apart = await push("Howdy");
    assert.equal(apart.code, 0, apart.err);
    assert.match(apart.err, /somebody else has published while you did:\n +3 .*\nno campaign was changed by both: yours goes on top/);
    assert.equal(await shown(edge), "Howdy 4");
    await attune("pull", "--out", "both");
    assert.match(readFileSync(place.path("both/content/thanks.html"), "utf8"), /Thanks/);
    assert.match(readFileSync(place.path("both/content/hello.html"), "utf8"), /Howdy/);
    assert.match(apart.out, /version 4 is published\n$/);
  }));

test("wherever the connection is lost, pages have the old version or the new one, and the same push again finishes it", () =>
  withSite(async ({ edge, place, attune }) => {
    await attune("push", "shop", "--yes");
    let before = "Hello";
    for (let nth = 0, isLost = true; isLost; nth += 1) {
      const word = `Word${String.fromCharCode(97 + (nth % 26))}${String.fromCharCode(97 + nth / 26)}`;
      place.greet(word);
      const proxy = await breakingProxy(edge.url, nth);
      const ran = await place.run(["push", "shop", "--yes", "--wait", "0", "--to", proxy.url, "--key", "a.key"]);
      isLost = proxy.isBroken();
      await proxy.stop();
      assert.equal(ran.code, isLost ? 2 : 0, ran.err);
      if (isLost) assert.match(ran.err, /the connection to .* failed: .*\n +help: run the same command again/);
      assert.match(await shown(edge), new RegExp(`^(${before}|${word}) `), `after piece ${nth}`);
      await attune("push", "shop", "--yes");
      assert.match(await shown(edge), new RegExp(`^${word} `));
      before = word;
      assert.ok(nth < 60, "it never ends");
    }
    const versions = JSON.parse(await attune("history", "--format", "json", "--last", "1000")).map(({ version }) => version);
    assert.deepEqual(versions, versions.map((_, at) => at + 1), "nothing was published twice");
  }));

test("prices, beliefs and an index come to the site with one command each, and every one needs its own role", () =>
  withSite(async ({ edge, url, place, attune, refused }) => {
    cpSync(new URL("bandit", import.meta.url).pathname, place.path("bandit"), { recursive: true });
    writeFileSync(place.path("counts.csv"), readFileSync(place.path("bandit/counts/blue.csv")));
    assert.match(await refused("push", "bandit", "--yes"), /catalog\/items: it does not exist/);
    assert.match(await attune("push", "bandit", "--yes", "--new-epoch"), /upload +[\d.]+ s {2}3 artifacts/);
    await place.ok(["compile", "bandit", "--out", "x.bundle", "--catalog", "shop.catalog"]);
    const posteriors = ["posteriors", "bandit", "--counts", "counts.csv", "--push", url];
    assert.match(await refused(...posteriors, "--key", "a.key"), /role/);
    assert.match(await attune(...posteriors, "--key", "data.key"), /sent +\d+ bytes to/);
    const overlay = ["overlay", "bandit/catalog/products.tsv", "--catalog", "shop.catalog", "--site", "testshop", "--push", url];
    assert.match(await attune(...overlay, "--key", "data.key"), /sent +\d+ bytes to/);
    assert.match(await refused(...overlay, "--key", "data.key", "--now", "2026-01-01T00:00:00Z"), /older/);
    for (const key of ["overlay", "posteriors"]) assert.ok(await edge.kv.get(key, "arrayBuffer"), key);
    writeFileSync(place.path("orders.csv"), "session,item,time\n" + [1, 2, 3, 4].map((n) => `s${n},r1,170000000${n}\ns${n},r2,170000000${n}\n`).join(""));
    const learn = ["learn", "--orders", "orders.csv", "--out", "goes-with.index", "--push", url];
    assert.match(await refused(...learn), /key [0-9a-f]{16} has the role publish\+kill, and this takes data/);
    assert.match(await attune(...learn, "--key", "data.key"), /wait +[\d.]+ s {2}the site reports data 1\ndata 1 are published\n$/);
    assert.match(await attune(...learn, "--key", "data.key"), /data 1 are these already/);
    assert.match(await attune("push", "bandit", "--yes"), /version 1 is this already/, "a push keeps what was learned");
    const { state } = JSON.parse(await attune("status", "--format", "json"));
    assert.deepEqual([state.current.artifacts.map(({ kind }) => kind), state.data.artifacts.map(({ kind }) => kind)], [[1, 2, 7], [2, 4]]);
    assert.match(await attune("status"), /data {6}1 made .*\n {10}catalogue .*\n {10}baskets /);
  }));

test("a night's catalogue stays through pushes and rollbacks, goes back on its own, and is replaced on request", () =>
  withSite(async ({ edge, url, place, attune, refused }) => {
    const shop = (/** @type {Parameters<typeof writeShop>[1]} */ what) => writeShop(place.path("goods"), what);
    const night = ["--push", url, "--key", "data.key"];
    serveShop(edge);
    shop({ price: 1 });
    assert.match(await refused("catalog", "goods", ...night), /no catalogue is published/);
    assert.match(await refused("rollback", "--data", "--yes", "--key", "data.key"), /no data were published/);
    await attune("push", "goods", "--yes", "--new-epoch");
    assert.equal(await offered(edge), "1.00");
    // The job has no numbers of its own: it goes on with those of the site.
    rmSync(place.path("goods/catalog/items"));
    const pulled = await attune("pull", "--out", "pulled");
    assert.match(pulled, /missing {2}there is no file catalog\/products.tsv\n +product feeds are no part of a version: put yours there, and `attune check` passes\n$/);
    assert.equal((await place.run(["check", "pulled"])).code, 1);
    cpSync(place.path("goods/catalog/products.tsv"), place.path("pulled/catalog/products.tsv"));
    await place.ok(["check", "pulled"]);
    for (const price of [2, 3]) {
      shop({ price });
      assert.match(await attune("catalog", "goods", ...night), new RegExp(`catalog 4 products, 0 new, 0 gone, .*\n(.*\n)*data ${price - 1} are published\n$`));
      assert.equal(await offered(edge), `${price}.00`);
    }
    assert.match(await refused("catalog", "goods", "--push", url), /this takes data/);
    // A change of the configuration with an old feed beside it.
    const change = (/** @type {object} */ what) => writeShop(place.path("goods"), { price: 1, ...what });
    change({ card: " now" });
    await place.ok(["compile", "goods", "--out", "x.bundle", "--catalog", "x.catalog", "--new-epoch"]);
    const pushed = await place.run(["push", "goods", "--yes", "--to", url, "--key", "a.key"]);
    assert.match(pushed.err, /catalogue and indexes stay as data 2 have them; --replace-data publishes those of this folder/);
    assert.equal(await offered(edge), "3.00 now");
    change({ extra: ["colour", "size"], card: ' {{item.extra["size"]}}' });
    assert.match(await refused("push", "goods", "--yes"), /the published catalogue \(data 2\) does not have the field size, which the configuration names/);
    assert.match(await attune("rollback", "--yes"), /version 3 is published/);
    assert.equal(await offered(edge), "3.00", "the version goes back, and the data stay");
    assert.match(await attune("rollback", "--data", "--yes", "--key", "data.key"), /data 3 are published/);
    assert.equal(await offered(edge), "2.00");
    assert.match(await attune("rollback", "0", "--data", "--yes", "--key", "data.key"), /data 4 are published/);
    assert.equal(await offered(edge), "1.00", "what the version brings along");
    assert.match(await refused("rollback", "--data", "--yes"), /this takes data/);
    assert.match(await refused("rollback", "9", "--data", "--yes", "--key", "data.key"), /there were no data 9/);
    change({ price: 7, card: " then" });
    assert.match(await attune("push", "goods", "--yes", "--replace-data"), /version 4 is published/);
    assert.equal(await offered(edge), "7.00 then");
    change({ price: 8, card: " then", extra: [] });
    assert.match(await attune("catalog", "goods", ...night), /data 5 are published/);
    assert.equal(await offered(edge), "8.00 then");
    change({ price: 8, card: ' {{item.extra["colour"]}}' });
    assert.match(await attune("push", "goods", "--yes", "--replace-data"), /version 5 is published/);
    change({ price: 9, extra: [] });
    assert.match(await refused("catalog", "goods", ...night), /the catalogue does not have the field colour for all to see, which the published configuration names/);
    change({ price: 9, ids: ["b2", "b1", "r2", "r1", "g1"] });
    assert.match(await attune("catalog", "goods", ...night), /catalog 5 products, 1 new, 0 gone/);
    assert.equal(await offered(edge), "9.00 red");
    const entries = JSON.parse(await attune("history", "--format", "json"));
    assert.deepEqual(entries.map(({ action }) => action), ["publish", "data", "data", "publish", "rollback", "data", "data", "publish", "data", "publish", "data"]);
    assert.deepEqual(entries.slice(5, 7).map(({ message }) => message), ["back to data 1", "back to what the version brings along"]);
  }));

test("a job that comes second goes on top of what came first", () =>
  withSite(async ({ edge, url, place, attune }) => {
    serveShop(edge);
    writeShop(place.path("goods"), { price: 1 });
    await attune("push", "goods", "--yes", "--new-epoch");
    const proxy = await holdingProxy(edge.url, "POST /_attune/publish/data ");
    try {
      writeFileSync(place.path("orders.csv"), "session,item,time\n" + [1, 2, 3, 4].map((n) => `s${n},r1,170000000${n}\ns${n},r2,170000000${n}\n`).join(""));
      const slow = place.run(["learn", "--orders", "orders.csv", "--out", "goes-with.index", "--push", proxy.url, "--key", "data.key"]);
      await proxy.arrived;
      writeShop(place.path("goods"), { price: 2 });
      await attune("catalog", "goods", "--push", url, "--key", "data.key");
      proxy.letGo();
      const { code, out, err } = await slow;
      assert.equal(code, 0, err);
      assert.match(err, /somebody else has published while you did:\n +2 .* data +by [0-9a-f]{16} +a new catalogue\nonce more, on top of that\n/);
      assert.match(out, /data 2 are published\n$/);
    } finally {
      await proxy.stop();
    }
    assert.equal(await offered(edge), "2.00");
    const { state } = JSON.parse(await attune("status", "--format", "json"));
    assert.deepEqual(state.data.artifacts.map(({ kind }) => kind), [2, 4]);
  }));

test("the Wasm that will serve decides every fixture first, and one that decides otherwise is not pushed to", () =>
  withSite(async ({ place, attune, refused }) => {
    const fixture = '[fixtures.newcomer]\nvisitor = { profile = { consent = { personalization = "granted" } } }\nurl = "/"\nnow = "2026-11-20T18:30:00Z"\nslots.hero = "hello"\n';
    mkdirSync(place.path("shop/tests"));
    writeFileSync(place.path("shop/tests/first.toml"), fixture);
    const page = new URL("../../build/page", import.meta.url).pathname;
    assert.match(await attune("push", "shop", "--yes", "--wasm", page), /compare +[\d.]+ s {2}the Wasm in .* decides 1 fixture as this tool does\n/);
    mkdirSync(place.path("other"));
    writeFileSync(place.path("other/page_bg.wasm"), "");
    writeFileSync(place.path("other/package.json"), '{ "type": "module" }');
    writeFileSync(place.path("other/page.js"), "export const initSync = () => {}; export class PageCore { open() { return [1]; } }");
    place.greet("Howdy");
    assert.match(await refused("push", "shop", "--yes", "--wasm", "other"), /decides the fixture newcomer otherwise than this tool/);
    assert.match(await refused("push", "shop", "--yes", "--wasm", "nowhere"), /the Wasm in nowhere cannot be asked/);
    writeFileSync(place.path("shop/tests/first.toml"), fixture.replace('"hello"', '"gold"'));
    assert.match(await place.run(["push", "shop", "--yes", "--key", "a.key"]).then(({ code, err }) => `${code} ${err}`), /^1 (.*\n)*.*newcomer/);
    assert.match(await attune("status"), /version {3}1 /);
  }));
