/** Becoming somebody else: asks Attune for a signed preview token and hands it to the browser as a cookie. */
import file from '../attune/personas.json' with { type: 'json' };
import { Refusal, answer } from './refusal.mjs';
/** @import { Services } from './routes.mjs' */

const TTL_S = 3600;
const COOKIE = '__Host-attune-preview';
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Lax';

/** @typedef {{ key: string, label: string, about: string, profile?: Record<string, any>, request?: Record<string, any>, arms?: Record<string, string> }} Persona */

/** @type {Persona[]} */
const PERSONAS = file.personas;

/**
 * @param {unknown} body `{ "persona": "lapsed" }`, or "yourself" to end the preview
 * @param {Request} request
 * @param {Services} services
 */
export async function persona(body, request, { apiKey, attune, now }) {
  const key = body !== null && typeof body === 'object' && 'persona' in body ? body.persona : undefined;
  if (key === 'yourself') return answer({ persona: key, cart: null }, { 'set-cookie': `${COOKIE}=; Max-Age=0; ${ATTRIBUTES}` });
  const chosen = PERSONAS.find((p) => p.key === key);
  if (!chosen) throw new Refusal(404, 'persona', `there is no such persona; there are ${PERSONAS.map((p) => p.key).join(', ')} and yourself`);
  const minted = await attune(new Request(new URL('/_attune/preview', request.url), {
    method: 'POST', headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' }, body: JSON.stringify(previewOf(chosen, now)),
  }));
  if (!minted.ok) throw new Refusal(502, 'preview', `Attune did not give a preview token (${minted.status})`);
  const { token, expires } = await minted.json();
  const cart = chosen.profile?.cart?.items.map((/** @type {{ sku: string, quantity: number }} */ { sku, quantity }) => ({ sku, quantity })) ?? [];
  return answer({ persona: chosen.key, expires, cart }, { 'set-cookie': `${COOKIE}=${token}; Max-Age=${TTL_S}; ${ATTRIBUTES}` });
}

/**
 * What the token is asked for: the persona with all its times made absolute, counted from its own clock.
 * @param {Persona} persona
 * @param {number} now ms
 */
export function previewOf({ key, profile, request, arms }, now) {
  const clock = request?.now ? Date.parse(String(resolve(request.now, now))) : now;
  return { name: key, ttl_s: TTL_S, ...(profile ? { profile: resolve(profile, clock) } : {}), ...(request ? { request: { ...request, ...(request.now ? { now: resolve(request.now, now) } : {}) } } : {}), ...(arms ? { arms } : {}) };
}

const MINUTE = 60_000;
const iso = (/** @type {number} */ ms) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

/** Replaces `{ "days_ago": 3 }` and its kin by times, at any depth. @param {any} value @param {number} now ms @returns {any} */
export function resolve(value, now) {
  if (Array.isArray(value)) return value.map((item) => resolve(item, now));
  if (value === null || typeof value !== 'object') return value;
  const [[name, amount] = ['', 0], ...others] = Object.entries(value);
  if (others.length === 0) {
    if (name === 'minutes_ago') return iso(now - amount * MINUTE);
    if (name === 'hours_ago') return iso(now - amount * 60 * MINUTE);
    if (name === 'days_ago') return iso(now - amount * 1440 * MINUTE);
    if (name === 'date_days_ago') return iso(now - amount * 1440 * MINUTE).slice(0, 10);
    if (name === 'today_at') return `${iso(now).slice(0, 10)}T${amount}:00Z`;
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner, now)]));
}
