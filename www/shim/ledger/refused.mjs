/** A message that is not taken, and the answers in JSON. */

/** What is wrong with a message: it has changed nothing. */
export class Refused extends Error {
  /**
   * @param {string} message lower case, without a full stop
   * @param {number} [status]
   */
  constructor(message, status = 400) {
    super(message);
    this.status = status;
  }
}

/**
 * @param {number} status
 * @param {unknown} value
 * @param {Record<string, string>} [headers]
 */
export function json(status, value, headers = {}) {
  return Response.json(value, { status, headers: { "Cache-Control": "no-store", ...headers } });
}
