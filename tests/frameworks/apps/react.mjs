// A shop in React, with every slot that the fixtures have. `flow.Slot` is the adapter's or a plain element.
import { createElement as h, StrictMode, Suspense, useEffect, useState } from "react";
import { Slot as Owned } from "attune/react";

/** An element that nobody owns: what a slot is without the adapter. */
const Plain = ({ name, as = "div", children, ...attributes }) => h(as, { ...attributes, "data-slot": name }, children);

const isBrowser = typeof document !== "undefined";

/** A part that React looks at when it is there, and that tells so. */
function Late({ Slot, late, isOther }) {
  if (!isBrowser) late.read();
  useEffect(() => void (window.lateHydrated = true), []);
  return h("div", null, isOther && h("i", { id: "late-side" }, isBrowser ? "browser" : "server"), h(Slot, { name: "late", as: "aside" }, h("h2", null, "Opening hours")));
}

function Counter() {
  const [count, setCount] = useState(0);
  return h("button", { id: "count", onClick: () => setCount(count + 1) }, `${count} clicks`);
}

/** @param {{ mismatch?: string, isPlain: boolean, late: { read(): void } }} flow */
function Shop({ mismatch, isPlain, late }) {
  const Slot = isPlain ? Plain : Owned;
  const [round, setRound] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const [mount, setMount] = useState(0);
  const [isElsewhere, setElsewhere] = useState(false);
  const [clicked, setClicked] = useState(0);
  useEffect(() => void (window.hydrated = true), []);
  const go = () => {
    history.pushState(null, "", isElsewhere ? location.pathname.replace("/elsewhere", "") : `${location.pathname}/elsewhere`);
    setElsewhere(!isElsewhere);
  };
  const button = (id, onClick) => h("button", { id, key: id, onClick }, id);
  const hero = h(Slot, { name: "hero", as: "section", className: "hero", "data-round": round, "data-clicked": clicked, onClick: () => setClicked(clicked + 1) }, h("h1", null, "Our shop"), isOpen && h("p", null, "Open"));
  return h(
    "div",
    { id: "shop" },
    mismatch === "root" && h("i", { id: "side" }, isBrowser ? "browser" : "server"),
    button("again", () => setRound(round + 1)),
    button("toggle", () => setOpen(!isOpen)),
    button("remount", () => setMount(mount + 1)),
    button("go", go),
    isElsewhere
      ? h("main", { key: "elsewhere" }, h("h3", { id: "elsewhere" }, "Elsewhere"), hero)
      : h(
          "main",
          { key: `shop-${mount}` },
          hero,
          isOpen && h("p", { id: "opened" }, "Open"),
          h(Slot, { name: "offer", as: "section" }, h("h2", null, `Offer${round ? ` ${round}` : ""}`), h("img", { src: "/offer.svg", alt: "", width: 20, height: 20 }), h("a", { className: "cta", href: "/offer" }, "See it")),
          h(Slot, { name: "counter" }, h(Counter)),
          h(Suspense, { fallback: h("p", null, "...") }, h(Late, { Slot, late, isOther: mismatch === "late" })),
        ),
  );
}

/** What is rendered, on both sides. @param {Parameters<typeof Shop>[0] & { isDocument?: boolean, script: string }} flow */
export function App({ isDocument, script, ...flow }) {
  const shop = h(StrictMode, null, h(Shop, flow));
  if (!isDocument) return shop;
  return h("html", { lang: "en" }, h("head", null, h("meta", { charSet: "utf-8" }), h("title", null, "Shop")), h("body", null, shop, h("script", { src: script, async: true, key: "client" })));
}
