"use client";
import { createElement, useEffect, useLayoutEffect, useRef, useSyncExternalStore } from "react";
import { contentOf, copyOf, OWNED, subscribe } from "./slots.mjs";

/** React puts nothing into an element that has this, and looks at nothing that is in it, also while it hydrates. */
const FOREIGN = { __html: /** @type {any} */ (globalThis).trustedTypes?.emptyHTML ?? "" };

/** Layout effects warn on a server. */
const useCommitted = typeof document === "undefined" ? useEffect : useLayoutEffect;

/** @type {WeakMap<object, number>} */
const keys = new WeakMap();
let lastKey = 0;

/** Another foreign content is another element: React never has to change one. @param {import("./foreign.mjs").Content} content */
const keyOf = (content) => {
  if (!keys.has(content)) keys.set(content, ++lastKey);
  return keys.get(content);
};

/** See react.d.ts. @param {any} props */
export function Slot({ name, as = "div", children, ...attributes }) {
  const content = useSyncExternalStore(
    subscribe,
    () => contentOf(name),
    () => copyOf(name),
  );
  const element = useRef(null);
  useCommitted(() => (element.current ? content?.attach(element.current) : undefined), [content, as]);
  const slot = { ...attributes, ref: element, "data-slot": name, [OWNED]: "react" };
  if (!content?.isForeign) return createElement(as, { ...slot, key: "default" }, children);
  return createElement(as, { ...slot, key: keyOf(content), suppressHydrationWarning: true, dangerouslySetInnerHTML: FOREIGN });
}
