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
