/**
 * The pen every motif is drawn with: flat colour, a pattern over it, an ink line a little out of register, as on a
 * cheap two-colour press. Coordinates are those of a 200 x 200 square.
 */

export const INK = '#33263a';

/** @param {number} value */
const n = (value) => String(Math.round(value * 10) / 10);

/**
 * @typedef {object} Pen
 * @property {string} body main colour
 * @property {string} accent second colour
 * @property {string} pale lightest colour
 * @property {string} text what is written on it, if anything
 * @property {string} name the product's name
 * @property {(d: string, fill?: string) => string} shape outlined area in one colour (default: body)
 * @property {(d: string, fill?: string) => string} cloth outlined area with the product's pattern
 * @property {(d: string, fill: string) => string} area colour without outline
 * @property {(d: string, width?: number, colour?: string) => string} line
 * @property {(text: string, x: number, y: number, size: number, width: number, colour?: string) => string} words
 */

/**
 * @param {{ body: string, accent: string, pale: string, text: string, name: string, pattern: string }} look `pattern`: id of an SVG pattern, or empty
 * @returns {Pen}
 */
export function pen(look) {
  const area = (/** @type {string} */ d, /** @type {string} */ fill) => `<path d="${d}" fill="${fill}"/>`;
  const line = (/** @type {string} */ d, width = 3, colour = INK) => `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;
  const printed = (/** @type {string} */ d, /** @type {string} */ fill) => `<path d="${d}" fill="${fill}" transform="translate(2.5 2)"/>`;
  return {
    ...look,
    area,
    line,
    shape: (d, fill = look.body) => printed(d, fill) + line(d),
    cloth: (d, fill = look.body) => printed(d, fill) + (look.pattern ? printed(d, `url(#${look.pattern})`) : '') + line(d),
    words: (text, x, y, size, width, colour = INK) =>
      `<text x="${n(x)}" y="${n(y)}" font-family="Rockwell,'Roboto Slab','DejaVu Serif',Georgia,serif" font-weight="700" font-size="${size}" text-anchor="middle" textLength="${n(width)}" lengthAdjust="spacingAndGlyphs" fill="${colour}">${text.replaceAll('&', '&amp;')}</text>`,
  };
}

/** @param {number} x @param {number} y @param {number} rx @param {number} [ry] */
export function oval(x, y, rx, ry = rx) {
  return `M${n(x - rx)} ${n(y)}a${n(rx)} ${n(ry)} 0 1 0 ${n(rx * 2)} 0a${n(rx)} ${n(ry)} 0 1 0 ${n(-rx * 2)} 0z`;
}

/** @param {number} x @param {number} y @param {number} w @param {number} h @param {number} [r] */
export function box(x, y, w, h, r = 4) {
  return `M${n(x + r)} ${n(y)}h${n(w - 2 * r)}q${r} 0 ${r} ${r}v${n(h - 2 * r)}q0 ${r} ${-r} ${r}h${n(2 * r - w)}q${-r} 0 ${-r} ${-r}v${n(2 * r - h)}q0 ${-r} ${r} ${-r}z`;
}

/** A heart of the given width around its centre. @param {number} x @param {number} y @param {number} w */
export function heart(x, y, w) {
  const u = w / 2;
  return `M${n(x)} ${n(y + u * 0.95)}C${n(x - u * 1.5)} ${n(y - u * 0.05)} ${n(x - u * 0.75)} ${n(y - u * 1.25)} ${n(x)} ${n(y - u * 0.45)}C${n(x + u * 0.75)} ${n(y - u * 1.25)} ${n(x + u * 1.5)} ${n(y - u * 0.05)} ${n(x)} ${n(y + u * 0.95)}z`;
}

/** A star. @param {number} x @param {number} y @param {number} r @param {number} [points] @param {number} [inner] */
export function star(x, y, r, points = 5, inner = 0.45) {
  let d = '';
  for (let i = 0; i < points * 2; i++) {
    const radius = i % 2 ? r * inner : r;
    const angle = (Math.PI * i) / points - Math.PI / 2;
    d += `${i ? 'L' : 'M'}${n(x + radius * Math.cos(angle))} ${n(y + radius * Math.sin(angle))}`;
  }
  return `${d}z`;
}

/** A flower of round petals. @param {number} x @param {number} y @param {number} r @param {number} [petals] */
export function blossom(x, y, r, petals = 6) {
  let d = '';
  for (let i = 0; i < petals; i++) {
    const angle = (Math.PI * 2 * i) / petals;
    d += oval(x + r * 0.62 * Math.cos(angle), y + r * 0.62 * Math.sin(angle), r * 0.4);
  }
  return d;
}

/** A scalloped circle, as of lace. @param {number} x @param {number} y @param {number} r @param {number} [scallops] */
export function scallop(x, y, r, scallops = 16) {
  let d = '';
  for (let i = 0; i <= scallops; i++) {
    const angle = (Math.PI * 2 * i) / scallops;
    const px = n(x + r * Math.cos(angle));
    const py = n(y + r * Math.sin(angle));
    const bump = n((r * Math.PI) / scallops);
    d += i ? `A${bump} ${bump} 0 0 1 ${px} ${py}` : `M${px} ${py}`;
  }
  return `${d}z`;
}
