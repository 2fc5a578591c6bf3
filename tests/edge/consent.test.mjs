// Consent from the site's consent tool: its cookie makes a page personal, its no ends that at once, its absence erases nothing.
// What the page, its plan, `me` and the beacons say of one request is the same.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { gppStringOf, tcStringOf } from "../consent/strings.mjs";
import { workplace } from "./attune.mjs";
import { Jar, planOf, startEdge } from "./harness.mjs";

const place = workplace();
/** @type {Record<string, Awaited<ReturnType<typeof startEdge>>>} */
const edges = {};
const SOURCES = {
  tcf: 'source = "tcf"\ncookie = "euconsent-v2"',
  "tcf, script only": 'source = "tcf"',
  gpp: 'source = "gpp"\ncookie = "gpp"',
  gtag: 'source = "gtag"',
  cookie: 'source = "cookie:CookieConsent"\npersonalization = "preferences:true"\nmeasurement = "statistics:true"',
};

before(async () => {
  const path = place.path("shop/attune.toml");
  const authored = readFileSync(path, "utf8");
  for (const [name, lines] of Object.entries(SOURCES)) {
    writeFileSync(path, authored.replace('source = "api"\nregime', `${lines}\nregime`));
    await place.ok(["compile", "shop", "--out", "site.bundle"]);
    edges[name] = await startEdge({ bundle: readFileSync(place.path("site.bundle")) });
  }
});
after(async () => {
  await Promise.all(Object.values(edges).map((edge) => edge.stop()));
  place.leave();
});

const GB = { country: "GB" };
const US = { country: "US" };
const YES = tcStringOf([1, 5, 6, 8]);
const NO = tcStringOf([]);
const basket = { name: "add_to_cart", params: { items: [{ item_id: "22423", price: 12.75, quantity: 2 }] } };

/**
 * What every part of the edge says of this visitor, which must be one thing.
 * @param {Awaited<ReturnType<typeof startEdge>>} edge @param {Jar} jar @param {object} [cf] @param {Record<string, string>} [headers]
 */
async function seen(edge, jar, cf = GB, headers = {}) {
  const options = { jar: jar.copy(), cf, headers };
  const page = await edge.fetch("/", options);
  const plan = planOf(page.text);
  const me = JSON.parse((await edge.fetch("/_attune/me", { ...options, jar: jar.copy() })).text);
  const beacon = await edge.post("/_attune/events", { log: jar.log, oldest: jar.number + 1, page: "/", events: [] }, { ...options, jar: jar.copy() });
  const { source, ...words } = plan.consent;
  const word = plan.consent.personalization;
  assert.deepEqual({ ...me.consent, personalization: word, measurement: words.measurement }, me.consent, "plan and me");
  assert.deepEqual(JSON.parse(beacon.text).consent, words, "plan and beacon");
  const planned = await edge.post("/_attune/plan", { url: "/" }, { ...options, jar: jar.copy() });
  assert.deepEqual(JSON.parse(planned.text).plan.consent, plan.consent, "the plan of a page, and one that is asked for");
  assert.match(String(page.headers.attune), new RegExp(`consent=${word}`));
  const deletes = page.setCookies.some((line) => /^__Host-attune=; .*Max-Age=0/.test(line));
  assert.equal(beacon.setCookies.some((line) => /^__Host-attune=; .*Max-Age=0/.test(line)), deletes, "page and beacon delete alike");
  return { words: `${word} ${words.measurement}`, source, me, plan, deletes, isPersonal: page.text.includes("gifts are waiting"), jar: options.jar };
}

/** A visitor with something in the basket, whom the tool's cookie lets begin: nothing is posted. @param {string} name @param {string} cookie */
async function begun(name, cookie) {
  const jar = new Jar();
  jar.set(cookie);
  const plan = planOf((await edges[name].fetch("/", { jar, cf: GB })).text);
  await edges[name].events(jar, [basket], "/", { mint: plan.mint });
  return jar;
}

