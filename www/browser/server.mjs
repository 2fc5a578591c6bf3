/** Attune's addresses. They are on the host that the script came from. */

const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);

/** Of a path in an event. */
export const PATH_CHARS_MAX = 1_000;

/** Of the page's content security policy. */
export const nonce = script?.nonce;

/** Whether the page asks for its plans itself: it does not pass through the page Worker. */
export const asksForPlans = script?.dataset.plan !== undefined;

/** @param {string} route */
export const address = (route) => new URL(`/_attune/${route}`, script?.src || location.href).href;

/** @param {string} route @param {object} body @param {boolean} [keepalive] outlives the page */
export const send = (route, body, keepalive) =>
  fetch(address(route), { method: "POST", keepalive, credentials: "include", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

/** Where a page decides by itself, this is asked before the server is. */
export const LOCAL = Symbol.for("attune.local");

/** @param {Parameters<typeof send>} call */
export const post = (...call) => (/** @type {{ [LOCAL]?: typeof send }} */ (window)[LOCAL] ?? send)(...call);
