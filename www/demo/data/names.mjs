/** Turns the till's descriptions into names for a shelf: the words stay, the shouting and the shorthand go. */

/** @type {[RegExp, string][]} */
const SHORTHAND = [
  [/\bHLDR\b/, 'HOLDER'], [/\bASSTD\b/, 'ASSORTED'], [/\bANT WHITE\b/, 'ANTIQUE WHITE'], [/\bDEC\b/, 'DECORATION'],
  [/\bS\/(\d+)\b/, 'SET OF $1'], [/\bSET ?\/ ?(\d+)\b/, 'SET OF $1'], [/\bSET(\d+)\b/, 'SET OF $1'], [/\bSET (\d+)\b(?! PIECE)/, 'SET OF $1'], [/\bPC$/, 'PIECE'],
  [/\bOF(\d+)\b/, 'OF $1'], [/\bLIVINGROOM\b/, 'LIVING ROOM'], [/\bCHOCOLATECANDLE\b/, 'CHOCOLATE CANDLE'], [/\bDRAWERKNOB\b/, 'DRAWER KNOB'],
  [/\bCANDLEHOLDER\b/, 'CANDLE HOLDER'], [/\bCAKESTAND\b/, 'CAKE STAND'], [/\bDOILEY\b/, 'DOILY'], [/\bCHILDRENS\b/, "CHILDREN'S"], [/\bKINGS\b/, "KING'S"],
  [/\bQUEENS\b/, "QUEEN'S"], [/\.(?=\s)/g, ''], [/ ,/g, ','], [/,(?=\S)/g, ', '], [/\bCOLOUR COLOUR\b/, 'COLOUR'],
  [/\bNAUGHTS\b/, 'NOUGHTS'], [/\bRETRO SPOT\b/, 'RETROSPOT'], [/\bPOLKA DOT\b/, 'POLKADOT'],
];

const SMALL = new Set(['a', 'and', 'as', 'for', 'in', 'of', 'on', 'or', 'the', 'to', 'with']);
const AS_IS = new Set(['LED', 'WC', 'ABC', 'TV', 'DIY']);

/** @param {string} word */
function tidyWord(word) {
  if (AS_IS.has(word)) return word;
  if (/^\d/.test(word)) return word.toLowerCase();
  return word.toLowerCase().replace(/(^|[-/("+])([a-z])/g, (_, before, letter) => before + letter.toUpperCase());
}

/**
 * @param {string} description as the till printed it
 * @returns {string} the name in title case
 */
export function tidyName(description) {
  let text = description.toUpperCase().trim().replace(/\s+/g, ' ').replace(/[.,\s]+$/, '');
  for (const [pattern, replacement] of SHORTHAND) text = text.replace(pattern, replacement);
  const words = text.replace(/\s+/g, ' ').trim().split(' ');
  return words.map((word, i) => (i > 0 && i < words.length - 1 && SMALL.has(word.toLowerCase()) ? word.toLowerCase() : tidyWord(word))).join(' ');
}
