/** A slot in an application of Svelte 5, rendered on a server or not. */

import type { Component, Snippet } from "svelte";
import type { HTMLAttributes } from "svelte/elements";

/** Every other attribute is the element's. */
export type SlotProps = Omit<HTMLAttributes<HTMLElement>, "children"> & {
  /** As in attune.toml: `[slots.hero]` is `hero`. One slot of a name on a page. */
  name: string;
  /** The element; default: `div`. */
  as?: string;
  /** What the slot holds where no campaign has it. */
  children?: Snippet;
};

/**
 * Owns the element `data-slot="NAME"`: what was put into it survives hydration, updates, mounting again and navigation.
 * Content of a campaign is plain HTML: handlers of the children are not in it. Those on the slot itself are.
 */
export declare const Slot: Component<SlotProps>;
