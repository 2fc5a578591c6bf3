// The vectors of the core's parts, in Wasm: the same values that the native core gives.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import {
  apply_steps, beacon, bucket, canonical_profile, find_cookie, handle, initSync, read_cookie, write_cookie,
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
  const { keys, site, host, now, accept, carried, rotated, refuse } = load("cookie");
  assert.ok(accept.length > 0 && carried.length > 0 && rotated.length > 0 && refuse.length > 0);
  for (const { name, profile, value } of accept) {
    assert.equal(write_cookie(keys, site, host, JSON.stringify(profile)), value, name);
    assert.equal(read_cookie(keys, site, host, now, value), `valid ${value}`, name);
  }
  for (const { name, value } of carried) assert.equal(read_cookie(keys, site, host, now, value), `valid ${value}`, name);
  for (const { value, rewritten } of rotated) assert.equal(read_cookie(keys, site, host, now, value), `valid ${rewritten}`);
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
    assert.deepEqual(answer.outcomes, steps.map((/** @type {{ outcome: string }} */ { outcome }) => outcome), name);
    assert.deepEqual(answer.end, JSON.parse(canonical_profile(JSON.stringify(end))), name);
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

test("cookie headers are split as the vectors say", () => {
  const { cookie, find } = load("cookie-header");
  assert.ok(find.length > 0);
  for (const { name, header, outcome, value } of find) {
    const expected = outcome === "one" ? `one ${joined(value)}` : outcome.split(":")[0];
    assert.equal(find_cookie(joined(header), cookie), expected, name);
  }
});
