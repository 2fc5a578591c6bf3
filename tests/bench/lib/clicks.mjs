// Click logs of any size with the shape of a shop's: few products have most clicks, sessions are short, and clicks stay near each other.
import { closeSync, openSync, writeSync } from "node:fs";

const START_S = 1_735_689_600;
const DAYS = 60;

/** A small generator of random numbers (xorshift32), so that every run writes the same log. */
export function random(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/**
 * Writes a log as TSV, with sessions mixed as in time.
 * Products have Zipf's law with this exponent; of a session's next clicks, six in ten are of a product near the last, one in ten goes back.
 */
export function writeClicks(path, { sessions, items, exponent = 0.8, seed = 7, header = "SessionId\tItemId\tTime" }) {
  const next = random(seed);
  const cumulative = new Float64Array(items);
  let sum = 0;
  for (let rank = 0; rank < items; rank++) cumulative[rank] = sum += (rank + 1) ** -exponent;
  const popular = () => {
    const at = next() * sum;
    let [low, high] = [0, items - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulative[middle] < at) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const near = (item) => {
    // Ranks are spread over the shop by a product with a number that has no factor in common with most sizes.
    const place = (item * 7_919) % items;
    const step = Math.ceil(Math.log(1 - next()) / Math.log(0.8)) * (next() < 0.5 ? -1 : 1);
    return inverse(((place + step) % items + items) % items);
  };
  const inverse = invert(7_919, items);
  const file = openSync(path, "w");
  let [text, clicks] = [`${header}\n`, 0];
  const open = [];
  const flush = () => (writeSync(file, text), (text = ""));
  for (let session = 1; session <= sessions; session++) {
    const start = START_S + Math.floor((session / sessions) * DAYS * 86_400);
    const length = 2 + Math.min(98, Math.floor(-2 * Math.log(1 - next())));
    let [item, time] = [popular(), start];
    const seen = [];
    for (let click = 0; click < length; click++) {
      seen.push(item);
      open.push([time, `${session}\t${item}\t${time}\n`]);
      time += 5 + Math.floor(next() * 90);
      const kind = next();
      if (kind < 0.6) item = near(item);
      else if (kind < 0.7) item = seen[Math.floor(next() * seen.length)];
      else if (kind < 0.9) item = near(near(near(item)));
      else item = popular();
    }
    clicks += length;
    if (open.length > 5_000 || session === sessions) {
      // Sessions that overlap in time are mixed, as in a server's log.
      open.sort((a, b) => a[0] - b[0]);
      for (const [, line] of open) text += line;
      open.length = 0;
      flush();
    }
  }
  closeSync(file);
  return clicks;
}

/** The inverse of multiplying by `factor` modulo `size`; where there is none, products are left where they are. */
function invert(factor, size) {
  let [a, b, x, y] = [factor % size, size, 1, 0];
  while (b > 0) [a, b, x, y] = [b, a % b, y, x - Math.floor(a / b) * y];
  if (a !== 1) return (place) => place;
  const inverse = ((x % size) + size) % size;
  return (place) => Number((BigInt(place) * BigInt(inverse)) % BigInt(size));
}
