// In pages that are shown on this machine: loads the page again once a new version is served, and shows what is wrong with the
// files meanwhile.
(() => {
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  const { version, site } = script.dataset;
  script.remove();
  if (Symbol.for("attune:live") in window) return;
  Object.assign(window, { [Symbol.for("attune:live")]: true });

  /** @type {EventSource | undefined} */
  let stream;
  // A browser has six connections to a host: only a page that is seen holds one.
  const listen = () => {
    if (stream || document.hidden) return;
    stream = new EventSource("/_attune/dev/events");
    stream.onmessage = ({ data }) => {
      const told = JSON.parse(data);
      if (told.version === version) show(told.problem);
      else location.reload();
    };
  };
  const rest = () => {
    stream?.close();
    stream = undefined;
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? rest() : listen()));
  addEventListener("pagehide", rest);
  addEventListener("pageshow", listen);
  listen();

  /** @type {HTMLElement | undefined} */
  let box;
  /** @param {string | null} problem */
  function show(problem) {
    box?.remove();
    box = undefined;
    if (problem === null) return;
    box = document.createElement("attune-problem");
    const root = box.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
      :host { all: initial; position: fixed; inset: auto 12px 12px 12px; z-index: 2147483647; }
      section { box-sizing: border-box; display: flex; flex-direction: column; max-width: 46rem; max-height: 50vh; padding: 12px 16px; background: #1d1a16;
        color: #fff; border-left: 6px solid #ff7a59; border-radius: 6px; box-shadow: 0 6px 24px #0006; font: 14px/1.45 system-ui, sans-serif; }
      header { display: flex; flex: none; gap: 12px; align-items: baseline; justify-content: space-between; }
      pre { margin: 8px 0 0; font: 12px/1.4 ui-monospace, monospace; white-space: pre; overflow: auto; overscroll-behavior: contain; }
      button { all: unset; cursor: pointer; margin: -8px -8px -8px 0; padding: 10px 8px; text-decoration: underline; }
      button:focus-visible { outline: 2px solid #ff7a59; }`);
    root.adoptedStyleSheets = [sheet];
    const [section, header, title, close, text] = ["section", "header", "strong", "button", "pre"].map((tag) => document.createElement(tag));
    section.setAttribute("role", "alert");
    title.textContent = "The saved files have a mistake. This page shows the last good version.";
    close.textContent = "Close";
    close.addEventListener("click", () => show(null));
    text.textContent = problem;
    header.append(title, close);
    section.append(header, text);
    root.append(section);
    document.documentElement.append(box);
  }

  // Links that a script of the site has written lead through this machine, too.
  if (!site) return;
  /** @param {Event} event @param {(element: EventTarget) => { get(): string, set(url: string): void } | null} of */
  const keepHere = (event, of) => {
    for (const element of event.composedPath()) {
      const link = of(element);
      if (link === null) continue;
      const url = new URL(link.get(), location.href);
      if (url.origin === site) link.set(location.origin + url.pathname + url.search + url.hash);
      return;
    }
  };
  addEventListener("click", (event) => keepHere(event, (a) => (a instanceof HTMLAnchorElement && a.href !== "" ? { get: () => a.href, set: (url) => void (a.href = url) } : null)), true);
  addEventListener("submit", (event) => keepHere(event, (form) => (form instanceof HTMLFormElement ? { get: () => form.getAttribute("action") ?? "", set: (url) => form.setAttribute("action", url) } : null)), true);
})();
