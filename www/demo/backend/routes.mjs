/** The shop's backend: who may call it, what comes in, what goes out. */
import { order } from './order.mjs';
import { persona } from './persona.mjs';
import { Refusal, refuse } from './refusal.mjs';

const BODY_BYTES_MAX = 16_384;

/**
 * @typedef {object} Services
 * @property {string} apiKey of Attune's control plane
 * @property {(request: Request) => Promise<Response>} attune
 * @property {(path: string) => Promise<Response>} asset a file of the shop
 * @property {number} now ms since the Unix epoch
 */

/** @type {Record<string, (body: unknown, request: Request, services: Services) => Promise<Response>>} */
const ROUTES = { '/demo/persona': persona, '/demo/order': order };

/**
 * @param {Request} request
 * @param {Services} services
 * @returns {Promise<Response | null>} null when the request is not the backend's
 */
export async function backend(request, services) {
  const url = new URL(request.url);
  const route = Object.hasOwn(ROUTES, url.pathname) ? ROUTES[url.pathname] : undefined;
  if (!route) return null;
  try {
    check(request, url);
    return await route(await readJson(request), request, services);
  } catch (problem) {
    if (problem instanceof Refusal) return refuse(problem);
    console.error(problem);
    return refuse(new Refusal(502, 'unavailable', 'the shop could not finish this, please try again'));
  }
}

/** Only this shop's own pages may call: browsers send Origin with every POST. @param {Request} request @param {URL} url */
function check(request, url) {
  if (request.method !== 'POST') throw new Refusal(405, 'method', 'only POST is possible here', { allow: 'POST' });
  const site = request.headers.get('sec-fetch-site');
  if (request.headers.get('origin') !== url.origin || (site !== null && site !== 'same-origin')) throw new Refusal(403, 'origin', 'only the shop’s own pages may do this');
  if (request.headers.get('content-type')?.split(';')[0]?.trim() !== 'application/json') throw new Refusal(415, 'content-type', 'the body has to be application/json');
}

/** Reads at most 16 KB, whatever the length header says. @param {Request} request */
async function readJson(request) {
  const reader = request.body?.getReader();
  /** @type {Uint8Array[]} */
  const chunks = [];
  let size = 0;
  for (let part = await reader?.read(); reader && part && !part.done; part = await reader.read()) {
    size += part.value.byteLength;
    if (size > BODY_BYTES_MAX) {
      await reader.cancel();
      throw new Refusal(413, 'too-large', 'the body may have 16 KB at most');
    }
    chunks.push(part.value);
  }
  const bytes = new Uint8Array(size);
  chunks.reduce((at, chunk) => { bytes.set(chunk, at); return at + chunk.byteLength; }, 0);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Refusal(400, 'json', 'the body is not JSON');
  }
}
