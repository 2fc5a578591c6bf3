// Keys that come and go, in the order of docs/deploying.md, and what happens in another one.
import assert from "node:assert/strict";
import { appendFileSync, rmSync } from "node:fs";
import { test } from "node:test";
import { workplace } from "./attune.mjs";
import { consented, planOf, startEdge } from "./harness.mjs";
import { until } from "./publisher.mjs";
import { EAGER, shown } from "./shelf.mjs";

/**
 * A site whose deployments follow each other: each begins with new isolates, and finds what the one before has left.
 * @param {(site: { place: ReturnType<typeof workplace>, deploy: (bindings: Record<string, string>) => Promise<any>, attune: (...words: string[]) => Promise<string> }) => Promise<void>} run
 */
async function withDeployments(run) {
  const place = workplace();
  /** @type {any} */
  let edge = null;
  const stop = async () => {
    await edge?.stop();
    edge = null;
  };
  try {
    await run({
      place,
      async deploy(bindings) {
        await stop();
        edge = await startEdge({ publish: false, persist: place.path("state"), bindings: { ...EAGER, ...bindings } });
        return edge;
      },
      attune: (...words) => place.ok([...words, "--yes"], { ATTUNE_URL: edge.url.origin }),
    });
  } finally {
    await stop();
    rmSync(place.path("state"), { recursive: true, force: true });
    place.leave();
  }
}

/** What makes a version another one and changes no page. @param {ReturnType<typeof workplace>} place */
const comment = (place) => appendFileSync(place.path("shop/attune.toml"), "\n# signed anew\n");

test("a new key signs what holds before the old one goes: version and kill go on", () =>
  withDeployments(async ({ place, deploy, attune }) => {
    const [old, next] = [`${await place.key("old.key")}:publish+kill`, `${await place.key("next.key")}:publish+kill`];
    await deploy({ MANIFEST_KEYS: old });
    await attune("push", "shop", "--key", "old.key");
    await attune("kill", "--campaign", "hello", "--key", "old.key");
    const both = await deploy({ MANIFEST_KEYS: `${old},${next}` });
    assert.match(await shown(both), /^Our shop/);
    comment(place);
    assert.match(await attune("push", "shop", "--key", "next.key"), /version 2 is published/);
    await attune("kill", "--campaign", "hello", "--key", "next.key");
    const after = await deploy({ MANIFEST_KEYS: next });
    const { bundle, published, status } = await after.health();
    assert.deepEqual([status, bundle.manifest, published.killed.campaigns], ["ok", 2, ["hello"]]);
    assert.match(await shown(after), /^Our shop/);
    await attune("revive", "--campaign", "hello", "--key", "next.key");
    assert.equal(await shown(after), "Hello 2");
  }));

test("a key that goes first takes its version and its kill with it, and a push with another one brings a version back", () =>
  withDeployments(async ({ place, deploy, attune }) => {
    const [old, next] = [`${await place.key("old.key")}:publish+kill`, `${await place.key("next.key")}:publish+kill`];
    await deploy({ MANIFEST_KEYS: old });
    await attune("push", "shop", "--key", "old.key");
    await attune("kill", "--campaign", "hello", "--key", "old.key");
    const edge = await deploy({ MANIFEST_KEYS: next });
    assert.equal((await edge.health()).status, "no-bundle");
    comment(place);
    await attune("push", "shop", "--key", "next.key");
    assert.equal(await shown(edge), "Hello 2", "the kill has ended");
  }));

test("the ring's new key verifies, then signs; the publisher writes the head with it, and an event the profile", () =>
  withDeployments(async ({ place, deploy, attune }) => {
    const MANIFEST_KEYS = `${await place.key("a.key")}:publish`;
    const line = (/** @type {number} */ id, /** @type {string} */ state) => `${id}:${state}:${String(id).repeat(64)}`;
    const first = await deploy({ MANIFEST_KEYS, ATTUNE_KEYS: line(1, "sign") });
    await attune("push", "shop", "--key", "a.key");
    await first.health();
    const jar = await consented(first);
    const { profile } = jar;
    await deploy({ MANIFEST_KEYS, ATTUNE_KEYS: `${line(1, "sign")},${line(2, "verify")}` });
    const signing = await deploy({ MANIFEST_KEYS, ATTUNE_KEYS: `${line(2, "sign")},${line(1, "verify")}` });
    await signing.health();
    await place.ok(["status", "--key", "a.key"], { ATTUNE_URL: signing.url.origin });
    await signing.events(jar, []);
    assert.notEqual(jar.profile, profile);
    const head = async () => (await signing.kv.get("head")).split("\n")[1].split(":")[0];
    await until(async () => (await head()) === "2");
    const last = await deploy({ MANIFEST_KEYS, ATTUNE_KEYS: line(2, "sign") });
    assert.equal(await shown(last), "Hello 1");
    const { consent, logs } = planOf((await last.fetch("/", { jar })).text);
    // The answer to consent has a cookie of its own, which is signed when the visitor answers.
    assert.deepEqual([consent.personalization, logs], ["unknown", []]);
    await last.post("/_attune/consent", { personalization: true, measurement: true }, { jar });
    assert.equal(planOf((await last.fetch("/", { jar })).text).consent.personalization, "granted");
  }));
