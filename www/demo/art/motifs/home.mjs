import { blossom, box, heart, oval, scallop, star } from '../pen.mjs';
/** @import { Pen } from '../pen.mjs' */

/** Breaks a text into at most four lines of even length. @param {string} text */
export function lines(text) {
  const words = text.split(' ');
  const count = Math.min(4, Math.max(1, Math.round(text.length / 9)), words.length);
  const target = text.length / count;
  /** @type {string[]} */
  const out = [''];
  for (const word of words) {
    const last = out[out.length - 1] ?? '';
    if (last && last.length + word.length / 2 > target && out.length < 4) out.push(word);
    else out[out.length - 1] = last ? `${last} ${word}` : word;
  }
  return out;
}

/** Centred lettering in a panel. @param {Pen} c @param {string} text @param {number} y @param {number} height @param {number} width @param {string} colour */
function lettering(c, text, y, height, width, colour) {
  const rows = lines(text.toUpperCase());
  const step = height / rows.length;
  return rows.map((row, i) => {
    const size = Math.min(step * 0.86, (width / row.length) * 1.75, 30);
    return c.words(row, 100, y + step * i + step / 2 + size * 0.36, Math.round(size), Math.min(width, row.length * size * 0.78), colour);
  }).join('');
}

const brass = '#e2b866';

