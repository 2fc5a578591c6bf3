/**
 * The consent banner. It asks only while nothing has been chosen, offers the three answers in the same size and
 * colour, ticks nothing beforehand, blocks nothing, and goes away once answered.
 */
import { consent, me } from './attune.mjs';
import { el, german, toast } from './dom.mjs';
import { persona, plan } from './plan.mjs';

const EN = {
  title: 'May we remember you?', text: 'With your permission this shop keeps a small profile in a cookie: the shelves you look at, your basket, your visits. It arranges the shop a little around you. Everything works without it.',
  accept: 'Accept both', refuse: 'Refuse both', choose: 'Let me choose', save: 'Save my choice', personalization: 'Personalization', personalizationText: 'Remember shelves, basket and visits, and show me fitting content.',
  measurement: 'Measurement', measurementText: 'Count which content I have seen.', more: 'What is kept, and how to change your mind later', failed: 'That could not be saved. Nothing has been stored; please try again.', saved: 'Saved. You can change it any time under Privacy settings.', label: 'Your privacy',
};
/** @type {typeof EN} */
const DE = {
  title: 'Dürfen wir uns an Sie erinnern?', text: 'Mit Ihrer Erlaubnis führt dieser Laden ein kleines Profil in einem Cookie: die Regale, die Sie ansehen, Ihren Korb, Ihre Besuche. Damit richtet er sich ein wenig nach Ihnen. Ohne geht es genauso.',
  accept: 'Beides erlauben', refuse: 'Beides ablehnen', choose: 'Selbst wählen', save: 'Auswahl speichern', personalization: 'Personalisierung', personalizationText: 'Regale, Korb und Besuche merken und mir Passendes zeigen.',
  measurement: 'Messung', measurementText: 'Zählen, welche Inhalte ich gesehen habe.', more: 'Was gespeichert wird und wie Sie es später ändern', failed: 'Das konnte nicht gespeichert werden. Es wurde nichts abgelegt; bitte versuchen Sie es noch einmal.', saved: 'Gespeichert. Ändern können Sie es jederzeit in den Datenschutz-Einstellungen.', label: 'Ihre Privatsphäre',
};

/** Whether something is still to be asked. Without an answer from Attune there is nothing to ask for. */
async function isUnknown() {
  if (persona()) return false;
  const page = plan();
  if (page) return page.consent.personalization === 'unknown' || page.consent.measurement === 'unknown';
  try {
    const { consent: record } = await me();
    return !record || record.personalization === 'unknown' || record.measurement === 'unknown';
  } catch {
    return false;
  }
}

export async function askForConsent() {
  if (document.body.dataset.page === 'privacy' || !(await isUnknown())) return;
  const t = german ? DE : EN;
  const options = el('form', { class: 'options', hidden: true, onsubmit: (event) => { event.preventDefault(); answer(ticked('personalization'), ticked('measurement')); } },
    option('personalization', t.personalization, t.personalizationText), option('measurement', t.measurement, t.measurementText),
    el('p', { class: 'buttons' }, el('button', { type: 'submit' }, t.save)));
  const failed = el('p', { class: 'form-error', role: 'alert', hidden: true }, t.failed);
  const choose = el('button', { type: 'button', 'aria-expanded': 'false', onclick: () => {
    options.hidden = !options.hidden;
    choose.setAttribute('aria-expanded', String(!options.hidden));
    if (!options.hidden) options.querySelector('input')?.focus();
  } }, t.choose);
  const banner = el('section', { class: 'consent', 'aria-label': t.label, 'data-consent': true },
    el('h2', {}, t.title), el('p', {}, t.text),
    el('p', { class: 'buttons' }, el('button', { type: 'button', onclick: () => answer(false, false) }, t.refuse), el('button', { type: 'button', onclick: () => answer(true, true) }, t.accept), choose),
    options, failed, el('small', {}, el('a', { href: '/privacy' }, t.more)));
  let saving = false;
  const ticked = (/** @type {string} */ name) => banner.querySelector(`input[name="${name}"]:checked`) !== null;

  /** @param {boolean} personalization @param {boolean} measurement */
  async function answer(personalization, measurement) {
    if (saving) return;
    saving = true; // not disabled: a disabled button would lose the focus
    try {
      await consent({ personalization, measurement });
      toast(t.saved);
    } catch {
      saving = false;
      failed.hidden = false;
    }
  }
  /** Takes the banner away, and the focus with it to the page. */
  function close() {
    const focused = banner.contains(document.activeElement);
    banner.remove();
    if (focused) document.querySelector('main')?.focus({ preventScroll: true });
  }
  // First in the tab order after the skip link, though it is drawn at the bottom.
  document.querySelector('.skip')?.after(banner);
  document.addEventListener('attune:consent', close);
}

/** @param {string} name @param {string} label @param {string} text */
function option(name, label, text) {
  return el('p', { class: 'check' }, el('input', { type: 'checkbox', id: `consent-${name}`, name }), el('label', { for: `consent-${name}` }, el('b', {}, label), text));
}
