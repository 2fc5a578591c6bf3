// Svelte 5, rendered on the server.
import { after, before, describe } from "node:test";
import { serveFixture } from "./fixtures.mjs";
import { follows, holds, loses } from "./laws.mjs";
import { openStage, OWN, TABS } from "./stage.mjs";

/** @type {Awaited<ReturnType<typeof openStage>>} */
let stage;
before(async () => {
  stage = await openStage();
  await serveFixture(stage, "svelte");
});
after(() => stage?.close());

describe("svelte", { concurrency: TABS }, () => {
  const fixture = { name: "svelte", complaint: /hydrat/i, mismatches: ["root", "element", "around", "branch"] };
  holds(() => stage, fixture);
  follows(() => stage, fixture);
  loses(() => stage, fixture, OWN);
});
