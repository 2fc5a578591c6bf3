// The control Worker as it ships, behind bindings and storage that count. Its default export says what was asked since the last time, and
// begins anew.
import * as shipped from "../www/shim/control-worker.mjs";

/** @type {Record<string, number>} */
let counts = {};
/** Rows are counted while they are read. @type {any[]} */
let cursors = [];
let isCounted = false;

/** @param {string} what @param {number} [times] */
const add = (what, times = 1) => (counts[what] = (counts[what] ?? 0) + times);

/** The core asks for the name of the class. */
class DurableObjectNamespace {
  /** @param {any} namespace */
  constructor(namespace) {
    this.namespace = namespace;
  }
  idFromName(name) {
    return this.namespace.idFromName(name);
  }
  get(id) {
    return counted(this.namespace.get(id));
  }
  getByName(name) {
    return counted(this.namespace.getByName(name));
  }
}

/** A stub of which each call counts. */
const counted = (stub) => new Proxy({}, { get: (_, method) => (...words) => (add("object call"), stub[method](...words)) });

/** @param {any} env */
const countedBindings = (env) => ({ ...env, ...Object.fromEntries(["ORDERS", "LEDGER", "PUBLISHER"].map((name) => [name, new DurableObjectNamespace(env[name])])) });

/** @param {any} env */
const countedStore = (env) => ({
  ...env,
  CONFIG: {
    put: (...words) => (add("KV write"), env.CONFIG.put(...words)),
    get: (...words) => (add("KV read"), env.CONFIG.get(...words)),
    delete: (...words) => (add("KV delete"), env.CONFIG.delete(...words)),
  },
});

/** Rows and alarms of every object of this Worker count: an object takes no other state than the platform's. @param {any} ctx */
function countRows({ storage }) {
  const [sql, alarms] = [storage.sql, storage].map((object) => Object.getPrototypeOf(object));
  if (isCounted) return;
  isCounted = true;
  const { exec } = sql;
  sql.exec = function (...words) {
    const cursor = exec.apply(this, words);
    cursors.push(cursor);
    return cursor;
  };
  const { setAlarm } = alarms;
  // An alarm is written as a row.
  alarms.setAlarm = function (...words) {
    add("row written");
    return setAlarm.apply(this, words);
  };
}

export class Control extends shipped.Control {
  constructor(ctx, env) {
    super(ctx, countedBindings(env));
  }
}

export class Orders extends shipped.Orders {
  constructor(ctx, env) {
    countRows(ctx);
    super(ctx, env);
  }
}

export class Ledger extends shipped.Ledger {
  constructor(ctx, env) {
    countRows(ctx);
    super(ctx, { ...env, LEDGER: new DurableObjectNamespace(env.LEDGER) });
  }
}

export class Publisher extends shipped.Publisher {
  constructor(ctx, env) {
    countRows(ctx);
    super(ctx, countedStore(env));
  }
}

export default {
  fetch() {
    for (const { rowsRead, rowsWritten } of cursors) {
      if (rowsRead > 0) add("row read", rowsRead);
      if (rowsWritten > 0) add("row written", rowsWritten);
    }
    const answer = Response.json(counts);
    [counts, cursors] = [{}, []];
    return answer;
  },
};
