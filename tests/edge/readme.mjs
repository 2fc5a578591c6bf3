// The example of the README, as it stands there: documentation that is run cannot rot.
import { readFileSync } from "node:fs";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const [, example] = /```js\n(import [^]*?export function decisionOf[^]*?)```/.exec(readme) ?? [];
if (example === undefined) throw new Error("README.md has no example of decisionOf");

/** @type {{ decisionOf: (request: { url: string, headers: Record<string, unknown> }, options: { site: string, host: string, keys: string[], now_ms?: number }) => any }} */
export const { decisionOf } = await import(`data:text/javascript,${encodeURIComponent(example)}`);
