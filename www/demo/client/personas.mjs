/**
 * The demo's persona bar: not part of the shop. Try the shop on as somebody else. It asks the shop's backend for a
 * signed preview; the browser itself can claim nothing. What a preview shows and why is Attune's own overlay.
 */
import { call, isAlone } from './attune.mjs';
import { usePreviewBasket } from './basket.mjs';
import { el } from './dom.mjs';
import { notePersona, persona, plan } from './plan.mjs';

const OPEN = 'tuppence.demo.open';

/** @typedef {{ key: string, label: string, about: string }} Persona */

export async function personaBar() {
  // A persona is a preview, which only a server can sign.
  if (isAlone) return;
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
  const who = el('section', { class: 'demo-panel', id: 'demo-who', 'aria-label': 'Visit as', hidden: true }, ...whoPanel(personas, current?.key ?? 'yourself'));
  const tab = el('button', { type: 'button', 'aria-expanded': 'false', 'aria-controls': 'demo-who', onclick: () => open(who.hidden) }, el('span', {}, 'Visiting as ', el('b', {}, current?.label ?? 'Yourself')));
  const bar = el('aside', { class: 'demo-bar', 'aria-label': 'Demo tools', 'data-demo-bar': true }, who, el('div', { class: 'demo-row' }, el('span', { class: 'demo-tag' }, 'Demo'), tab));

  /** @param {boolean} isOpen */
  function open(isOpen) {
    who.hidden = !isOpen;
    tab.setAttribute('aria-expanded', String(isOpen));
    remember(isOpen ? 'who' : '');
  }
  bar.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || who.hidden) return;
    open(false);
    tab.focus();
  });
  document.body.append(bar);
  if (matchMedia('(min-width: 900px)').matches) open(recall() === 'who');
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
    el('p', { class: 'demo-intro' }, 'Each choice is a signed preview: the page is decided for that person, nothing is written to your profile and nothing is counted. The button “Why this page” then outlines each slot and says why.'), failed,
    el('ul', { class: 'demo-personas' }, ...choices.map((p) => el('li', {}, el('button', { type: 'button', 'data-persona': p.key, 'aria-pressed': String(p.key === current), onclick: () => become(p.key) }, el('b', {}, p.label), el('span', {}, p.about))))),
  ];
}
