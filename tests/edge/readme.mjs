// The example of docs/decision-header.md, as it stands there: documentation that is run cannot rot.
import { readFileSync } from "node:fs";

const page = readFileSync(new URL("../../docs/decision-header.md", import.meta.url), "utf8");
const [, example] = /```js\n(import [^]*?export function decisionOf[^]*?)```/.exec(page) ?? [];
if (example === undefined) throw new Error("docs/decision-header.md has no example of decisionOf");

/** @type {{ decisionOf: (request: { url: string, headers: Record<string, unknown> }, options: { site: string, host: string, keys: string[], now_ms?: number }) => any }} */
export const { decisionOf } = await import(`data:text/javascript,${encodeURIComponent(example)}`);
