// Compares a million strings of consent tools with what the IAB's own packages read: node tests/prove/consent.mjs [COUNT] [SEED]
import { compare } from "../consent/compare.mjs";

const count = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? 1);
let wrong = 0;
for (const kind of /** @type {const} */ (["tcf", "gpp"])) {
  const { strings, same, bothRefuse, said, differ, unexplained } = compare(kind, Math.ceil(count / 2), seed);
  console.log(`${kind}: ${strings} strings, ${same} read alike (${bothRefuse} refused by both), seed ${seed}`);
  for (const [words, times] of Object.entries(said).sort()) console.log(`  ${words}: ${times}`);
  for (const [reason, times] of Object.entries(differ).sort()) console.log(`  differs, because of ${reason}: ${times}`);
  for (const line of unexplained.slice(0, 20)) console.log(`  UNEXPLAINED ${line}`);
  wrong += unexplained.length;
}
if (wrong > 0) {
  console.log(`${wrong} differences have no reason`);
  process.exitCode = 1;
}
