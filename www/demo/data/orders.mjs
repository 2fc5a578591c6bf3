// The real baskets as order lines, for `attune learn --orders`: node www/demo/data/orders.mjs --out FILE
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';

const { values } = parseArgs({ options: { out: { type: 'string' } } });
const data = JSON.parse(gunzipSync(readFileSync(new URL('baskets.json.gz', import.meta.url))).toString('utf8'));
let at_ms = Date.parse(data.start);
const lines = ['session\titem\ttime'];
data.baskets.forEach(([minutes, , , products], order) => {
  at_ms += minutes * 60_000;
  for (const product of products) lines.push(`${order + 1}\t${data.skus[product]}\t${new Date(at_ms).toISOString()}`);
});
writeFileSync(values.out, `${lines.join('\n')}\n`);
