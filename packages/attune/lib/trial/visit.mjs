// A page of a site, asked for as a browser asks.
import { Refusal } from "../refusal.mjs";

const WAIT_MS = 20_000;
const HOPS_MAX = 10;
const BYTES_MAX = 8 * 1024 * 1024;
const HEADERS = {
  Accept: "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5",
  "Accept-Language": "en-GB,en;q=0.8",
  "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
  "Sec-Fetch-Dest": "document",
  "Sec-Fetch-Mode": "navigate",
  "Upgrade-Insecure-Requests": "1",
};

/**
 * @typedef {object} Visit
 * @property {URL} url where the page was in the end
 * @property {Headers} headers of its answer
 * @property {Uint8Array} bytes without their encoding
 * @property {string} charset a label that TextDecoder knows
 */

/** The address that somebody typed. @param {string} text */
export function addressOf(text) {
  const isHere = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|[^/:]+\.localhost)(?:[:/?#]|$)/i.test(text);
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `${isHere ? "http" : "https"}://${text}`;
  const url = URL.canParse(full) ? new URL(full) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) throw new Refusal(`${text} is not the address of a page`, "write https://www.shop.example");
  if (url.username !== "" || url.password !== "") throw new Refusal("the address has a name and a password in it", "use a site without a login, or one that lets this machine in");
  url.hash = "";
  return url;
}

/**
 * Fetches a page, wherever it leads to.
 * @param {URL} first
 * @returns {Promise<Visit>}
 */
export async function visit(first) {
  /** @type {Map<string, string>} */
  const cookies = new Map();
  let url = first;
  for (let hops = 0; hops <= HOPS_MAX; hops++) {
    const answer = await asked(url, cookies);
    for (const cookie of answer.headers.getSetCookie()) {
      const [pair] = cookie.split(";");
      cookies.set(pair.split("=")[0].trim(), pair.trim());
    }
    const to = answer.headers.get("Location");
    if (![301, 302, 303, 307, 308].includes(answer.status) || to === null) return page(url, answer);
    await answer.body?.cancel();
    url = new URL(to, url);
    if (!/^https?:$/.test(url.protocol)) throw new Refusal(`${first} leads to ${url}, which is no page`, "give the address of a page");
    // Another host has cookies of its own.
    if (url.host !== first.host) cookies.clear();
  }
  throw new Refusal(`${first} leads from one address to another, more than ${HOPS_MAX} times`, "open it in a browser, and give the address that you see then");
}

/** @param {URL} url @param {Map<string, string>} cookies */
async function asked(url, cookies) {
  const headers = { ...HEADERS, ...(cookies.size > 0 ? { Cookie: [...cookies.values()].join("; ") } : {}) };
  try {
    return await fetch(url, { headers, redirect: "manual", signal: AbortSignal.timeout(WAIT_MS) });
  } catch (error) {
    throw unreachable(url, error);
  }
}

/** Why there is no answer, and what to do. @param {URL} url @param {unknown} error */
export function unreachable(url, error) {
  const cause = /** @type {{ code?: string, message?: string, name?: string }} */ (error instanceof Error ? (error.cause ?? error) : {});
  const code = cause.code ?? "";
  const { host } = url;
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return new Refusal(`no host has the name ${url.hostname}`, "check how it is written, and that this machine is connected");
  if (code === "ECONNREFUSED") return new Refusal(`nobody answers at ${host}`, "start the site, or give its port: http://localhost:3000");
  if (cause.name === "TimeoutError" || code.includes("TIMEOUT")) return new Refusal(`${host} did not answer within ${WAIT_MS / 1000} seconds`, "try it in a browser; where only a proxy leads out, use Node.js 24 with NODE_USE_ENV_PROXY=1");
  if (/CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ALTNAME/.test(code)) {
    return new Refusal(`the certificate of ${host} is not trusted: ${code}`, "name the certificate of who issued it, NODE_EXTRA_CA_CERTS=file.pem, or for a site of your own set NODE_TLS_REJECT_UNAUTHORIZED=0");
  }
  if (code.startsWith("ERR_SSL") || code === "EPROTO") return new Refusal(`${host} does not speak TLS`, `write http://${host}`);
  return new Refusal(`${host} breaks off: ${cause.message ?? error}`, "try it in a browser");
}