/** @type {Record<string, (c: Pen) => string>} */
export const home = {
  alarm: (c) => c.shape('M62 60q-18 2 -20 22l34 -20zM138 60q18 2 20 22l-34 -20z', brass) + c.line('M100 44v-10M86 34h28', 5) + c.line('M64 152l-12 16M136 152l12 16', 8) + c.shape(oval(100, 108, 58), c.body) + c.shape(oval(100, 108, 43), '#fffaf0') + c.line('M100 72v6M100 138v6M64 108h6M130 108h6', 4) + c.line('M100 108V84M100 108l18 12', 5) + c.area(oval(100, 108, 5), '#d4493b'),
  watch: (c) => c.shape(oval(100, 100, 68), c.body) + c.shape(oval(100, 100, 52), '#fffaf0') + c.line('M100 58v8M100 134v8M58 100h8M134 100h8', 4) + c.line('M100 100V72M100 100l22 10', 5),
  signs: (c) => c.line('M58 64L100 34L142 64', 3) + c.area(oval(100, 33, 4), '#33263a') + c.shape(box(26, 62, 148, 98, 8), c.body) + c.line(box(33, 69, 134, 84, 5), 2, c.accent) + lettering(c, c.text, 74, 74, 118, c.body === '#fbf1dc' || c.body === '#f7dd94' || c.body === '#eab543' || c.body === '#fffaf0' ? '#33263a' : '#fff8ea') + c.area(oval(58, 66, 2.6) + oval(142, 66, 2.6), '#33263a'),
  block: (c) => [...c.text.toUpperCase()].slice(0, 4).map((letter, i) => { const x = 24 + i * 38; const y = i % 2 ? 100 : 92; return `<g transform="rotate(${i % 2 ? 3 : -3} ${x + 18} 130)">${c.shape(box(x, y, 38, 66, 3), [c.body, '#fffaf0', c.accent, '#a5cdb6'][i] ?? c.body)}${c.words(letter, x + 19, y + 46, 36, 22)}</g>`; }).join('') + c.shape(heart(100, 64, 30), '#d4493b'),
  frame: (c) => c.line('M70 40L100 22L130 40', 2.6) + c.shape(box(40, 38, 120, 130, 5), c.body) + c.line(box(48, 46, 104, 114, 3), 1.8) + c.shape(box(58, 56, 84, 94, 2), '#dbe7ef') + c.area('M58 130q24 -34 46 -12q16 -20 38 4v28h-84z', '#5f9070') + c.area(oval(116, 78, 11), '#eab543') + c.line(box(58, 56, 84, 94, 2)),
  chalkboard: (c) => c.line('M72 46q28 -26 56 0', 3, '#cf9f6b') + (/Heart/.test(c.name) ? c.shape('M100 168C10 108 42 26 100 66C158 26 190 108 100 168z', '#453c4c') : c.shape(box(36, 44, 128, 118, 5), /Antique|Wood|White/.test(c.name) ? '#fbf1dc' : '#cf9f6b') + c.shape(box(48, 56, 104, 94, 2), '#453c4c')) + c.line('M72 92q8 -10 14 0t14 0t14 0t14 0M80 112h42M88 128h26', 3, '#fffaf0') + c.line('M128 158l22 -6', 7, '#fffaf0'),
  memo: (c) => c.cloth(box(34, 42, 132, 122, 6)) + c.line('M34 102l66 -60l66 60l-66 62z', 4, c.accent) + c.shape(box(50, 66, 44, 34, 2), '#fffaf0') + c.shape(box(108, 102, 38, 44, 2), '#fffaf0') + c.line('M58 78h28M58 88h20M116 116h22M116 126h16', 2) + c.area(oval(100, 42, 5) + oval(100, 102, 5), brass),
  hooks: (c) => c.shape(box(24, 66, 152, 36, 10), c.body) + c.line('M34 84h132', 1.6) + [46, 82, 118, 154].map((x, i) => c.line(`M${x} 94v28q0 14 -12 14q-8 0 -9 -8`, 6) + c.shape(/Gumball/.test(c.name) ? oval(x, 90, 11) : heart(x, 86, 20), ['#d4493b', '#eab543', '#6f9fc4', '#5f9070'][i] ?? c.accent)).join(''),
  doormat: (c) => c.shape('M34 62h132l14 96h-160z', '#cf9f6b') + (/Retrospot|Union|Hearts|New England/.test(c.name) ? c.cloth('M44 70h112l12 80h-136z') : c.shape('M44 70h112l12 80h-136z', c.body === '#fbf1dc' ? '#e3c08c' : c.body) + lettering(c, c.text, 78, 66, 100, '#fff8ea')) + c.line('M22 160l-4 8M40 160l-2 9M60 160l-1 9M80 160v9M100 160v9M120 160v9M140 160l1 9M160 160l2 9M178 160l4 8', 3),
  knob: (c) => c.shape('M88 120h24v40h-24z', brass) + c.cloth(oval(100, 90, 52)) + c.line('M74 66q10 -12 24 -12', 5, '#ffffff') + c.shape(box(70, 156, 60, 12, 5), brass),
  drawers: (c) => c.line('M56 164v8M144 164v8', 8) + c.shape(box(42, 40, 116, 126, 6), c.body) + c.shape(box(34, 34, 132, 14, 5), c.accent === '#d4493b' ? '#f7dd94' : c.accent) + [58, 94, 130].map((y) => c.shape(box(54, y, 92, 30, 4), '#fffaf0') + c.shape(heart(100, y + 15, 14), '#e78f9d')).join(''),
  cushion: (c) => c.cloth('M40 46q60 12 120 0q-10 60 0 120q-60 -12 -120 0q10 -60 0 -120z') + c.shape(heart(100, 108, 48), c.accent),
  doorstop: (c) => c.line('M84 78q16 -30 32 0', 6) + c.cloth('M50 76h100l12 90h-124z') + c.shape(heart(100, 124, 44), c.accent),
  keyfob: (c) => c.line(oval(100, 50, 18), 5) + c.line('M100 68v16', 4) + c.shape('M66 96l34 -16l34 16v68h-68z', c.body) + c.words(c.text.split(' ')[0]?.toUpperCase() ?? '', 100, 132, 16, 54, '#fff8ea'),
  pegs: (c) => c.line('M16 62q84 26 168 0', 3) + [44, 78, 112, 146].map((x, i) => c.cloth(`M${x - 8} ${60 + i % 2 * 4}h8v60l-3 36h-10l-3 -36zM${x + 4} ${60 + i % 2 * 4}h8v60l-3 36h-7l-2 -36z`, i % 2 ? '#e3c08c' : c.body) + c.line(`M${x - 10} ${96 + i % 2 * 4}h24`, 5, '#a9b5b8')).join(''),
  pegbag: (c) => c.line('M60 58h80', 6, '#cf9f6b') + c.line('M100 58v-14q8 -2 8 -10q0 -8 -8 -8q-8 0 -8 8', 4) + c.cloth('M46 58h108q10 60 2 96q-2 12 -14 12h-84q-12 0 -14 -12q-8 -36 2 -96z') + c.shape('M66 84q34 -18 68 0q-4 32 -34 32q-30 0 -34 -32z', '#453c4c') + c.line('M84 104v-24M96 108v-30M108 108v-26M120 102v-20', 6, '#e3c08c'),
};

