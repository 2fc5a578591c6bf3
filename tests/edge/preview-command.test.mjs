// `attune preview` against the Workers in workerd: from a folder that is not published to a page that shows it.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { test } from "node:test";
import { workplace } from "./attune.mjs";
import { Jar, planOf, startEdge } from "./harness.mjs";
import { follow, seen } from "./previews.mjs";
import { until } from "./publisher.mjs";
import { EAGER, shown } from "./shelf.mjs";

/**
 * A site with a version, and a workplace with the keys `a.key` (publish), `b.key` (approve) and `kill.key`.
 * @param {(site: { edge: any, place: ReturnType<typeof workplace>, attune: (...words: string[]) => Promise<string>, refused: (...words: string[]) => Promise<string> }) => Promise<void>} run
 * @param {Record<string, string>} [bindings]
 */
async function withSite(run, bindings = {}) {
  const place = workplace();
  const keys = `${await place.key("a.key")}:publish,${await place.key("b.key")}:approve,${await place.key("kill.key")}:kill`;
  const edge = await startEdge({ publish: false, bindings: { ...EAGER, MANIFEST_KEYS: keys, ...bindings } });
  try {
    await run({ edge, place, ...place.at(edge.url.origin) });
  } finally {
    await edge.stop();
    place.leave();
  }
}

/** The link that was printed. @param {string} out */
const linkIn = (out) => /^(http\S+)\n$/m.exec(out)?.[1] ?? assert.fail(out);

test("a folder that is not published is seen by whoever has the link, as the visitor of a file", () =>
  withSite(async ({ edge, place, attune, refused }) => {
    assert.match(await refused("preview", "--draft", "shop"), /nothing is published yet/);
    await attune("push", "shop", "--yes");
    place.greet("Howdy");
    writeFileSync(place.path("personas.json"), JSON.stringify({ personas: [{ key: "gold", label: "Gold", profile: { consent: { personalization: "granted", measurement: "denied", at: { days_ago: 3 }, source: "api" }, traits: [{ trait: "loyalty_tier", value: "gold" }] }, request: { country: "GB", timezone: "Europe/Berlin" }, arms: {} }] }));
    const out = await attune("preview", "--draft", "shop", "--visitor", "personas.json#gold", "--page", "/t/any", "--arm", "by-customer=sale", "--for", "30m");
    assert.match(out, /^check .*\n(.*\n)*upload +[\d.]+ s {2}1 artifact, [\d,]+ bytes\nthe link ends 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ\nhttp/);
    const { jar, answer } = await follow(edge, linkIn(out));
    assert.equal(answer.headers.location, "/t/any");
    const page = await seen(edge, jar, "/t/any");
    assert.deepEqual([page.word, page.arm], ["Howdy", "draft"]);
    assert.match(page.banner, /^Preview of draft [0-9a-f]{12}, as gold, until/);
    const slots = Object.fromEntries(planOf(page.text).slots.map(({ slot, campaign, arm }) => [slot, `${campaign}/${arm}`]));
    assert.match(slots.note, /^by-customer\/sale/);
    assert.match(slots.bar, /^gold\//);
    assert.equal((await seen(edge, new Jar(), "/t/any")).word, "Hello");
    assert.equal((await edge.health()).bundle.manifest, 1, "nothing was published");
    // The same folder again is the same draft, and needs no upload; `status` lists it.
    const again = JSON.parse(await attune("preview", "--draft", "shop", "--format", "json"));
    assert.ok(page.banner.includes(again.draft.slice(0, 12)));
    assert.ok(Math.abs(again.ends_s - Date.now() / 1000 - 3600) < 60);
    const short = again.draft.slice(0, 12);
    assert.match(await attune("status"), new RegExp(`draft {5}${short} {2}to look at until .*: attune preview --draft ${short}`));
    const by = await follow(edge, linkIn(await attune("preview", "--draft", again.draft.slice(0, 8), "--key", "b.key")));
    assert.equal((await seen(edge, by.jar)).word, "Howdy");
    // What is published, as somebody new.
    const published = await follow(edge, linkIn(await attune("preview")));
    assert.match((await seen(edge, published.jar)).banner, /^Preview of what is published, as visitor, until/);
    // A push of it uploads what is not there yet only.
    assert.match(await attune("push", "shop", "--yes"), /upload +[\d.]+ s {2}1 artifact/);
    assert.match(await refused("preview", "--key", "kill.key"), /role/);
    assert.match(await refused("preview", "--draft", "shop", "--key", "b.key"), /role/);
    assert.match(await refused("preview", "--draft", "ffffffff"), /there is no draft ffffffff, and no such folder/);
    assert.match(await refused("preview", "--for", "25h"), /write a time such as 30m or 8h, at most 24h/);
    assert.match(await refused("preview", "--page", "//evil.test"), /page is not a path of the site/);
    assert.match(await refused("preview", "--arm", "x"), /write CAMPAIGN=ARM/);
    writeFileSync(place.path("bad.json"), JSON.stringify({ profile: { nothing: 1 } }));
    assert.match(await refused("preview", "--visitor", "bad.json"), /bad.json is not a visitor/);
  }));

test("a file of personas without a key goes into one link, and its arms hold for each of them", () =>
  withSite(async ({ edge, place, attune, refused }) => {
    await attune("push", "shop", "--yes");
    const file = (/** @type {object[]} */ personas) => writeFileSync(place.path("personas.json"), JSON.stringify({ personas }));
    file([{ key: "berlin", request: { country: "DE" } }, { key: "gold", label: "Gold", profile: { consent: { personalization: "granted", measurement: "denied", at: { days_ago: 3 }, source: "api" } } }]);
    const { jar } = await follow(edge, linkIn(await attune("preview", "--visitor", "personas.json", "--arm", "by-customer=sale")));
    assert.match((await seen(edge, jar)).banner, /, as berlin, until/);
    assert.deepEqual(JSON.parse((await edge.fetch("/_attune/preview", { jar })).text), { personas: ["berlin", "gold"] });
    const token = jar.cookies.get("__Secure-attune-persona-1");
    assert.ok(token);
    jar.cookies.set("__Host-attune-preview", token);
    const page = await seen(edge, jar);
    assert.deepEqual([planOf(page.text).preview.name, planOf(page.text).preview.arms], ["gold", { "by-customer": "sale" }]);
    file(Array.from({ length: 9 }, (_, at) => ({ key: `p${at}` })));
    assert.match(await refused("preview", "--visitor", "personas.json"), /personas is not a list of at most 7/);
    file([]);
    assert.match(await refused("preview", "--visitor", "personas.json"), /has several personas|not a visitor/);
  }));

test("what waits for approval is seen before it is approved", () =>
  withSite(async ({ edge, place, attune }) => {
    const first = /approve ([0-9a-f]{64})/.exec(await attune("push", "shop", "--yes"))?.[1] ?? "";
    await attune("approve", first, "--yes", "--key", "b.key");
    place.greet("Howdy");
    const id = /approve ([0-9a-f]{64})/.exec(await attune("push", "shop", "--yes"))?.[1] ?? "";
    const { jar } = await follow(edge, linkIn(await attune("preview", "--draft", id.slice(0, 8), "--key", "b.key")));
    assert.equal((await seen(edge, jar)).word, "Howdy");
    assert.match(await shown(edge), /^Hello/);
    await attune("preview", "--draft", "shop");
    await attune("approve", id.slice(0, 8), "--yes", "--key", "b.key");
    await until(async () => (await shown(edge)) === "Howdy 2");
    assert.match((await seen(edge, jar)).banner, /which is published by now/);
  }, { MANIFEST_SIGNATURES: "2" }));
