/** What the visitor answers in the site's own consent tool. Strings are read at the edge; here are only the tools' events. */

import { get, safely } from "./safely.mjs";

/** A choice for each purpose; nothing where the tool does not say. @typedef {{ personalization?: boolean, measurement?: boolean }} Choice */
/** @typedef {(choice: Choice) => void} Said */

const TOOL_MS = 500; // how often it is looked for
const TOOL_TRIES_MAX = 240;

/** Calls a tool's function, whenever it loads. @param {string} name @param {(tool: (...args: unknown[]) => void) => void} use @param {number} [tries] */
const whenever = (name, use, tries = 0) => {
  const tool = get(window, name);
  if (tool) safely(() => use(tool));
  else if (tries < TOOL_TRIES_MAX) setTimeout(whenever, TOOL_MS, name, use, tries + 1);
};

/** IAB TCF 2.2 and 2.3: purposes 1, 5 and 6 are personalization, 1 and 8 measurement. @param {any} consents by number of the purpose */
const purposes = (consents) => {
  const has = (/** @type {number[]} */ ...ids) => ids.every((id) => consents[id] === true);
  return { personalization: has(1, 5, 6), measurement: has(1, 8) };
};

/** @param {Said} said */
const tcf = (said) =>
  whenever("__tcfapi", (tool) =>
    tool("addEventListener", 2, (/** @type {any} */ { gdprApplies, eventStatus, purpose, publisher }) =>
      safely(() => {
        if (!gdprApplies || !/^(tcl|user)/.test(eventStatus)) return;
        const { consents, legitimateInterests } = publisher;
        // What the visitor agreed to for the shop itself, where the tool asks that.
        const isAsked = [consents, legitimateInterests].some((bits) => Object.values(bits).includes(true));
        said(purposes(isAsked ? consents : purpose.consents));
      }),
    ),
  );

/** @param {Said} said */
const gpp = (said) =>
  whenever("__gpp", (tool) =>
    tool("addEventListener", (/** @type {any} */ { pingData }) =>
      safely(() => {
        if (pingData.signalStatus !== "ready") return;
        const choices = Object.entries(pingData.parsedSections).map(([name, parts]) => {
          const section = Object.assign({}, ...[parts].flat());
          if (name === "tcfeuv2") return purposes([, ...section.PurposeConsents]);
          const isOut = [section.SaleOptOut, section.SharingOptOut, section.TargetedAdvertisingOptOut].includes(1);
          return /** @type {Choice} */ (isOut ? { personalization: false, measurement: false } : {});
        });
        // A no wins over a yes, and a yes over silence: so they are sorted.
        const of = (/** @type {keyof Choice} */ purpose) => choices.map((choice) => choice[purpose]).sort()[0];
        said({ personalization: of("personalization"), measurement: of("measurement") });
      }),
    ),
  );

/** @type {string | undefined} */
let heard;
/** Begins to listen to the tool that the configuration names. @param {string | undefined} source @param {Said} said */
export const listen = (source, said) => {
  if (heard === source) return;
  heard = source;
  if (source === "tcf") tcf(said);
  if (source === "gpp") gpp(said);
};

/** The choice in an entry of the data layer: `gtag("consent", "update", ...)`. @param {any} entry @returns {Choice | undefined} */
export const choiceOf = (entry) => {
  if (get(entry, 0) !== "consent" || get(entry, 1) !== "update") return;
  const of = (/** @type {string} */ name) => ({ granted: true, denied: false })[/** @type {"granted"} */ (get(get(entry, 2), name))];
  return { personalization: of("personalization_storage"), measurement: of("analytics_storage") };
};
