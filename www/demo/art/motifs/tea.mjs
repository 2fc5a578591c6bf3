import { box, heart, oval, scallop } from '../pen.mjs';
/** @import { Pen } from '../pen.mjs' */

const steam = (/** @type {Pen} */ c, /** @type {number} */ x, /** @type {number} */ y) => c.line(`M${x} ${y}q-8 -10 0 -18q8 -8 0 -18M${x + 18} ${y}q-8 -10 0 -18q8 -8 0 -18`, 3, '#ffffff');

/** One tier of a cake stand: a row of small cakes on a plate. @param {Pen} c @param {number} y @param {number} r half its width @param {number} n cakes @param {number} w half a cake */
const tier = (c, y, r, n, w) => Array.from({ length: n }, (_, i) => {
  const x = 100 + (i - (n - 1) / 2) * ((r * 2 - w) / n + 2);
  return c.shape(`M${x - w * 0.8} ${y}l-3 -11h${w * 1.6 + 6}l-3 11z`, i % 2 ? '#cf9f6b' : '#d4493b') + c.shape(`M${x - w} ${y - 10}q2 ${-w} ${w} ${-w}q${w - 2} 0 ${w} ${w}z`, ['#fffaf0', '#f3c3b8', '#f7dd94', '#a5cdb6'][(i + n) % 4]);
}).join('') + c.cloth(`M${100 - r} ${y}h${r * 2}q-4 11 -20 11h${40 - r * 2}q-16 0 -20 -11z`);

