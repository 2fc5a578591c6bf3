/** The shop's colours, and how a product's name chooses among them. */

export const COLOURS = {
  tomato: '#d4493b', rose: '#e78f9d', blush: '#f3c3b8', sky: '#6f9fc4', navy: '#3d5a80', leaf: '#5f9070', mint: '#a5cdb6', bottle: '#2f6159',
  mustard: '#eab543', butter: '#f7dd94', orange: '#e5853f', plum: '#86699c', cream: '#fbf1dc', white: '#fffaf0', coal: '#453c4c', zinc: '#a9b5b8', wood: '#cf9f6b', cocoa: '#8a5f49',
};

/** @typedef {keyof typeof COLOURS} Colour */

/** Words of a name, the colour they mean, and the colour that goes with it. The first that is found counts. @type {[RegExp, Colour, Colour][]} */
const WORDS = [
  [/Spaceboy/, 'sky', 'mustard'], [/Dolly Girl/, 'rose', 'sky'], [/Skull/, 'coal', 'white'], [/Toadstool/, 'tomato', 'cream'], [/Woodland/, 'mint', 'tomato'], [/Suki/, 'bottle', 'rose'],
  [/Dinosaur/, 'leaf', 'mustard'], [/Circus|Strongman/, 'mustard', 'tomato'], [/Union|London|Soldier|New England/, 'navy', 'tomato'], [/Strawberry/, 'tomato', 'leaf'],
  [/Apples? |Apples?$/, 'cream', 'tomato'], [/Red Paisley/, 'tomato', 'mustard'], [/Doily/, 'white', 'tomato'], [/Vintage Leaf/, 'leaf', 'cream'], [/Alphabet/, 'butter', 'navy'],
  [/Baroque|Black White/, 'white', 'coal'], [/Cars/, 'sky', 'tomato'], [/50's Christmas/, 'mint', 'tomato'], [/Vintage Christmas/, 'tomato', 'leaf'],
  [/\bRed\b|Reds|Retrospot|Chilli|Spotty|Gingham/, 'tomato', 'cream'], [/Pink|Rose|Sweetheart|Heart of Wicker|Princess/, 'rose', 'cream'], [/Blue/, 'sky', 'cream'], [/Green|Planet|Herb/, 'leaf', 'cream'],
  [/Orange/, 'orange', 'cream'], [/Purple/, 'plum', 'cream'], [/Pantry|Yellow|Keep Calm/, 'mustard', 'bottle'], [/Chocolate/, 'cocoa', 'blush'], [/Mint\b|Turquoise/, 'mint', 'cream'],
  [/Ivory|Cream|White/, 'cream', 'tomato'], [/Black|Slate/, 'coal', 'cream'], [/Grey|Zinc|Antique Silver|Slate/, 'zinc', 'rose'], [/Wood|Wicker|Natural|Rustic|Gingerbread|Basket/, 'wood', 'tomato'],
];

/** What a thing without a colour in its name is made of. @type {[Colour, Colour][]} */
const OTHERWISE = [['tomato', 'cream'], ['sky', 'butter'], ['leaf', 'cream'], ['mustard', 'tomato'], ['rose', 'bottle'], ['plum', 'butter'], ['bottle', 'mustard'], ['orange', 'cream'], ['navy', 'blush']];

/** Grounds, and the bodies that would drown in them. @type {[ground: string, shade: string, clash: Colour[]][]} */
const GROUNDS = [
  ['#f8dfd3', '#f2cbb9', ['blush', 'rose', 'cream', 'white', 'orange']],
  ['#dfe9dc', '#cbdcc9', ['mint', 'leaf', 'white']],
  ['#dbe7ef', '#c4d8e5', ['sky', 'zinc', 'white']],
  ['#f9e8bd', '#f3d892', ['butter', 'mustard', 'wood', 'cream', 'white']],
  ['#e9dfec', '#d8c8de', ['plum', 'zinc']],
  ['#efe2cf', '#e3d0b4', ['cream', 'white', 'wood', 'butter', 'zinc']],
  ['#cfe3df', '#b4d2cc', ['mint', 'leaf', 'bottle', 'sky']],
  ['#f4d0cf', '#ecb9b9', ['rose', 'tomato', 'blush', 'orange']],
];

/** A small stable number from a text (FNV-1a). @param {string} text */
export function hash(text) {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return h;
}

/** @param {string} sku @param {string} name */
export function colours(sku, name) {
  const found = WORDS.find(([word]) => word.test(name));
  const [body, accent] = found ? [found[1], found[2]] : /** @type {[Colour, Colour]} */ (OTHERWISE[hash(sku) % OTHERWISE.length]);
  const grounds = GROUNDS.filter(([, , clash]) => !clash.includes(body));
  const [ground, shade] = /** @type {[string, string, Colour[]]} */ (grounds[hash(`${sku}/ground`) % grounds.length]);
  return { body: COLOURS[body], accent: COLOURS[accent], pale: COLOURS.cream, ground, shade };
}
