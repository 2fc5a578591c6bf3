/** A slot in an application of Vue 3, rendered on a server or not. */

import type { DefineComponent, SlotsType } from "vue";

export interface SlotProps {
  /** As in attune.toml: `[slots.hero]` is `hero`. One slot of a name on a page. */
  name: string;
  /** The element; default: `div`. Every other attribute goes to it. */
  as?: string;
}

/**
 * Owns the element `data-slot="NAME"`: what was put into it survives hydration, re-rendering, mounting again and navigation.
 * The default slot is what it holds where no campaign has it. Content of a campaign is plain HTML: listeners of the default slot
 * are not in it. Those on the component itself are.
 */
export declare const Slot: DefineComponent<SlotProps, {}, {}, {}, {}, {}, {}, {}, string, {}, {}, {}, SlotsType<{ default: {} }>>;
