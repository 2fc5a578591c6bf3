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
  /** The view of the page is in the log already, or in the cookie: it is not counted once more. */
  viewed?: boolean;
  /** The browser decides the next pages itself, and asks for what it needs. */
  local?: boolean;
  beacon?: AttuneBeacon;
}

/** The answer: that to the beacon (`last` is null without one), and the plan. */
export interface AttunePlanAnswer extends AttuneAnswer {
  plan: AttunePlan;
  /** To who asked for it, on a site with `local = true`. */
  local?: AttuneHandout;
}

/** What the server knows of a request, and a browser that decides itself does not. */
export interface AttuneHandout {
  /** Languages, country, region, continent, EU, minutes from UTC, place: fields of the request text (SPEC.md). */
  facts: string[];
  /** The server's clock, in milliseconds since the Unix epoch. */
  now_ms: number;
  /** Path of the client bundle, from that of the scripts. */
  pack: string;
  /** Public keys that may sign for the site, with their roles, and how many must have signed. */
  keys: string;
  needed: number;
}

/**
 * What an element must show. First the selector of an element in the slot; empty for the slot itself. Then an attribute; empty for
 * the text, `*` for the text of the whole slot and the addresses in it. Then the 32-bit FNV-1a of it (SPEC.md).
 */
export type AttuneCheck = [selector: string, attribute: string, hash: number];

/** What the script puts into a slot: HTML in place of all it has, or values of elements in it. */
export interface AttuneDraw {
  html?: string;
  /** Selector of an element in the slot (empty: the slot itself), attribute (empty: the text), value. */
  set?: [selector: string, attribute: string, value: string][];
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
  /** Of what the edge put in: what the elements must show. Not there where nobody can say. */
  checks?: AttuneCheck[];
  /** In the answer of `POST /_attune/plan`: what the script draws. */
  draw?: AttuneDraw;
  /** A campaign that only observes and would have had the slot. */
  observed?: { campaign: string; arm: string | null };
  /** One sentence; only under a preview. */
  why?: string;
  /** Keys of the recommended products, in the order of their cards. */
  products?: string[];
  /** The source of each of them, as `GET /_attune/recommend` names it; where they are counted by source. */
  sources?: string[];
  /** Which of the slot's strategies they were picked by. */
  strategy?: string;
  /** What is believed of each strategy and what was drawn, in percent; only under a preview. */
  strategies?: [string, string | null, string | null][];
  /** Why each of them is there; only under a preview. */
  picks?: { source: string; because: string | null; score: string }[];
  /** Campaigns that did not get the slot; only under a preview. */
  passed?: { campaign: string; reason: string; why: string }[];
}

/** What holds for the visitor. */
export interface AttuneConsent {
  personalization: "granted" | "denied" | "unknown";
  measurement: "granted" | "denied" | "unknown";
  /** The consent tool of the site, where it is not `POST /_attune/consent`. */
  source?: "tcf" | "gpp" | "gtag" | "cookie";
}

/** What the visitor answers. */
export interface AttuneChoice {
  personalization: boolean;
  measurement: boolean;
}

/** What `attune.on` tells. */
export interface AttuneNews {
  /** Each new plan. */
  plan: AttunePlan;
  /** Each slot of a new plan. A listener that answers `true` draws it itself. */
  slot: AttuneSlot & { element: Element | null };
  /** What holds after the visitor answered. */
  consent: AttuneConsent;
}

/** `window.attune`, once the script is there. */
export interface AttuneApi {
  /** Records an event of GA4's e-commerce vocabulary, as an entry of the data layer would. */
  track(name: string, params?: Record<string, unknown>): void;
  /** Brings a login token of `POST /_attune/traits`. */
  identify(token: string): Promise<void>;
  /** The visitor's answer. Rejects with an `Error` that has a `code` where it could not be kept. */
  consent(choice: AttuneChoice): Promise<AttuneConsent>;
  /** Erases what is known of the visitor. */
  forget(): Promise<AttuneConsent>;
  /** Asks for a new plan, and draws it. `url`: path and query, where it is not those of the page. */
  plan(options?: { url?: string }): Promise<AttunePlan | undefined>;
  /** The first plan; `undefined` where there is none. It never rejects. */
  ready(): Promise<AttunePlan | undefined>;
  /** Tells what is known already and what is new, until the answer is called. */
  on<T extends keyof AttuneNews>(type: T, listener: (news: AttuneNews[T]) => unknown): () => void;
}

/** `window.attune` before the script is there. */
export interface AttuneQueue {
  /** Calls that wait: a name, its arguments, and who takes the answer. */
  q?: [name: string, args: unknown[], done: (answer: unknown) => void][];
  /** `POST /_attune/plan`, asked by the page itself. */
  early?: Promise<Response>;
}

/** What a campaign asked and met. */
export interface AttuneCampaign {
  /** Of its experiment. */
  arms?: string[];
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
  consent: AttuneConsent;
  /** The logs that the cookie knows (4 at most), each with the last number taken of it. Not under a preview. */
  logs?: [string, number][];
  /** Last number of the mailbox's rows that the cookie has; 0 for none. Not under a preview. */
  mail?: number;
  /** For who has agreed and has no profile yet: the beacon that brings it back begins one. */
  mint?: string;
  /** What the page exposes the visitor to, sealed: only the server can read it. For who has agreed to both purposes. */
  token?: string;
  /** Events that goals of the site count, beside those that the script knows, with commas between. Of these the scripts report `js_error`, `lcp_poor`, `inp_poor` and `cls_poor` by themselves. */
  events?: string;
  /** Sections of the profile and draws, both in base64url, and keys of the campaigns that are switched off. */
  local?: { profile: string; draws: string; killed: string[]; tokens: string[] };
  /** Of a page that the browser decided: tokens of all that the visitor is assigned in, and what of it this page has. */
  tokens?: string[];
  exposed?: string;
  /** The document's own view is to be recorded. `"url"`, in a page that a script fetched: where the URL has changed. */
  view?: true | "url";
  /** `cookie`: characters of the cookie that holds the persona's profile. `now`: Unix seconds, where the time stands still. */
  preview: { name: string; expires: number; cookie: number; now?: number; arms: Record<string, string> } | null;
  slots: AttuneSlot[];
  /** By key; only under a preview, as are the segments. */
  campaigns?: Record<string, AttuneCampaign>;
  segments?: { in: string[]; unknown: string[] };
}

declare global {
  interface Window {
    attune?: AttuneQueue & Partial<AttuneApi>;
  }
  interface DocumentEventMap {
    /** To be dispatched after a change of consent; `detail` is the answer of `POST /_attune/consent` or `/_attune/forget`. */
    "attune:consent": CustomEvent<{ consent: AttuneConsent; forgotten?: true }>;
  }
}
