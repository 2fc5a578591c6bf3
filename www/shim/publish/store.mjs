/** What the publisher remembers: tables of its SQLite storage, and one row that says what holds now. Nothing here waits. */

/**
 * What holds.
 * @typedef {object} Present
 * @property {number} serial of the last entry of the history
 * @property {string} hash of that entry; zeros before the first
 * @property {string | null} manifest
 * @property {string | null} data id of the data manifest
 * @property {string | null} before what holds where `manifest` is withdrawn
 * @property {string[]} withdrawn of `manifest` and `before`
 * @property {string | null} kills name of the kill list
 * @property {number} nextKill
 * @property {string | null} killsStored name of the kill list that KV has
 * @property {{ serial: number, moment_s: number, at_ms: number, renewAt_ms: number } | null} head the last one that KV has
 */

/** @type {Present} */
const NOTHING = { serial: 0, hash: "0".repeat(64), manifest: null, data: null, before: null, withdrawn: [], kills: null, nextKill: 1, killsStored: null, head: null };
const ALARMS_MAX = 32;
/** After so long without being said again an alarm is over. */
const ALARM_S = 24 * 3600;

/** A published manifest, of a version or of data; `stored`: 0 KV has yet to get it, 1 it has it, 2 it was thrown away there. @typedef {{ id: string, serial: number, bytes: Uint8Array<ArrayBuffer>, stored: number }} Published */
/** What waits for signatures. @typedef {{ id: string, file: Uint8Array<ArrayBuffer>, message: string, diff: string, at_s: number, expires_s: number, stored: number }} Draft `diff` is JSON */
/** A signed statement of the kill list. @typedef {{ number: number, id: string, serial: number, file: Uint8Array<ArrayBuffer> }} Kept */

export class Store {
  /** @param {ObjectStorage} storage */
  constructor(storage) {
    this.storage = storage;
    this.sql = storage.sql;
    this.sql.exec(`CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS history (serial INTEGER PRIMARY KEY, hash TEXT NOT NULL, text TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS manifests (id TEXT PRIMARY KEY, serial INTEGER NOT NULL, bytes BLOB NOT NULL, stored INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS artifacts (sha256 TEXT PRIMARY KEY, bytes INTEGER NOT NULL) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS drafts (id TEXT PRIMARY KEY, file BLOB NOT NULL, message TEXT NOT NULL, diff TEXT NOT NULL, at_s INTEGER NOT NULL, expires_s INTEGER NOT NULL, stored INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS previews (id TEXT PRIMARY KEY, at_s INTEGER NOT NULL, expires_s INTEGER NOT NULL, config TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS statements (number INTEGER PRIMARY KEY, id TEXT NOT NULL, serial INTEGER NOT NULL, file BLOB NOT NULL);
      CREATE TABLE IF NOT EXISTS uploads (sha256 TEXT PRIMARY KEY, at_s INTEGER NOT NULL) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS kill_lists (id TEXT PRIMARY KEY, replaced_s INTEGER NOT NULL) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS garbage (key TEXT PRIMARY KEY) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS nonces (nonce TEXT PRIMARY KEY, expires_s INTEGER NOT NULL) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS nonces_by_end ON nonces (expires_s);
      CREATE TABLE IF NOT EXISTS alarms (kind TEXT NOT NULL, text TEXT NOT NULL, at_s INTEGER NOT NULL, PRIMARY KEY (kind, text)) WITHOUT ROWID;`);
  }

  /**
   * @param {string} query
   * @param {...(string | number | null | Uint8Array)} values
   * @returns {Record<string, any>[]} bytes as arrays of bytes
   */
  rows(query, ...values) {
    return this.sql.exec(query, ...values).toArray().map((row) => {
      const columns = Object.entries(row).map(([name, value]) => [name, value instanceof ArrayBuffer ? new Uint8Array(value) : value]);
      return Object.fromEntries(columns);
    });
  }

  /** @param {string} name @returns {any} */
  fact(name) {
    const [row] = this.rows("SELECT value FROM facts WHERE name = ?", name);
    return row && JSON.parse(row.value);
  }

  /** @param {string} name @param {unknown} value */
  setFact(name, value) {
    this.sql.exec("INSERT OR REPLACE INTO facts VALUES (?, ?)", name, JSON.stringify(value));
  }

  /** @returns {Present} */
  present() {
    return { ...NOTHING, ...this.fact("present") };
  }

  /** @param {Partial<Present>} change */
  setPresent(change) {
    this.setFact("present", { ...this.present(), ...change });
  }

  /** @param {string} id @returns {Published | undefined} */
  manifest(id) {
    return /** @type {Published | undefined} */ (this.rows("SELECT * FROM manifests WHERE id = ?", id)[0]);
  }

  /** @param {string} id of one that is there @returns {Published} */
  published(id) {
    return /** @type {Published} */ (this.manifest(id));
  }

  /** @param {string} id @param {number} now_s @returns {Draft | undefined} */
  draft(id, now_s) {
    return this.drafts(now_s).find((draft) => draft.id === id);
  }

  /** @param {number} now_s @returns {Draft[]} oldest first; those that have expired are gone */
  drafts(now_s) {
    this.sql.exec("DELETE FROM drafts WHERE expires_s <= ?", now_s);
    return /** @type {Draft[]} */ (this.rows("SELECT * FROM drafts ORDER BY at_s, id"));
  }

  /** @param {number} now_s @returns {{ id: string, at_s: number, expires_s: number, config: string }[]} drafts that are there to be looked at, oldest first, and the hashes of their configurations */
  previews(now_s) {
    this.sql.exec("DELETE FROM previews WHERE expires_s <= ?", now_s);
    return /** @type {any} */ (this.rows("SELECT * FROM previews ORDER BY at_s, id"));
  }

  /** @param {string} key of KV that nothing refers to any more */
  throwAway(key) {
    this.sql.exec("INSERT OR IGNORE INTO garbage VALUES (?)", key);
  }

  /** @returns {Kept[]} */
  statements() {
    return /** @type {Kept[]} */ (this.rows("SELECT * FROM statements ORDER BY number"));
  }

  /**
   * Something that a person should know. Who says it says it again while it lasts.
   * @param {string} kind
   * @param {string} text
   * @param {number} at_s
   */
  alarm(kind, text, at_s) {
    this.sql.exec("INSERT OR REPLACE INTO alarms VALUES (?, ?, ?)", kind.slice(0, 16), text.slice(0, 300), at_s);
    this.sql.exec("DELETE FROM alarms WHERE (kind, text) NOT IN (SELECT kind, text FROM alarms ORDER BY at_s DESC LIMIT ?)", ALARMS_MAX);
  }

  /** @param {number} now_s */
  alarms(now_s) {
    this.sql.exec("DELETE FROM alarms WHERE at_s < ?", now_s - ALARM_S);
    return this.rows("SELECT at_s, kind, text FROM alarms ORDER BY at_s DESC, kind, text");
  }

  /** @param {string} kind */
  clearAlarm(kind) {
    this.sql.exec("DELETE FROM alarms WHERE kind = ?", kind);
  }
}
