// Results and guardrails from a real ledger and a real publisher: what does harm is off, and the history says why.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { workplace } from "./attune.mjs";
import { newSigningKey, publicKeyHex, signedLive } from "../../xtask/manifest.mjs";
import { consented, planOf, startEdge } from "./harness.mjs";
import { publisherOf, until } from "./publisher.mjs";
import { EAGER, shown } from "./shelf.mjs";

const DAY_S = 86_400;
const GOALS = `
[goals.orders]
event = "purchase"
guard = "drop"
`;

/** Asks a shard of the ledger. @param {any} edge @param {string} path @param {RequestInit} [init] */
async function shard(edge, path, init) {
  const namespace = await edge.mf.getDurableObjectNamespace("LEDGER", "attune-control");
  return namespace.get(namespace.idFromName("ledger-0")).fetch(`https://ledger.invalid/${path}`, init);
}

/** Tells the ledger of units, and which of them order. @param {any} edge @param {string} experiment @param {string} arm @param {number} units @param {number} orders @param {string} start of the ids */
async function tell(edge, experiment, arm, units, orders, start) {
  const now_s = Math.floor(Date.now() / 1000);
  const exposure = { experiment, arm, epoch: 0, minute: Math.floor((now_s - 600) / 60), slices: { device: "phone" }, x: { orders: 0, value: 0, visits: 1 }, keep_s: 21 * DAY_S };
  const order = { id: "1", at_s: now_s - 60, goals: [{ goal: "orders", y: 1, d: 0, cap: 1, window_s: 14 * DAY_S, covariate: "visits" }] };
  for (let first = 0; first < units; first += 50) {
    const report = (/** @type {number} */ number) => ({ unit: `v:${start}${number.toString(16).padStart(24, "0")}`, exposures: [exposure], events: number < orders ? [order] : [] });
    const batch = Array.from({ length: Math.min(50, units - first) }, (_, place) => report(first + place));
    const answer = await shard(edge, "take", { method: "POST", body: JSON.stringify({ now_s, counts: {}, units: batch }) });
    assert.equal(answer.status, 200, await answer.text());
  }
}

test("a campaign that does harm is turned off by a key that may read and kill, and a result is read by one that may read", async () => {
  const place = workplace();
  const keys = `${await place.key("a.key")}:publish+kill,${await place.key("steer.key")}:read+kill,${await place.key("read.key")}:read`;
  const edge = await startEdge({ publish: false, bindings: { ...EAGER, MANIFEST_KEYS: keys } });
  const { attune } = place.at(edge.url.origin);
  const asked = (/** @type {string[]} */ ...words) => place.run([...words, "--from", edge.url.origin]);
  try {
    const config = place.path("shop/attune.toml");
    writeFileSync(config, readFileSync(config, "utf8") + GOALS);
    const campaign = place.path("shop/campaigns/campaigns.toml");
    writeFileSync(campaign, readFileSync(campaign, "utf8").replace(/^\[campaigns\.hello\]\n/m, "[campaigns.hello]\nholdout = 50\n"));
    await attune("push", "shop", "--yes");
    assert.match(await shown(edge), /^(Hello|Our)/);

    await tell(edge, "hello/1", "campaign", 1000, 100, "11111111");
    await tell(edge, "hello/1", "holdout", 1000, 100, "22222222");
    const quiet = await asked("steer", "--key", "steer.key", "--once");
    assert.equal(quiet.code, 0, quiet.err);
    assert.match(quiet.out, / {2}ok {4}hello {2}orders {2}campaign against holdout {2}100 of 1,000 visitors/);
    const results = await asked("results", "hello", "--key", "read.key");
    assert.equal(results.code, 0, results.err);
    assert.match(results.out, /What the campaign hello is worth \(hello\/1\)/);
    assert.match(results.out, /holdout +1,000 +100 +10.00 %/);
    assert.match(results.out, /Not known yet whether campaign differs from holdout/);
    assert.match((await asked("results", "--health", "--key", "read.key")).out, /2,000 {2}shard 0/);
    assert.match((await asked("results", "--key", "a.key", "--slices")).out, /device=phone/);

    await tell(edge, "hello/1", "campaign", 800, 20, "33333333");
    await tell(edge, "hello/1", "holdout", 800, 160, "44444444");
    const refused = await asked("steer", "--key", "read.key", "--once");
    assert.equal(refused.code, 2, refused.out);
    assert.match(refused.err, /role/);
    const dry = await asked("steer", "--key", "steer.key", "--once", "--dry-run");
    assert.match(dry.out, /would be turned off: guardrail: `orders` of campaign does harm against holdout/);
    assert.match(await attune("status"), /^(?!.*off {7}hello)/s);
    const harm = await asked("steer", "--key", "steer.key", "--once");
    assert.equal(harm.code, 0, harm.err);
    assert.match(harm.out, / {2}HARM {2}hello {2}orders/);
    assert.match(harm.out, /campaign hello is off, entry 2 of the history/);
    assert.match(await attune("history"), /kill of campaign hello {2}by [0-9a-f]{16} {2}guardrail: `orders` of campaign does harm against holdout: 120 of 1,800 visitors \(6\.7 %\) beside 260 of 1,800/);
    assert.match(await shown(edge), /^Our/);
    const after = await asked("steer", "--key", "steer.key", "--once");
    assert.match(after.out, / {2}off {3}hello {2}orders/);
    assert.equal(JSON.parse(await attune("history", "--format", "json")).length, 2, "it is turned off once");
  } finally {
    await edge.stop();
    place.leave();
  }
});