/** The page of an answer, or why it is none. @param {URL} url @param {Response} answer @returns {Promise<Visit>} */
async function page(url, answer) {
  const { status, headers } = answer;
  const bytes = await read(url, answer);
  const start = Buffer.from(bytes.subarray(0, 200_000)).toString("latin1");
  if (isChallenge(status, headers, start)) {
    throw new Refusal(`${url.host} asks whether this is a robot (${status})`, "use an address that lets programs in: a staging site, or the shop on this machine");
  }
  if (status === 401 || status === 407) throw new Refusal(`${url} wants a login (${status})`, "use a page that everybody may see");
  if (status === 403 || status === 429) throw new Refusal(`${url.host} does not let this machine in (${status})`, "wait a little, or use a staging site, or the shop on this machine");
  if (status === 404 || status === 410) throw new Refusal(`${url} does not exist (${status})`, "give the address of a page, such as the home page");
  if (status >= 500) throw new Refusal(`${url.host} has a fault of its own (${status})`, "try again later");
  if (status !== 200) throw new Refusal(`${url} answers ${status}`, "give the address of a page that answers 200");
  const type = headers.get("Content-Type") ?? "";
  if (!/^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(type)) throw new Refusal(`${url} is no HTML page, but ${type || "without a Content-Type"}`, "give the address of a page");
  if (!/<[a-z!]/i.test(start)) throw new Refusal(`${url} is empty`, "give the address of a page");
  const charset = charsetOf(type, bytes);
  if (/^(?:utf-16|iso-2022|hz)/i.test(charset)) throw new Refusal(`${url} is in ${charset}, which Attune passes on as it is`, "use a page in UTF-8");
  return { url, headers, bytes, charset };
}

/** @param {URL} url @param {Response} answer */
async function read(url, answer) {
  const pieces = [];
  let length = 0;
  try {
    for await (const piece of answer.body ?? []) {
      pieces.push(piece);
      length += piece.length;
      if (length > BYTES_MAX) throw new Refusal(`${url} is larger than ${BYTES_MAX >> 20} MB`, "give the address of a page");
    }
  } catch (error) {
    throw error instanceof Refusal ? error : unreachable(url, error);
  }
  return new Uint8Array(Buffer.concat(pieces));
}

/** Whether an answer is a test for robots in the place of a page. @param {number} status @param {Headers} headers @param {string} start */
export function isChallenge(status, headers, start) {
  if (headers.get("cf-mitigated") === "challenge") return true;
  const marks = /\/cdn-cgi\/challenge-platform|_Incapsula_Resource|captcha-delivery\.com|px-captcha|awswaf\.com|g-recaptcha|h-captcha|Pardon Our Interruption/i;
  // A shop may have a captcha in a form of its own: then there is a page around it.
  const isBare = start.replaceAll(/<(script|style)\b[^]*?<\/\1>/gi, "").replaceAll(/<[^>]*>/g, "").replaceAll(/\s+/g, " ").length < 1200;
  return marks.test(start) && (status !== 200 || isBare);
}

/** The charset of a page, as a browser would find it out. @param {string} type @param {Uint8Array} bytes */
export function charsetOf(type, bytes) {
  const start = Buffer.from(bytes.subarray(0, 4096)).toString("latin1");
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const named = /charset\s*=\s*["']?([\w-]+)/i.exec(type)?.[1] ?? /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(start)?.[1] ?? "";
  for (const label of [named, "utf-8"]) {
    try {
      new TextDecoder(label, { fatal: label !== named }).decode(bytes);
      return new TextDecoder(label).encoding;
    } catch {
      // Not known, or not in it: the next one.
    }
  }
  return "windows-1252";
}
