/** Calls to the control plane. */
/** @import { Consent } from './plan.mjs' */

/**
 * @param {string} path
 * @param {unknown} [body] makes it a POST
 * @returns {Promise<any>} the JSON answer
 */
export async function call(path, body) {
  const response = await fetch(path, body === undefined ? { headers: { accept: 'application/json' } } : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const isJson = response.headers.get('content-type')?.includes('application/json') ?? false;
  const answer = isJson ? await response.json() : null;
  if (!response.ok || !isJson) throw new Error(answer?.error?.message ?? `${path} answered ${response.status}`);
  return answer;
}

/** On a site without a server of Attune's, its script answers. */
export const isAlone = document.querySelector('script[data-keys]') !== null;

/** Calls the script, or leaves the call for when it comes. @param {string} name @param {unknown[]} args @returns {Promise<any>} */
const asked = (name, ...args) =>
  new Promise((done) => {
    const attune = (window.attune ??= {});
    if (attune.ready) done(/** @type {any} */ (attune)[name](...args));
    else (attune.q ??= []).push([name, args, done]);
  });

/** Tells the page, and Attune's script in it, which erases its log. @param {{ consent: Consent }} answer */
const announce = (answer) => document.dispatchEvent(new CustomEvent('attune:consent', { detail: answer }));

/** Records a choice and tells the page. @param {{ personalization: boolean, measurement: boolean }} choice @returns {Promise<Consent>} */
export async function consent(choice) {
  if (isAlone) return asked('consent', choice);
  const answer = await call('/_attune/consent', choice);
  announce(answer);
  return answer.consent;
}

export const me = async () => (isAlone ? { consent: (await asked('ready'))?.consent } : call('/_attune/me'));

export async function forget() {
  if (isAlone) await asked('forget');
  else announce(await call('/_attune/forget', {}));
}
