// The shop in Vue.
import { createSSRApp, defineComponent, h, onMounted, ref, Suspense } from "vue";
import { Slot as Owned } from "attune/vue";

/** An element that nobody owns: what a slot is without the adapter. */
const Plain = defineComponent({
  props: { name: String, as: { type: String, default: "div" } },
  setup: (props, { slots }) => () => h(props.as, { "data-slot": props.name }, slots.default?.()),
});

const isBrowser = typeof document !== "undefined";

/** A part that comes late on the server. */
const Late = defineComponent({
  props: ["Slot", "isOther"],
  async setup(props) {
    onMounted(() => void (window.lateHydrated = true));
    await Promise.resolve();
    return () => h("div", [props.isOther ? h("i", { id: "late-side" }, isBrowser ? "browser" : "server") : null, h(props.Slot, { name: "late", as: "aside" }, () => h("h2", "Opening hours"))]);
  },
});

const Counter = defineComponent({
  setup() {
    const count = ref(0);
    return () => h("button", { id: "count", onClick: () => count.value++ }, `${count.value} clicks`);
  },
});

const Shop = defineComponent({
  props: ["mismatch", "isPlain"],
  setup(props) {
    const Slot = props.isPlain ? Plain : Owned;
    const [round, mount, clicked] = [ref(0), ref(0), ref(0)];
    const [isOpen, isElsewhere] = [ref(false), ref(false)];
    onMounted(() => void (window.hydrated = true));
    const go = () => {
      history.pushState(null, "", isElsewhere.value ? location.pathname.replace("/elsewhere", "") : `${location.pathname}/elsewhere`);
      isElsewhere.value = !isElsewhere.value;
    };
    const button = (id, onClick) => h("button", { id, key: id, onClick }, id);
    const hero = () =>
      h(Slot, { name: "hero", as: "section", class: "hero", "data-round": round.value, "data-clicked": clicked.value, onClick: () => clicked.value++ }, () => [h("h1", "Our shop"), isOpen.value ? h("p", "Open") : null]);
    return () =>
      h("div", { id: "shop" }, [
        props.mismatch === "root" ? h("i", { id: "side" }, isBrowser ? "browser" : "server") : null,
        props.mismatch === "element" ? (isBrowser ? h("b", "browser") : h("i", "server")) : null,
        button("again", () => round.value++),
        button("toggle", () => (isOpen.value = !isOpen.value)),
        button("remount", () => mount.value++),
        button("go", go),
        isElsewhere.value
          ? h("main", { key: "elsewhere" }, [h("h3", { id: "elsewhere" }, "Elsewhere"), hero()])
          : h(props.mismatch === "around" && isBrowser ? "article" : "main", { key: `shop-${mount.value}` }, [
              hero(),
              isOpen.value ? h("p", { id: "opened" }, "Open") : null,
              h(Slot, { name: "offer", as: "section" }, () => [h("h2", `Offer${round.value ? ` ${round.value}` : ""}`), h("img", { src: "/offer.svg", alt: "", width: 20, height: 20 }), h("a", { class: "cta", href: "/offer" }, "See it")]),
              h(Slot, { name: "counter" }, () => h(Counter)),
              h(Suspense, null, { default: () => h(Late, { Slot, isOther: props.mismatch === "late" }), fallback: () => h("p", "...") }),
            ]),
      ]);
  },
});

/** @param {URLSearchParams} query */
export const appOf = (query) => createSSRApp(Shop, { mismatch: query.get("mismatch"), isPlain: query.has("plain") });
