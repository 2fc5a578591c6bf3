// A small control plane over real HTTP: it folds the script's log into a cookie as the real one does, and fails in the
// ways a test asks for. Tests of what the script says to a network that misbehaves use it; the shop's journeys use the Workers.
import { EventEmitter, once } from "node:events";
import { createServer } from "node:http";
import { minified } from "../../xtask/minified.mjs";
import { launch } from "./shop.mjs";

const scriptOf = (/** @type {string} */ name) => minified(new URL(`../../www/browser/${name}`, import.meta.url).pathname);
const SCRIPTS = { "/_attune/page.js": scriptOf("page.js"), "/_attune/log.js": scriptOf("log.js") };
const LOGS_MAX = 8;
const BEACON_BYTES_MAX = 16_384;
const PATH_BYTES_MAX = 1_024;

/** @typedef {{ n: number, name: string, age: number, page?: string, params: any }} Event */
/** @typedef {{ log: string, oldest: number, mail: number, mint?: string, page: string, events: Event[] }} Beacon */
/** @typedef {{ minted: number, logs: [string, number][], mail: number, counts: Record<string, number> }} Profile */
/** @typedef {{ personalization: string, measurement: string, erased: number }} Consent */
/** @typedef {{ consent: Consent, profile: Profile | null }} Visitor */
/** @typedef {import("node:http").ServerResponse} Response */
/** @typedef {import("playwright-core").Page} Page */
/** How one beacon is answered: `fold` does it and returns what the browser would get. @typedef {(response: Response, fold: () => void, beacon: Beacon) => void | Promise<void>} Fault */

/** A slot that a campaign filled. */
export const FILLED = { slot: "hero", selector: '[data-slot="hero"]', campaign: "sale", arm: null, content: "sale.hero", reason: "campaign" };

