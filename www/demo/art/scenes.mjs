/** Larger pictures made of the same motifs: shelves, a window at night, a parcel. 800 x 600, cut to size by the page. */
import { COLOURS as C, hash } from './palette.mjs';
import { MOTIFS, thing } from './draw.mjs';
import { INK, oval, pen, star } from './pen.mjs';
/** @typedef {import('./draw.mjs').Drawable} Drawable */

/** @typedef {{ wall: string, stripe: string, wood: string }} Room */
/** @type {Room[]} */
const ROOMS = [
  { wall: '#f8dfd3', stripe: '#f4d2c2', wood: '#cf9f6b' }, { wall: '#dfe9dc', stripe: '#d2e0cf', wood: '#c58f5c' }, { wall: '#dbe7ef', stripe: '#cdddea', wood: '#cf9f6b' },
  { wall: '#f9e8bd', stripe: '#f5dea2', wood: '#b97f50' }, { wall: '#e9dfec', stripe: '#dfd1e4', wood: '#cf9f6b' }, { wall: '#cfe3df', stripe: '#c0d9d4', wood: '#c58f5c' }, { wall: '#f4d0cf', stripe: '#efc1c0', wood: '#b97f50' },
];

const NIGHT = { wall: '#3c3350', stripe: '#443a5a', wood: '#8a5f49' };
const SNOW = { wall: '#2f6159', stripe: '#35695f', wood: '#cf9f6b' };

/** @param {string} defs @param {string} art */
const svg = (defs, art) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 600"><defs>${defs}</defs>${art}</svg>`;

/** @param {Room} room */
const wall = ({ wall: fill, stripe }) => `<path d="M0 0h800v600h-800z" fill="${fill}"/><path d="${Array.from({ length: 10 }, (_, i) => `M${20 + i * 80} 0h40v600h-40z`).join('')}" fill="${stripe}"/>`;

/** @param {number} y @param {Room} room */
const board = (y, { wood }) => `<path d="M-10 ${y + 20}h820v12h-820z" fill="${INK}" opacity=".12"/><path d="M-10 ${y}h820v20h-820z" fill="${wood}"/><path d="M-10 ${y}h820M-10 ${y + 20}h820M120 ${y + 9}h60M420 ${y + 12}h90M660 ${y + 8}h40" fill="none" stroke="${INK}" stroke-width="3" stroke-linecap="round"/>`;

/** A string of flags across the top. @param {string[]} colours */
function flags(colours) {
  const flag = (/** @type {number} */ i) => {
    const x = -20 + i * 66;
    const y = 22 + Math.sin(((i + 0.5) / 13) * Math.PI) * 44;
    return `<path d="M${x} ${y}h54l-27 58z" fill="${colours[i % colours.length]}" stroke="${INK}" stroke-width="3" stroke-linejoin="round"/>`;
  };
  return `<path d="M-20 18Q400 112 820 18" fill="none" stroke="${INK}" stroke-width="3.500"/>${Array.from({ length: 13 }, (_, i) => flag(i)).join('')}`;
}

/** Things standing on a board, evenly. @param {Drawable[]} things @param {number} y @param {number} size @param {string} id */
function stand(things, y, size, id) {
  const gap = (800 - things.length * size) / (things.length + 1);
  return things.map((product, i) => {
    const { defs, art } = thing(product, `${id}${i}`);
    const scale = size / 176;
    return { defs, art: `<g transform="translate(${Math.round(gap + i * (size + gap) - 12 * scale)} ${Math.round(y - 169 * scale)}) scale(${scale.toFixed(3)})">${art}</g>` };
  });
}

/** Two shelves of things under flags. @param {Room} room @param {Drawable[]} things at most seven: three above, four below @param {{ flags?: string[], sky?: string }} [extra] */
function shelves(room, things, extra = {}) {
  const above = stand(things.slice(0, 3), 296, 172, 'a');
  const below = stand(things.slice(3, 7), 552, 176, 'b');
  const all = [...above, ...below];
  return svg(all.map((t) => t.defs).join(''), `${wall(room)}${extra.sky ?? ''}${extra.flags ? flags(extra.flags) : ''}${board(296, room)}${board(552, room)}${all.map((t) => t.art).join('')}`);
}

