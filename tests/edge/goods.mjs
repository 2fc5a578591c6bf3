// A shop whose catalogue changes every night: what `attune` makes of its feeds, and what a page shows of it.
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { workplace } from "./attune.mjs";
import { Jar } from "./harness.mjs";

const FOLDER = new URL("bandit", import.meta.url).pathname;
const PAGE = `<!doctype html><html lang="en-GB"><body><section data-slot="picks">own</section></body></html>`;
const [CATALOG, BASKETS] = [2, 4];

/**
 * Writes the shop's configuration into a folder: its cards show the price of the red products, or the colour, too.
 * @param {string} folder @param {{ price?: number, extra?: string[], card?: string, ids?: string[] }} [what]
 */
export function writeShop(folder, { price = 1, extra = ["colour"], card = "", ids = ["r1", "r2", "b1", "b2"] } = {}) {
  cpSync(FOLDER, folder, { recursive: true });
  const path = `${folder}/attune.toml`;
  const text = readFileSync(path, "utf8").replace('live = "15m"', `extra = ${JSON.stringify(extra)}`);
  writeFileSync(path, text.replace("strategies = { red = [\"reds\"], blue = [\"blues\"] }", 'sources = ["reds"]'));
  const rows = ids.map((id) => `${id}\tProduct ${id}\t/p/${id}\t${price}.00\tred\n`);
  writeFileSync(`${folder}/catalog/products.tsv`, `id\ttitle\tlink\tprice\tcolour\n${rows.join("")}`);
  writeFileSync(`${folder}/content/card.html`, `<ul>{{#items}}<li>{{item.id}} {{item.price | money}}${card}</li>{{/items}}</ul>`);
}

/** The bytes of bundles, of catalogues by the price in them, and of indexes. */
export async function goods() {
  const place = workplace();
  const shop = place.path("goods");
  const compile = async (/** @type {object} */ what, isNew = false) => {
    writeShop(shop, what);
    await place.ok(["compile", shop, "--out", "bundle", "--catalog", "catalog", ...(isNew ? ["--new-epoch"] : [])]);
    return { bundle: readFileSync(place.path("bundle")), catalog: { kind: CATALOG, bytes: readFileSync(place.path("catalog")) } };
  };
  const learn = async (/** @type {string} */ catalog) => {
    await place.ok(["learn", "--orders", "orders.csv", "--catalog", catalog, "--out", "index"]);
    return { kind: BASKETS, bytes: readFileSync(place.path("index")) };
  };
  try {
    writeFileSync(place.path("orders.csv"), "session,item,time\n" + [1, 2, 3, 4].map((n) => `s${n},r1,170000000${n}\ns${n},r2,170000000${n}\n`).join(""));
    const { bundle, catalog: first } = await compile({ price: 1 }, true);
    const index = await learn("catalog");
    const catalogs = [first];
    for (const price of [2, 3, 4]) catalogs.push((await compile({ price })).catalog);
    const { bundle: coloured } = await compile({ card: ' {{item.extra["colour"]}}' });
    const { catalog: plain } = await compile({ price: 8, extra: [] });
    rmSync(`${shop}/catalog/items`);
    const other = await compile({ price: 9, ids: ["b2", "b1", "r2", "r1"] }, true);
    const foreign = await learn("catalog");
    // `other` numbers its products anew: another epoch.
    return { bundle, coloured, catalogs, plain, renumbered: other.catalog, index, foreign };
  } finally {
    place.leave();
  }
}

/** Serves the page that shows them. @param {{ origin: any }} edge */
export function serveShop({ origin }) {
  origin.serve("/", { "Content-Type": "text/html; charset=utf-8" }, PAGE);
}

/** What the page shows of the first product after a look at KV: its price and what follows; `own` where it is the origin's. */
export async function offered(edge) {
  await edge.health();
  const { status, text } = await edge.fetch("/", { jar: new Jar() });
  if (status !== 200) throw new Error(`a page of status ${status}`);
  return /<li>r1 £(.*?)<\/li>/.exec(text)?.[1] ?? (text.includes(">own<") ? "own" : text);
}
