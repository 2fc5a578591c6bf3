/** What the clock says where the visitor is. */

const ZONES_MAX = 128;
/** No zone changes its offset inside a quarter of an hour. */
const QUARTER_MS = 15 * 60 * 1000;

/** @type {Map<string, { format: Intl.DateTimeFormat | null, quarter: number, offset: number | null }>} */
const zones = new Map();

/**
 * Minutes to add to UTC in a zone at a moment; `null` when the zone is unknown.
 * @param {string} zone IANA name, such as `Europe/London`
 * @param {number} now_ms
 */
export function utcOffsetMinutes(zone, now_ms) {
  let known = zones.get(zone);
  if (known === undefined) {
    if (zones.size >= ZONES_MAX) zones.clear();
    known = { format: formatter(zone), quarter: -1, offset: null };
    zones.set(zone, known);
  }
  const quarter = Math.floor(now_ms / QUARTER_MS);
  if (known.quarter !== quarter && known.format !== null) {
    known.quarter = quarter;
    known.offset = offsetIn(known.format, now_ms);
  }
  return known.offset;
}

/** @param {string} timeZone */
function formatter(timeZone) {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  } catch {
    return null;
  }
}

/**
 * @param {Intl.DateTimeFormat} format
 * @param {number} now_ms
 */
function offsetIn(format, now_ms) {
  const name = format.formatToParts(now_ms).find((part) => part.type === "timeZoneName")?.value ?? "";
  const parts = /^GMT(?:([+-])(\d\d):(\d\d))?/.exec(name);
  if (parts === null) return null;
  const minutes = Number(parts[2] ?? 0) * 60 + Number(parts[3] ?? 0);
  return parts[1] === "-" ? -minutes : minutes;
}
