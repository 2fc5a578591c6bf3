// The fixtures of the frameworks, as the tests and the campaign serve them.
import { bundled, REACT_18, svelte } from "./build.mjs";

/** What Vue's bundler build asks for. */
export const VUE = { __VUE_OPTIONS_API__: "true", __VUE_PROD_DEVTOOLS__: "false", __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "true" };

/** @type {Record<string, (name: string, mode: "development" | "production") => ReturnType<typeof bundled>>} */
const FIXTURES = {
  react18: (name, mode) => bundled(name, "react", { alias: REACT_18, mode }),
  react19: (name, mode) => bundled(name, "react", { mode }),
  vue: (name, mode) => bundled(name, "vue", { define: VUE, mode }),
  svelte: (name, mode) => bundled(name, "svelte", { plugins: (side) => [svelte(side)], conditions: ["svelte"], mode }),
};

/**
 * Serves a fixture, under its name.
 * @param {Awaited<ReturnType<typeof import("./stage.mjs").openStage>>} stage @param {string} kind @param {"development" | "production"} [mode]
 */
export async function serveFixture(stage, kind, mode = "development") {
  const name = mode === "production" ? `${kind}-production` : kind;
  stage.fixture(name, await FIXTURES[kind](name, mode));
  return name;
}

/** Serves all of them; their names. @param {Parameters<typeof serveFixture>[0]} stage */
export const serveAll = (stage) => Promise.all(Object.keys(FIXTURES).map((kind) => serveFixture(stage, kind)));