/** @type {Record<string, (c: Pen) => string>} */
export const keepsakes = {
  heart: (c) => c.line('M100 18v36', 3) + c.line('M100 54q-18 -14 -22 2q6 8 22 2q16 6 22 -2q-4 -16 -22 -2z', 3, c.accent) + c.cloth('M100 168C14 108 46 36 100 74C154 36 186 108 100 168z'),
  wickerheart: (c) => c.line('M100 18v34', 3) + c.line('M100 164C16 106 48 34 100 74C152 34 184 106 100 164z', 20) + c.line('M100 164C16 106 48 34 100 74C152 34 184 106 100 164z', 14, /White|Ivory/.test(c.name) ? '#fffaf0' : '#cf9f6b') + c.line('M50 78l-10 12M44 100l14 6M56 120l14 -4M72 134l6 -12M92 150l4 -14M150 78l10 12M156 100l-14 6M144 120l-14 -4M128 134l-6 -12M108 150l-4 -14M70 62l4 14M130 62l-4 14', 3) + c.shape('M100 60q-24 -18 -26 4q8 10 26 2q18 8 26 -2q-2 -22 -26 -4z', c.accent === '#fbf1dc' ? '#d4493b' : c.accent),
  hearts3: (c) => [[52, 88, 50], [100, 112, 58], [150, 88, 50]].map(([x = 0, y = 0, w = 0], i) => c.line(`M${x} 22V${y - w / 4}`, 2.6) + c.cloth(heart(x, y, w), i === 1 ? c.accent : c.body)).join('') + c.line('M24 22h152', 4),
  cardholder: (c) => c.line('M100 30v138', 4) + [[72, 64], [130, 84], [72, 112], [128, 132]].map(([x = 0, y = 0]) => c.shape(box(x - 22, y - 20, 44, 34, 2), '#fffaf0') + c.shape(heart(x, y - 3, 18), '#d4493b')).join('') + c.shape('M100 44C80 28 88 14 100 24C112 14 120 28 100 44z', c.body) + c.shape(oval(100, 166, 40, 7), c.body),
  trinket: (c) => c.cloth('M40 106h120v42q0 18 -18 18h-84q-18 0 -18 -18z') + c.shape('M36 106q0 -44 64 -44q64 0 64 44z', c.accent) + c.shape(heart(100, 56, 24), c.body) + c.line('M36 106h128') + c.shape(box(90, 100, 20, 18, 4), brass),
  trinketpot: (c) => c.shape('M100 168C24 130 40 76 100 98C160 76 176 130 100 168z', '#dbe7ef') + c.shape('M100 128C30 92 50 44 100 68C150 44 170 92 100 128z', '#eef5f6') + c.line('M66 76q4 -10 14 -12', 5, '#ffffff') + c.shape(oval(100, 58, 8), c.body),
  boxes: (c) => c.cloth(box(32, 116, 136, 50, 4)) + c.shape(box(28, 104, 144, 18, 4), c.accent) + c.cloth(box(52, 72, 96, 34, 3)) + c.shape(box(48, 62, 104, 14, 3), c.accent) + c.cloth(box(70, 38, 60, 26, 3)) + c.shape(box(66, 30, 68, 11, 3), c.accent),
  jewellery: (c) => c.cloth(box(36, 96, 128, 70, 6)) + c.shape('M36 96l14 -50h100l14 50z', c.accent) + c.line('M56 90l8 -36h72l8 36z', 2) + c.line('M74 96q26 30 52 0', 3, '#fffaf0') + c.area(oval(84, 104, 4) + oval(100, 110, 5) + oval(116, 104, 4), '#fffaf0') + c.shape(box(90, 122, 20, 20, 4), brass),
  treasure: (c) => c.cloth(box(36, 82, 128, 82, 8)) + c.shape(box(32, 60, 136, 32, 8), c.accent) + c.shape(star(100, 126, 24), brass),
  babushka: (c) => [[62, 1], [134, 0.78], [104, 1.26]].map(([x = 0, s = 1], i) => `<g transform="translate(${x} 168) scale(${s})">${c.shape('M-28 0q-12 -34 8 -54q-14 -26 20 -34q34 8 20 34q20 20 8 54z', [c.body, '#6f9fc4', '#d4493b'][i] ?? c.body)}${c.shape('M-13 -64q0 -14 13 -14q13 0 13 14q0 13 -13 13q-13 0 -13 -13z', '#f8dfc8')}${c.line('M-5 -63h.1M5 -63h.1', 3.4)}${c.line('M-4 -57q4 3 8 0', 1.8)}${c.shape('M-16 0q-4 -36 16 -40q20 4 16 40z', '#fffaf0')}${c.area(blossom(0, -18, 11, 6), '#eab543')}</g>`).join(''),
  fan: (c) => c.shape('M100 160L22 92Q100 -6 178 92z', c.body) + c.area('M100 160L40 108Q100 34 160 108z', c.accent) + c.line('M100 160L22 92M100 160L46 66M100 160L74 48M100 160V42M100 160l26 -112M100 160l54 -94M100 160l78 -68M40 108Q100 34 160 108', 2.4) + c.area(oval(100, 158, 6), '#33263a'),
  bird: (c) => c.line('M86 150v16M104 150v16M78 168h14M98 168h14', 4) + c.cloth('M36 86q10 -42 50 -36q30 6 40 36q22 2 44 -18q-2 44 -34 64q-28 24 -64 16q-30 -10 -22 -44z') + c.shape('M38 78l-22 8l24 10z', '#eab543') + c.shape('M86 92q40 -10 54 10q-14 30 -42 26q-20 -8 -12 -36z', c.accent) + c.line('M104 104q14 -4 24 2M102 114q10 -2 18 2', 2) + c.area(oval(62, 76, 6), '#33263a') + c.area(oval(60, 74, 2), '#ffffff'),
  owls: (c) => [[54, 1], [146, 1], [100, 1.15]].map(([x = 0, s = 1], i) => c.line(`M${x} 20V66`, 2.6) + `<g transform="translate(${x} 106) scale(${s})">${c.cloth('M-26 -38q26 14 52 0q8 50 -4 66q-22 18 -44 0q-12 -16 -4 -66z', [c.body, '#eab543', '#e78f9d'][i])}${c.shape(oval(-10, -14, 10), '#fffaf0')}${c.shape(oval(10, -14, 10), '#fffaf0')}${c.area(oval(-10, -14, 4) + oval(10, -14, 4), '#33263a')}${c.shape('M-5 -4h10l-5 9z', '#e5853f')}</g>`).join('') + c.line('M26 20h148', 4),
  star: (c) => c.line('M100 16v24', 3) + c.line(star(100, 106, 62, 5, 0.48), 17) + c.line(star(100, 106, 62, 5, 0.48), 11, /White/.test(c.name) ? '#fffaf0' : c.body) + c.line('M76 76l10 8M124 76l-10 8M66 134l12 -4M134 134l-12 -4M100 62v14M54 96l10 8M146 96l-10 8M82 142l8 -10M118 142l-8 -10', 2.6) + c.area(oval(100, 40, 6), c.accent),
  solidstar: (c) => c.line('M100 16v30', 3, '#d4493b') + c.shape(star(100, 108, 66, 5, 0.5), '#d4493b') + c.area(blossom(100, 108, 20, 6), '#fffaf0') + c.area(oval(100, 108, 6), '#d4493b') + c.area(oval(100, 66, 4) + oval(140, 96, 4) + oval(60, 96, 4) + oval(124, 142, 4) + oval(76, 142, 4), '#fffaf0'),
  solidheart: (c) => c.line('M100 16v52', 3, '#d4493b') + c.shape('M100 168C14 108 46 36 100 74C154 36 186 108 100 168z', '#d4493b') + c.area(blossom(100, 108, 22, 6), '#fffaf0') + c.area(oval(100, 108, 6), '#d4493b') + c.area(oval(62, 92, 4) + oval(138, 92, 4) + oval(76, 122, 4) + oval(124, 122, 4) + oval(100, 144, 4), '#fffaf0'),
  mirror: (c) => c.line('M100 20v30', 3) + c.shape('M100 168C14 108 46 36 100 74C154 36 186 108 100 168z', c.body) + c.area('M100 148C40 104 62 60 100 92C138 60 160 104 100 148z', '#dbe7ef') + c.line('M100 148C40 104 62 60 100 92C138 60 160 104 100 148z', 2) + c.line('M72 90l20 -12M74 106l30 -18', 4, '#ffffff'),
  pear: (c) => [[70, 104, '#a5cdb6', -6], [132, 108, '#eab543', 8]].map(([x, y, fill, turn]) => `<g transform="rotate(${turn} ${x} ${y}) translate(${x} ${y})">${c.shape('M0 -52q16 2 16 24q0 14 14 30q16 34 -8 50q-22 12 -44 0q-24 -16 -8 -50q14 -16 14 -30q0 -22 16 -24z', String(fill))}${c.line('M0 -52q2 -12 10 -16', 4)}${c.shape('M6 -62q14 -16 28 -8q-8 14 -28 8z', '#5f9070')}${c.line('M-16 6q-8 14 -2 28', 4, '#ffffff')}</g>`).join(''),
  dove: (c) => c.line('M100 16v36', 3) + c.shape('M100 168C14 108 46 36 100 74C154 36 186 108 100 168z', c.body) + c.line('M100 154C34 106 58 54 100 88C142 54 166 106 100 154z', 2) + c.shape('M62 112q10 -20 26 -10q6 4 14 2q14 -18 34 -16q-6 14 -16 20q-4 22 -28 22q-14 0 -30 10q4 -14 8 -20z', '#fffaf0') + c.area(oval(76, 110, 2.4), '#33263a'),
  book: (c) => c.shape('M48 40h104q8 0 8 8v112q0 8 -8 8h-104z', '#fffaf0') + c.cloth('M40 34h100q8 0 8 8v112h-100q-8 0 -8 8z') + c.shape(scallop(96, 92, 30, 12), c.pale) + c.shape(star(96, 92, 18), c.accent),
};
