/** The plan that Attune puts into a personalized page. */

/** @typedef {'granted' | 'denied' | 'unknown'} Choice */
/** @typedef {{ personalization: Choice, measurement: Choice }} Consent */
/** @typedef {{ slot: string, selector: string, campaign: string | null, arm: string | null, content: string | null, reason: string, why?: string }} SlotPlan */
/** @typedef {{ v: string, consent: Consent, preview: null | { name: string, expires: number }, slots: SlotPlan[], segments?: { in: string[], unknown: string[] } }} Plan */

/** @type {Plan | null | undefined} */
let known;

/** @returns {Plan | null} null on a page that Attune did not touch */
export function plan() {
  if (known === undefined) {
    try {
      known = JSON.parse(document.getElementById('attune-plan')?.textContent ?? 'null');
    } catch {
      known = null;
    }
  }
  return known ?? null;
}

const PERSONA = 'tuppence.persona';

/** The persona that is being tried on, if any. A page without a plan goes by the last switch. @returns {string | null} */
export function persona() {
  const page = plan();
  if (page) return page.preview?.name ?? null;
  try {
    return localStorage.getItem(PERSONA);
  } catch {
    return null;
  }
}

/** Notes a switch, for pages without a plan. @param {string | null} name */
export function notePersona(name) {
  try {
    if (name) localStorage.setItem(PERSONA, name);
    else localStorage.removeItem(PERSONA);
  } catch {
    // Without storage such a page shows your own visit.
  }
}
