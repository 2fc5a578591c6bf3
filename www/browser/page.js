// Draws what the plan brings, and says what was seen and what happened. Nothing is kept before consent. See page.d.ts.
import { offer, tell } from "./api.mjs";
import { choiceOf, listen } from "./choices.mjs";
import { clear, show } from "./draw.mjs";
import { dataLayer } from "./layer.mjs";
import { onNavigation } from "./navigation.mjs";
import { find } from "./print.mjs";
import { recorder } from "./recorder.mjs";
import { complain, guarded, hear } from "./safely.mjs";
import { watchedSlots } from "./seen.mjs";
import { PATH_CHARS_MAX, asksForPlans, post } from "./server.mjs";

guarded(() => {
  /** @typedef {import("./page.js").AttunePlan} Plan */
  /** @typedef {import("./page.js").AttuneChoice} Choice */

  const TRACKED_MAX = 32; // as many as the log has
  const ADOPTED_MS = 100; // after a navigation, a page that comes with its plan is there

  // A script that is inserted again (Turbo, htmx) hands its plan to the one that runs.
  const STARTED = Symbol.for("attune.page");
  const all = /** @type {{ [STARTED]?: () => void }} */ (/** @type {unknown} */ (window));
  if (all[STARTED]) return all[STARTED]();

  /** @type {Plan | undefined} */
  let plan;
  /** @type {HTMLElement | undefined} the element that the plan was read from */
  let source;
  let started = false;
  let granted = false;
  let decided = false; // by a choice made in this window, which counts more than a plan fetched before it
  let url = ""; // of the view that was counted last
  let path = "";
  const present = () => location.pathname + location.search;
  let at = present();
  let { early } = window.attune ?? {}; // an answer that the page asked for before the script came
  let asked = 0; // number of the newest request for a plan
  /** @type {[name: string, params: Record<string, unknown>][]} what the page calls by `track` */
  const tracked = [];
  /** @type {(plan?: Plan) => void} */
  let settleReady = () => {};
  /** @type {Promise<Plan | undefined>} */
  const ready = new Promise((resolve) => (settleReady = resolve));

  const short = (/** @type {string} */ text) => text.slice(0, PATH_CHARS_MAX);

  const stop = (/** @type {boolean} */ isErased = false) => {
    if (isErased) decided = false;
    granted = false;
    log.stop();
    slots.unobserve();
  };
  /** Keeps what happened here and now, where that is allowed. @param {any} verb of the log @param {unknown[]} what */
  const note = (verb, ...what) => isOn() && log.tell(verb, .../** @type {[any, any, any]} */ ([...what, short(location.pathname), Date.now()]));
  /** @param {[name: string, params: Record<string, unknown>]} event */
  const record = (...event) => note("record", ...event);

  // Plans.

  /** Asks for a plan of the present page. @param {string} [of] path and query of another one */
  const request = async (of = present()) => {
    const beacon = early ? undefined : log.log?.pending();
    const asking = early ?? post("plan", { url: of, referrer: document.referrer, lang: document.documentElement.lang, frame: top !== self, viewed: url === of, beacon });
    early = undefined;
    const answer = await answerOf(await asking);
    if (beacon) log.log?.answered(answer, beacon);
    return /** @type {Plan} */ (answer.plan);
  };

  /** @param {Response} response */
  const answerOf = async (response) => {
    const answer = await response.json();
    if (response.ok) return answer;
    throw Object.assign(new Error(), answer.error);
  };

  /** Asks for a plan, and draws it unless another one came meanwhile. @param {string} [of] */
  const renew = async (of) => {
    const number = ++asked;
    try {
      const next = await request(of);
      if (number === asked) use(next, true);
    } catch (error) {
      complain("plan", error);
      show(document);
    }
    settleReady(plan);
    return plan;
  };

  /** The slots of the present page with what to draw, for the guard. */
  const contents = () => request().then(({ slots }) => slots, () => []);

  const slots = watchedSlots(record, contents);

  /** @param {Plan} next @param {boolean} fresh false for one of before, out of a framework's own cache of pages */
  const use = (next, fresh) => {
    clear(next.slots);
    slots.watch(next, fresh);
    plan = next;
    tell("plan", plan);
    if (started) begin(fresh);
  };

  /** Begins with the plan. @param {boolean} fresh */
  const begin = (fresh) => {
    if (!plan) return;
    const { consent, preview } = plan;
    listen(consent.source, said);
    if (!preview) {
      if (fresh && !decided) granted = consent.personalization === "granted";
      if (!granted) stop();
      else {
        log.tell("follow", plan, fresh);
        slots.observe();
      }
    }
    if (plan.view && url !== present()) view(location.pathname);
    path = location.pathname;
    url = present();
    read();
  };

  /** Finds the plan of the page, and what its slots hold before anything can have replaced it. */
  const adopt = () => {
    const element = /** @type {HTMLElement | null} */ (find("#attune-plan"));
    const fresh = !element?.dataset.read;
    if (!element || (!fresh && element === source)) return;
    source = element;
    const next = JSON.parse(/** @type {string} */ (element.textContent));
    // A copy that a framework keeps of this page has the mark too.
    element.dataset.read = "1";
    asked++;
    use(next, fresh);
  };

  // What happens.

  const isOn = () => granted && !plan?.preview;

  /** @param {any} entry of the data layer */
  const take = (entry) => {
    const choice = plan?.consent.source === "gtag" && choiceOf(entry);
    if (choice) return said(choice);
    note("take", entry);
  };
  const readLayer = dataLayer(take);
  /** Reads what happened, which waits until a plan says whether it may be kept. @param {unknown} [now] */
  const read = (now = plan && started) => {
    if (!now) return;
    readLayer();
    for (const event of tracked.splice(0)) note("track", ...event);
  };

  /** @param {string} to */
  const view = (to) => {
    path = to;
    url = present();
    if (!isOn()) return;
    log.tell("wake");
    record("page_view", { page_path: short(to) });
  };
  // The document's own view is counted with its plan.
  const viewOther = (/** @type {string} */ to) => to !== path && view(to);
  const log = recorder(stop, viewOther);

  const moved = () => {
    if (at === present()) return;
    at = present();
    const before = asked;
    if (isOn()) viewOther(location.pathname);
    setTimeout(guarded(() => before === asked && renew()), asksForPlans ? 0 : ADOPTED_MS);
  };

  // Consent.

  /** Asks, and tells the page and this script where the visitor's consent is another one now. @param {string} route @param {object} body */
  const call = async (route, body) => {
    const answer = await answerOf(await post(route, body));
    if (answer.consent) document.dispatchEvent(new CustomEvent("attune:consent", { detail: answer }));
    return answer.consent;
  };
  /** @param {Choice} choice @param {string} [from] the site's consent tool */
  const consent = (choice, from) => call("consent", { ...choice, mint: plan?.mint, source: from });

  let posting = "";
  /** What the site's consent tool says, where it is news. @param {Partial<Choice>} choice */
  const said = (choice) => {
    if (!plan || plan.preview) return;
    const { source: from, ...words } = plan.consent;
    const { personalization = words.personalization === "granted", measurement = words.measurement === "granted" } = choice;
    const isNews = Object.entries(choice).some(([purpose, yes]) => yes !== undefined && words[/** @type {keyof Choice} */ (purpose)] !== (yes ? "granted" : "denied"));
    const answer = { personalization, measurement };
    const now = JSON.stringify(answer);
    if (!isNews || now === posting) return;
    posting = now;
    consent(answer, from).catch((error) => complain("consent", error)).finally(() => now === posting && (posting = ""));
  };

  const start = () => {
    started = true;
    begin(true);
    hear("load", () => read());
    hear("attune:consent", ({ detail }) => {
      const { consent: words = {}, forgotten } = detail ?? {};
      if (plan?.preview) return;
      // What was before stays unsaid.
      read(true);
      decided = true;
      if (plan) Object.assign(plan.consent, words);
      tell("consent", words);
      if (words.personalization !== "granted") return stop();
      granted = true;
      log.tell("start", forgotten, plan);
      slots.observe();
    }, document);
    hear("visibilitychange", () => {
      read();
      slots.again();
    }, document);
    hear("pagehide", () => {
      read();
      log.log?.leave();
    });
    hear("pageshow", ({ persisted }) => persisted && isOn() && log.tell("resume"));
    onNavigation(moved);
  };

  offer(
    {
      track: guarded((name, params = {}) => {
        if (tracked.length < TRACKED_MAX) tracked.push([name, params]);
        read();
      }),
      identify: (token) => call("login", { token }),
      consent: (choice) => consent(choice),
      forget: () => call("forget", {}),
      plan: ({ url: of } = {}) => renew(of),
      ready: () => ready,
    },
    (type) => (plan ? { plan: [plan], consent: [plan.consent], slot: plan.slots.map((slot) => ({ ...slot, element: find(slot.selector) })) }[type] : []),
  );
  const again = guarded(() => {
    log.attach();
    adopt();
  });
  all[STARTED] = again;
  again();
  if (asksForPlans) log.prepare();
  const ask = () => (!source && asksForPlans ? renew() : settleReady(plan));
  ask();
  if (!document.prerendering) return start();
  hear("prerenderingchange", () => {
    start();
    // The plan of a page that nobody had seen began no profile.
    ask();
  }, document);
})();
