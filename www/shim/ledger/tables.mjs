/** The tables of a shard. Those with a key of text are kept in the order of the key alone: a second tree would be a second row to write. */

const TABLES = `
  CREATE TABLE IF NOT EXISTS exposures (unit TEXT, experiment TEXT, arm TEXT NOT NULL, epoch INTEGER NOT NULL, minute INTEGER NOT NULL,
    slices TEXT NOT NULL, x TEXT NOT NULL, totals TEXT NOT NULL, until_s INTEGER NOT NULL, PRIMARY KEY (unit, experiment)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS events (unit TEXT, id TEXT, at_s INTEGER NOT NULL, version INTEGER NOT NULL, goals TEXT NOT NULL,
    until_s INTEGER NOT NULL, PRIMARY KEY (unit, id)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS sums (experiment TEXT, arm TEXT, epoch INTEGER, cohort INTEGER, day INTEGER, goal TEXT, slice TEXT,
    n INTEGER NOT NULL, converters INTEGER NOT NULL, y INTEGER NOT NULL, yy INTEGER NOT NULL, d INTEGER NOT NULL, dd INTEGER NOT NULL,
    yd INTEGER NOT NULL, x INTEGER NOT NULL, xx INTEGER NOT NULL, xy INTEGER NOT NULL, xd INTEGER NOT NULL,
    first_minute INTEGER, last_minute INTEGER,
    PRIMARY KEY (experiment, slice, arm, epoch, cohort, day, goal)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS counts (day INTEGER, name TEXT, n INTEGER NOT NULL, PRIMARY KEY (day, name)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS attrition (day INTEGER, experiment TEXT, arm TEXT, n INTEGER NOT NULL, PRIMARY KEY (day, experiment, arm)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, value INTEGER, refunded INTEGER, version INTEGER NOT NULL,
    at_s INTEGER NOT NULL, units TEXT NOT NULL, goals TEXT NOT NULL, until_s INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS keys (key TEXT PRIMARY KEY, until_s INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS outbox (id TEXT, unit TEXT, version INTEGER NOT NULL, event TEXT NOT NULL, now_s INTEGER NOT NULL,
    made_ms INTEGER NOT NULL, due_ms INTEGER NOT NULL, attempts INTEGER NOT NULL, PRIMARY KEY (id, unit)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;`;

/** @param {ObjectStorage} storage */
export function makeTables(storage) {
  storage.sql.exec(TABLES);
}

/**
 * @param {ObjectStorage} storage
 * @param {string} query
 * @param {...(string | number | null)} values
 * @returns {Record<string, any>[]}
 */
export function rowsOf(storage, query, ...values) {
  return storage.sql.exec(query, ...values).toArray();
}

/**
 * Runs a statement.
 * @param {ObjectStorage} storage
 * @param {string} statement
 * @param {...(string | number | null)} values
 * @returns {number} how many rows it has written
 */
export function run(storage, statement, ...values) {
  const cursor = storage.sql.exec(statement, ...values);
  // A cursor counts what it has done once it is read.
  cursor.toArray();
  return cursor.rowsWritten;
}
