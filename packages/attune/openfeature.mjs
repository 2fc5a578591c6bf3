// A provider for OpenFeature's web SDK: the flags are the campaigns of the plan that is in the page.
import { ErrorCode, OpenFeatureEventEmitter, ProviderEvents, StandardResolutionReasons } from "@openfeature/web-sdk";
import { attune } from "./browser.mjs";

/** In these the visitor takes part, and has no arm. */
const HELD_OUT = ["holdout", "layer-holdout"];
/** The arms of flags that are on or off. */
const WORDS = { on: true, off: false, true: true, false: false };

/** What each flag is, to tell which have changed. */
const flagsOf = (plan) => new Map((plan?.slots ?? []).filter(({ campaign }) => campaign !== null).map(({ campaign, arm, reason }) => [campaign, `${arm} ${reason}`]));

export class AttuneProvider {
  metadata = { name: "attune" };
  runsOn = "client";
  events = new OpenFeatureEventEmitter();
  #timeout_ms;
  /** The newest plan; `undefined` while there is none. */
  #plan;
  /** `failed`: the script did not come in time. */
  #state = "waiting";
  #end = () => {};

  constructor({ timeout_ms = 5_000 } = {}) {
    this.#timeout_ms = timeout_ms;
  }

  async initialize() {
    this.#end = attune.on("plan", (plan) => this.#take(plan));
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`the page script did not come within ${this.#timeout_ms} ms`)), this.#timeout_ms);
    });
    try {
      this.#plan ??= await Promise.race([attune.ready(), late]);
      this.#state = "ready";
    } catch (error) {
      this.#state = "failed";
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async onClose() {
    this.#end();
  }

  resolveBooleanEvaluation(key, fallback) {
    return this.#resolve(key, fallback, (arm) => (arm === null ? true : WORDS[arm]));
  }

  resolveStringEvaluation(key, fallback) {
    return this.#resolve(key, fallback, (arm) => arm ?? undefined);
  }

  resolveNumberEvaluation(key, fallback) {
    return this.#resolve(key, fallback, () => undefined);
  }

  resolveObjectEvaluation(key, fallback) {
    return this.#resolve(key, fallback, () => undefined);
  }

  track(name, _context, details) {
    attune.track(name, details);
  }

  #take(plan) {
    const [before, now] = [flagsOf(this.#plan), flagsOf(plan)];
    this.#plan = plan;
    if (this.#state === "waiting") return;
    if (this.#state === "failed") this.events.emit(ProviderEvents.Ready);
    this.#state = "ready";
    const flagsChanged = [...new Set([...before.keys(), ...now.keys()])].filter((key) => before.get(key) !== now.get(key));
    if (flagsChanged.length > 0) this.events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged });
  }

  /** `valueOf` has the value of an arm, or of `null` where the campaign has none; `undefined`: none of this type. */
  #resolve(key, fallback, valueOf) {
    const found = this.#plan?.slots.find(({ campaign }) => campaign === key);
    if (found === undefined) return { value: fallback, reason: StandardResolutionReasons.DEFAULT };
    const { slot, arm, content, reason: decision } = found;
    const flagMetadata = { slot, decision, ...(content !== null && { content }) };
    if (HELD_OUT.includes(decision)) return { value: fallback, reason: StandardResolutionReasons.DEFAULT, flagMetadata };
    const value = valueOf(arm);
    if (value === undefined) return { value: fallback, reason: StandardResolutionReasons.ERROR, errorCode: ErrorCode.TYPE_MISMATCH, errorMessage: `${key} is ${arm === null ? "on or off" : `"${arm}"`}`, flagMetadata };
    return arm === null ? { value, reason: StandardResolutionReasons.TARGETING_MATCH, flagMetadata } : { value, variant: arm, reason: StandardResolutionReasons.SPLIT, flagMetadata };
  }
}
