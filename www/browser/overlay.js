// For the holder of a preview token: outlines each slot of the page and says why it shows what it shows. See page.d.ts.
(() => {
  const text = document.getElementById("attune-plan")?.textContent;
  if (!text) return;
  /** @type {import("./page.js").AttunePlan} */
  const plan = JSON.parse(text);
  if (!plan.preview) return;
  const STORE = "attune:overlay";
  const LABEL_PX = 30;
  const MARKS = { true: "✓", false: "✗", unknown: "?" };
  const CSS = `
    :host { all: initial; }
    * { box-sizing: border-box; font: 14px/1.45 system-ui, sans-serif; }
    button { border: 0; border-radius: 4px; padding: 4px 10px; background: #1d2433; color: #fff; cursor: pointer; }
    button:focus-visible { outline: 3px solid #ffb400; outline-offset: 2px; }
    .switch { position: fixed; inset: auto auto 72px 12px; z-index: 2147483646; box-shadow: 0 1px 6px #0006; }
    .frame { position: absolute; z-index: 2147483645; border: 2px dashed #3d6bff; pointer-events: none; }
    .frame.empty { border-color: #8a8f99; }
    .frame.current { border-style: solid; border-color: #ffb400; }
    .frame button { position: absolute; inset: auto auto 100% -2px; pointer-events: auto; border-radius: 4px 4px 0 0; background: #3d6bff;
      max-width: max(100%, 240px); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .frame.top button { inset: 0 auto auto 0; border-radius: 0 0 4px 0; }
    .frame.empty button { background: #5b606b; }
    .panel { position: fixed; inset: 12px 12px auto auto; z-index: 2147483647; width: min(440px, calc(100vw - 24px));
      max-height: calc(100vh - 24px); overflow: auto; padding: 14px 16px; border-radius: 6px; background: #fff;
      color: #1d2433; box-shadow: 0 4px 24px #0006; }
    h2 { margin: 0 0 6px; font-size: 16px; font-weight: 700; }
    h3 { margin: 12px 0 2px; font-weight: 700; }
    p, ul { margin: 0 0 6px; } ul { padding: 0; list-style: none; } li { margin: 0 0 3px; } b { font-weight: 700; }
    .close { position: sticky; top: 0; float: right; margin: 0 0 6px 8px; }
    @media (max-width: 600px) {
      /* The slot stays in sight above what is said of it, and a thumb is wider than a pointer. */
      .panel { inset: auto 12px 12px; width: auto; max-height: 55vh; }
      .close { padding: 9px 15px; } .switch, .frame button { padding: 8px 12px; }
    }
    [hidden] { display: none; }`;

  /** @param {string} name @param {Record<string, string>} attributes @param {(Node | string)[]} children */
  const el = (name, attributes, ...children) => {
    const element = document.createElement(name);
    for (const key in attributes) element.setAttribute(key, attributes[key]);
    element.append(...children);
    return element;
  };
  const host = el("div", { id: "attune-overlay" });
  const root = host.attachShadow({ mode: "open" });
  // A constructed sheet needs no leave of the page's content security policy.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  root.adoptedStyleSheets = [sheet];

  const found = plan.slots.flatMap((slot) => {
    const element = document.querySelector(slot.selector);
    return element ? [{ slot, element }] : [];
  });
  const label = `Why this page (${found.length})`;
  const toggle = el("button", { type: "button", class: "switch", "aria-expanded": "false" }, label);
  const layer = el("div", { hidden: "" });
  const panel = el("section", { class: "panel", role: "dialog", tabindex: "-1", hidden: "" });
  /** @type {HTMLElement | null} what opened the panel, and gets the focus back */
  let opener = null;

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
    opener = from;
    const title = el("h2", { id: "title" }, `${slot.slot}: ${named(slot) ?? "the site’s own content"}`);
    const close = el("button", { type: "button", class: "close", "aria-label": "Close" }, "×");
    close.addEventListener("click", hide);
    const who = slot.campaign ? `Campaign ${slot.campaign}${slot.arm ? `, arm ${slot.arm}` : ""}: ` : "";
    panel.replaceChildren(close, title, el("p", {}, who + (slot.why ?? slot.reason)));
    if (slot.campaign) panel.append(tests(slot.campaign));
    if (slot.strategies) panel.append(el("h3", {}, "Strategies"), strategies(slot));
    if (slot.picks) panel.append(el("h3", {}, "Products"), products(slot));
    for (const { campaign, why } of slot.passed ?? []) {
      const arm = slot.observed?.campaign === campaign ? slot.observed.arm : null;
      panel.append(el("h3", {}, arm ? `${campaign}, arm ${arm}` : campaign), el("p", {}, why), tests(campaign));
    }
    panel.append(el("h3", {}, "This visitor"), segments(), el("p", {}, cost()));
    panel.setAttribute("aria-labelledby", "title");
    panel.hidden = false;
    panel.scrollTop = 0;
    for (const { frame, element, slot: other } of frames) {
      frame.classList.toggle("current", other === slot);
      // Its label stands above it.
      if (other === slot && innerWidth <= 600) scrollBy(0, element.getBoundingClientRect().top - 48);
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
    return `Bundle ${plan.v}${took}. The cookie has ${plan.preview?.cookie} characters.`;
  };
  const hide = () => {
    if (panel.hidden) return;
    panel.hidden = true;
    for (const { frame } of frames) frame.classList.remove("current");
    opener?.focus();
  };

  const frames = found.map(({ slot, element }) => {
    const observes = slot.observed ? ` (${slot.observed.campaign} observes)` : "";
    const button = el("button", { type: "button", "data-slot-why": slot.slot }, `${slot.slot}: ${named(slot) ?? slot.reason}${observes}`);
    button.addEventListener("click", () => tell(slot, button));
    const frame = el("div", { class: slot.content ? "frame" : "frame empty" }, button);
    // A slot further down the page comes into view with the focus.
    button.addEventListener("focus", () => element.scrollIntoView({ block: "nearest" }));
    layer.append(frame);
    return { frame, element, slot };
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
  };
  const placeSoon = () => {
    if (asked || layer.hidden) return;
    asked = true;
    requestAnimationFrame(place);
  };

  /** @param {boolean} open */
  const show = (open) => {
    layer.hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
    if (open) place();
    else hide();
  };
  toggle.addEventListener("click", () => {
    show(layer.hidden);
    try {
      sessionStorage.setItem(STORE, layer.hidden ? "closed" : "open");
    } catch {
      // Then the next page begins as this one did.
    }
  });
  root.addEventListener("keydown", (event) => {
    if (/** @type {KeyboardEvent} */ (event).key === "Escape") hide();
  });
  root.append(toggle, layer, panel);
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
