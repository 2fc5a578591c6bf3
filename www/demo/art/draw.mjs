/** Draws a product: which motif, in which colours, with which pattern and words, on which ground. */
import { pen } from './pen.mjs';
import { colours, hash } from './palette.mjs';
import { patternOf, patternTile } from './patterns.mjs';
import { bags } from './motifs/bags.mjs';
import { tea } from './motifs/tea.mjs';
import { kitchen } from './motifs/kitchen.mjs';
import { light } from './motifs/light.mjs';
import { home, keepsakes } from './motifs/home.mjs';
import { party } from './motifs/party.mjs';
import { play } from './motifs/play.mjs';
import { comfort } from './motifs/comfort.mjs';

/** @typedef {import('./pen.mjs').Pen} Pen */
/** @typedef {{ sku: string, name: string, kind: string, category: string }} Drawable */

/** Every motif by its key. @type {Record<string, (c: Pen) => string>} */
export const MOTIFS = { ...bags, ...tea, ...kitchen, ...light, ...home, ...keepsakes, ...party, ...play, ...comfort };

/** Kinds whose motif depends on more of the name; the first that is found counts. @type {Record<string, [RegExp, string][]>} */
const VARIANTS = {
  umbrella: [[/Parasol/, 'parasol'], [/Poncho|Hat/, 'poncho']], airline: [[/Backpack/, 'backpack']], cakestand: [[/^(?!.*3 Tier)/, 'cakestand1']], sugarbowl: [[/Dispenser/, 'dispenser'], [/Butter/, 'butterdish']],
  cutter: [[/Set|Kids/, 'cutters']], caketin: [[/Biscuit/, 'biscuittin']], recipe: [[/Stand/, 'stand']], lunchbox: [[/Snack|Round/, 'snackboxes']], sugartins: [[/Spice|Knick|Herb/, 'spicetins'], [/Caddy/, 'caddy']], jar: [[/./, 'jars']],
  tealight: [[/Angels/, 'angels'], [/French Enamel/, 'chamberstick'], [/Heart(?! Jar)/, 'hangheart'], [/Jar|Hanging/, 'hangjar'], [/Glass|Silver/, 'glass']], chalkboard: [[/Memo/, 'memo']], pegbag: [[/Pegs/, 'pegs']],
  heart: [[/Card Holder/, 'cardholder'], [/Set of 3/, 'hearts3'], [/Wicker|Trellis/, 'wickerheart'], [/Scandinavian/, 'solidheart']], star: [[/Scandinavian/, 'solidstar']],
  trinket: [[/Pot/, 'trinketpot'], [/Storage Box/, 'boxes'], [/Jewellery/, 'jewellery'], [/Treasure Tin/, 'treasure'], [/Book/, 'book']], bird: [[/Owls/, 'owls'], [/Dove|Lovebird/, 'dove']],
  paperplate: [[/Cups/, 'papercup']], cracker: [[/Box/, 'crackers']], notebook: [[/Writing|Stationery/, 'writing']], pencils: [[/Crayons|Chalk/, 'crayons'], [/Ruler/, 'ruler'], [/Paint/, 'paints']],
  felt: [[/Angel|Fairy/, 'fairy'], [/Trinket/, 'feltbox'], [/Flower|Butterfly|Mice|Friends/, 'feltset']], sewing: [[/Nancy/, 'nancy']], rope: [[/Catch/, 'catchcup']], game: [[/Tidy/, 'toytidy']], herb: [[/Grow/, 'seedtin']], croquet: [[/Rounders/, 'rounders']],
};

/** What is written on a thing whose name is a saying. @param {Drawable} product */
function lettering({ kind, name }) {
  const text = name.replaceAll(/Metal|\bSign\b|Doormat|Wall Art|Building Block Word|Hot Water Bottle|\bMug\b|Herb Marker|Key Fob|Union Flag|Fancy Font|Design/g, '').replaceAll(/[+]/g, '&').replaceAll(/\s+/g, ' ').trim();
  if (kind === 'hotwater') return /Keep Calm|Poorly|Sympathy/.test(name) ? text.replace('I Am So Poorly', 'So Poorly').replace('Tea and ', 'Tea & ') : '';
  return ['signs', 'doormat', 'block', 'mug', 'herb', 'keyfob'].includes(kind) ? text : '';
}

/** @param {Drawable} product */
export function motifOf({ kind, name }) {
  return VARIANTS[kind]?.find(([word]) => word.test(name))?.[1] ?? kind;
}

/** The thing alone, without its ground, and the definitions it needs. @param {Drawable} product @param {string} [id] prefix for ids, unique in the document */
export function thing(product, id = 'p') {
  const { body, accent, pale } = colours(product.sku, product.name);
  const key = patternOf(product.name);
  const motif = MOTIFS[motifOf(product)];
  if (!motif) throw new Error(`no motif draws the kind ${product.kind}`);
  const art = motif(pen({ body, accent, pale, text: lettering(product), name: product.name, pattern: key ? id : '' }));
  return { defs: patternTile(key, id, accent), art };
}

/** Grounds behind a product. @type {((shade: string) => string)[]} */
const BACKDROPS = [
  (shade) => `<circle cx="100" cy="104" r="82" fill="${shade}"/>`,
  (shade) => `<path d="M22 200V98a78 78 0 0 1 156 0v102z" fill="${shade}"/>`,
  (shade) => `<path d="M0 152q50 -14 100 -4t100 -2v54h-200z" fill="${shade}"/>`,
  (shade) => `<path d="M100 104L0 60V20zM100 104L60 0h48zM100 104L160 0h40v20zM100 104L200 70v40zM100 104L200 160v40h-10zM100 104L130 200H80zM100 104L30 200H0v-20zM100 104L0 130V100z" fill="${shade}" opacity=".65"/>`,
];

/** @param {Drawable} product @returns {string} a complete SVG document */
export function drawProduct(product) {
  const { ground, shade } = colours(product.sku, product.name);
  const { defs, art } = thing(product);
  const backdrop = BACKDROPS[hash(`${product.sku}/back`) % BACKDROPS.length];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200"><defs>${defs}</defs><path d="M0 0h200v200h-200z" fill="${ground}"/>${backdrop ? backdrop(shade) : ''}<ellipse cx="102" cy="170" rx="66" ry="6" fill="#33263a" opacity=".12"/><g transform="translate(4 5) scale(.96)">${art}</g></svg>`;
}
