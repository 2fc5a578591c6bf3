/** What happened, on its way to the log. The script that keeps it is loaded once the visitor has agreed. */

import { safely } from "./safely.mjs";
import { find } from "./print.mjs";
import { address, nonce } from "./server.mjs";
import { trusted } from "./trusted.mjs";

/** @typedef {import("./page.js").AttunePlan} Plan */
/** @typedef {typeof import("./beacons.mjs").beacons} Beacons */
/** @typedef {ReturnType<Beacons>} Log */
/** What the log does without an answer. @typedef {"start" | "follow" | "record" | "take" | "track" | "wake" | "resume"} Verb */

const STORE = "attune:log";
const LOG = Symbol.for("attune.log");
const CALLS_MAX = 200; // that wait for the script

/**
 * @param {(isErased?: boolean) => void} refused nothing is granted any more, or another tab erased the log
 * @param {(path: string) => unknown} view a page of a single-page app is looked at
 */
export const recorder = (refused, view) => {
  /** @type {Log | undefined} */
  let log;
  /** @type {(() => void)[]} */
  let waiting = [];

  /** Loads a script of Attune, once. @param {string} file */
  const load = (file) =>
    find(`script[src$="/_attune/${file}"]`) || document.head.append(Object.assign(document.createElement("script"), { src: trusted("createScriptURL", address(file)), nonce }));
  /** Takes the script's functions, once it is there. */
  const attach = () => {
    const { [LOG]: make } = /** @type {{ [LOG]?: Beacons }} */ (/** @type {unknown} */ (window));
    if (log || !make) return;
    log = make(refused, view, load);
    waiting.forEach((call) => call());
    waiting = [];
  };
  const fetchIt = () => {
    attach();
    if (!log) load("log.js");
  };

  return {
    attach,
    /** Loads the script ahead, where the visitor had agreed when the last page was left. */
    prepare: () => safely(() => localStorage.getItem(STORE) && fetchIt()),
    /** @template {Verb} V @param {V} verb @param {Parameters<Log[V]>} args */
    tell(verb, ...args) {
      const call = () => /** @type {(...args: unknown[]) => void} */ (/** @type {Log} */ (log)[verb])(...args);
      if (log) return call();
      fetchIt();
      if (log) call();
      else if (waiting.length < CALLS_MAX) waiting.push(call);
    },
    stop() {
      waiting = [];
      if (log) log.stop();
      else safely(() => localStorage.removeItem(STORE));
    },
    /** Only once the script is there. */
    get log() {
      return log;
    },
  };
};
