import { fileURLToPath } from "node:url";

/** The files that all fixtures share, and the packages, are one folder up. */
const root = fileURLToPath(new URL("..", import.meta.url));

/** @type {import("next").NextConfig} */
export default { turbopack: { root }, outputFileTracingRoot: root };
