/** Privacy settings: choices, what is known, download, forget. */
import { consent, forget, me } from './attune.mjs';
import { all, el, one, say, show } from './dom.mjs';
import { log } from './log.mjs';
import { persona } from './plan.mjs';
import { readable } from './profile.mjs';

const PREVIEW = 'You are trying on a persona. What you see below is your own profile, not theirs, and nothing can be changed before you are yourself again.';
const FAILED = 'That did not work: the shop’s privacy service did not answer. Nothing was changed.';

export async function start() {
  listen();
  await refresh();
}

/** Reads the profile anew and shows it. */
async function refresh() {
  const known = one('[data-known]');
  try {
    const profile = await me();
    for (const box of all('[data-choices] input')) if (box instanceof HTMLInputElement) box.checked = profile.consent?.[box.name] === 'granted';
    say('[data-state]', stateOf(profile));
    known?.replaceChildren(await readable(profile));
    return profile;
  } catch {
    say('[data-state]', 'The shop’s privacy service does not answer, so nothing is personalized either.');
    known?.replaceChildren(el('p', { class: 'quiet' }, 'Nothing could be read.'));
    return null;
  }
}

/** @param {{ consent?: { personalization?: string, measurement?: string }, opt_out?: boolean }} profile */
function stateOf(profile) {
  if (persona()) return PREVIEW;
  if (profile.opt_out) return 'You have opted out. Nothing is remembered.';
  const { personalization, measurement } = profile.consent ?? {};
  if (personalization === 'granted' && measurement === 'granted') return 'You have agreed to both.';
  if (personalization === 'granted') return 'You have agreed to personalization, not to measurement.';
  if (measurement === 'granted') return 'You have agreed to measurement, not to personalization.';
  if (personalization === 'denied' || measurement === 'denied') return 'You have refused. Nothing is remembered.';
  return 'You have not chosen yet. Nothing is remembered until you do.';
}

function listen() {
  one('[data-choices]')?.addEventListener('submit', (event) => {
    event.preventDefault();
    const on = (/** @type {string} */ name) => one(`#${name}`)?.matches(':checked') ?? false;
    choose(on('personalization'), on('measurement'));
  });
  one('[data-withdraw]')?.addEventListener('click', () => choose(false, false));
  one('[data-download]')?.addEventListener('click', download);
  const confirm = one('[data-confirm]');
  one('[data-forget]')?.addEventListener('click', () => {
    show(confirm, true);
    one('[data-forget-yes]')?.focus();
  });
  one('[data-forget-no]')?.addEventListener('click', () => {
    show(confirm, false);
    one('[data-forget]')?.focus();
  });
  one('[data-forget-yes]')?.addEventListener('click', async () => {
    try {
      await forget();
      show(confirm, false);
      await refresh();
      say('[data-result]', 'Done. Your profile has been erased; this shop does not know you any more. Your basket and your order history are still in this browser.');
    } catch {
      say('[data-result]', failure());
    }
  });
}

/** Why a change was not made: while a persona is tried on, the control plane refuses every one. */
function failure() {
  return persona() ? PREVIEW : FAILED;
}

/** @param {boolean} personalization @param {boolean} measurement */
async function choose(personalization, measurement) {
  try {
    await consent({ personalization, measurement });
    await refresh();
    say('[data-state]', `Saved. ${one('[data-state]')?.textContent ?? ''}`);
  } catch {
    say('[data-state]', failure());
  }
}

async function download() {
  try {
    const { handle, ...profile } = await me();
    const url = URL.createObjectURL(new Blob([`${JSON.stringify({ ...profile, log: log() ?? undefined }, null, 2)}\n`], { type: 'application/json' }));
    const link = el('a', { href: url, download: 'tuppence-profile.json' });
    document.body.append(link);
    link.click();
    link.remove();
    URL.revokeObjectURL(url);
    say('[data-result]', 'Downloaded as tuppence-profile.json.');
  } catch {
    say('[data-result]', FAILED);
  }
}
