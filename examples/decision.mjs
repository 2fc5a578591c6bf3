import { createHmac, timingSafeEqual } from "node:crypto";

/** What Attune decided for the page that a request asks for; null where it says nothing that holds. */
export function decisionOf(request, { site, host, keys, now_ms = Date.now() }) {
  const [payload, mac = ""] = String(request.headers["attune-decision"] ?? "").split(".");
  const path = request.url.split("?")[0];
  const number = (n) => { const bytes = Buffer.alloc(8); bytes.writeBigUInt64LE(BigInt(n)); return bytes; };
  const pieces = ["attune-decision-1", site, host, path, payload].map((text) => Buffer.from(text));
  const signed = Buffer.concat([number(pieces.length), ...pieces.flatMap((piece) => [number(piece.length), piece])]);
  // `ID:HEX`, as printed; of anything else there is no key.
  const secrets = keys.flatMap((key) => /^\d+:([0-9a-f]{64})$/.exec(key)?.[1] ?? []);
  const expected = (secret) => createHmac("sha256", Buffer.from(secret, "hex")).update(signed).digest().subarray(0, 16);
  const given = Buffer.from(mac, "base64url");
  if (given.length !== 16 || !secrets.some((secret) => timingSafeEqual(expected(secret), given))) return null;
  const decision = JSON.parse(Buffer.from(payload, "base64url").toString());
  return decision.expires * 1000 > now_ms ? decision : null;
}
