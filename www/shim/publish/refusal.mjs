/** What is answered where something cannot be done: a code for programs, a message and a remedy for people. */

/** The status of each code, and what helps. @type {Record<string, [status: number, remedy: string]>} */
const CODES = {
  unsigned: [401, "sign the request with HTTP Message Signatures (RFC 9421); `attune status` and `attune push` do"],
  malformed_signature: [400, "send exactly the signature headers that SPEC.md describes under Signed requests"],
  stale: [401, "sign anew, for 60 seconds at most; if that does not help, set this machine's clock"],
  clock: [401, "set this machine's clock, or sign with the time of this answer"],
  unknown_key: [401, "use a key that stands in MANIFEST_KEYS of the deployment, or add this one there and deploy"],
  bad_signature: [401, "sign with the private key that belongs to the key id, over the request as it is sent"],
  replayed: [401, "sign each request anew, with a nonce of its own"],
  audience: [401, "check the address; if the control plane is really a new one, take its audience from this answer"],
  digest: [400, "send exactly the body that was signed; a proxy on the way may have changed it"],
  role: [403, "use a key that has the role, or add the role in MANIFEST_KEYS of the deployment"],
  malformed: [400, "correct the request; docs/server-api.md has its form"],
  too_large: [413, "make it smaller; docs/server-api.md has the limits"],
  not_found: [404, "check the address; docs/server-api.md has all of them"],
  conflict: [409, "look at what came between, take it into account, and publish again"],
  missing_artifacts: [409, "upload the artifacts that are listed, then send the draft again"],
  no_bucket: [409, "add the R2 binding EXPORT to control.toml, as docs/export.md has it under To R2, and deploy the control Worker"],
  too_many_drafts: [409, "withdraw a draft that nobody needs any more"],
  too_many_kills: [409, "revive campaigns, or kill everything"],
  older: [409, "make the data anew; newer data is live already"],
  invalid_manifest: [422, "correct what the message says, sign, and push again"],
  invalid_statement: [422, "take the next number from `state`, sign, and send it again"],
  invalid_data: [422, "sign the data manifest with a key for data, for this site, as SPEC.md has it under Data manifest"],
  invalid_signature: [422, "sign the bytes of the draft with a key for publish or approve"],
  invalid_live: [422, "sign the data with a key for data, or weights with one for weights, for this site and kind"],
  busy: [503, "wait a second and try again: the same thing is being uploaded or written"],
  unavailable: [503, "try again in a minute"],
  not_configured: [503, "set what the message names and deploy both Workers"],
};

/** Something that cannot be done. */
export class Refusal extends Error {
  /**
   * @param {keyof typeof CODES} code
   * @param {string} message lower case, without a full stop
   * @param {Record<string, unknown>} [facts] further fields of the answer
   */
  constructor(code, message, facts = {}) {
    super(message);
    this.code = code;
    this.facts = facts;
  }
}

/**
 * The answer to an error: of a refusal what it says, of anything else that it is not the request's fault.
 * @param {unknown} error
 * @returns {Response}
 */
export function errorAnswer(error) {
  const { code, message, facts } = error instanceof Refusal ? error : new Refusal("unavailable", "this cannot be done now");
  const [status, remedy] = CODES[code];
  return json(status, { error: { code, message, remedy, ...facts } });
}

/**
 * @param {number} status
 * @param {unknown} value
 */
export function json(status, value) {
  return Response.json(value, { status, headers: { "Cache-Control": "no-store" } });
}
