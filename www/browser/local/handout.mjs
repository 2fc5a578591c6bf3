/** A site with a server of ours: it hands out once a visit what this browser needs to decide the next pages itself. */

import { complain, safely } from "../safely.mjs";
import { send } from "../server.mjs";
import { linesOf } from "./lines.mjs";
import { bytesOf } from "./profile.mjs";
import { requestText } from "./request.mjs";

/** @typedef {import("./core.mjs").Loaded} Loaded */
/** @typedef {import("../page.js").AttuneHandout} Handout */

const HANDOUT_MS_MAX = 5 * 60_000; // then the server is asked again: it may have switched a campaign off
const LOG = "attune:log";

/** How far the server is in the log, as far as any tab knows. @returns {[string, number][]} */
const sent = () =>
  safely(() => {
    const { id, last } = JSON.parse(localStorage[LOG]);
    return /** @type {[string, number][]} */ ([[id, last]]);
  }) ?? [];

/**
 * Decides what can be decided here, and asks the server for the rest.
 * @param {(handout: Handout) => Promise<Loaded>} load
 * @returns {import("./hook.mjs").Answers}
 */
export const besideServer = (load) => {
  /** @type {{ loaded: Loaded, profile: Uint8Array, draws: Uint8Array, tokens: string[], facts: string[], skew_ms: number, until_ms: number } | undefined} */
  let state;
  /** @type {Promise<Loaded> | undefined} */
  let loading;
  let wanted = 0; // number of the newest handout

  /** @param {any} answer */
  const adopt = async ({ plan, local }) => {
    if (!plan?.local || !local) return;
    const number = ++wanted;
    const until_ms = performance.now() + HANDOUT_MS_MAX;
    const skew_ms = local.now_ms - Date.now();
    try {
      const loaded = await (loading ??= load(local));
      // Of another version, or a canary's: only the server has that.
      if (number !== wanted || !loaded.config?.startsWith(plan.v)) return;
      loaded.core.kill(plan.local.killed.join("\n"));
      state = { loaded, profile: bytesOf(plan.local.profile), draws: bytesOf(plan.local.draws), tokens: plan.local.tokens, facts: local.facts, skew_ms, until_ms };
    } catch (error) {
      complain("local", error);
    }
  };
  const drop = () => {
    wanted++;
    state = undefined;
  };
  // Another tab erased the log: the visitor withdrew, or was forgotten.
  addEventListener("storage", ({ key, newValue }) => key === LOG && newValue === null && drop());

  /** @param {NonNullable<typeof state>} known @param {import("../page.js").AttunePlanAsk} ask */
  const decided = (known, ask) => {
    const text = requestText(ask, Date.now() + known.skew_ms, known.facts);
    take(known, ask.beacon, text);
    const json = known.loaded.core.plan_handed_out(text, ask.lang ?? "", known.profile, known.draws);
    // What was taken here is not in the cookie yet, and has to be sent.
    return json ? { ...JSON.parse(json), logs: sent(), tokens: known.tokens } : undefined;
  };
  /** @param {NonNullable<typeof state>} known @param {import("../page.js").AttuneBeacon | undefined} beacon @param {string} text */
  const take = (known, beacon, text) => {
    const taken = beacon && known.loaded.core.take(text, known.profile, linesOf(beacon));
    if (taken) known.profile = taken.slice(4);
  };

  return async (route, body, keepalive) => {
    if (route === "events") {
      if (state) take(state, body, requestText({ url: location.pathname }, Date.now() + state.skew_ms, state.facts));
      return send(route, body, keepalive);
    }
    if (route !== "plan") {
      drop();
      return send(route, body);
    }
    if (state && performance.now() < state.until_ms && !body.frame) {
      const plan = decided(state, body);
      // The log is sent by itself: nothing of it is settled here.
      if (plan) return new Response(JSON.stringify({ consent: plan.consent, plan }));
    }
    const response = await send(route, { ...body, local: true });
    if (response.ok) adopt(await response.clone().json());
    return response;
  };
};
