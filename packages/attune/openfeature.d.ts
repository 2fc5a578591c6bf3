/** A provider for OpenFeature's web SDK: the flags are the campaigns of the plan that is in the page. No request is made for them. */

import type { EvaluationContext, JsonValue, OpenFeatureEventEmitter, Provider, ResolutionDetails, TrackingEventDetails } from "@openfeature/web-sdk";

export interface AttuneProviderOptions {
  /** How long to wait for the page script, in milliseconds; default: 5,000. After that the provider has failed, until the script comes. */
  timeout_ms?: number;
}

/**
 * A flag has the key of a campaign. Its value is the arm of the visitor; of a campaign without arms, and of arms called `on` and `off` or
 * `true` and `false`, a boolean. Where the campaign has no slot for the visitor, it is the default of the call.
 */
export declare class AttuneProvider implements Provider {
  constructor(options?: AttuneProviderOptions);
  readonly metadata: { readonly name: "attune" };
  readonly runsOn: "client";
  readonly events: OpenFeatureEventEmitter;
  /** Waits for the first plan. Rejects where the script does not come in time. */
  initialize(): Promise<void>;
  /** Stops listening for new plans. */
  onClose(): Promise<void>;
  resolveBooleanEvaluation(key: string, fallback: boolean): ResolutionDetails<boolean>;
  resolveStringEvaluation(key: string, fallback: string): ResolutionDetails<string>;
  /** No flag is a number. */
  resolveNumberEvaluation(key: string, fallback: number): ResolutionDetails<number>;
  /** No flag is an object. */
  resolveObjectEvaluation<T extends JsonValue>(key: string, fallback: T): ResolutionDetails<T>;
  /** An event of GA4's e-commerce vocabulary, as `attune.track` takes it. */
  track(name: string, context?: EvaluationContext, details?: TrackingEventDetails): void;
}