const BANDIT = `
[campaigns.follows]
owner = "tests"
priority = 30
goal = "orders"
bandit = true
arms = { control = {}, sale = { hero = "hello" } }
`;

/** A visitor on a page: the arm, and what the page's script hands back when it is looked at. @param {any} edge @param {any} [jar] */
async function met(edge, jar) {
  const visitor = jar ?? (await consented(edge));
  const { text } = await edge.fetch("/", { jar: visitor });
  const { slots, token } = planOf(text);
  return { jar: visitor, token, arm: slots.find((/** @type {{ slot: string }} */ { slot }) => slot === "hero").arm };
}

test("the weights of a bandit follow its results for new visitors, by a key for weights, and nobody changes arms", async () => {
  const place = workplace();
  const thief = newSigningKey();
  const keys = `${await place.key("a.key")}:publish,${await place.key("steer.key")}:read+kill+weights,${await place.key("kill.key")}:read+kill,${publicKeyHex(thief)}:weights`;
  const edge = await startEdge({ publish: false, bindings: { ...EAGER, MANIFEST_KEYS: keys } });
  const { attune } = place.at(edge.url.origin);
  const asked = (/** @type {string[]} */ ...words) => place.run([...words, "--from", edge.url.origin]);
  const steer = (/** @type {string[]} */ ...words) => asked("steer", "--once", ...words);
  try {
    const config = place.path("shop/attune.toml");
    writeFileSync(config, readFileSync(config, "utf8") + GOALS);
    writeFileSync(place.path("shop/campaigns/follows.toml"), BANDIT);
    await attune("push", "shop", "--yes");
    await edge.health();
    const before = [];
    for (let n = 0; n < 20; n++) before.push(await met(edge));
    assert.deepEqual(new Set(before.map(({ arm }) => arm)), new Set(["control", "sale"]));

    await tell(edge, "follows/1", "control", 500, 25, "11111111");
    assert.match((await steer("--key", "steer.key")).out, / {2}weights {2}follows {2}stay: an arm has too few visitors yet/);
    await tell(edge, "follows/1", "sale", 500, 100, "22222222");
    const few = await steer("--key", "kill.key");
    assert.match(few.out, /weights {2}follows {2}control 10.0 %, sale 90.0 % from .*\n +nothing is changed: the key has no role `weights` in MANIFEST_KEYS/);
    assert.match((await steer("--key", "steer.key", "--dry-run")).out, /nothing is changed: this is a trial/);
    const done = await steer("--key", "steer.key", "--weights-after", "1s");
    assert.equal(done.code, 0, done.err);
    assert.match(done.out, /control 10.0 %, sale 90.0 % from .*\n +the weights are sent, signed by this key/);
    assert.match((await steer("--key", "steer.key", "--weights-after", "1s")).out, /stay: they change once a day, again from /);
    const signed = await steer("--key", "steer.key", "--weights", "signed");
    assert.match(signed.out, /stay: they change once a day.*\n +the weights are sent, signed by this key/);

    await new Promise((begun) => setTimeout(begun, 2_000));
    await edge.health();
    const after = [];
    for (let n = 0; n < 100; n++) after.push(await met(edge));
    const sale = after.filter(({ arm }) => arm === "sale").length;
    // 90 are expected, with a standard deviation of 3; by the weights of before it would be 50, with one of 5.
    assert.ok(sale > 70, `${sale} of 100`);
    for (const { jar, arm } of before) assert.equal((await met(edge, jar)).arm, arm, "who is in an arm stays there");

    const epochs = async () => (await (await shard(edge, "sums?experiment=follows/1")).text()).split("\n").filter(Boolean).map((line) => JSON.parse(line));
    assert.ok((await epochs()).every(({ epoch }) => epoch === 0));
    const [{ jar, token, arm }] = after;
    assert.equal((await edge.events(jar, [{ name: "attune_exposure", params: { token } }])).status, 200);
    const [exposed] = (await epochs()).filter(({ epoch }) => epoch === 1);
    assert.deepEqual([exposed.arm, exposed.n], [arm, 1], "the results keep apart who met which weights");
    const { out } = await asked("results", "follows", "--key", "steer.key");
    assert.match(out, /No verdict: the weights of the arms follow the results/);
    assert.match(await attune("status"), /read\+kill\+weights/);

    // What is no weights and signed all the same: pages keep those that they have, and guardrails go on.
    const body = Buffer.alloc(32);
    body.writeUInt32LE(Math.floor(Date.now() / 1000) + 5, 20);
    const rubbish = signedLive({ site: "testshop", kind: 9, body }, [thief]);
    assert.equal((await publisherOf(edge, thief).ask("PUT", "live/weights", rubbish)).status, 201);
    await edge.health();
    for (const { jar, arm } of [...before, ...after.slice(0, 20)]) assert.equal((await met(edge, jar)).arm, arm);
    const blind = await steer("--key", "steer.key");
    assert.match(blind.out, / {2}ok {4}follows {2}orders.*\n {2}weights {2}the weights of the site cannot be read: not weights of format 1/);
    const shares = await asked("results", "follows", "--key", "steer.key");
    assert.deepEqual([shares.code, /warning: the weights of the site cannot be read/.test(shares.err)], [0, true], shares.err);
    assert.match(shares.out, /Some units came under weights that this configuration does not have/);
    await until(async () => (await steer("--key", "steer.key", "--weights", "anew")).out.includes("the weights are sent, signed by this key"));
    assert.match((await steer("--key", "steer.key")).out, /weights {2}follows {2}stay: they change once a day/);
  } finally {
    await edge.stop();
    place.leave();
  }
});
