/** Where the page script asks before it asks the server. */

/**
 * @typedef {(route: string, body: any, send: (body: object) => Promise<Response>) => Promise<Response>} Server
 */

const all = /** @type {{ [name: symbol]: unknown }} */ (/** @type {unknown} */ (window));

/** @param {Server} server */
export const install = (server) => {
  all[Symbol.for("attune.server")] = server;
};
