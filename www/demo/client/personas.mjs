/**
 * The demo's persona bar: not part of the shop. Try the shop on as somebody else, and read why each slot shows what
 * it shows. It asks the shop's backend for a signed preview; the browser itself can claim nothing.
 */
import { call } from './attune.mjs';
import { usePreviewBasket } from './basket.mjs';
import { el } from './dom.mjs';
import { notePersona, persona, plan } from './plan.mjs';
/** @import { SlotPlan } from './plan.mjs' */

const OPEN = 'tuppence.demo.open';

/** @typedef {{ key: string, label: string, about: string }} Persona */

export async function personaBar() {
  /** @type {Persona[]} */
  let personas;
  try {
    personas = await call('/data/personas.json');
  } catch {
    return;
  }
  const name = persona();
  if (plan() && !name) notePersona(null); // the token has run out
  const current = personas.find((p) => p.key === name);
  const who = panel('who', 'Visit as', whoPanel(personas, current?.key ?? 'yourself'));
  const why = panel('why', 'Why this page', whyPanel());
  const tabs = [tab('who', el('span', {}, el('span', { class: 'demo-long' }, 'Visiting as '), el('b', {}, current?.label ?? 'Yourself'))), tab('why', el('span', {}, 'Why', el('span', { class: 'demo-long' }, ' this page')))];
  const bar = el('aside', { class: 'demo-bar', 'aria-label': 'Demo tools', 'data-demo-bar': true }, who, why, el('div', { class: 'demo-row' }, el('span', { class: 'demo-tag' }, 'Demo'), ...tabs));

  /** @param {string} name @param {HTMLElement} content */
  function tab(name, content) {
    return el('button', { type: 'button', 'aria-expanded': 'false', 'aria-controls': `demo-${name}`, 'data-tab': name, onclick: () => open(isOpen(name) ? '' : name) }, content);
  }
  const isOpen = (/** @type {string} */ name) => !(name === 'who' ? who : why).hidden;
  /** @param {string} name */
  function open(name) {
    who.hidden = name !== 'who';
    why.hidden = name !== 'why';
    for (const button of tabs) button.setAttribute('aria-expanded', String(button.dataset.tab === name));
    remember(name);
  }
  bar.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || (who.hidden && why.hidden)) return;
    const name = who.hidden ? 'why' : 'who';
    open('');
    tabs.find((button) => button.dataset.tab === name)?.focus();
  });
  document.body.append(bar);
  document.documentElement.style.setProperty('--demo-bar', '46px');
  if (matchMedia('(min-width: 900px)').matches) open(recall());
}

/** @param {string} name */
function remember(name) {
  try {
    sessionStorage.setItem(OPEN, name);
  } catch {
    // Then it is closed again on the next page.
  }
}

function recall() {
  try {
    return sessionStorage.getItem(OPEN) ?? '';
  } catch {
    return '';
  }
}

/** @param {string} name @param {string} label @param {HTMLElement[]} content */
const panel = (name, label, content) => el('section', { class: 'demo-panel', id: `demo-${name}`, 'aria-label': label, hidden: true }, ...content);

/** @param {Persona[]} personas @param {string} current */
function whoPanel(personas, current) {
  const failed = el('p', { class: 'demo-error', role: 'alert', hidden: true });
  const choices = [...personas, { key: 'yourself', label: 'Yourself', about: 'Ends the preview: your own visit, your own cookie.' }];
  /** @param {string} key */
  async function become(key) {
    try {
      const { cart } = await call('/demo/persona', { persona: key });
      usePreviewBasket(key === 'yourself' ? null : cart ?? []);
      notePersona(key === 'yourself' ? null : key);
      location.reload();
    } catch (problem) {
      failed.textContent = `Could not switch: ${problem instanceof Error ? problem.message : 'no answer'}`;
      failed.hidden = false;
    }
  }
  return [
    el('p', { class: 'demo-intro' }, 'Each choice is a signed preview: the page is decided for that person, nothing is written to your profile and nothing is counted.'), failed,
    el('ul', { class: 'demo-personas' }, ...choices.map((p) => el('li', {}, el('button', { type: 'button', 'data-persona': p.key, 'aria-pressed': String(p.key === current), onclick: () => become(p.key) }, el('b', {}, p.label), el('span', {}, p.about))))),
  ];
}

function whyPanel() {
  const page = plan();
  if (!page) return [el('p', { class: 'demo-intro' }, 'There is no plan in this page: it came straight from the shop, and Attune did not touch it.')];
  const hint = page.preview ? null : el('p', { class: 'demo-intro' }, 'Your own visit. Reasons in words come with a persona: a preview token is needed to see them.');
  const segments = page.segments ? el('p', { class: 'demo-intro' }, `In the segments: ${page.segments.in.join(', ') || 'none'}. Not known: ${page.segments.unknown.join(', ') || 'none'}.`) : null;
  const there = page.slots.filter((slot) => document.querySelector(slot.selector));
  return [...[hint, segments].filter((node) => node !== null), el('ul', { class: 'demo-slots' }, ...there.map(slotRow))];
}

/** @param {SlotPlan} slot */
function slotRow(slot) {
  const mark = (/** @type {boolean} */ on) => () => document.querySelector(slot.selector)?.classList.toggle('demo-outline', on);
  const campaign = slot.campaign ? `${slot.campaign}${slot.arm ? `, arm ${slot.arm}` : ''}` : 'no campaign';
  return el('li', {}, el('button', { type: 'button', 'data-slot-row': slot.slot, onmouseenter: mark(true), onmouseleave: mark(false), onfocus: mark(true), onblur: mark(false), onclick: () => document.querySelector(slot.selector)?.scrollIntoView({ block: 'center' }) },
    el('b', {}, slot.slot), el('span', { class: `demo-reason ${slot.reason === 'shown' ? 'on' : ''}` }, slot.reason), el('span', {}, campaign), el('span', {}, slot.content ? `shows ${slot.content}` : 'shows the shop’s own content'), slot.why ? el('i', {}, slot.why) : null));
}
