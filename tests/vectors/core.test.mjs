// The vectors of the core's parts, in Wasm: the same values that the native core gives.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import {
  apply_steps, beacon, bucket, canonical_profile, handle, initSync, plan_body, read_cookie, read_header, write_cookie,
} from "../../build/vectors/page.js";

/** @param {string} path */
const read = (path) => readFileSync(new URL(path, import.meta.url));
/** @param {string} name */
const load = (name) => JSON.parse(read(`${name}.json`).toString());
before(() => void initSync({ module: read("../../build/vectors/page_bg.wasm") }));

test("buckets", () => {
  const { cases } = load("bucket");
  assert.ok(cases.length > 0);
  for (const { salt, key, phase, unit, bucket: expected } of cases) assert.equal(bucket(salt, key, phase, unit), expected, `${salt}:${key}`);
});

test("cookies are written and read as the vectors say", () => {
  const { keys, site, host, now, accept, carried, rotated, format_1, refuse } = load("cookie");
  for (const cases of [accept, carried, rotated, format_1, refuse]) assert.ok(cases.length > 0);
  for (const { name, profile, value } of accept) {
    assert.equal(write_cookie(keys, site, host, JSON.stringify(profile)), value, name);
    assert.equal(read_cookie(keys, site, host, now, value), `valid ${value}`, name);
  }
  for (const { name, value } of carried) assert.equal(read_cookie(keys, site, host, now, value), `valid ${value}`, name);
  for (const { value, rewritten } of [...rotated, ...format_1]) assert.equal(read_cookie(keys, site, host, now, value), `valid ${rewritten}`);
  for (const { name, value, outcome } of refuse) assert.equal(read_cookie(keys, site, host, now, value), outcome, name);
});

test("handles", () => {
  const { keys, site, handle: expected } = load("cookie");
  assert.equal(handle(keys, site, expected.id), expected.handle);
});

/** @param {string | (string | [string, number])[]} text */
const joined = (text) => (typeof text === "string" ? text : text.map((part) => (typeof part === "string" ? part : part[0].repeat(part[1]))).join(""));

test("events and orders change profiles as the vectors say", () => {
  const { now, apply, orders } = load("events");
  assert.ok(apply.length > 0 && orders.length > 0);
  for (const { name, end, steps, ...rest } of [...apply, ...orders]) {
    const answer = JSON.parse(apply_steps(now, JSON.stringify({ ...rest, steps })));
    const expected = steps.map((/** @type {{ outcome?: string }} */ { outcome }) => outcome).filter((/** @type {unknown} */ outcome) => outcome !== undefined);
    assert.deepEqual(answer.outcomes, expected, name);
    assert.deepEqual(answer.end, JSON.parse(canonical_profile(JSON.stringify(end))), name);
  }
});

test("bodies of plans are read or refused as the vectors say", () => {
  for (const { name, body, ...expected } of load("events").plan) {
    const answer = JSON.parse(plan_body(Buffer.from(body)));
    // Of a body that is no JSON the message is the reader's own.
    if (expected.outcome === "not_json") answer.message = expected.message;
    assert.deepEqual(answer, expected, name);
  }
});

test("beacons are read or refused as the vectors say", () => {
  const cases = load("events").beacon;
  assert.ok(cases.length > 0);
  for (const { name, body, outcome, events, rejected, message } of cases) {
    const answer = JSON.parse(beacon(Buffer.from(joined(body))));
    assert.equal(answer.outcome, outcome, name);
    if (outcome === "ok") assert.deepEqual([answer.events, answer.rejected], [events, rejected], name);
    else if (message !== undefined) assert.equal(answer.message, message, name);
  }
});

test("a consent cookie, and the visitor's own among others, are read from a header as the vectors say", () => {
  const { keys, site, host, now, accept, consent, consent_refused } = load("cookie");
  const read = (/** @type {string} */ header) => read_header(keys, site, host, now, header);
  assert.ok(consent.length > 0 && consent_refused.length > 0);
  for (const { name, value, consent: expected, opt_out } of consent) {
    const held = JSON.parse(read(`__Host-attune-consent=${value}; a=1`));
    assert.deepEqual([held.consent.personalization, held.consent.measurement, held.opt_out], [expected.personalization, expected.measurement, opt_out], name);
  }
  for (const { name, value, outcome } of consent_refused) {
    const held = read(`__Host-attune-consent=${value}`);
    if (outcome.startsWith("anonymous")) assert.equal(held, outcome, name);
    else assert.equal(JSON.parse(held).consent.personalization, "unknown", name);
  }
  const everything = accept.find((/** @type {{ name: string }} */ { name }) => name === "everything");
  const other = accept.find((/** @type {{ name: string }} */ { name }) => name === "an id and nothing else");
  assert.equal(JSON.parse(read(`x=1,__Host-attune=zz; __Host-attune=${everything.value}`)).id, everything.profile.id);
  assert.equal(read(`__Host-attune=${everything.value}; __Host-attune=${other.value}`), "anonymous:several");
});
