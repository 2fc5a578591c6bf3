import { box, heart, oval, INK } from '../pen.mjs';
/** @import { Pen } from '../pen.mjs' */

/** @type {Record<string, (c: Pen) => string>} */
export const bags = {
  tote: (c) => c.line('M72 74C72 22 128 22 128 74', 7, c.accent) + c.line('M72 74C72 22 128 22 128 74', 2) + c.cloth('M42 70h116l-8 96q-1 4 -5 4h-90q-4 0 -5 -4z')
    + c.shape('M42 70h116l-1.6 16h-112.8z', c.accent) + c.line('M72 78v14M128 78v14', 5) + c.line('M44 96l112 0', 1.2),
  lunchbag: (c) => c.cloth('M52 78h96l4 88q0 5 -5 5h-94q-5 0 -5 -5z') + c.shape('M56 40h88l4 40h-96z', c.accent) + c.cloth('M58 46h84l3 26h-90z') + c.line('M56 40q44 -10 88 0') + c.shape(box(88, 70, 24, 16, 4), c.pale) + c.line('M96 78h8', 2.4),
  drawstring: (c) => c.cloth('M62 84q-26 40 -20 72q3 14 22 14h72q19 0 22 -14q6 -32 -20 -72z') + c.cloth('M60 50q10 8 20 0q10 8 20 0q10 8 20 0q10 8 20 0l-4 32h-72z') + c.line('M60 83h80', 6, c.accent) + c.line('M60 83h80', 1.4)
    + c.line('M138 84q22 6 18 30M138 84q14 10 6 34', 3, c.accent) + c.shape(oval(156, 118, 5), c.accent) + c.shape(oval(143, 122, 5), c.accent),
  airline: (c) => c.line('M62 80q38 -62 76 0', 6, c.accent) + c.cloth(box(34, 74, 132, 88, 14)) + c.line('M40 90h120', 3) + c.shape(oval(100, 124, 26), c.pale) + c.shape('M80 128l34 -14q8 -2 8 3l-14 7l-4 14l-6 1l0 -11l-10 3l-5 5z', c.accent) + c.shape(box(148, 84, 8, 14, 3), c.accent),
  backpack: (c) => c.line('M82 52q0 -22 18 -22q18 0 18 22', 6) + c.shape(box(38, 92, 22, 66, 9), c.accent) + c.shape(box(140, 92, 22, 66, 9), c.accent) + c.cloth('M54 86q0 -40 46 -40q46 0 46 40v72q0 12 -12 12h-68q-12 0 -12 -12z') + c.shape(box(68, 108, 64, 50, 10), c.accent) + c.line('M68 124h64', 2.4) + c.shape(box(94, 118, 12, 14, 3), c.pale),
  suitcase: (c) => c.shape('M82 70v-16q0 -6 6 -6h24q6 0 6 6v16h-8v-13h-20v13z', c.accent) + c.cloth(box(36, 68, 128, 92, 10)) + c.shape(box(58, 66, 12, 96, 3), c.accent) + c.shape(box(130, 66, 12, 96, 3), c.accent) + c.shape(box(55, 104, 18, 12, 2), c.pale) + c.shape(box(127, 104, 18, 12, 2), c.pale)
    + [[36, 68], [164, 68], [36, 160], [164, 160]].map(([x = 0, y = 0]) => c.shape(oval(x + (x < 100 ? 7 : -7), y + (y < 100 ? 7 : -7), 5), c.accent)).join(''),
  wallet: (c) => c.shape('M48 72l96 -18q6 -1 7 5l2 12h-104z', c.pale) + c.cloth(box(40, 70, 120, 84, 9)) + c.line('M40 88h120', 1.6) + c.shape(box(74, 98, 52, 34, 4), c.pale) + c.shape(heart(100, 116, 20), c.accent),
  umbrella: (c) => c.line('M100 46V30', 4) + c.line('M100 92v62q0 14 -13 14q-12 0 -12 -12', 6, INK) + c.cloth('M26 104q4 -58 74 -60q70 2 74 60q-12 -12 -25 0q-12 -12 -24 0q-12 -12 -25 0q-12 -12 -25 0q-12 -12 -24 0q-12 -12 -25 0z') + c.line('M100 44q-26 20 -25 60M100 44q26 20 25 60M100 44q-58 14 -49 60M100 44q58 14 49 60', 1.8),
  parasol: (c) => c.line('M62 168L112 66', 6, c.accent) + c.line('M62 168L112 66', 1.6) + c.shape('M38 82Q76 14 168 70q-18 -2 -24 12q-14 -12 -28 0q-10 -14 -24 -4q-12 -10 -26 2q-12 -8 -28 2z', c.body) + c.line('M113 42q-22 12 -21 36M113 42q14 18 3 40M113 42q-42 2 -47 38M113 42q34 10 31 40', 1.8) + c.line('M113 42l5 -12', 4),
  poncho: (c) => c.shape('M76 64q0 -34 24 -34q24 0 24 34z', c.body) + c.shape('M86 62q0 -20 14 -20q14 0 14 20q-14 10 -28 0z', c.pale) + c.cloth('M72 62q28 12 56 0q34 44 38 96q-66 22 -132 0q4 -52 38 -96z') + c.line('M100 68v92', 2) + c.shape(oval(100, 86, 3), c.accent) + c.shape(oval(100, 106, 3), c.accent),
};
