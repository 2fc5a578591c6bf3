// Decides pages with the page core's Wasm. In: the folder of the core, and what to decide. Out: an answer for each request.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const folder = resolve(process.argv[1]);
const { bundle, catalog, keys, pages } = JSON.parse(readFileSync(0, "utf8"));
const { initSync, PageCore } = await import(pathToFileURL(join(folder, "page.js")).href);
initSync({ module: readFileSync(join(folder, "page_bg.wasm")) });
const core = new PageCore(Buffer.from(bundle, "base64"), keys);
if (catalog !== null) core.put(2, Buffer.from(catalog, "base64"));
const answers = pages.map(({ request, prelude }) => Buffer.from(core.open(request, Buffer.from(prelude))).toString("base64"));
process.stdout.write(JSON.stringify(answers));
