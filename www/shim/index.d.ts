/** A Cloudflare Worker that personalizes the pages of the site behind it. */

/** Place, zone and kind of client, as far as the platform vouches for them. */
export interface RequestPlace {
  country?: string;
  regionCode?: string;
  continent?: string;
  isEUCountry?: string;
  timezone?: string;
  latitude?: string;
  longitude?: string;
  city?: string;
  verifiedBotCategory?: string;
  botManagement?: { score?: number; verifiedBot?: boolean };
}

/** Something that answers requests: the assets, another Worker. */
export interface Fetcher {
  fetch(input: Request | string, init?: RequestInit): Promise<Response>;
}

/** A Workers KV namespace, as far as it is used here. */
export interface KeyValueStore {
  get(key: string, options: { type: "arrayBuffer"; cacheTtl?: number }): Promise<ArrayBuffer | null>;
  get(key: string, options: { type: "stream"; cacheTtl?: number }): Promise<ReadableStream<Uint8Array> | null>;
}

/** What the control plane is told with a request. */
export interface ControlCall {
  /** The request text of the page call. */
  facts: string;
  /** What the page core says of the bundle; empty without one. */
  outline: Uint8Array;
  /**
   * Of the loader: SHA-256, manifest version, age of the last check in milliseconds, `resting` or `killed`, and what the bundle
   * needs that the page core lacks, a line each.
   */
  state: string;
  /** The secret ATTUNE_KEYS. */
  keys: string;
  /** The secret ATTUNE_API_KEY. */
  apiKey: string;
}

/** What an isolate of the page Worker has to say of what is published. Neither list is longer than what is new. */
export interface PageReport {
  /** The variable SITE. */
  site: string;
  /** The secret ATTUNE_KEYS. */
  keys: string;
  /** Manifests whose canary, or where they have none whose version, this isolate has taken back because it trapped more often than the other. */
  withdrawn: { manifest: string; pages: number; traps: number; other: { pages: number; traps: number } }[];
  /** Why the newest is not served. */
  alarms: { kind: "expired" | "refused" | "stale" | "missing"; text: string }[];
}

/** The variables and secrets of the page Worker that publishing goes by; they are set there only. */
export interface PublishCall {
  /** The secret ATTUNE_KEYS. */
  keys: string;
  /** MANIFEST_KEYS. */
  manifestKeys: string;
  /** MANIFEST_SIGNATURES. */
  signatures: string;
  /** MANIFEST_FLOOR. */
  floor: string;
  /** SITE. */
  site: string;
}

/** The service binding of the control plane. */
export interface Control {
  answer(request: Request, call: ControlCall): Promise<Response>;
  /** Notes what an isolate of the page Worker has to say. */
  report(report: PageReport): Promise<void>;
  /** Answers a request under /_attune/publish/. */
  publish(request: Request, call: PublishCall): Promise<Response>;
}

/** Variables, secrets and bindings; see wrangler.toml. */
export interface Env {
  /** URL of the origin; without it the assets are the origin. */
  ORIGIN?: string;
  /** The assets: always the page script, sometimes the whole site. */
  ASSETS?: Fetcher;
  /** Signed manifest and artifacts. */
  CONFIG?: KeyValueStore;
  /** The control plane, a Worker of its own; without it /_attune/ answers 503. */
  CONTROL?: Control;
  /** Paths to personalize, in the pattern syntax of `[pages]`. */
  ROUTES?: string | readonly string[];
  /** "off": no plan and no page script are inserted. */
  MEASURE?: string;
  /** "off": what the platform says of the place is not believed; for local runs, where it is made up. */
  PLACE?: string;
  /** "on": a `Server-Timing` header says how long the decision took. A preview always has it. */
  SERVER_TIMING?: string;
  /** Secret. Cookie keys, one `ID:STATE:HEX` a line or comma separated. */
  ATTUNE_KEYS?: string;
  /** Secret. Bearer key of `POST orders`, `POST preview` and `POST decide`. */
  ATTUNE_API_KEY?: string;
  /** For how many seconds a manifest counts as current (default 30). */
  BUNDLE_FRESH_S?: string;
  /** After how many seconds without a check a page waits for one, 50 ms at most (default 300). */
  BUNDLE_STALE_S?: string;
  /** More than five traps in so many seconds, and a bundle rests for as long (default 60). */
  BREAKER_S?: string;
  /** Name of the site that manifests must be for; without it any site is accepted. */
  SITE?: string;
  /**
   * After how many seconds an artifact that was not what was signed is asked for again (default 30); twice as long after each
   * further time, 64 times as long at most.
   */
  RETRY_S?: string;
  /**
   * Ed25519 public keys, comma separated: 64 hex digits each, and behind a colon the roles with `+` between them. Manifests
   * are signed by keys for `publish` and `approve`, kills by keys for `kill`, overlay and posteriors by keys for `data`; a key
   * without roles is for `publish`.
   */
  MANIFEST_KEYS?: string;
  /** How many keys for `publish` or `approve` must have signed a manifest, one of them for `publish` (default 1). */
  MANIFEST_SIGNATURES?: string;
  /** Lowest version that is accepted (default 0). */
  MANIFEST_FLOOR?: string;
}

/** The platform's handle on one request. */
export interface Context {
  waitUntil(work: Promise<unknown>): void;
  passThroughOnException(): void;
}

declare const worker: {
  /** Answers one request: a page, a control-plane call, or anything else of the origin, untouched. */
  fetch(request: Request, env: Env, ctx: Context): Promise<Response>;
};
export default worker;
