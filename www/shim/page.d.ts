/**
 * What /_attune/page.js and, under a preview, /_attune/overlay.js read of a page, and what page.js sends from it.
 * The overlay is open at first, unless the page says <html data-attune-overlay="closed">.
 * Nothing is sent or stored before the visitor agrees. An
 * event is kept until a later page shows its id in the ring, or until it was refused for good (for any reason but a
 * missing consent, which may be on its way).
 */

/** An event as it is sent to /_attune/events. */
export interface AttuneEvent {
  /** 8 random hexadecimal digits. */
  id: string;
  /** A name of GA4's e-commerce vocabulary, or `attune_impression`. */
  name: string;
  /** Milliseconds since the Unix epoch. */
  at: number;
  params: Record<string, unknown>;
}

/** One slot of the page, and what was decided for it. */
export interface AttuneSlot {
  slot: string;
  selector: string;
  campaign: string | null;
  arm: string | null;
  content: string | null;
  reason: string;
  /** A campaign that only observes and would have had the slot. */
  observed?: { campaign: string; arm: string | null };
  /** One sentence; only under a preview. */
  why?: string;
  /** Keys of the recommended products, in the order of their cards. */
  products?: string[];
  /** Which of the slot's strategies they were picked by. */
  strategy?: string;
  /** What is believed of each strategy and what was drawn, in percent; only under a preview. */
  strategies?: [string, string | null, string | null][];
  /** Why each of them is there; only under a preview. */
  picks?: { source: string; because: string | null; score: string }[];
  /** Campaigns that did not get the slot; only under a preview. */
  passed?: { campaign: string; reason: string; why: string }[];
}

/** What a campaign asked and met. */
export interface AttuneCampaign {
  /** Test, value, verdict. */
  tests: [string, string, "true" | "false" | "unknown"][];
  /** Buckets, 0 to 9,999. */
  arm?: number;
  holdout?: number;
  /** Impressions within the window of its cap, and how many it allows. */
  seen?: number;
  cap?: number;
}

/** `#attune-plan`: JSON in the page. */
export interface AttunePlan {
  /** Version of the bundle that decided. */
  v: string;
  consent: { personalization: "granted" | "denied" | "unknown"; measurement: "granted" | "denied" | "unknown" };
  /** Ids of the last events that the cookie has, newest first. */
  ring: string[];
  /** `cookie`: characters of the cookie that holds the persona's profile. */
  preview: { name: string; expires: number; cookie: number } | null;
  slots: AttuneSlot[];
  /** By key; only under a preview, as are the segments. */
  campaigns?: Record<string, AttuneCampaign>;
  segments?: { in: string[]; unknown: string[] };
}

declare global {
  interface Window {
    /** GA4's data layer: `{ event, ecommerce }` objects and `gtag` arguments. */
    dataLayer?: unknown[];
  }
  interface Document {
    readonly prerendering?: boolean;
  }
  interface DocumentEventMap {
    /** To be dispatched after a change of consent; `detail` is the answer of `POST /_attune/consent`. */
    "attune:consent": CustomEvent<{ consent: AttunePlan["consent"] }>;
  }
}
