/**
 * The consent banner. It asks only while nothing has been chosen, offers the three answers in the same size and
 * colour, ticks nothing beforehand, blocks nothing, and goes away once answered.
 */
import { consent, me } from './attune.mjs';
import { el, toast } from './dom.mjs';
import { persona, plan } from './plan.mjs';

const TEXT = {
  title: 'May we remember you?', text: 'With your permission this shop keeps a small profile in a cookie (shelves, basket, visits) and arranges itself a little around you. Everything works without it.',
  accept: 'Accept both', refuse: 'Refuse both', choose: 'Choose', save: 'Save my choice', personalization: 'Personalization', personalizationText: 'Remember shelves, basket and visits, and show me fitting content.',
  measurement: 'Measurement', measurementText: 'Count which content I have seen.', more: 'What is kept, and how to change your mind later', failed: 'That could not be saved. Nothing has been stored; please try again.', saved: 'Saved. You can change it any time under Privacy settings.', label: 'Your privacy',
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
  const options = el('form', { class: 'options', hidden: true, onsubmit: (event) => { event.preventDefault(); answer(ticked('personalization'), ticked('measurement')); } },
    option('personalization', TEXT.personalization, TEXT.personalizationText), option('measurement', TEXT.measurement, TEXT.measurementText),
    el('p', { class: 'buttons' }, el('button', { type: 'submit' }, TEXT.save)));
  const failed = el('p', { class: 'form-error', role: 'alert', hidden: true }, TEXT.failed);
  const choose = el('button', { type: 'button', 'aria-expanded': 'false', onclick: () => {
    options.hidden = !options.hidden;
    choose.setAttribute('aria-expanded', String(!options.hidden));
    if (!options.hidden) options.querySelector('input')?.focus();
  } }, TEXT.choose);
  const banner = el('section', { class: 'consent', 'aria-label': TEXT.label, 'data-consent': true },
    el('h2', {}, TEXT.title), el('p', {}, TEXT.text),
    el('p', { class: 'buttons' }, el('button', { type: 'button', onclick: () => answer(false, false) }, TEXT.refuse), el('button', { type: 'button', onclick: () => answer(true, true) }, TEXT.accept), choose),
    options, failed, el('small', {}, el('a', { href: '/privacy' }, TEXT.more)));
  let saving = false;
  const ticked = (/** @type {string} */ name) => banner.querySelector(`input[name="${name}"]:checked`) !== null;

  /** @param {boolean} personalization @param {boolean} measurement */
  async function answer(personalization, measurement) {
    if (saving) return;
    saving = true; // not disabled: a disabled button would lose the focus
    try {
      await consent({ personalization, measurement });
      toast(TEXT.saved);
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