test("a TC string in the cookie makes the page personal, a no in it stops that and deletes the profile, absence does neither", async () => {
  const edge = edges.tcf;
  const jar = await begun("tcf", `euconsent-v2=${YES}`);
  assert.deepEqual([...jar.cookies.keys()], ["euconsent-v2", "__Host-attune"], "no answer is stored: the tool keeps it");
  const agreed = await seen(edge, jar);
  assert.deepEqual([agreed.words, agreed.source, agreed.isPersonal, agreed.deletes], ["granted granted", "tcf", true, false]);
  assert.deepEqual([agreed.me.consent.source, agreed.me.tool, agreed.me.answered], ["tcf", { personalization: "granted", measurement: "granted" }, { personalization: "unknown", measurement: "unknown" }]);

  const absent = jar.copy();
  absent.cookies.delete("euconsent-v2");
  for (const value of [undefined, "", "nonsense", YES.slice(0, 20), `${YES}.`]) {
    if (value !== undefined) absent.set(`euconsent-v2=${value}`);
    const silent = await seen(edge, absent);
    assert.deepEqual([silent.words, silent.isPersonal, silent.deletes, silent.me.id, silent.me.tool.personalization], ["unknown unknown", false, false, agreed.me.id, "unknown"], value);
    const granted = await seen(edge, absent, US);
    assert.deepEqual([granted.words, granted.isPersonal], ["granted granted", true], "where silence grants");
  }
  absent.set(`euconsent-v2=${YES}`);
  assert.equal((await seen(edge, absent)).isPersonal, true, "it was unused, not erased");

  jar.set(`euconsent-v2=${NO}`);
  for (const cf of [GB, US]) {
    const refused = await seen(edge, jar, cf);
    assert.deepEqual([refused.words, refused.isPersonal, refused.deletes, refused.jar.profile], ["denied denied", false, true, undefined]);
  }
  jar.set(`euconsent-v2=${tcStringOf([1, 8])}`);
  assert.deepEqual([(await seen(edge, jar)).words, (await seen(edge, jar)).deletes], ["denied granted", true]);
});

test("a stored answer and the tool's cookie: any no wins, a yes of the tool's is good only with its cookie", async () => {
  const edge = edges.tcf;
  /** @param {object} answer @param {string} [cookie] */
  const answered = async (answer, cookie) => {
    const jar = new Jar();
    if (cookie) jar.set(`euconsent-v2=${cookie}`);
    const { status, text } = await edge.post("/_attune/consent", answer, { jar, cf: GB });
    return { jar, status, said: JSON.parse(text).consent };
  };
  const both = { personalization: true, measurement: true };
  const neither = { personalization: false, measurement: false };
  const copy = await answered({ ...both, source: "tcf" }, YES);
  assert.deepEqual([copy.said.personalization, typeof copy.jar.profile], ["granted", "string"]);
  const [before] = [await seen(edge, copy.jar)];
  assert.deepEqual([before.words, before.me.consent.source, before.me.answered], ["granted granted", "tcf", undefined]);
  copy.jar.cookies.delete("euconsent-v2");
  const unused = await seen(edge, copy.jar);
  assert.deepEqual([unused.words, unused.deletes, unused.me.answered.personalization], ["unknown unknown", false, "granted"], "the copy does not outlast the original");
  copy.jar.set(`euconsent-v2=${NO}`);
  const refused = await seen(edge, copy.jar);
  assert.deepEqual([refused.words, refused.deletes, refused.me.consent.source], ["denied denied", true, "tcf"]);

  const own = await answered(both);
  assert.deepEqual([own.said.personalization, (await seen(edge, own.jar)).words], ["granted", "granted granted"], "given to Attune itself");
  own.jar.set(`euconsent-v2=${NO}`);
  assert.equal((await seen(edge, own.jar)).words, "denied denied");

  const no = await answered(neither, YES);
  assert.deepEqual([no.said, (await seen(edge, no.jar)).words], [{ personalization: "denied", measurement: "denied" }, "denied denied"]);
  const again = await edge.post("/_attune/consent", { ...both, source: "tcf" }, { jar: no.jar, cf: GB });
  assert.equal(JSON.parse(again.text).consent.personalization, "granted");
  assert.equal((await seen(edge, no.jar)).words, "granted granted");
  const early = await answered({ ...both, source: "tcf" });
  assert.deepEqual([early.said.personalization, early.jar.profile], ["unknown", undefined], "the cookie is not there yet");
});

test("Sec-GPC: 1 stays what it is beside a consent tool", async () => {
  const edge = edges.tcf;
  const jar = await begun("tcf", `euconsent-v2=${YES}`);
  const signal = { "Sec-GPC": "1" };
  const refused = await seen(edge, jar, GB, signal);
  assert.deepEqual([refused.words, refused.me.gpc, refused.me.tool.personalization], ["denied denied", "refused", "granted"]);
  // Whoever agreed while it was sent meant it.
  await edge.post("/_attune/consent", { personalization: true, measurement: true, source: "tcf" }, { jar, cf: GB, headers: signal });
  const meant = await seen(edge, jar, GB, signal);
  assert.deepEqual([meant.words, meant.me.gpc, meant.me.consent.under_gpc], ["granted granted", undefined, true]);
  jar.set(`euconsent-v2=${NO}`);
  const no = await seen(edge, jar, GB, signal);
  assert.deepEqual([no.words, no.me.gpc], ["denied denied", undefined], "the tool refused, not the signal");
});

