// For the holder of a preview token: outlines each slot of the page, says why it shows what it shows, and shows the page in another way.
// See page.d.ts.
import { lookOf } from "./look.mjs";

(() => {
  const text = document.getElementById("attune-plan")?.textContent;
  if (!text) return;
  /** @type {import("./page.js").AttunePlan} */
  const plan = JSON.parse(text);
  const { preview } = plan;
  if (!preview) return;
  const STORE = "attune:overlay";
  const ADDRESS = "/_attune/preview";
  const LABEL_PX = 30;
  const GAP_PX = 12;
  const TEXT_CHARS_MAX = 160;
  const MARKS = { true: "✓", false: "✗", unknown: "?" };

  /** @param {string} name @param {Record<string, string>} attributes @param {(Node | string)[]} children */
  const el = (name, attributes, ...children) => {
    const element = document.createElement(name);
    for (const key in attributes) element.setAttribute(key, attributes[key]);
    element.append(...children);
    return element;
  };
  /** @param {string} label @param {() => unknown} click @param {Record<string, string>} [attributes] */
  const button = (label, click, attributes) => {
    const element = el("button", { type: "button", ...attributes }, label);
    element.addEventListener("click", click);
    return element;
  };
  const host = el("div", { id: "attune-overlay" });
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [lookOf()];

  const found = plan.slots.flatMap((slot) => {
    const element = document.querySelector(slot.selector);
    return element ? [{ slot, element }] : [];
  });
  const layer = el("div", { role: "group", "aria-label": "Slots", hidden: "" });
  const panel = el("section", { class: "panel", role: "dialog", tabindex: "-1", "aria-labelledby": "title", hidden: "" });
  /** @type {HTMLElement | null} what opened the panel, and gets the focus back */
  let opener = null;

  // The panel.

  /** @param {string} title @param {HTMLElement} from @param {Node[]} content */
  const open = (title, from, ...content) => {
    hide();
    opener = from;
    panel.replaceChildren(button("×", hide, { class: "close", "aria-label": "Close" }), el("h2", { id: "title" }, title), ...content);
    panel.hidden = false;
    panel.scrollTop = 0;
    if (from.hasAttribute("aria-expanded")) from.setAttribute("aria-expanded", "true");
  };
  const hide = () => {
    if (panel.hidden) return;
    const isInside = panel.contains(root.activeElement);
    panel.hidden = true;
    for (const { frame } of frames) frame.classList.remove("current");
    if (opener === change) change.setAttribute("aria-expanded", "false");
    if (isInside) opener?.focus();
  };

  // Why a slot shows what it shows.

  /** What is in a slot. Products that a campaign recommends itself go by its name. @param {import("./page.js").AttuneSlot} slot */
  const named = ({ slot, campaign, content }) => (content === `${campaign}.${slot}` ? campaign : content);
  /** @param {string} campaign */
  const tests = (campaign) => {
    const campaignAccount = plan.campaigns?.[campaign];
    const list = el("ul", {});
    for (const [test, value, verdict] of campaignAccount?.tests ?? []) list.append(el("li", {}, `${MARKS[verdict]} ${test}: ${value}`));
    if (campaignAccount?.arm !== undefined) list.append(el("li", {}, `bucket ${campaignAccount.arm} of 10,000`));
    if (campaignAccount?.cap !== undefined) list.append(el("li", {}, `seen ${campaignAccount.seen} of ${campaignAccount.cap} times`));
    return list;
  };
  /** @param {import("./page.js").AttuneSlot} slot @param {HTMLElement} from */
  const tell = (slot, from) => {
    const who = slot.campaign ? `Campaign ${slot.campaign}${slot.arm ? `, arm ${slot.arm}` : ""}: ` : "";
    const told = [el("p", {}, who + (slot.why ?? slot.reason))];
    if (slot.campaign) told.push(tests(slot.campaign));
    if (slot.strategies) told.push(el("h3", {}, "Strategies"), strategies(slot));
    if (slot.picks) told.push(el("h3", {}, "Products"), products(slot));
    for (const { campaign, why } of slot.passed ?? []) {
      const arm = slot.observed?.campaign === campaign ? slot.observed.arm : null;
      told.push(el("h3", {}, arm ? `${campaign}, arm ${arm}` : campaign), el("p", {}, why), tests(campaign));
    }
    open(`${slot.slot}: ${named(slot) ?? "the site’s own content"}`, from, ...told, el("h3", {}, "This visitor"), segments(), el("p", {}, cost()));
    for (const { frame, slot: other } of frames) {
      frame.classList.toggle("current", other === slot);
      // Its label stands above it.
      if (other === slot && innerWidth <= 600) scrollBy({ top: frame.getBoundingClientRect().top - 48, behavior: "instant" });
    }
    panel.focus({ preventScroll: true });
  };
  /** Why each product is there. @param {import("./page.js").AttuneSlot} slot */
  const products = (slot) => {
    const list = el("ul", {});
    (slot.picks ?? []).forEach(({ source, because, score }, at) => {
      list.append(el("li", {}, el("b", {}, slot.products?.[at] ?? ""), ` ${source}${because ? `, because of ${because}` : ""}; score ${score}`));
    });
    return list;
  };
  /** What is believed of each strategy, and what was drawn. @param {import("./page.js").AttuneSlot} slot */
  const strategies = (slot) => {
    const list = el("ul", {});
    for (const [name, mean, drawn] of slot.strategies ?? []) {
      const known = mean === null ? "nothing known yet" : `believed ${mean} %${drawn === null ? "" : `, drawn ${drawn} %`}`;
      list.append(el("li", {}, `${name === slot.strategy ? MARKS.true : "·"} ${name}: ${known}`));
    }
    return list;
  };
  const segments = () => {
    const { in: inside, unknown } = plan.segments ?? { in: [], unknown: [] };
    return el("p", {}, `In the segments: ${inside.join(", ") || "none"}.${unknown.length > 0 ? ` Not known: ${unknown.join(", ")}.` : ""}`);
  };
  /** The platform's clock stands still while a page is decided, unless it is a local one: then there is a time to tell. */
  const cost = () => {
    const [navigation] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
    const took_ms = navigation?.serverTiming.find(({ name }) => name === "attune")?.duration;
    const took = took_ms ? `, decided in ${took_ms} ms` : "";
    return `Bundle ${plan.v}${took}. The cookie has ${preview.cookie} characters.`;
  };

  const frames = found.map(({ slot, element }) => {
    const observes = slot.observed ? ` (${slot.observed.campaign} observes)` : "";
    const label = `${slot.slot}: ${named(slot) ?? slot.reason}${observes}`;
    const why = button(label, () => tell(slot, why), { "data-slot-why": slot.slot });
    const frame = el("div", { class: slot.content ? "frame" : "frame empty" }, why);
    const shown = { frame, why, label, element, slot };
    // A slot further down the page comes into view with the focus of a key. Under a pointer nothing may move.
    why.addEventListener("focus", () => why.matches(":focus-visible") && shown.element.scrollIntoView({ block: "nearest", behavior: "instant" }));
    layer.append(frame);
    return shown;
  });

  let asked = false;
  const place = () => {
    asked = false;
    for (const { frame, element } of frames) {
      const { left, top, width, height } = element.getBoundingClientRect();
      frame.hidden = width === 0 && height === 0;
      // Its label stands on it, but at the top of the page there is no room.
      frame.classList.toggle("top", top + scrollY < LABEL_PX);
      frame.style.cssText = `left:${left + scrollX}px;top:${top + scrollY}px;width:${width}px;height:${height}px`;
    }
    // The banner's height depends on the width of the screen. A policy without style attributes leaves it at the end of the page.
    const banner = document.getElementById("attune-preview");
    const height = banner && getComputedStyle(banner).position === "fixed" ? banner.offsetHeight : 0;
    host.style.setProperty("--foot", `${Math.max(72, height + GAP_PX)}px`);
  };
  const placeSoon = () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(place);
  };

  // Another persona, arm or moment.

  /** What the holder of a link may be. */
  const personas = async () => {
    try {
      const answer = await fetch(ADDRESS);
      return /** @type {string[]} */ ((await answer.json()).personas);
    } catch {
      return [preview.name];
    }
  };
  /** Time as an input of this browser has it. @param {number} [at_s] */
  const local = (at_s) => (at_s === undefined ? "" : new Date(at_s * 1_000 - new Date(at_s * 1_000).getTimezoneOffset() * 60_000).toISOString().slice(0, 19));
  const experiments = Object.entries(plan.campaigns ?? {}).flatMap(([campaign, { arms }]) => (arms ? [{ campaign, arms }] : []));

  /** @param {string[]} names */
  const form = (names) => {
    const failed = el("p", { role: "alert", class: "failed", hidden: "" });
    const moment = /** @type {HTMLInputElement} */ (el("input", { type: "datetime-local", step: "1", id: "moment", "aria-describedby": "moment-is" }));
    moment.value = local(preview.now);
    const fields = el("form", {});
    if (names.length > 1) {
      const choices = names.map((name) => {
        const radio = /** @type {HTMLInputElement} */ (el("input", { type: "radio", name: "persona", value: name }));
        radio.checked = name === preview.name;
        return el("label", { class: "choice" }, radio, name);
      });
      fields.append(el("fieldset", {}, el("legend", {}, "Persona"), ...choices));
    }
    const now = button("Now", () => {
      moment.value = "";
      moment.focus();
    });
    fields.append(el("label", { for: "moment" }, "Time"), el("div", { class: "row" }, moment, now), el("p", { id: "moment-is", class: "hint" }, "By the clock of this browser. Empty: now."));
    const selects = experiments.map(({ campaign, arms }) => {
      const select = /** @type {HTMLSelectElement} */ (el("select", { name: campaign }, el("option", { value: "" }, "as decided"), ...arms.map((arm) => el("option", { value: arm }, arm))));
      select.value = preview.arms[campaign] ?? "";
      return select;
    });
    if (selects.length > 0) fields.append(el("fieldset", {}, el("legend", {}, "Arms"), ...selects.map((select) => el("label", { class: "arm" }, el("span", {}, select.name), select))));
    fields.append(failed, el("button", { type: "submit", class: "main" }, "Show the page"));
    fields.addEventListener("submit", async (event) => {
      event.preventDefault();
      const name = fields.querySelector(/** @type {"input"} */ ("input[name=persona]:checked"))?.value ?? preview.name;
      const arms = { ...preview.arms };
      for (const { name: campaign, value } of selects) {
        if (value) arms[campaign] = value;
        else delete arms[campaign];
      }
      const at = moment.value && new Date(moment.value).toISOString().replace(/\.\d+/, "");
      const problem = await changed(name, arms, at);
      if (!problem) return location.reload();
      failed.textContent = problem;
      failed.hidden = false;
    });
    return fields;
  };
  /** Asks for the preview with these; what went wrong. @param {string} name @param {Record<string, string>} arms @param {string} now */
  const changed = async (name, arms, now) => {
    try {
      const body = JSON.stringify({ name, arms, request: now ? { now } : {} });
      const answer = await fetch(`${ADDRESS}?persona=${encodeURIComponent(name)}`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
      if (answer.ok) return;
      return answer.status === 401 || answer.status === 503 ? "The preview has ended. Ask for a new link." : `It cannot be shown: ${(await answer.json()).error.message}.`;
    } catch {
      return "The site did not answer. Try again.";
    }
  };
  const moments = preview.now === undefined ? "" : `, ${new Date(preview.now * 1_000).toLocaleString([], { dateStyle: "medium", timeStyle: "short" })}`;
  const change = button(`As ${preview.name}${moments}`, async () => {
    if (opener === change && !panel.hidden) return hide();
    const names = await personas();
    open("Show it in another way", change, form(names));
    panel.focus({ preventScroll: true });
  }, { "aria-expanded": "false", "aria-haspopup": "dialog" });

  // The default.

  /** What the origin has in a slot, where that is something else. @type {{ shown: (typeof frames)[0], element: Element, other: Element }[] | undefined} */
  let defaults;
  /** The page as the origin made it. @returns {Promise<Document>} */
  const origin = () =>
    new Promise((resolve, reject) => {
      // What it reads takes no leave of Trusted Types, and runs no script.
      const request = new XMLHttpRequest();
      request.open("GET", location.href);
      request.setRequestHeader("Attune-Preview", "default");
      request.responseType = "document";
      request.onload = () => (request.response ? resolve(request.response) : reject());
      request.onerror = reject;
      request.send();
    });
  /** @param {Document} page */
  const defaultsIn = (page) => {
    const filled = frames.filter(({ slot }) => slot.content);
    return filled.flatMap((shown) => {
      const { element, slot } = shown;
      const other = page.querySelector(slot.selector);
      // One in another one goes with it.
      if (!other || filled.some((outer) => outer.element !== element && outer.element.contains(element))) return [];
      const copy = document.importNode(other, true);
      copy.querySelectorAll("script").forEach((script) => script.remove());
      return [{ shown, element, other: copy }];
    });
  };
  /** The text of a part of the page, also of one that is not shown. @param {Element} element */
  const textOf = (element) => {
    const texts = [];
    for (const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT); walker.nextNode(); ) texts.push(walker.currentNode.nodeValue);
    const all = texts.join(" ").replace(/\s+/g, " ").trim();
    return all.length > TEXT_CHARS_MAX ? `${all.slice(0, TEXT_CHARS_MAX)}…` : all || "no text";
  };
  const differences = () => {
    const list = el("dl", {});
    for (const { shown, element, other } of defaults ?? []) list.append(el("dt", {}, shown.slot.slot), el("dd", {}, el("b", {}, "Default: "), textOf(other)), el("dd", {}, el("b", {}, "Preview: "), textOf(element)));
    return defaults?.length ? list : el("p", {}, "Nothing on this page is different.");
  };
  let isDefault = false;
  const compare = button("Default", async () => {
    if (compare.ariaBusy === "true") return;
    try {
      compare.ariaBusy = "true";
      defaults ??= defaultsIn(await origin());
    } catch {
      open("The default", compare, el("p", { role: "alert" }, "The page could not be fetched. Its content security policy has to allow it (connect-src)."));
      return;
    } finally {
      compare.ariaBusy = "false";
    }
    isDefault = !isDefault;
    for (const { shown, element, other } of defaults) {
      const [from, to] = isDefault ? [element, other] : [other, element];
      from.replaceWith(to);
      shown.element = to;
      shown.frame.classList.toggle("empty", isDefault);
      shown.why.textContent = isDefault ? `${shown.slot.slot}: default` : shown.label;
    }
    compare.setAttribute("aria-pressed", String(isDefault));
    // The focus stays on the button, which leads back.
    if (isDefault) open("The default", compare, differences());
    else hide();
    place();
  }, { "aria-pressed": "false" });

  // The bar.

  const toggle = button(`Why this page (${found.length})`, () => {
    show(layer.hidden);
    try {
      sessionStorage.setItem(STORE, layer.hidden ? "closed" : "open");
    } catch {
      // Then the next page begins as this one did.
    }
  }, { "aria-expanded": "false" });
  const bar = el("div", { class: "bar", role: "toolbar", "aria-label": "Preview", "aria-keyshortcuts": "Alt+Shift+P" }, toggle, change, compare);

  /** @param {boolean} isOpen */
  const show = (isOpen) => {
    layer.hidden = !isOpen;
    toggle.setAttribute("aria-expanded", String(isOpen));
    place();
    if (!isOpen) hide();
  };
  const STEPS = new Map([["ArrowRight", 1], ["ArrowDown", 1], ["ArrowLeft", -1], ["ArrowUp", -1]]);
  root.addEventListener("keydown", (event) => {
    const { key } = /** @type {KeyboardEvent} */ (event);
    if (key === "Escape") return hide();
    const step = STEPS.get(key);
    const group = [bar, layer].find((one) => one.contains(root.activeElement));
    if (!step || !group) return;
    const buttons = /** @type {NodeListOf<HTMLElement>} */ (group.querySelectorAll(":not([hidden]) > button"));
    const at = [...buttons].findIndex((one) => one === root.activeElement);
    buttons[(at + step + buttons.length) % buttons.length].focus();
    event.preventDefault();
  });
  // Another one of the page before, or of a script that was inserted again, must not answer, too.
  const jump = (/** @type {KeyboardEvent} */ event) => {
    if (!host.isConnected) return removeEventListener("keydown", jump);
    if (!event.altKey || !event.shiftKey || event.code !== "KeyP") return;
    event.preventDefault();
    toggle.focus();
  };
  addEventListener("keydown", jump);
  root.append(bar, layer, panel);
  // Of the page before, where a script fetched this one.
  document.getElementById("attune-overlay")?.remove();
  document.documentElement.append(host);
  addEventListener("resize", placeSoon);
  addEventListener("scroll", placeSoon, { capture: true, passive: true });
  new ResizeObserver(placeSoon).observe(document.body);
  let state = document.documentElement.dataset.attuneOverlay;
  try {
    state = sessionStorage.getItem(STORE) ?? state;
  } catch {
    // As the page says.
  }
  show(state !== "closed");
})();
