// Many loads of every fixture, with its adapter and without: `node tests/frameworks/hydration.mjs LOADS`. With the adapter
// nothing warns, moves or is lost; without it, what is reported as seen is on the screen, and every loss is reported.
import { availableParallelism } from "node:os";
import { shiftOf } from "../browser/shop.mjs";
import { serveAll } from "./fixtures.mjs";
import { EVENING, openStage, SHIFT_MIN, SOCKS, WINTER } from "./stage.mjs";

const loads = Number(process.argv[2] ?? 10_000);
const TABS = 4 * availableParallelism();
const LOADS_MAX = 200; // of one visitor
const PROGRESS_LOADS = 500;
const SEEN_MS = 1_000;
const SLACK_MS = 200; // between what the script and the recorder take for one moment, on a busy machine; who takes content out keeps it out for longer
const CONTENT = { hero: WINTER, offer: SOCKS, late: EVENING };
const SLOTS = /** @type {(keyof typeof CONTENT)[]} */ (Object.keys(CONTENT));

const stage = await openStage();
const names = await serveAll(stage);
const ways = names.flatMap((name) => ["", "?mismatch=root", "?plain", "?plain&mismatch=root"].map((query) => `${name}${query}`));
const sums = new Map(ways.map((way) => [way, { loads: 0, seen: 0, lost: 0, warnings: 0, shift: 0 }]));
/** @type {string[]} */
const faults = [];
let next = 0;

/** Says it at once: a campaign takes long. @param {string} text */
function fault(text) {
  faults.push(text);
  console.error(text);
}

/** Notes in the page when each slot begins and ceases to have its content. @param {Record<string, string>} content */
function record(content) {
  /** @type {Record<string, [number, boolean][]>} */
  const states = Object.fromEntries(Object.keys(content).map((slot) => [slot, [[Date.now(), false]]]));
  const look = () => {
    for (const [slot, expected] of Object.entries(content)) {
      const element = document.querySelector(`[data-slot="${slot}"]`);
      const parts = [...(element?.querySelectorAll("h1, h2, p, a") ?? [])].map((part) => part.textContent?.replace(/\s+/g, " ").trim());
      const addresses = [...(element?.querySelectorAll("[src], [href]") ?? [])].map((part) => part.getAttribute("src") ?? part.getAttribute("href"));
      const isThere = [...parts, ...addresses].join(" ") === expected;
      if (states[slot].at(-1)?.[1] !== isThere) states[slot].push([Date.now(), isThere]);
    }
  };
  // Frameworks change a page in one go: what stands at its end is what a visitor sees.
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  Object.assign(window, { states });
}

/** Whether content was there for all of the second before a moment, or at its end. @param {[number, boolean][]} states @param {number} at */
function wasThere(states, at) {
  const ends = states.map((_, number) => states[number + 1]?.[0] ?? Infinity);
  const during = (/** @type {number} */ from, /** @type {number} */ to) => states.filter(([begin], number) => begin < to && ends[number] > from).map(([, isThere]) => isThere);
  return { throughout: during(at - SEEN_MS + SLACK_MS, at - SLACK_MS).every(Boolean), now: during(at - SLACK_MS, at + SLACK_MS).includes(true) };
}

/** What the page reported since it was opened, by slot, with what was there then. @param {import("playwright-core").Page} page */
async function accounts(page) {
  const { begun, states, entries } = await page.evaluate(() => ({ begun: performance.timeOrigin, states: /** @type {any} */ (window).states, entries: JSON.parse(localStorage.getItem("attune:log") ?? "{}").entries ?? [] }));
  // An experiment that draws nothing reports the slot, too.
  const own = entries.filter((/** @type {any} */ { name, at, params }) => at >= begun && /^attune_(impression|lost)$/.test(name) && params.campaign !== "watched");
  return own.map((/** @type {any} */ { name, at, params: { slot } }) => ({ name, slot, ...(slot in states ? wasThere(states[slot], at) : {}) }));
}

/** One load: waits until every slot is reported, and compares. @param {Awaited<ReturnType<typeof stage.visitor>>} visitor @param {string} way */
async function load({ page, problems, events, reported }, way) {
  problems.length = 0;
  const from = events.length;
  await page.goto(`/t/${way}`);
  await reported(SLOTS, from);
  const sum = /** @type {NonNullable<ReturnType<typeof sums.get>>} */ (sums.get(way));
  sum.loads += 1;
  const all = await accounts(page);
  for (const slot of SLOTS) {
    const own = all.filter((/** @type {any} */ account) => account.slot === slot);
    const [{ name, throughout, now }] = own.length > 0 ? own : [{}];
    const isSeen = name === "attune_impression";
    sum[isSeen ? "seen" : "lost"] += 1;
    if (own.length !== 1) fault(`${way}: ${slot} is reported ${own.length} times`);
    else if (isSeen && !throughout) fault(`${way}: ${slot} is reported as seen, and was not there`);
    else if (!isSeen && now) fault(`${way}: ${slot} is reported as lost, and was there`);
    if (!way.includes("plain") && !isSeen) fault(`${way}: ${slot} is lost`);
  }
  sum.warnings += problems.length;
  const shift = await shiftOf(page);
  sum.shift = Math.max(sum.shift, shift);
  if (shift >= SHIFT_MIN && !way.includes("?")) fault(`${way}: content moved by ${shift}`);
  if (problems.length > 0 && !way.includes("?")) fault(`${way}: ${problems.join(" | ").slice(0, 300)}`);
}

async function tab() {
  while (next < loads) {
    const visitor = await stage.visitor();
    await visitor.page.addInitScript(record, CONTENT);
    for (let count = 0; count < LOADS_MAX && next < loads; count++) {
      const way = ways[next++ % ways.length];
      if (next % PROGRESS_LOADS === 0) console.error(`${next} of ${loads} loads, ${faults.length} faults`);
      await load(visitor, way).catch((error) => fault(`${way}: ${error.message.split("\n")[0]}`));
    }
    await visitor.context.close();
  }
}

await Promise.all(Array.from({ length: TABS }, tab));
await stage.close();
console.log(`${"fixture".padEnd(32)}${"loads".padStart(8)}${"seen".padStart(8)}${"lost".padStart(8)}${"warnings".padStart(10)}${"largest shift".padStart(15)}`);
for (const [way, { loads, seen, lost, warnings, shift }] of sums) console.log(`${way.padEnd(32)}${String(loads).padStart(8)}${String(seen).padStart(8)}${String(lost).padStart(8)}${String(warnings).padStart(10)}${shift.toFixed(4).padStart(15)}`);
/** @type {Map<string, number>} */
const counted = new Map();
for (const fault of faults) counted.set(fault, (counted.get(fault) ?? 0) + 1);
for (const [fault, times] of [...counted].slice(0, 40)) console.log(`${times} x ${fault}`);
console.log(`${loads} loads, ${faults.length} faults`);
process.exitCode = faults.length > 0 ? 1 : 0;