test("GPP: a US opt-out refuses, no opt-out is silence, and the European section counts", async () => {
  const edge = edges.gpp;
  const jar = new Jar();
  for (const [value, inGb, inUs] of [
    [gppStringOf(true), "denied denied", "denied denied"],
    [gppStringOf(false), "unknown unknown", "granted granted"],
    [gppStringOf(false, [1, 5, 6, 8]), "granted granted", "granted granted"],
    [gppStringOf(true, [1, 5, 6, 8]), "denied denied", "denied denied"],
    [gppStringOf(false, [1, 8]), "denied granted", "denied granted"],
    ["DBAA", "unknown unknown", "granted granted"],
    ["DBA", "unknown unknown", "granted granted"],
  ]) {
    jar.set(`gpp=${value}`);
    assert.deepEqual([(await seen(edge, jar)).words, (await seen(edge, jar, US)).words], [inGb, inUs], value);
  }
});

test("any other tool's cookie: a text for each purpose", async () => {
  const edge = edges.cookie;
  const cookie = (personalization, measurement) => `CookieConsent={stamp:%27x==%27%2Cnecessary:true%2Cpreferences:${personalization}%2Cstatistics:${measurement}%2Cver:1}`;
  const jar = await begun("cookie", cookie(true, true));
  const agreed = await seen(edge, jar);
  assert.deepEqual([agreed.words, agreed.source, agreed.isPersonal], ["granted granted", "cookie", true]);
  for (const [line, words, deletes] of [
    [cookie(true, false), "granted denied", false],
    [cookie(false, true), "denied granted", true],
    ["CookieConsent=0", "denied denied", true],
    ["CookieConsent=", "unknown unknown", false],
  ]) {
    jar.set(line);
    const said = await seen(edge, jar);
    assert.deepEqual([said.words, said.deletes], [words, deletes], line);
  }
});

test("where no cookie is read, what the script hears is the answer, and the plan names the tool", async () => {
  for (const [name, source] of [["tcf, script only", "tcf"], ["gtag", "gtag"]]) {
    const edge = edges[name];
    const jar = new Jar();
    jar.set(`euconsent-v2=${NO}`);
    assert.deepEqual([(await seen(edge, jar)).words, (await seen(edge, jar)).source, (await seen(edge, jar)).me.tool], ["unknown unknown", source, undefined]);
    const answer = await edge.post("/_attune/consent", { personalization: true, measurement: false, source }, { jar, cf: GB });
    assert.deepEqual(JSON.parse(answer.text).consent, { personalization: "granted", measurement: "denied" });
    const { words, me } = await seen(edge, jar);
    assert.deepEqual([words, me.consent.source], ["granted denied", source]);
  }
});

test("an answer of another tool is refused, and the visitor's own never is", async () => {
  const both = { personalization: true, measurement: true };
  for (const [name, edge] of Object.entries(edges)) {
    const own = name.split(",")[0];
    for (const source of [undefined, "api", "tcf", "gpp", "gtag", "cookie"]) {
      const { status, text, setCookies } = await edge.post("/_attune/consent", { ...both, source }, { cf: GB });
      const isTaken = source === undefined || source === "api" || source === own;
      const { error } = JSON.parse(text);
      assert.deepEqual([status, error?.code, setCookies.length > 0], isTaken ? [200, undefined, true] : [400, "source", false], `${source} at ${name}`);
    }
    const unknown = await edge.post("/_attune/consent", { ...both, source: "cookies" }, { cf: GB });
    assert.deepEqual([unknown.status, JSON.parse(unknown.text).error.code], [400, "malformed"]);
  }
});

test("who is forgotten may begin anew where the tool still says yes, and is somebody else", async () => {
  const edge = edges.tcf;
  const jar = await begun("tcf", `euconsent-v2=${YES}`);
  const { me } = await seen(edge, jar);
  await edge.post("/_attune/forget", {}, { jar, cf: GB });
  assert.equal(jar.profile, undefined);
  const again = await seen(edge, jar);
  assert.deepEqual([again.words, again.me.id, again.isPersonal], ["granted granted", undefined, false]);
  assert.ok(me.id && again.plan.mint);
  jar.set(`euconsent-v2=${NO}`);
  assert.equal((await seen(edge, jar)).words, "denied denied");
});
