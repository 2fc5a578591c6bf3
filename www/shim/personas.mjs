/** How many personas one preview link brings along: its own and the others. */
export const PERSONAS_MAX = 8;
