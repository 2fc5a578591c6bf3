// A Worker that gives requests to the ledger's shards: /NAME/take is /take of the shard NAME. Its objects are the shipped class, with
// some addresses more for what a test cannot wait for or see from outside.
import { Ledger as Shipped } from "../../www/shim/ledger/ledger.mjs";

export class Ledger extends Shipped {
  /** Deliveries that fail. */
  #failures = 0;

  /** @param {Request} request */
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    const sql = /** @type {any} */ (this.ctx).storage.sql;
    switch (pathname) {
      case "/test/alarm":
        await this.alarm();
        return new Response();
      // So many deliveries fail.
      case "/test/fail":
        this.#failures = Number(await request.text());
        return new Response();
      case "/apply":
        if (this.#failures > 0) return (this.#failures -= 1), new Response("a failure of the test", { status: 500 });
        return super.fetch(request);
      // Rows that were read and written since it was asked before; from the first time on they are counted.
      case "/test/cost":
        return Response.json(cost(/** @type {any} */ (this.ctx).storage));
      // Answers once no version of an order is on its way.
      case "/test/delivered":
        while (sql.exec("SELECT 1 FROM outbox WHERE id = ?", searchParams.get("order")).toArray().length > 0) await new Promise((resolve) => setTimeout(resolve, 1));
        return new Response();
      // What a table holds.
      case "/test/rows":
        return Response.json(sql.exec(`SELECT * FROM ${searchParams.get("table")}`).toArray());
      case "/test/sql":
        return Response.json(sql.exec(await request.text()).toArray());
      default:
        return super.fetch(request);
    }
  }
}

/** @type {any[]} */
let cursors = [];
let isCounted = false;

/** @param {any} storage */
function cost(storage) {
  const sum = { read: 0, written: 0 };
  for (const { rowsRead, rowsWritten } of cursors) [sum.read, sum.written] = [sum.read + rowsRead, sum.written + rowsWritten];
  cursors = [];
  const sql = Object.getPrototypeOf(storage.sql);
  if (!isCounted) {
    isCounted = true;
    const { exec } = sql;
    sql.exec = function (/** @type {any[]} */ ...words) {
      const cursor = exec.apply(this, words);
      cursors.push(cursor);
      return cursor;
    };
  }
  return sum;
}

export default {
  /** @param {Request} request @param {any} env */
  fetch(request, { LEDGER }) {
    const url = new URL(request.url);
    const [, name, ...rest] = url.pathname.split("/");
    return LEDGER.get(LEDGER.idFromName(name)).fetch(new Request(new URL(`/${rest.join("/")}${url.search}`, url), request));
  },
};
