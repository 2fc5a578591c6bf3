// React 18 and 19, rendered on the server and streamed.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { serveFixture } from "./fixtures.mjs";
import { assertFilled, follows, holds, journey, loses, opened } from "./laws.mjs";
import { openStage, OWN, TABS } from "./stage.mjs";

/** @type {Awaited<ReturnType<typeof openStage>>} */
let stage;
before(async () => {
  stage = await openStage();
  for (const kind of ["react18", "react19"]) for (const mode of /** @type {const} */ (["development", "production"])) await serveFixture(stage, kind, mode);
});
after(() => stage?.close());

const complaint = /hydrat|Text content did(?: not|n't) match/i;
for (const name of ["react18", "react19"]) {
  describe(name, { concurrency: TABS }, () => {
    const fixture = { name, complaint, mismatches: ["root", "late"] };
    holds(() => stage, fixture);
    follows(() => stage, fixture);
    loses(() => stage, fixture, OWN);

    test("without the adapter, in production, React reports error 418", async () => {
      const visitor = await stage.visitor();
      await opened(visitor, `${name}-production?plain`);
      const recovered = await visitor.page.evaluate(() => /** @type {any} */ (window).recovered.join(" "));
      assert.match(recovered, /#418/);
      await visitor.context.close();
    });

    test("in production nothing is recovered from, because nothing is lost", async () => {
      const visitor = await stage.visitor();
      await opened(visitor, `${name}-production`);
      await assertFilled(visitor.page, "hydrated");
      assert.deepEqual([await visitor.page.evaluate(() => /** @type {any} */ (window).recovered), visitor.problems], [[], []]);
      await visitor.context.close();
    });
  });
}

for (const way of /** @type {const} */ (["t", "c"])) {
  test(`Trusted Types allow all that is done${way === "c" ? ", also where the script draws" : ""}`, async () => {
    const visitor = await stage.visitor();
    await opened(visitor, "react19-production?trusted", way);
    await visitor.page.evaluate(() => /** @type {any} */ (window).attune.ready());
    await assertFilled(visitor.page, "hydrated");
    await journey(visitor.page);
    assert.deepEqual(visitor.problems, []);
    await visitor.context.close();
  });
}

test("React 19 hydrates the whole document, with the plan and the script in it", async () => {
  const visitor = await stage.visitor();
  await opened(visitor, "react19?document");
  await assertFilled(visitor.page, "hydrated");
  for (const slot of ["hero", "offer", "late"]) await visitor.impression(slot);
  assert.deepEqual([await visitor.page.evaluate(() => /** @type {any} */ (window).recovered), visitor.problems], [[], []]);
  await visitor.context.close();
});
