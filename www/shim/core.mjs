/** The configurations that the page core holds: the present one, and beside it a canary and drafts. */

import { PageCore } from "../../build/page/page.js";
import { readAnswer } from "./answer.mjs";
import { instance } from "./instance.mjs";
import { checkFit, loadedOf } from "./loaded.mjs";
import { warn } from "./log.mjs";
import { receive } from "./receive.mjs";
import { NoRoom, Seconds } from "./seconds.mjs";

/** @typedef {import("./answer.mjs").Answer} Answer */
/** @typedef {import("./manifest.mjs").Named} Named */
/**
 * A configuration to decide with.
 * @typedef {object} Bundle
 * @property {Uint8Array} bytes
 * @property {string} sha256 of the bytes, in hexadecimal
 * @property {number} version of the manifest that named it; 0 for the one embedded at deploy
 * @property {number | null} expires_s until when new isolates take that manifest
 * @property {string} manifest id of it; empty for the one embedded at deploy
 * @property {string} site of the manifest; empty for the one embedded at deploy
 * @property {Named | null} client what browsers decide by, where the site wants that
 * @property {Named[]} artifacts what recommendations are made from, the catalogue first
 * @property {string} published the hashes of all that it was published with
 * @property {string} data id of the data manifest that names the artifacts; empty where the version itself does
 * @property {import("./trial.mjs").Tally} tally
 * @property {string} [draft] id of the draft that it is of
 */
/** @typedef {import("./loaded.mjs").Loaded} Loaded */
/** @typedef {import("./seconds.mjs").Canary} Canary */
/** What decided a page, and how. @typedef {{ bundle: Bundle, arm: "" | "canary" | "draft", answer: Answer }} Decided */

/**
 * Gives the bytes of an artifact piece by piece; throws at the end when they are not what was signed.
 * @callback Source
 * @param {Named} named
 * @returns {AsyncIterable<Uint8Array>}
 */

class Core {
  /** Another number whenever anything was replaced that decisions depend on. */
  state = 0;
  /** A trap took artifacts along, and nobody has looked after that yet. */
  artifactsLost = false;
  /** The bundle of which was said what this build of the core lacks for it, by hash. */
  #said = "";
  /** @type {Loaded | null} */
  #loaded = null;
  #seconds = new Seconds();
  /** Keys of the campaigns that are switched off, one a line. */
  #killed = "";
  /** The next configuration while it is made, beside the present one. @type {PageCore | null} */
  #next = null;
  /** What is replaced without a new bundle, by kind: the bytes, and the core that has them. @type {Map<number, { bytes: Uint8Array, page: PageCore | null }>} */
  #live = new Map();

