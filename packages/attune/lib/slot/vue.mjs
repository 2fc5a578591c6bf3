import { defineComponent, getCurrentInstance, h, onBeforeUnmount, onMounted, shallowRef, watch } from "vue";
import { contentOf, copyOf, OWNED, subscribe } from "./slots.mjs";

/** See vue.d.ts. */
export const Slot = defineComponent({
  name: "AttuneSlot",
  props: { name: { type: String, required: true }, as: { type: String, default: "div" } },
  setup(props, { slots }) {
    const isHydrating = Boolean(getCurrentInstance()?.vnode.el);
    const element = shallowRef();
    const content = shallowRef(isHydrating ? copyOf(props.name) : contentOf(props.name));
    const look = () => {
      content.value = contentOf(props.name);
    };
    let end = () => {};
    onMounted(() => {
      end = subscribe(look);
      look();
    });
    onBeforeUnmount(() => end());
    watch(() => props.name, look);
    watch([element, content], (_, __, before) => void (element.value && content.value && before(content.value.attach(element.value))), { flush: "post" });
    return () => {
      const slot = { ref: element, "data-slot": props.name, [OWNED]: "vue" };
      if (!content.value?.isForeign) return h(props.as, { ...slot, key: "default" }, slots.default?.());
      // Without children: Vue looks at nothing that is in it, also while it hydrates.
      return h(props.as, { ...slot, key: content.value });
    };
  },
});
