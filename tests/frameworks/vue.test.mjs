// Vue 3, rendered on the server and streamed.
import { after, before, describe } from "node:test";
import { serveFixture } from "./fixtures.mjs";
import { follows, holds, loses } from "./laws.mjs";
import { openStage, OWN, TABS } from "./stage.mjs";

/** @type {Awaited<ReturnType<typeof openStage>>} */
let stage;
before(async () => {
  stage = await openStage();
  await serveFixture(stage, "vue");
});
after(() => stage?.close());

describe("vue", { concurrency: TABS }, () => {
  const fixture = { name: "vue", complaint: /hydrat/i, mismatches: ["root", "element", "around", "late"] };
  holds(() => stage, fixture);
  follows(() => stage, fixture);
  // Vue leaves attributes as it finds them.
  loses(() => stage, fixture, { ...OWN, offer: "Offer See it /socks.svg /?socks" });
});
