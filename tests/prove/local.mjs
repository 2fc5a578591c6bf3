// Decides a million generated visitors, pages and seconds at the edge and in the browser, and then a tenth as many where the browser
// has the whole profile and picks products: node tests/prove/local.mjs [COUNT] [SEED]
import { compare, compareAlone } from "../local/triples.mjs";

const count = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? 1);
const started_ms = performance.now();
const { triples, served, reasons, differences } = await compare(count, seed, { progress: (done) => process.stderr.write(`${done} of ${count}\n`) });
console.log(`${triples} triples from seed ${seed} in ${((performance.now() - started_ms) / 1_000).toFixed(0)} s, ${served} of them for the server alone`);
for (const [reason, slots] of Object.entries(reasons).sort()) console.log(`  ${reason}: ${slots} slots`);
console.log(`${differences.length} differ`);
for (const difference of differences.slice(0, 5)) console.log(JSON.stringify(difference));
const alone = await compareAlone(Math.ceil(count / 35), seed);
console.log(`${alone.triples} pages of a site without a server: ${alone.products} products, ${alone.rotated} times others than before; ${alone.differences.length} visitors differ`);
for (const difference of alone.differences.slice(0, 2)) console.log(JSON.stringify(difference));
if (differences.length + alone.differences.length > 0) process.exitCode = 1;
