/** A request that is answered with an error, in the same form as Attune's own. */
export class Refusal extends Error {
  /** @param {number} status @param {string} code @param {string} message @param {Record<string, string>} [headers] */
  constructor(status, code, message, headers = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** @param {unknown} value @param {Record<string, string>} [headers] @param {number} [status] */
export function answer(value, headers = {}, status = 200) {
  return new Response(JSON.stringify(value), { status, headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers } });
}

/** @param {Refusal} refusal */
export const refuse = ({ status, code, message, headers }) => answer({ error: { code, message } }, headers, status);