/** A thing that is drawn but not sold. @param {string} kind @param {number} x @param {number} y @param {number} scale @param {{ body: string, accent: string }} look */
const prop = (kind, x, y, scale, look) => `<g transform="translate(${x} ${y}) scale(${scale})">${MOTIFS[kind]?.(pen({ ...look, pale: C.cream, text: '', name: '', pattern: '' })) ?? ''}</g>`;

const snow = `<path d="${Array.from({ length: 46 }, (_, i) => oval((hash(`x${i}`) % 800), hash(`y${i}`) % 540, 2 + (hash(`r${i}`) % 4))).join('')}" fill="#fffaf0" opacity=".8"/>`;
const window_ = `<path d="M250 60h300v210h-300z" fill="#232042" stroke="${INK}" stroke-width="4"/><path d="${Array.from({ length: 14 }, (_, i) => star(270 + (hash(`s${i}`) % 260), 76 + (hash(`t${i}`) % 170), 3 + (hash(`u${i}`) % 5), 4, 0.4)).join('')}" fill="#f7dd94"/>${prop('moon', 410, 76, 0.6, { body: '#f7dd94', accent: '#f7dd94' })}<path d="M400 60v210M250 165h300" stroke="#cf9f6b" stroke-width="12"/><path d="M244 54h312v222h-312z" fill="none" stroke="#cf9f6b" stroke-width="14"/><path d="M237 47h326v236h-326zM251 61h298v208h-298z" fill="none" stroke="${INK}" stroke-width="3"/>`;

/** @param {number} i */
const room = (i) => /** @type {Room} */ (ROOMS[i % ROOMS.length]);
const BRIGHT = [C.tomato, C.butter, C.sky, C.white, C.leaf];

/**
 * Every scene by name.
 * @param {{ product: (sku: string) => Drawable, inCategory: (category: string) => Drawable[], categories: string[] }} shop
 * @returns {Record<string, string>}
 */
export function scenes({ product, inCategory, categories }) {
  const pick = (/** @type {string[]} */ ...skus) => skus.map(product);
  /** @type {Record<string, string>} */
  const all = {
    default: shelves(room(0), pick('22139', '22727', '23245', '22423', '71053', '85099B', '22752'), { flags: BRIGHT }),
    small: shelves(room(2), pick('22197', '84946', '21790', '20724', '84991', '22616', '22029'), { flags: [C.rose, C.white, C.mustard] }),
    returning: shelves(room(5), pick('22624', '22720', '22726', '22699', '22464', '84879', '20725'), { flags: [C.mustard, C.white, C.tomato] }),
    regulars: shelves(room(3), pick('22776', '22424', '22698', '21843', '22625', '22730', '22752'), { flags: [C.tomato, C.white] }),
    evening: shelves(NIGHT, [...pick('84946', '85053', '22464', '23084', '21731', '85123A', '71053')], { sky: window_ }),
    winter: shelves(SNOW, pick('22579', '35970', '22423', '23311', '22577', '22910', '23344'), { sky: snow, flags: [C.tomato, C.white, C.mustard] }),
    parcel: svg('', `${wall(room(1))}${flags(BRIGHT)}${board(500, room(1))}${prop('giftbox', 210, 110, 2.3, { body: '#e3c08c', accent: C.tomato })}${prop('tags', 560, 210, 1.3, { body: C.sky, accent: C.tomato })}${prop('ribbon', 20, 280, 1.2, { body: C.rose, accent: C.tomato })}`),
    empty: svg('', `${wall(room(4))}${board(500, room(4))}${prop('basket', 220, 128, 2.1, { body: C.wood, accent: C.tomato })}${prop('bird', 600, 320, 1.05, { body: C.sky, accent: C.butter })}`),
  };
  all.sale = all.winter ?? '';
  categories.forEach((category, i) => {
    const list = inCategory(category);
    const varied = list.filter((p, at) => list.findIndex((q) => q.kind === p.kind) === at);
    const filled = [...varied, ...list.filter((p) => !varied.includes(p))].slice(0, 7);
    all[category] = category === 'christmas' ? shelves(SNOW, filled, { sky: snow, flags: [C.tomato, C.white, C.mustard] }) : shelves(room(i + 1), filled, { flags: [BRIGHT[i % 5] ?? C.tomato, C.white, BRIGHT[(i + 2) % 5] ?? C.sky] });
  });
  return all;
}
