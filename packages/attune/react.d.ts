/** A slot in a React application: React 18 or 19, rendered on a server or not. */

import type { ComponentPropsWithoutRef, JSX, ReactElement, ReactNode } from "react";

type Tag = keyof JSX.IntrinsicElements;

/** Every other attribute is the element's. */
export type SlotProps<As extends Tag = "div"> = Omit<ComponentPropsWithoutRef<As>, "name" | "as" | "children" | "dangerouslySetInnerHTML"> & {
  /** As in attune.toml: `[slots.hero]` is `hero`. One slot of a name on a page. */
  name: string;
  /** The element; default: `div`. */
  as?: As;
  /** What the slot holds where no campaign has it. */
  children?: ReactNode;
};

/**
 * Owns the element `data-slot="NAME"`: what was put into it survives hydration, re-rendering, mounting again and navigation.
 * Content of a campaign is plain HTML: handlers of the children are not in it. Those on the slot itself are.
 */
export declare function Slot<As extends Tag = "div">(props: SlotProps<As>): ReactElement;
