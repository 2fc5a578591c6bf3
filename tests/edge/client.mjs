// A browser as far as HTTP shows it: what it sends, the cookies it keeps, and what a page tells its script.
import { randomBytes } from "node:crypto";
import { request as httpRequest } from "node:http";

export const HOST = "shop.test";
/** A person's: other names are robots to Attune. */
export const AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

/**
 * Speaks to a Worker.
 * @param {URL} url @param {string} [host] the public name @param {Record<string, string>} [always] headers of every request
 * @param {import("node:http").Agent | false} [agent] connections that are used again; by default each request has its own
 */
export function clientOf(url, host = HOST, always = {}, agent = false) {
  const client = {
    url,
    host,
    always,
    agent,
    /** @param {string} path @param {Parameters<typeof send>[2]} [options] */
    fetch: (path, options) => send(client, path, options),
    /** @param {string} path @param {unknown} body @param {Parameters<typeof send>[2]} [options] */
    post: (path, body, options = {}) =>
      send(client, path, {
        ...options,
        method: "POST",
        body: typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body),
        headers: { "Content-Type": "application/json", Origin: `http://${host}`, ...options.headers },
      }),
    /**
     * Sends events of the browser's log, as the page script does: each gets the next number.
     * @param {Jar} jar @param {{ name: string, params?: object, age?: number }[]} events @param {string} [page] @param {object} [more]
     */
    events: (jar, events, page = "/", more = {}) =>
      client.post("/_attune/events", { log: jar.log, oldest: 1, page, events: events.map((event) => ({ n: ++jar.number, ...event })), ...more }, { jar }),
  };
  return client;
}

/**
 * One HTTP request, with exactly these headers.
 * @param {{ url: URL, host: string, always: Record<string, string>, agent: import("node:http").Agent | false }} client
 * @param {string} path
 * @param {{ method?: string, headers?: Record<string, string | string[]>, body?: string | Uint8Array, cf?: object, jar?: Jar }} [options]
 */
function send({ url, host, always, agent }, path, { method = "GET", headers = {}, body, cf = {}, jar } = {}) {
  // What the platform says of a request's place travels in a header here, and cannot in production.
  const all = { Host: host, "User-Agent": AGENT, "MF-CF-Blob": JSON.stringify(cf), ...always, ...headers };
  if (jar && jar.header() !== "") all.Cookie = jar.header();
  if (body !== undefined) all["Content-Length"] = String(Buffer.byteLength(body));
  return new Promise((resolve, reject) => {
    const request = httpRequest(new URL(path, url), { method, headers: all, agent }, (response) => {
      /** @type {Buffer[]} */
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const bytes = Buffer.concat(chunks);
        const setCookies = response.headers["set-cookie"] ?? [];
        if (jar) setCookies.forEach((line) => jar.set(line));
        resolve({ status: response.statusCode, headers: response.headers, setCookies, bytes, text: bytes.toString("utf8") });
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** A browser's cookies, of one host, and the log of its page script. */
export class Jar {
  /** @type {Map<string, string>} */
  cookies = new Map();
  log = randomBytes(4).toString("hex");
  /** Number of the last event. */
  number = 0;

  /** Another browser with the same cookies. */
  copy() {
    const copy = new Jar();
    copy.cookies = new Map(this.cookies);
    return copy;
  }

  /** @param {string} line of a `Set-Cookie` header */
  set(line) {
    const [pair, ...attributes] = line.split("; ");
    const [name, value] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
    if (attributes.includes("Max-Age=0")) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }

  header() {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** The profile cookie. */
  get profile() {
    return this.cookies.get("__Host-attune");
  }
}

/** A visitor who agreed, and then saw a page, which its script reported: has a profile. */
export async function consented(client, jar = new Jar()) {
  await client.post("/_attune/consent", { personalization: true, measurement: true }, { jar });
  await client.events(jar, [{ name: "page_view" }]);
  return jar;
}

/** The JSON of the plan in a page. @param {string} html */
export function planOf(html) {
  const found = /<script type="application\/json" id="attune-plan">(.*?)<\/script>/s.exec(html);
  return found ? JSON.parse(found[1]) : null;
}

/** A page without what goes before `</body>`. @param {string} html */
export function withoutTail(html) {
  return html.replace(/<script type="application\/json" id="attune-plan">.*?<\/script>(<script src="\/_attune\/(page|log)\.js"[^>]*><\/script>)+/s, "");
}