const written = (/** @type {unknown} */ value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const parsed = (/** @type {string} */ text) => JSON.parse(Buffer.from(text, "base64url").toString());

/** @param {string} [header] @returns {Visitor} */
function visitorOf(header = "") {
  const cookie = (/** @type {string} */ name) => new RegExp(`(?:^|; )${name}=([^;]+)`).exec(header)?.[1];
  const [said, kept] = [cookie("__Host-attune-consent"), cookie("__Host-attune")];
  /** @type {Consent} */
  const consent = said ? parsed(said) : { personalization: "unknown", measurement: "unknown", erased: 0 };
  /** @type {Profile | null} */
  const profile = kept ? parsed(kept) : null;
  return { consent, profile: consent.personalization === "granted" && profile && profile.minted > consent.erased ? profile : null };
}

/** What an event counts for. @param {Event} event */
export const labelOf = ({ name, params }) => [name, params.items?.[0]?.item_id ?? params.campaign ?? params.page_path].filter((part) => part !== undefined).join(" ");

/** Why a beacon is refused whole. @param {string} body @returns {string | null} */
function malformed(body) {
  /** @type {Beacon} */
  const { log, oldest, page, events } = JSON.parse(body);
  if (!/^[0-9a-f]{8}$/.test(log)) return "log";
  if (!page.startsWith("/") || Buffer.byteLength(page) > PATH_BYTES_MAX) return "page";
  if (events.length === 0 || events.length > 32) return "events";
  if (events.some(({ n }, at) => n !== events[0].n + at || n < oldest)) return "numbers";
  if (events.some(({ age }) => !(age >= 0))) return "age";
  return null;
}

/** Starts the server and a browser. @param {import("playwright-core").LaunchOptions} [options] */
export async function openControl(options) {
  /** @type {{ beacon: Beacon, bytes: number }[]} */
  const beacons = [];
  /** @type {Fault[]} */
  const faults = [];
  /** @type {{ url: string, referrer?: string, lang?: string, frame?: boolean, beacon?: Beacon }[]} */
  const plans = [];
  /** @type {{ personalization: boolean, measurement: boolean, source?: string }[]} */
  const consents = [];
  /** @type {((response: Response, answered: () => void) => void)[]} */
  const planFaults = [];
  /** A page that asks for its plan itself is `bare`. @type {Map<string, { html: string, slots?: object[], plan?: object, bare?: boolean, source?: string } | ((response: Response) => void)>} */
  const pages = new Map();
  const asked = new EventEmitter();
  let minted = 0;
  let mail = 0;
  const moment = () => (minted = Math.max(minted + 1, Date.now()));

  /** @param {Response} response @param {number} status @param {object} body @param {string[]} [cookies] */
  const reply = (response, status, body, cookies = []) => {
    response.writeHead(status, { "Content-Type": "application/json", "Set-Cookie": cookies });
    response.end(JSON.stringify(body));
  };
  const attributes = "Path=/; Secure; HttpOnly; SameSite=Lax";
  const keep = (/** @type {Profile} */ profile) => `__Host-attune=${written(profile)}; Max-Age=3600; ${attributes}`;
  const drop = `__Host-attune=; Max-Age=0; ${attributes}`;
  const say = (/** @type {Consent} */ consent) => `__Host-attune-consent=${written(consent)}; Max-Age=3600; ${attributes}`;
  const words = (/** @type {Consent} */ { personalization, measurement }) => ({ personalization, measurement });
  const blank = () => ({ minted: moment(), logs: [], mail, counts: {} });

  /** @param {Response} response @param {Visitor} visitor @param {Beacon} beacon @param {(profile: Profile) => object} [more] of the answer */
  function fold(response, { consent, profile }, beacon, more = () => ({})) {
    if (consent.personalization !== "granted") return reply(response, 200, { last: null, mail, applied: 0, rejected: [], consent: words(consent) }, [drop]);
    if (profile === null && beacon.mint !== undefined && Number(beacon.mint) > consent.erased) profile = { ...blank(), minted: Number(beacon.mint) };
    if (profile === null) return reply(response, 200, { last: null, mail: 0, applied: 0, rejected: [], consent: words(consent) });
    let last = profile.logs.find(([log]) => log === beacon.log)?.[1] ?? 0;
    let applied = 0;
    if (beacon.events[0].n <= Math.max(last + 1, beacon.oldest)) {
      for (const event of beacon.events) {
        if (event.n <= last) continue;
        last = event.n;
        if (event.name === "void") continue;
        profile.counts[labelOf(event)] = (profile.counts[labelOf(event)] ?? 0) + 1;
        applied += 1;
      }
    }
    profile.logs = /** @type {[string, number][]} */ ([[beacon.log, last], ...profile.logs.filter(([log]) => log !== beacon.log)]).slice(0, LOGS_MAX);
    profile.mail = mail;
    reply(response, 200, { last, mail, applied, rejected: [], consent: words(consent), ...more(profile) }, [keep(profile)]);
  }

  /** Takes the events along, and answers with the plan of a page. @param {Response} response @param {Visitor} visitor @param {(typeof plans)[0]} asked */
  function planned(response, visitor, { url, frame, beacon }) {
    const { consent } = visitor;
    const page = pages.get(new URL(url, "http://localhost").pathname) ?? {};
    const { slots = [], plan: more = {} } = typeof page === "function" ? {} : page;
    const profile = visitor.profile ?? (consent.personalization === "granted" && !frame ? blank() : null);
    const plan = (/** @type {Profile | null} */ known) => ({ plan: { v: "test", consent: words(consent), logs: known?.logs ?? [], mail: known?.mail ?? 0, view: frame ? undefined : true, preview: null, slots, ...more } });
    if (beacon && profile) return fold(response, { consent, profile }, beacon, plan);
    reply(response, 200, { last: null, mail, applied: 0, rejected: [], consent: words(consent), ...plan(profile) }, profile ? [keep(profile)] : []);
  }

  /** The plan and the script, as the edge writes them. @param {import("node:http").IncomingMessage} request @param {Visitor} visitor @param {object[]} slots @param {{ source?: string, [field: string]: unknown }} [more] */
  function tail(request, { consent, profile }, slots, { source, ...more } = {}) {
    const fetched = request.headers["sec-fetch-dest"] === "empty";
    const plan = {
      v: "test",
      consent: { ...words(consent), source },
      logs: profile?.logs ?? [],
      mail: profile?.mail ?? 0,
      mint: consent.personalization === "granted" && profile === null && !fetched ? String(moment()) : undefined,
      view: fetched ? "url" : true,
      preview: null,
      slots,
      ...more,
    };
    const scripts = consent.personalization === "granted" ? ["page", "log"] : ["page"];
    return `<script type="application/json" id="attune-plan">${JSON.stringify(plan)}</script>${scripts.map((name) => `<script src="/_attune/${name}.js" async></script>`).join("")}`;
  }

  /** @param {import("node:http").IncomingMessage} request @param {Response} response */
  async function answer(request, response) {
    const path = new URL(request.url ?? "", "http://localhost").pathname;
    asked.emit(path);
    const visitor = visitorOf(request.headers.cookie);
    let body = "";
    request.setEncoding("utf8");
    for await (const chunk of request) body += chunk;
    if (path in SCRIPTS) {
      response.writeHead(200, { "Content-Type": "text/javascript" });
      response.end(SCRIPTS[/** @type {keyof typeof SCRIPTS} */ (path)]);
    } else if (path === "/_attune/me") {
      reply(response, 200, { ...visitor.profile, consent: words(visitor.consent) });
    } else if (path === "/_attune/consent") {
      const said = JSON.parse(body);
      consents.push(said);
      const choice = (/** @type {boolean} */ yes) => (yes ? "granted" : "denied");
      const consent = { ...visitor.consent, personalization: choice(said.personalization), measurement: choice(said.measurement) };
      if (!said.personalization) consent.erased = moment();
      reply(response, 200, { consent: words(consent) }, [say(consent), said.personalization ? keep(visitor.profile ?? blank()) : drop]);
    } else if (path === "/_attune/forget") {
      const consent = { ...visitor.consent, erased: moment() };
      reply(response, 200, { forgotten: true, consent: words(consent), opt_out: false }, [say(consent), drop]);
    } else if (path === "/_attune/login") {
      reply(response, 409, { error: { code: "no_profile", message: "the visitor has no profile" } });
    } else if (path === "/_attune/plan") {
      const question = JSON.parse(body);
      plans.push(question);
      if (question.beacon) beacons.push({ beacon: question.beacon, bytes: Buffer.byteLength(body) });
      const answered = () => planned(response, visitor, question);
      const fault = planFaults.shift();
      if (fault) fault(response, answered);
      else answered();
    } else if (path === "/_attune/events") {
      const beacon = JSON.parse(body);
      beacons.push({ beacon, bytes: Buffer.byteLength(body) });
      const problem = Buffer.byteLength(body) > BEACON_BYTES_MAX ? "size" : malformed(body);
      const folded = () => (problem ? reply(response, problem === "size" ? 413 : 400, { error: { code: problem } }) : fold(response, visitor, beacon));
      const fault = faults.shift();
      if (fault) await fault(response, folded, beacon);
      else folded();
    } else {
      const page = pages.get(path) ?? { html: "" };
      if (typeof page === "function") return page(response);
      response.writeHead(200, { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "private, no-cache" });
      const html = page.html || `<!doctype html><html lang="en"><head><title>${path}</title></head><body><h1>${path}</h1></body></html>`;
      response.end(page.bare ? html : html.replace("</body>", () => `${tail(request, visitor, page.slots ?? [], { source: page.source, ...page.plan })}</body>`));
    }
  }

  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  // A name, not an address: browsers keep secure cookies for http://localhost.
  const url = `http://localhost:${port}`;
  const browser = await launch(options);
  return {
    url,
    browser,
    /** Every beacon that arrived, also those that were answered with a fault. */
    beacons,
    /** How the next beacons are answered, one each. */
    faults,
    consents,
    /** What was asked of POST /_attune/plan, and how the next of these requests are answered. */
    plans,
    planFaults,
    pages,
    /** The next request for a path. @param {string} path */
    asked: (path) => once(asked, path),
    /** Puts so many rows into the visitor's mailbox. @param {number} rows */
    post: (rows) => (mail += rows),
    /** Serves a file that pages ask for. @param {string} path @param {string | Buffer} text */
    serve: (path, text) =>
      pages.set(path, (response) => {
        response.writeHead(200, { "Content-Type": "text/javascript" });
        response.end(text);
      }),
    /** Everything that arrived, as labels. */
    events: () => beacons.flatMap(({ beacon }) => beacon.events.map(labelOf)),
    /** A browser profile of its own, which has agreed unless it says otherwise. @param {{ agreed?: boolean } & import("playwright-core").BrowserContextOptions} [choice] */
    async visitor({ agreed = true, ...options } = {}) {
      const context = await browser.newContext({ baseURL: url, viewport: { width: 1280, height: 900 }, ...options });
      /** @type {string[]} */
      const problems = [];
      const tab = async () => {
        const page = await context.newPage();
        page.on("pageerror", (error) => problems.push(error.message));
        return page;
      };
      const page = await tab();
      if (agreed) await context.request.post("/_attune/consent", { data: { personalization: true, measurement: true } });
      return { context, page, tab, problems };
    },
    async close() {
      await browser.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

/** What was posted to /_attune/consent. @param {Awaited<ReturnType<typeof openControl>>} control */
export const consentsOf = ({ consents }) => consents;

/** Pushes an `add_to_cart` for each of these. @param {Page} page @param {string[]} skus */
export const push = (page, ...skus) =>
  page.evaluate((all) => {
    for (const item_id of all) window.dataLayer?.push({ event: "add_to_cart", ecommerce: { items: [{ item_id, price: 5, quantity: 1 }] } });
  }, skus);

/** The script's log. @param {Page} page */
export const logOf = (page) => page.evaluate(() => JSON.parse(localStorage.getItem("attune:log") ?? "null"));

/** Waits until the script has begun with the page's plan. @param {Page} page */
export const begun = (page) => page.waitForFunction(() => document.getElementById("attune-plan")?.dataset.read && window.dataLayer);

/** What the cookie has counted. @param {Page} page @returns {Promise<Record<string, number>>} */
export const counted = (page) => page.evaluate(async () => (await (await fetch("/_attune/me")).json()).counts ?? {});

/** Waits until the cookie has everything that the log has; what it has counted then. @param {Page} page */
export async function settled(page) {
  const isSettled = () =>
    page.evaluate(async () => {
      const { logs } = await (await fetch("/_attune/me")).json();
      const log = JSON.parse(localStorage.getItem("attune:log") ?? "null");
      return log && logs?.some((/** @type {[string, number]} */ [id, last]) => id === log.id && last === log.next - 1);
    });
  for (const end = Date.now() + 20_000; !(await isSettled()); ) {
    if (Date.now() > end) throw new Error(`the cookie lacks events of ${JSON.stringify(await logOf(page))}`);
  }
  return counted(page);
}

/** Gives, refuses or withdraws consent, as a consent tool of the page would. @param {Page} page @param {boolean} yes */
export const consent = (page, yes) => told(page, "consent", { personalization: yes, measurement: yes });
/** Forgets the visitor, as a privacy page would. @param {Page} page */
export const forget = (page) => told(page, "forget", {});

/** @param {Page} page @param {string} route @param {object} body */
const told = (page, route, body) =>
  page.evaluate(
    async ([route, body]) => {
      const answer = await fetch(`/_attune/${route}`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
      document.dispatchEvent(new CustomEvent("attune:consent", { detail: await answer.json() }));
    },
    [route, JSON.stringify(body)],
  );
