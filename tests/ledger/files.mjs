// What a shard has on disk.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Database files of the shards. @param {string} persist */
export const databases = (persist) => readdirSync(persist, { recursive: true, encoding: "utf8" }).filter((name) => /Ledger.*[0-9a-f]{64}\.sqlite$/.test(name)).map((name) => join(persist, name));

/** A database file with the pages of its write-ahead log, as SQLite merges them (https://www.sqlite.org/fileformat2.html#walformat). @param {string} file */
export function merged(file) {
  const bytes = readFileSync(file);
  const log = existsSync(`${file}-wal`) ? readFileSync(`${file}-wal`) : Buffer.alloc(0);
  /** @type {Map<number, Buffer>} */
  const pages = new Map();
  const size = log.length > 32 ? log.readUInt32BE(8) : 4096;
  for (let at = 0; at + size <= bytes.length; at += size) pages.set(at / size + 1, bytes.subarray(at, at + size));
  for (let at = 32; at + 24 + size <= log.length; at += 24 + size) {
    // A frame of an earlier log, whose place was not needed yet.
    if (log.compare(log, 16, 24, at + 8, at + 16) !== 0) break;
    pages.set(log.readUInt32BE(at), log.subarray(at + 24, at + 24 + size));
  }
  return Buffer.concat([...pages.values()]).toString("latin1");
}
