// Strings of consent tools, read as the IAB's own packages read them; tests/prove/consent.mjs does it with a million.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compare } from "../consent/compare.mjs";

for (const kind of /** @type {const} */ (["tcf", "gpp"])) {
  test(`${kind}: what the IAB's package writes is read as it reads it, and every other reading has a reason`, () => {
    const { unexplained, said, same, bothRefuse } = compare(kind, 4_000, 1);
    assert.deepEqual(unexplained.slice(0, 5), []);
    assert.ok(same > 2_500 && bothRefuse > 200, `${same} are read alike, ${bothRefuse} refused by both`);
    for (const words of ["granted granted", "denied denied", "granted denied", "denied granted"]) assert.ok(said[words] > 20, `${words}: ${said[words]}`);
    if (kind === "gpp") assert.ok(said["unknown unknown"] > 100, "silence");
  });
}
