/**
 * What /_attune/page.js and, under a preview, /_attune/overlay.js read of a page, and what page.js keeps and sends.
 * The overlay is open at first, unless the page says <html data-attune-overlay="closed">.
 *
 * The script keeps one log an origin, which all tabs share: localStorage, key `attune:log`. Nothing is kept or sent
 * before the visitor agrees; withdrawal and forgetting erase it at once, in every tab. An entry stays after it was sent,
 * because an answer that is late may bring an older cookie: the cookie says what it has, and what lies above is sent again.
 */

/** `attune:log` in localStorage. */
export interface AttuneLog {
  /** 8 random hexadecimal digits. Another id is another log: the one before was erased. */
  id: string;
  /** Number of the next entry; the first is 1. */
  next: number;
  /** Highest number of the mailbox's rows that a plan or an answer had. */
  mail: number;
  /** Last number that the cookie had, as far as any tab knows. */
  last: number;
  /** The newest 32 at most, in the order of their numbers, without a gap. */
  entries: AttuneEntry[];
}

/** What happened, as it is kept. */
export interface AttuneEntry {
  n: number;
  /** A name of GA4's e-commerce vocabulary, `attune_impression`, `attune_lost`, or `void` for one that the server refused whole. */
  name: string;
  /** Milliseconds since the Unix epoch, by the browser's clock. */
  at: number;
  /** Path of the page it happened on. */
  page?: string;
  params: Record<string, unknown>;
}

/** `POST /_attune/events`: at most 32 events and about 12,000 bytes. */
export interface AttuneBeacon {
  log: string;
  /** Number of the oldest entry that the log still has. */
  oldest: number;
  mail: number;
  /** The plan's, until an answer has a number in `last`. */
  mint?: string;
  /** Path of the page that sends. */
  page: string;
  events: AttuneEvent[];
}

/** What happened, as it is sent. */
export interface AttuneEvent {
  n: number;
  name: string;
  /** Milliseconds from the event until this sending. */
  age: number;
  /** Path of the page it happened on; default: the beacon's. */
  page?: string;
  params: Record<string, unknown>;
}

/** The answer to a beacon. */
export interface AttuneAnswer {
  /** Last number of this log that the answer's cookie has; null without a profile. */
  last: number | null;
  mail?: number;
  applied: number;
  rejected: { n: number; code: string; message: string }[];
  consent: AttunePlan["consent"];
}

/** `POST /_attune/plan`: at most 16 KiB. */
export interface AttunePlanAsk {
  /** Path and query of the page. */
  url: string;
  referrer?: string;
  /** What `<html lang>` says. */
  lang?: string;
  /** It is shown in a frame: no profile is begun, and no view is counted. */
  frame?: boolean;
  beacon?: AttuneBeacon;
}

/** The answer: that to the beacon (`last` is null without one), and the plan. */
export interface AttunePlanAnswer extends AttuneAnswer {
  plan: AttunePlan;
}

/** One slot of the page, and what was decided for it. */
export interface AttuneSlot {
  slot: string;
  selector: string;
  campaign: string | null;
  arm: string | null;
  /** What was put in; it ends with `<!--attune-->`, or an element has `data-attune`. */
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
  /** In a page: what a document has of the content. Left out where that is not certain. */
  checks?: AttuneCheck[];
  /** In an answer of `POST /_attune/plan`: what is to be put in. */
  draw?: AttuneDraw;
}

/**
 * Selector of an element in the slot (`""`: the slot itself), attribute (`""`: its text, `"*"`: whole HTML), and the hash of what it
 * has: 32-bit FNV-1a over UTF-16. Text has its white space collapsed; whole HTML is the text, and of each element in it `src` and
 * `href`, a line each. SPEC.md, "Plan".
 */
export type AttuneCheck = [selector: string, attribute: string, hash: number];

/** Everything in the slot, as HTML; or of elements in it the text (attribute `""`) and attributes, as plain text. */
export type AttuneDraw = { html: string; set?: undefined } | { html?: undefined; set: [selector: string, attribute: string, value: string][] };

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

/** `#attune-plan`: JSON in the page; or `plan` in the answer of `POST /_attune/plan`. */
export interface AttunePlan {
  /** Version of the bundle that decided. */
  v: string;
  consent: { personalization: "granted" | "denied" | "unknown"; measurement: "granted" | "denied" | "unknown" };
  /** The logs that the cookie knows (4 at most), each with the last number taken of it. Not under a preview. */
  logs?: [string, number][];
  /** Last number of the mailbox's rows that the cookie has; 0 for none. Not under a preview. */
  mail?: number;
  /** For who has agreed and has no profile yet: the beacon that brings it back begins one. */
  mint?: string;
  /** The document's own view is to be recorded. `"url"`, in a page that a script fetched: where the URL has changed. */
  view?: true | "url";
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
    /** To be dispatched after a change of consent; `detail` is the answer of `POST /_attune/consent` or `/_attune/forget`. */
    "attune:consent": CustomEvent<{ consent: AttunePlan["consent"]; forgotten?: true }>;
  }
}
