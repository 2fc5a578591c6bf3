/** The authored configuration fits the shop: what it names is there. Its grammar is the compiler's to check. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { scenes } from '../art/scenes.mjs';
import { fileOf, pages } from '../build.mjs';
import { homePage } from '../pages/home.mjs';
import { MESSAGES } from '../client/messages.mjs';
import { CATEGORIES, inCategory, product } from '../pages/shop.mjs';

const FOLDER = new URL('../attune/', import.meta.url);
const read = (/** @type {string} */ folder) => readdirSync(new URL(folder, FOLDER)).filter((name) => name.endsWith('.toml')).map((name) => readFileSync(new URL(folder + name, FOLDER), 'utf8')).join('\n');
const campaigns = read('campaigns/');
const contents = read('content/');
const site = readFileSync(new URL('attune.toml', FOLDER), 'utf8');
const keys = (/** @type {string} */ text, /** @type {string} */ table) => [...text.matchAll(new RegExp(`^\\[${table}\\.([\\w-]+)\\]`, 'gm'))].map(([, key]) => key ?? '');

test('every content that a campaign shows exists, in a slot that exists, and none is left over', () => {
  const shown = [...campaigns.matchAll(/(\w+) = "([\w-]+)"/g)].filter(([, slot]) => !['owner', 'name', 'per', 'stop_on', 'zone', 'mode'].includes(slot ?? ''));
  const slots = keys(site, 'slots');
  for (const [, slot, content] of shown) {
    assert.ok(slots.includes(slot ?? ''), `slot ${slot}`);
    assert.ok(keys(contents, 'content').includes(content ?? ''), `content ${content}`);
  }
  assert.deepEqual(keys(contents, 'content').filter((key) => !shown.some(([, , content]) => content === key)), []);
});

test('links and pictures of the contents exist, for every shelf', () => {
  const built = new Set(pages().map((page) => fileOf(page.path)));
  const home = homePage().body.text;
  const pictures = Object.keys(scenes({ product, inCategory, categories: CATEGORIES })).map((name) => `/img/scene/${name}.svg`);
  for (const [, attribute, value = ''] of contents.matchAll(/(src|href) = "([^"]+)"/g)) {
    for (const shelf of [...CATEGORIES, 'sale']) {
      const target = value.replaceAll(/{{(top_interest\.name|signal\.basket_shelf)}}/g, shelf);
      if (attribute === 'src') assert.ok(pictures.includes(target), target);
      else if (target.startsWith('#')) assert.ok(home.includes(`id="${target.slice(1)}"`), target);
      else assert.ok(built.has(fileOf(target)), target);
    }
  }
});

test('no two campaigns of one slot have the same priority', () => {
  /** @type {Map<string, string>} */
  const taken = new Map();
  for (const block of campaigns.split(/^(?=\[)/m).filter((text) => text.startsWith('[campaigns.'))) {
    const key = /^\[campaigns\.([\w-]+)\]/.exec(block)?.[1] ?? '';
    const priority = /^priority = (\d+)/m.exec(block)?.[1];
    assert.ok(priority, key);
    for (const slot of new Set([...(/^(?:show|arms) = (.*)$/m.exec(block)?.[1] ?? '').matchAll(/(bar|hero|welcome|promo|aside|note) = /g)].map(([, name]) => name))) {
      assert.equal(taken.get(`${slot} ${priority}`), undefined, `${key} and ${taken.get(`${slot} ${priority}`)} want ${slot} at ${priority}`);
      taken.set(`${slot} ${priority}`, key);
    }
  }
  assert.ok(taken.size >= 15);
});

test('a shopper reads of every campaign in words, not by its key', () => {
  assert.deepEqual(Object.keys(MESSAGES).sort(), keys(campaigns, 'campaigns').sort());
  for (const words of Object.values(MESSAGES)) assert.match(words, /^[A-Z][^_]* /);
});
