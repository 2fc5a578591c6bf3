export { default as Slot } from "./Slot.svelte";
