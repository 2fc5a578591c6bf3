/** A site without a server of ours: the profile is in this browser's storage, and everything is answered here. */

import { safely } from "../safely.mjs";
import { linesOf } from "./lines.mjs";
import { bytesOf, textOf } from "./profile.mjs";
import { ownFacts, requestText } from "./request.mjs";

/** @typedef {import("./core.mjs").Loaded} Loaded */

const STORE = "attune:profile";

/** @type {string | undefined} the profile, where storage is refused or full */
let memory;
const held = () => bytesOf(memory ?? safely(() => localStorage.getItem(STORE)) ?? "");
/** @param {Uint8Array} profile */
const keep = (profile) => {
  memory = textOf(profile);
  safely(() => {
    if (memory) localStorage.setItem(STORE, memory);
    else localStorage.removeItem(STORE);
    memory = undefined;
  });
};

/** @param {object} body @param {number} [status] */
const answer = (body, status) => new Response(JSON.stringify(body), { status });
const here = () => ({ url: location.pathname + location.search, referrer: document.referrer });

/**
 * Answers as the server would.
 * @param {Promise<Loaded>} loading
 * @returns {import("./hook.mjs").Answers}
 */
export const ownServer = (loading) => async (route, body) => {
  const { core } = await loading;
  const now_ms = Date.now();
  const text = requestText({ ...here(), ...(route === "plan" ? body : {}) }, now_ms, ownFacts());
  const consent = () => {
    const [personalization, measurement] = core.consent(text, held())?.split(" ") ?? [];
    return { personalization, measurement };
  };
  /** @param {import("../page.js").AttuneBeacon | undefined} beacon */
  const take = (beacon) => {
    const taken = beacon && core.take(text, held(), linesOf(beacon));
    if (!taken) return { last: null, mail: 0, applied: 0, rejected: [], consent: consent() };
    keep(taken.subarray(4));
    const last = new DataView(taken.buffer, taken.byteOffset).getUint32(0, true);
    return { last, mail: 0, applied: 0, rejected: [], consent: consent() };
  };
  if (route === "plan") {
    if (!body.frame && !document.prerendering) keep(core.begin(text, held()) ?? held());
    const taken = take(body.beacon);
    return answer({ ...taken, plan: JSON.parse(core.plan(text, body.lang ?? "", held()) ?? "null") });
  }
  if (route === "events") return answer(take(body));
  if (route === "consent") {
    keep(core.answer(text, held(), body.personalization === true, body.measurement === true) ?? held());
    return answer({ consent: consent() });
  }
  if (route === "forget") {
    const { personalization } = consent();
    keep(new Uint8Array());
    // A refusal outlives the forgetting.
    if (personalization === "denied") keep(core.answer(text, new Uint8Array(), false, false) ?? new Uint8Array());
    return answer({ consent: consent(), forgotten: true });
  }
  return answer({ error: { code: "no_server", message: `${route} needs a server, and this site has none` } }, 404);
};
