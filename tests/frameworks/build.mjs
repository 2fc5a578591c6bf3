// Bundles the fixtures: each once for the server, in Node.js, and once for the browser.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";
import { compile } from "svelte/compiler";

export const root = new URL("../..", import.meta.url).pathname;
const slot = (/** @type {string} */ file) => join(root, "packages/attune/lib/slot", file);
const OWN = { "attune/react": slot("react.mjs"), "attune/vue": slot("vue.mjs"), "attune/svelte": slot("svelte.js") };

/**
 * The script of a browser, and the module of the server.
 * @param {string} name of what comes out @param {string} app the file in apps/, without `-client.mjs` and `-server.mjs`
 * @param {{ mode?: "development" | "production", alias?: Record<string, string>, plugins?: (side: "client" | "server") => import("esbuild").Plugin[], conditions?: string[], define?: Record<string, string> }} [options]
 */
export async function bundled(name, app, { mode = "development", alias = {}, plugins = () => [], conditions = [], define = {} } = {}) {
  const common = {
    bundle: true,
    write: false,
    alias: { ...OWN, ...alias },
    nodePaths: [join(root, "node_modules")],
    define: { "process.env.NODE_ENV": JSON.stringify(mode), ...define },
    logLevel: /** @type {const} */ ("error"),
  };
  const entry = (/** @type {string} */ side) => [join(root, "tests/frameworks/apps", `${app}-${side}.mjs`)];
  const [client, server] = await Promise.all([
    build({ ...common, entryPoints: entry("client"), format: "iife", plugins: plugins("client"), conditions: ["browser", mode, ...conditions] }),
    build({ ...common, entryPoints: entry("server"), format: "cjs", platform: "node", plugins: plugins("server"), conditions: ["node", mode, ...conditions] }),
  ]);
  const folder = join(root, "build/frameworks");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.cjs`);
  writeFileSync(file, server.outputFiles[0].text);
  return { script: client.outputFiles[0].text, serve: createRequire(import.meta.url)(file).serve };
}

const react18 = join(root, "tests/frameworks/react18/node_modules");
/** React 19 is what the root has. */
export const REACT_18 = { react: join(react18, "react"), "react-dom": join(react18, "react-dom"), scheduler: join(react18, "scheduler") };

/** Compiles components of Svelte for one side. @param {"client" | "server"} generate @returns {import("esbuild").Plugin} */
export const svelte = (generate) => ({
  name: "svelte",
  setup(build) {
    build.onLoad({ filter: /\.svelte$/ }, ({ path }) => compiledSvelte(readFileSync(path, "utf8"), path, generate));
  },
});

/** @param {string} source @param {string} filename @param {"client" | "server"} generate @returns {import("esbuild").OnLoadResult} */
export function compiledSvelte(source, filename, generate) {
  const { js, warnings } = compile(source, { filename, generate, dev: true, css: "injected" });
  if (warnings.length > 0) throw new Error(warnings.map(({ message }) => message).join("\n"));
  return { contents: js.code, loader: "js", resolveDir: join(filename, "..") };
}