  constructor() {
    instance.onLoss = () => {
      this.artifactsLost ||= (this.#loaded?.artifacts.length ?? 0) > 0;
      this.#loaded = this.#next = null;
      this.#seconds.lose();
    };
  }

  /**
   * The configuration, as a page needs it: at once. After a trap its artifacts are not there until `prepare` has
   * brought them back.
   * @param {Bundle} bundle
   * @param {string} keys
   * @returns {Loaded}
   */
  load(bundle, keys) {
    // Whichever is present: the caller may have waited for the origin since it looked.
    if (this.#loaded?.keys === keys) return this.#loaded;
    instance.start();
    return instance.guard(bundle, () => this.#use(bundle, keys, new PageCore(bundle.bytes, keys, bundle.sha256), []));
  }

  /** Forgets what it holds. */
  unload() {
    this.state++;
    this.#drop();
    this.putCanary(null);
    this.#seconds.dropDrafts();
    this.#loaded?.page.free();
    this.#loaded = null;
  }

  /** The canary beside the present bundle, if there is one. */
  get canary() {
    return this.#seconds.canary;
  }

  /** Whether there are campaigns whose weights follow their results. */
  get followsWeights() {
    const loaded = [this.#loaded, ...this.#seconds.loaded()];
    return loaded.some((one) => one?.followsWeights);
  }

  /**
   * Replaces the canary. It shares what recommendations are made from.
   * @param {Canary | null} canary
   */
  putCanary(canary) {
    if (canary === null && this.canary === null) return;
    this.state++;
    this.#seconds.putCanary(canary);
  }

  /**
   * The canary's core; `null` where there is no canary.
   * @param {string} keys
   */
  loadCanary(keys) {
    instance.start();
    return this.#seconds.loadCanary(keys, this.#killed, this.#loaded?.page);
  }

  /**
   * What a preview link shows to the holder of its token; empty for everybody else. `PageCore.preview_subject` has its form.
   * @param {Bundle} bundle
   * @param {string} keys
   * @param {string} request
   * @param {Loaded | null} [draft] that is asked in the place of the present configuration
   */
  previewSubject(bundle, keys, request, draft = null) {
    const loaded = draft ?? this.load(bundle, keys);
    return instance.guard(loaded.bundle, () => loaded.page.preview_subject(request));
  }

  /** A draft that is loaded, or `null`. @param {string} id @param {string} keys */
  draft(id, keys) {
    return this.#seconds.draft(id, keys);
  }

  /**
   * @param {Bundle} bundle the present one
   * @param {string} keys
   * @param {{ id: string, bundle: Bundle, isInert: boolean }} draft
   * @param {Uint8Array} bytes of the draft's bundle
   * @throws {NoRoom}
   */
  loadDraft(bundle, keys, draft, bytes) {
    // What is coming in may take the room that the memory still has.
    if (this.#next !== null) throw new NoRoom("something new is just being published: load the page again in a moment");
    const present = this.load(bundle, keys).page;
    return this.#seconds.loadDraft(draft, bytes, { keys, killed: this.#killed, present, now_ms: Date.now() });
  }

  /** @param {string} id */
  dropDraft(id) {
    this.#seconds.dropDraft(id);
  }

  /** A draft where it may still be decided with: another one, or a trap, may have taken its place. @param {Loaded | null} draft */
  usable(draft) {
    return draft !== null && this.#seconds.holds(draft) ? draft : null;
  }

  /**
   * Which configuration decides for the visitor of a request.
   * @param {Bundle} bundle
   * @param {string} keys
   * @param {string} request
   * @param {Loaded | null} [draft] of a preview
   * @returns {Loaded}
   */
  #armOf(bundle, keys, request, draft = null) {
    const previewed = this.usable(draft);
    if (previewed !== null) return previewed;
    const present = this.load(bundle, keys);
    const canary = this.canary;
    if (canary === null || !this.isTrusted(canary.bundle, Date.now())) return present;
    const bucket = instance.guard(present.bundle, () => present.page.canary_bucket(request, canary.salt));
    return (bucket !== undefined && bucket < canary.share_bp && this.loadCanary(keys)) || present;
  }

  /**
   * What the control plane needs of the configuration of a request's visitor.
   * @param {Bundle} bundle
   * @param {string} keys
   * @param {string} request
   * @param {Loaded | null} [draft] of a preview
   */
  outlineFor(bundle, keys, request, draft = null) {
    const { outline, lacks } = this.#armOf(bundle, keys, request, draft);
    return { outline, lacks };
  }

  /**
   * Switches off the campaigns with these keys, one a line, and no others: also in whatever is loaded after this.
   * @param {string} campaigns
   */
  kill(campaigns) {
    if (campaigns === this.#killed) return;
    this.#killed = campaigns;
    for (const loaded of [this.#loaded, ...this.#seconds.loaded()]) {
      if (loaded) instance.guard(loaded.bundle, () => loaded.page.kill(campaigns));
    }
    this.state++;
  }

  /** Whether a campaign is switched off. @param {string} campaign */
  isKilled(campaign) {
    return this.#killed.split("\n").includes(campaign);
  }

  /**
   * Whether a bundle is the present one, with everything that it names.
   * @param {Bundle} bundle
   * @param {string} keys
   */
  holds(bundle, keys) {
    const present = this.#loaded;
    return present?.bundle === bundle && present.keys === keys && present.artifacts.length === bundle.artifacts.length;
  }

  /**
   * Makes a bundle the one that the instance holds, in turns: pages go on with the present one meanwhile. What both
   * name is not loaded again. An artifact that is refused is missing: slots that need it keep the origin's content. Those of a data
   * manifest come together or not at all.
   * @param {Bundle} bundle
   * @param {string} keys
   * @param {Source} source
   * @param {(named: Named, error: unknown) => void} refused may throw: then the present bundle stays
   * @param {() => Promise<void>} weigh brings the weights of bandits
   */
  async prepare(bundle, keys, source, refused, weigh) {
    instance.start();
    this.#drop();
    const present = this.#loaded;
    const isPresent = present?.bundle.sha256 === bundle.sha256 && present.keys === keys;
    this.#seconds.dropDrafts();
    const page = instance.guard(bundle, () => (isPresent ? present.page.beside() : new PageCore(bundle.bytes, keys, bundle.sha256)));
    this.#next = page;
    // What the present core has the next one takes over; what is learned for another catalogue is checked anew.
    const [catalog] = bundle.artifacts;
    const there = this.#loaded?.artifacts.some(({ sha256 }) => sha256 === catalog?.sha256) ? this.#loaded : null;
    const artifacts = [];
    const call = (/** @type {() => boolean | void} */ work) => {
      // A trap meanwhile took the whole instance along.
      if (this.#next !== page) throw new Error("the instance is gone");
      return instance.guard(bundle, work);
    };
    for (const named of bundle.artifacts) {
      try {
        if (there?.artifacts.some(({ kind, sha256 }) => kind === named.kind && sha256 === named.sha256)) page.adopt(there.page, named.kind);
        else await receive(page, named, source(named), call);
        if (bundle.data !== "" && named === catalog) call(() => checkFit(page));
        artifacts.push(named);
      } catch (error) {
        if (this.#next !== page) throw error;
        try {
          refused(named, error);
        } catch (end) {
          // Nothing of the next core stays.
          this.#drop();
          throw end;
        }
        // Without the catalogue the core would refuse the others, and that would not be their fault.
        if (named === catalog) break;
      }
    }
    if (page.follows_weights()) {
      await weigh();
      if (this.#next !== page) throw new Error("the instance is gone");
    }
    this.#next = null;
    const before = this.#loaded;
    this.#use(bundle, keys, page, artifacts);
    if (before !== null && before !== this.#loaded) before.page.free();
  }

  /**
   * @param {Bundle} bundle
   * @param {string} keys
   * @param {PageCore} page
   * @param {Named[]} artifacts
   */
  #use(bundle, keys, page, artifacts) {
    this.state++;
    page.kill(this.#killed);
    const loaded = loadedOf(bundle, keys, page, artifacts);
    const { lacks } = loaded;
    this.#loaded = loaded;
    if (lacks && this.#said !== bundle.sha256) warn("lean", `the lean page core is deployed; the bundle needs ${lacks}`, { bundle: bundle.sha256.slice(0, 12) });
    this.#said = bundle.sha256;
    for (const kind of this.#live.keys()) {
      try {
        this.#put(kind);
      } catch (error) {
        warn("artifact", error, { kind });
      }
    }
    this.#seconds.share(page);
    return loaded;
  }

  /** Gives up the next core, if one is being made. */
  #drop() {
    const page = this.#next;
    this.#next = null;
    page?.free();
  }

  /**
   * Replaces what needs no new bundle: live prices and stock, posteriors of strategies, weights of bandits.
   * @param {number} kind
   * @param {Uint8Array} bytes
   */
  put(kind, bytes) {
    const known = this.#live.get(kind);
    if (known?.bytes.length === bytes.length && known.bytes.every((byte, at) => byte === bytes[at])) return;
    this.#live.set(kind, { bytes, page: null });
    try {
      this.#put(kind);
    } catch (error) {
      // What cannot be used takes the place of nothing.
      if (known === undefined) this.#live.delete(kind);
      else this.#live.set(kind, known);
      throw error;
    }
  }

  /** @param {number} kind */
  #put(kind) {
    const [live, loaded] = [this.#live.get(kind), this.#loaded];
    if (live === undefined || loaded === null || live.page === loaded.page) return;
    live.page = loaded.page;
    instance.guard(loaded.bundle, () => loaded.page.put(kind, live.bytes));
    this.#seconds.share(loaded.page, [kind]);
    this.state++;
  }

  /**
   * Decides one page by its first bytes, and scans them.
   * @param {Bundle} bundle
   * @param {string} keys
   * @param {string} request
   * @param {Uint8Array} bytes
   * @param {{ isWhole: boolean, mayWait: boolean }} rest whether nothing comes after them; whether more can be had first
   * @param {Loaded | null} [draft] of a preview
   * @returns {Decided | null} `null`: they do not show what it is; only where it may wait
   */
  begin(bundle, keys, request, bytes, { isWhole, mayWait }, draft = null) {
    const loaded = this.#armOf(bundle, keys, request, draft);
    const arm = loaded === draft ? "draft" : loaded.bundle === this.canary?.bundle ? "canary" : "";
    const { bundle: decides, page } = loaded;
    // Before the call: one that traps is a page, too.
    decides.tally.pages++;
    const answer = instance.guard(decides, () => page.begin_page(request, bytes, isWhole, mayWait));
    if (answer.length > 0) return { bundle: decides, arm, answer: readAnswer(answer) };
    decides.tally.pages--;
    return null;
  }

  /**
   * Whether the origin is told the decision of a path, of any visitor.
   * @param {Bundle} bundle
   * @param {string} keys
   * @param {string} path
   * @param {Loaded | null} [draft] of a preview
   * @returns {boolean}
   */
  sendsDecisionHeader(bundle, keys, path, draft = null) {
    return this.#sends(this.load(bundle, keys), path) || this.#sends(this.loadCanary(keys), path) || this.#sends(this.usable(draft), path);
  }

  /**
   * @param {Loaded | null} loaded
   * @param {string} path
   */
  #sends(loaded, path) {
    return loaded !== null && loaded.sendsDecisionHeader && instance.guard(loaded.bundle, () => loaded.page.sends_decision_header(path));
  }

  /**
   * The `Attune-Decision` header of a request; empty where it cannot be decided, `null` where this visitor's configuration tells
   * the origin nothing on the path.
   * @param {Bundle} bundle
   * @param {string} keys
   * @param {string} request
   * @param {string} path
   * @param {Loaded | null} [draft] of a preview
   * @returns {string | null}
   */
  decisionHeader(bundle, keys, request, path, draft = null) {
    const loaded = this.#armOf(bundle, keys, request, draft);
    return this.#sends(loaded, path) ? instance.guard(loaded.bundle, () => loaded.page.decision_header(request)) : null;
  }

  /**
   * The products of one slot, as JSON.
   * @param {Bundle} bundle
   * @param {string} keys
   * @param {string} request
   * @param {string} slot
   * @param {string} lang
   * @param {Loaded | null} [draft] of a preview
   * @returns {string}
   */
  recommend(bundle, keys, request, slot, lang, draft = null) {
    const loaded = this.#armOf(bundle, keys, request, draft);
    return instance.guard(loaded.bundle, () => loaded.page.recommend(request, slot, lang));
  }

  /**
   * The plan of a page, as JSON, with what the browser has to draw.
   * @param {Bundle} bundle
   * @param {string} keys
   * @param {string} request
   * @param {string} lang
   * @param {Loaded | null} draft of a preview
   * @returns {string}
   */
  plan(bundle, keys, request, lang, draft) {
    const { bundle: decides, page } = this.#armOf(bundle, keys, request, draft);
    // As for a page that is served: one that traps is one, too.
    decides.tally.pages++;
    return instance.guard(decides, () => page.plan(request, lang));
  }

  /**
   * Whether pages of an origin may call at a host.
   * @param {Bundle} bundle
   * @param {string} keys
   * @param {string} origin
   * @param {string} host
   * @returns {boolean}
   */
  allowsOrigin(bundle, keys, origin, host) {
    return this.load(bundle, keys).page.allows_origin(origin, host);
  }

  /**
   * Decides for what is no page.
   * @param {Bundle} bundle
   * @param {string} keys
   * @param {string} request
   * @param {string} locale
   * @returns {string} JSON
   */
  channel(bundle, keys, request, locale) {
    const { page } = this.load(bundle, keys);
    return instance.guard(bundle, () => page.channel(request, locale));
  }

  /**
   * False while a bundle has trapped too often.
   * @param {Bundle} bundle
   * @param {number} now_ms
   */
  isTrusted(bundle, now_ms) {
    return !instance.breaker.rests(bundle, now_ms);
  }
}

/** The isolate's own. */
export const core = new Core();
