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
}

/** Variables, secrets and bindings; see wrangler.toml. */
export interface Env {
  /** URL of the origin; without it the assets are the origin. */
  ORIGIN?: string;
  /** The assets: always the page script, sometimes the whole site. */
  ASSETS?: Fetcher;
  /** Signed manifest and artifacts. */
  CONFIG?: KeyValueStore;
  /** Orders on their way to the visitor they belong to. */
  ORDERS?: unknown;
  /** Paths to personalize, in the pattern syntax of `[pages]`. */
  ROUTES?: string | readonly string[];
  /** "off": no plan and no page script are inserted. */
  MEASURE?: string;
  /** "off": what the platform says of the place is not believed; for local runs, where it is made up. */
  PLACE?: string;
  /** "on": a `Server-Timing` header says how long the decision took. */
  SERVER_TIMING?: string;
  /** Secret. Cookie keys, one `ID:STATE:HEX` a line or comma separated. */
  ATTUNE_KEYS?: string;
  /** Secret. Bearer key of `POST orders` and `POST preview`. */
  ATTUNE_API_KEY?: string;
  /** Name of the site that manifests must be for; without it any site is accepted. */
  SITE?: string;
  /** Ed25519 public keys that sign manifests: 64 hex digits each, comma separated. */
  MANIFEST_KEYS?: string;
  /** How many of them must have signed (default 1). */
  MANIFEST_SIGNATURES?: string;
  /** Lowest version that is accepted (default 0). */
  MANIFEST_FLOOR?: string;
}

/** The platform's handle on one request. */
export interface Context {
  waitUntil(work: Promise<unknown>): void;
  passThroughOnException(): void;
}

/** The Durable Object that keeps orders until their visitor comes by. */
export class Orders {
  constructor(ctx: unknown, env: unknown);
  fetch(request: Request): Promise<Response>;
}

declare const worker: {
  /** Answers one request: a page, a control-plane call, or anything else of the origin, untouched. */
  fetch(request: Request, env: Env, ctx: Context): Promise<Response>;
};
export default worker;