/** @type {Record<string, (c: Pen) => string>} */
export const tea = {
  mug: (c) => steam(c, 86, 54) + c.line('M138 86q30 -4 30 24q0 30 -32 26', 9, c.body) + c.line('M138 82q34 -6 34 28q0 32 -36 30M138 92q22 -4 22 18q0 22 -22 20', 2.6) + c.cloth('M48 66h92v88q0 14 -14 14h-64q-14 0 -14 -14z') + c.shape(oval(94, 66, 46, 9), c.accent)
    + (c.text ? saying(c) : c.shape(heart(94, 122, 34), c.accent)),
  teacup: (c) => steam(c, 88, 66) + c.shape(oval(100, 156, 68, 13), c.pale) + c.line('M52 156q48 12 96 0', 1.8) + c.line('M146 94q26 -8 24 14q-4 20 -34 22', 4.5) + c.cloth('M46 84h106q0 50 -34 66h-38q-34 -16 -34 -66z', c.pale) + c.shape(oval(99, 84, 53, 10), c.body) + c.line('M80 150h38', 4, c.accent),
  cup: (c) => c.line('M142 96q26 -4 24 18q-2 22 -30 20', 7, c.body) + c.line('M142 92q30 -5 28 22q-2 26 -34 24', 2.4) + c.cloth('M52 78h94l-7 78q-1 12 -13 12h-54q-12 0 -13 -12z') + c.shape(oval(99, 78, 47, 9), c.pale),
  teapot: (c) => c.shape('M146 104q16 -2 22 -24l12 4q-4 42 -36 52z', c.body) + c.line('M58 92q-34 -8 -34 20q2 30 40 34', 9, c.body) + c.line('M58 88q-38 -8 -38 24q2 34 44 38M58 97q-29 -8 -29 15q2 26 34 29', 2.4) + c.cloth('M52 116q0 -42 48 -42q50 0 50 42q0 48 -28 52h-44q-26 -4 -26 -52z') + c.shape('M66 80q34 -20 68 0q-34 12 -68 0z', c.accent) + c.shape(oval(100, 62, 8), c.accent) + c.line('M78 168h44', 4),
  cakestand: (c) => c.line('M100 40v122', 4.5) + c.shape('M66 158q34 -14 68 0l8 12h-84z', c.pale) + tier(c, 140, 62, 4, 17) + tier(c, 100, 48, 3, 15) + tier(c, 64, 34, 2, 13) + c.shape(heart(100, 28, 24), c.accent === c.pale ? '#d4493b' : c.accent),
  cakestand1: (c) => c.shape('M70 164q8 -6 22 -10v-32h16v32q14 4 22 10z', c.body) + c.shape('M58 108v-34q0 -10 42 -10q42 0 42 10v34z', '#fffaf0') + c.shape('M58 76q0 -12 42 -12q42 0 42 12q0 14 -8 14q-6 0 -8 -8q-4 18 -12 18q-6 0 -8 -12q-4 8 -10 8q-6 0 -8 -10q-4 14 -12 14q-6 0 -8 -12q-4 8 -10 6z', '#f3c3b8') + c.shape(oval(100, 58, 8), '#d4493b') + c.cloth('M34 108h132q-4 18 -24 18h-84q-20 0 -24 -18z'),
  plate: (c) => c.cloth(scallop(100, 104, 66, 20), c.body) + c.shape(oval(100, 104, 46), c.pale) + c.line(oval(100, 104, 54), 1.6) + c.line(oval(100, 104, 40), 1.4) + c.shape(heart(100, 106, 36), c.accent),
  jug: (c) => c.line('M140 80q32 -4 30 32q-4 34 -38 36', 8, c.body) + c.line('M140 76q36 -6 34 36q-4 38 -42 40M138 86q28 -4 26 26q-4 28 -30 32', 2.4) + c.cloth('M58 54q-14 -4 -22 -18q38 -2 60 6h44v16q-8 22 4 52q8 46 -16 58h-60q-24 -12 -16 -58q10 -30 6 -56z') + c.line('M62 60q40 8 76 0', 2.2) + c.shape(heart(96, 122, 32), c.accent),
  sugarbowl: (c) => c.line('M46 108q-20 2 -16 20q6 14 24 10M154 108q20 2 16 20q-6 14 -24 10', 5) + c.cloth('M44 98h112q4 52 -30 66h-52q-34 -14 -30 -66z', c.pale) + c.shape('M50 98q4 -30 50 -32q46 2 50 32z', c.body) + c.shape(oval(100, 58, 9), c.accent) + c.line('M76 165h48', 5),
  dispenser: (c) => c.shape('M74 66h52l14 88q2 14 -12 14h-56q-14 0 -12 -14z', '#e8f1f2') + c.area('M66 116h70l5 38q1 10 -10 10h-60q-11 0 -10 -10z', '#ffffff') + c.shape('M72 66q0 -24 28 -24q28 0 28 24z', '#a9b5b8') + c.line('M100 42l10 -16', 7) + c.line('M82 80l-6 40', 3, '#ffffff'),
  eggcup: (c) => c.shape('M70 84q0 -48 30 -52q30 4 30 52z', '#fffaf0') + c.cloth('M60 82h80q0 38 -28 44v16q14 4 20 26h-64q6 -22 20 -26v-16q-28 -6 -28 -44z') + c.line('M60 84q40 10 80 0', 2) + c.area(oval(84, 62, 3) + oval(108, 52, 2) + oval(112, 70, 2.4), '#e3d0b4'),
  butterdish: (c) => c.shape(box(30, 140, 140, 16, 8), c.pale) + c.cloth('M46 140v-28q0 -22 22 -22h64q22 0 22 22v28z') + c.shape(oval(100, 82, 10), c.accent),
  caddy: (c) => c.shape(box(56, 60, 88, 108, 6), c.body) + c.cloth(box(56, 76, 88, 80, 2)) + c.shape(box(52, 44, 96, 24, 6), c.accent) + c.shape(oval(100, 116, 26), c.pale) + c.words('TEA', 100, 123, 20, 36),
};

/** A mug's motto over two or three lines. @param {Pen} c */
function saying(c) {
  const plain = c.body === '#fbf1dc' || c.body === '#eab543' || c.body === '#f7dd94';
  const rows = c.text.toUpperCase().split(' ').reduce((/** @type {string[]} */ out, word) => {
    const last = out.at(-1);
    if (last && last.length + word.length < 9) out[out.length - 1] = `${last} ${word}`;
    else out.push(word);
    return out;
  }, []);
  return rows.map((row, i) => c.words(row, 94, 126 + (i - (rows.length - 1) / 2) * 20, 16, Math.min(76, row.length * 11), plain ? '#33263a' : '#fff8ea')).join('');
}
