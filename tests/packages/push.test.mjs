// The command of the package publishes as the native tool does: the tests of that one, run with this one.
import { fileURLToPath } from "node:url";

process.env.ATTUNE_SCRIPT = fileURLToPath(new URL("../../build/packages/attune/bin/attune.mjs", import.meta.url));
if (process.env.ATTUNE_NATIVE) process.env.ATTUNE_BIN = process.env.ATTUNE_NATIVE;
await import("../edge/push.test.mjs");
