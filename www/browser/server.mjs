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

/** Where the page decides by itself: who answers before the server does. @returns {import("./local/hook.mjs").Server | undefined} */
export const local = () => /** @type {any} */ (window)[Symbol.for("attune.server")];

/** @param {string} route @param {object} body @param {boolean} [keepalive] outlives the page @returns {Promise<Response>} */
export const post = (route, body, keepalive) => {
  const send = (/** @type {object} */ body) =>
    fetch(address(route), { method: "POST", keepalive, credentials: "include", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  return local()?.(route, body, send) ?? send(body);
};
