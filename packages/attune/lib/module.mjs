// The studio module: compiler and core in Wasm.
import { readFileSync } from "node:fs";
import * as bindings from "../studio/studio.js";

bindings.initSync({ module: readFileSync(new URL("../studio/studio_bg.wasm", import.meta.url)) });

export const { run } = bindings;
export const commands = bindings.commands();
export const version = bindings.version();
