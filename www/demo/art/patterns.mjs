/** Patterns that a name asks for, as SVG pattern tiles laid over the colour of the thing. */
import { blossom, heart, oval, scallop, star } from './pen.mjs';
import { COLOURS as C } from './palette.mjs';

/** @param {string} d @param {string} fill @param {string} [more] */
const p = (d, fill, more = '') => `<path d="${d}" fill="${fill}"${more}/>`;
/** @param {string} d @param {string} stroke @param {number} [width] */
const l = (d, stroke, width = 2) => `<path d="${d}" fill="none" stroke="${stroke}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;

const apple = (/** @type {number} */ x, /** @type {number} */ y) => p(`M${x} ${y}q-9 -4 -9 6q2 10 9 7q7 3 9 -7q0 -10 -9 -6z`, C.tomato) + l(`M${x} ${y}q0 -4 3 -6`, C.cocoa) + p(`M${x + 1} ${y - 2}q6 -6 9 -2q-4 4 -9 2z`, C.leaf);
const berry = (/** @type {number} */ x, /** @type {number} */ y) => p(`M${x - 7} ${y}q7 -6 14 0q0 9 -7 13q-7 -4 -7 -13z`, C.tomato) + p(star(x, y - 1, 6), C.leaf) + p(oval(x - 2, y + 5, 1) + oval(x + 3, y + 4, 1) + oval(x, y + 9, 1), C.cream);
const skull = (/** @type {number} */ x, /** @type {number} */ y) => p(`M${x - 7} ${y}a7 7 0 1 1 14 0q0 4 -3 5v4h-8v-4q-3 -1 -3 -5z`, C.white) + p(oval(x - 3, y, 2) + oval(x + 3, y, 2), C.coal);
const mushroom = (/** @type {number} */ x, /** @type {number} */ y) => p(`M${x - 2.5} ${y}h5v8h-5z`, C.cream) + p(`M${x - 9} ${y + 1}a9 8 0 0 1 18 0z`, C.tomato) + p(oval(x - 4, y - 2, 1.4) + oval(x + 3, y - 3, 1.6), C.cream);
const rose = (/** @type {number} */ x, /** @type {number} */ y) => p(`M${x - 6} ${y + 4}q-8 2 -9 7q8 1 11 -4zM${x + 6} ${y + 4}q8 2 9 7q-8 1 -11 -4z`, C.leaf) + p(oval(x, y, 8), C.tomato) + l(`M${x - 3} ${y}q3 -4 6 0q-1 4 -5 3M${x - 6} ${y + 2}q4 6 10 2`, C.blush, 1.6);
const planet = (/** @type {number} */ x, /** @type {number} */ y) => p(oval(x, y, 6), C.mustard) + l(`M${x - 11} ${y + 3}q11 4 22 -6`, C.cream, 2);
const car = (/** @type {number} */ x, /** @type {number} */ y) => p(`M${x - 10} ${y}q1 -4 5 -4q2 -5 7 -4q5 0 6 4q4 0 4 4v3h-22z`, C.tomato) + p(oval(x - 4, y + 3, 3) + oval(x + 6, y + 3, 3), C.coal);
const bone = (/** @type {number} */ x, /** @type {number} */ y) => p(`M${x - 6} ${y - 2}h12v4h-12z${oval(x - 7, y - 2, 3)}${oval(x - 7, y + 2, 3)}${oval(x + 7, y - 2, 3)}${oval(x + 7, y + 2, 3)}`, C.cream);
const owl = (/** @type {number} */ x, /** @type {number} */ y) => p(`M${x - 8} ${y - 8}q8 5 16 0v12q-2 7 -8 7q-6 0 -8 -7z`, C.cocoa) + p(oval(x - 3.5, y - 1, 3.4) + oval(x + 3.5, y - 1, 3.4), C.cream) + p(oval(x - 3.5, y - 1, 1.4) + oval(x + 3.5, y - 1, 1.4), C.coal) + p(`M${x - 2} ${y + 3}h4l-2 4z`, C.mustard);
const bird = (/** @type {number} */ x, /** @type {number} */ y) => p(`M${x - 10} ${y}q4 -9 11 -4q4 -4 7 1l4 1l-4 2q-4 8 -11 5l-9 4q3 -5 2 -9z`, C.tomato);
const bus = (/** @type {number} */ x, /** @type {number} */ y) => p(`M${x - 11} ${y - 9}h22v17h-22z`, C.tomato) + p(`M${x - 8} ${y - 6}h4v4h-4zm6 0h4v4h-4zm6 0h4v4h-4zm-12 7h4v4h-4zm6 0h4v4h-4z`, C.cream) + p(oval(x - 5, y + 8, 3) + oval(x + 6, y + 8, 3), C.coal);
const holly = (/** @type {number} */ x, /** @type {number} */ y) => p(`M${x} ${y}q-4 -6 -12 -5q1 3 -2 6q4 0 4 5q6 0 10 -6zM${x} ${y}q4 -6 12 -5q-1 3 2 6q-4 0 -4 5q-6 0 -10 -6z`, C.bottle) + p(oval(x, y + 2, 3) + oval(x - 4, y - 1, 2.4) + oval(x + 4, y - 1, 2.4), C.butter);
const drop = (/** @type {number} */ x, /** @type {number} */ y) => p(`M${x} ${y - 11}q13 8 7 17q-8 8 -14 0q-4 -8 3 -9q5 0 4 5q8 -4 0 -13z`, C.mustard) + p(oval(x, y + 4, 2.4), C.cream);
const cupcake = (/** @type {number} */ x, /** @type {number} */ y) => p(`M${x - 7} ${y}h14l-3 9h-8z`, C.sky) + p(`M${x - 9} ${y + 1}q0 -6 6 -6q3 -7 7 0q6 0 5 6z`, C.cream) + p(oval(x, y - 7, 2), C.tomato);

/** @type {Record<string, { w: number, h: number, art: (accent: string) => string, turn?: number }>} */
export const PATTERNS = {
  dots: { w: 22, h: 22, art: (a) => p(oval(5.5, 5.5, 4.2) + oval(16.5, 16.5, 4.2), a) },
  spots: { w: 32, h: 32, art: () => p(oval(8, 8, 6.4) + oval(24, 24, 6.4), C.white) },
  stripes: { w: 16, h: 16, art: (a) => p('M0 0h8v16h-8z', a), turn: 0 },
  gingham: { w: 18, h: 18, art: () => p('M0 0h9v18h-9z', C.white, ' opacity=".55"') + p('M0 0h18v9h-18z', C.white, ' opacity=".55"') },
  union: { w: 76, h: 52, art: () => p('M0 0h76v52h-76z', C.navy) + l('M0 0L76 52M76 0L0 52', C.white, 11) + l('M0 0L76 52M76 0L0 52', C.tomato, 4) + p('M30 0h16v52h-16zM0 18h76v16h-76z', C.white) + p('M33 0h10v52h-10zM0 21h76v10h-76z', C.tomato) },
  paisley: { w: 40, h: 44, art: () => drop(11, 14) + drop(31, 36) + p(blossom(30, 11, 6, 5) + blossom(10, 36, 5, 5), C.cream) },
  leaf: { w: 34, h: 34, art: (a) => p('M4 18q8 -14 20 -14q-1 13 -20 14zM14 32q4 -9 14 -8q-4 9 -14 8z', a) + l('M4 18q10 -6 16 -11', C.leaf, 1.4) },
  roses: { w: 46, h: 46, art: () => rose(13, 13) + rose(35, 34) + p(oval(34, 10, 2) + oval(12, 36, 2), C.mustard) },
  flowers: { w: 36, h: 36, art: (a) => p(blossom(10, 10, 8, 6), C.cream) + p(oval(10, 10, 2.6), C.mustard) + p(blossom(28, 27, 7, 5), a) + p(oval(28, 27, 2.3), C.butter) },
  hearts: { w: 30, h: 30, art: (a) => p(heart(8, 8, 11) + heart(23, 23, 11), a) },
  stars: { w: 44, h: 44, art: (a) => p(star(9, 10, 6) + star(30, 35, 5) + star(38, 8, 3), a) + planet(26, 18) + p(oval(8, 34, 2), C.cream) },
  skulls: { w: 36, h: 36, art: () => skull(10, 10) + skull(28, 28) + p(oval(27, 8, 1.6) + oval(9, 28, 1.6), C.tomato) },
  apples: { w: 42, h: 42, art: () => apple(12, 9) + apple(32, 29) },
  strawberries: { w: 38, h: 38, art: () => p('M0 0h38v38h-38z', C.blush) + berry(10, 7) + berry(29, 25) },
  woodland: { w: 46, h: 46, art: () => mushroom(12, 12) + owl(34, 34) + p('M30 14l6 -10l6 10zM30 19l6 -10l6 10zM6 40l6 -10l6 10z', C.leaf) },
  owls: { w: 34, h: 34, art: () => owl(12, 14) + p(heart(27, 28, 7), C.tomato) },
  birds: { w: 40, h: 36, art: () => bird(12, 12) + p(heart(32, 28, 7), C.tomato) + p('M28 8q6 -4 9 0q-4 4 -9 0z', C.leaf) },
  doily: { w: 56, h: 56, art: (a) => [14, 42].map((x) => [x, x]).map(([x = 0, y = 0]) => l(scallop(x, y, 12, 10), a, 2) + l(oval(x, y, 7), a, 1.6) + p(blossom(x, y, 5, 6), a)).join('') + p(oval(42, 12, 2) + oval(14, 42, 2), a) },
  letters: { w: 54, h: 40, art: (a) => l('M5 17l5 -13l5 13M7 13h6', a, 2.6) + l('M24 4v13h5q5 -1 4 -4q0 -2 -4 -3q4 -1 3 -4q0 -2 -4 -2z', C.tomato, 2.6) + l('M50 7q-6 -6 -9 1q-2 8 4 9q4 0 5 -3', C.leaf, 2.6) + l('M10 24v12h4q6 -2 5 -6q-1 -6 -6 -6z', C.tomato, 2.6) + l('M36 24h-7v12h7M29 30h5', a, 2.6) },
  baroque: { w: 48, h: 48, art: (a) => l('M6 24q0 -14 12 -14q10 2 8 10q-4 7 -10 2M42 24q0 14 -12 14q-10 -2 -8 -10q4 -7 10 -2', a, 3.4) + p('M36 12q2 -8 8 -8q0 8 -8 8zM12 36q-2 8 -8 8q0 -8 8 -8z', a) },
  cars: { w: 44, h: 36, art: () => car(13, 10) + car(34, 28) + p('M30 8h8v2h-8zM6 27h8v2h-8z', C.cream) },
  blossoms: { w: 44, h: 44, art: (a) => p(blossom(12, 12, 10, 5), a) + p(oval(12, 12, 3), C.mustard) + p(blossom(34, 33, 7, 5), C.cream) + p(oval(34, 33, 2), C.tomato) + l('M26 6q6 4 4 12M8 30q4 6 12 6', C.mint, 2) },
  bones: { w: 38, h: 34, art: () => bone(12, 10) + bone(28, 27) },
  diamonds: { w: 26, h: 34, art: (a) => p('M13 2l10 15l-10 15l-10 -15z', a) },
  spikes: { w: 40, h: 34, art: (a) => p('M4 18q2 -12 14 -11q10 0 12 8l6 3q-4 4 -9 2l0 5h-4v-5h-8v5h-4v-5q-6 1 -7 -2z', a) + p('M10 8l4 -6l4 5l4 -4l3 6z', C.tomato) },
  buses: { w: 54, h: 44, art: () => bus(15, 14) + bus(42, 36) },
  holly: { w: 50, h: 40, art: () => holly(16, 12) + holly(38, 31) },
  atomic: { w: 40, h: 40, art: (a) => l('M11 2v18M2 11h18M5 5l12 12M17 5L5 17', a, 1.8) + p(star(30, 30, 9, 4, 0.3), C.mustard) + p(oval(11, 11, 2.4), C.cream) },
  cupcakes: { w: 38, h: 38, art: () => cupcake(11, 11) + cupcake(29, 29) },
  butterflies: { w: 38, h: 34, art: (a) => p('M10 12q-10 -10 -8 2q-2 8 8 2q10 6 8 -2q2 -12 -8 -2zM29 28q-7 -7 -6 1q-1 6 6 2q7 4 6 -2q1 -8 -6 -1z', a) },
  weave: { w: 16, h: 12, art: () => l('M0 3q4 -4 8 0q4 4 8 0M0 9q4 4 8 0q4 -4 8 0', C.cocoa, 1.6) },
};

/** Words of a name and the pattern they mean; the first that is found counts. @type {[RegExp, keyof typeof PATTERNS][]} */
const WORDS = [
  [/Retrospot|Spotty|Spot\b|Toadstool/, 'spots'], [/Polkadot/, 'dots'], [/Union|New England/, 'union'], [/Paisley/, 'paisley'], [/Skull/, 'skulls'], [/Spaceboy/, 'stars'], [/Woodland/, 'woodland'],
  [/Owl/, 'owls'], [/Bird|Dove|Swallow/, 'birds'], [/Strawberry/, 'strawberries'], [/Apple/, 'apples'], [/Doily/, 'doily'], [/Alphabet|Font|ABC/, 'letters'], [/Baroque|French|Victorian|Regency Cake/, 'baroque'], [/Cars/, 'cars'],
  [/Suki/, 'blossoms'], [/Babushka/, 'flowers'], [/Scott(ie|y)|Dog/, 'bones'], [/Circus|Strongman|Party Bunting/, 'diamonds'], [/Dinosaur/, 'spikes'], [/London/, 'buses'], [/50's/, 'atomic'], [/Christmas/, 'holly'],
  [/Fairy Cake|Teatime|Tea Time|Sweetheart Fairy/, 'cupcakes'], [/Butterfl/, 'butterflies'], [/Gingham|Pantry/, 'gingham'], [/Stripe|Traditional/, 'stripes'], [/Rose|Regency/, 'roses'], [/Heart|Love|Sweetheart|Princess/, 'hearts'],
  [/Flower|Floral|Dolly/, 'flowers'], [/Leaf|Leaves/, 'leaf'], [/Wicker|Basket/, 'weave'],
];

/** @param {string} name @returns {string} the pattern's key, or nothing for a plain thing */
export function patternOf(name) {
  return WORDS.find(([word]) => word.test(name))?.[1] ?? '';
}

/** @param {string} key @param {string} id @param {string} accent */
export function patternTile(key, id, accent) {
  const pattern = PATTERNS[key];
  return pattern ? `<pattern id="${id}" width="${pattern.w}" height="${pattern.h}" patternUnits="userSpaceOnUse" patternTransform="translate(7 4) rotate(${pattern.turn ?? -8})">${pattern.art(accent)}</pattern>` : '';
}
