// A production build as webpack's documentation has it for TypeScript. Its command line tool is another package.
import { fileURLToPath } from "node:url";
import webpack from "webpack";

const path = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));

webpack(
  {
    mode: "production",
    entry: path("../main.ts"),
    output: { path: path("dist"), filename: "main.js" },
    resolve: { extensions: [".ts", ".js"], extensionAlias: { ".js": [".ts", ".js"] } },
    module: { rules: [{ test: /\.ts$/, loader: "ts-loader", options: { configFile: path("tsconfig.json") } }] },
  },
  (error, stats) => {
    if (error) throw error;
    if (!stats || stats.hasErrors() || stats.hasWarnings()) throw new Error(stats?.toString());
  },
);
