// Decides in the browser. With `data-keys` it is a site without a server of ours, and this script loads the page script too; otherwise
// the server hands out what is needed. See page.d.ts.
import { load } from "./local/core.mjs";
import { besideServer } from "./local/handout.mjs";
import { install } from "./local/hook.mjs";
import { ownServer } from "./local/static.mjs";

const script = /** @type {HTMLScriptElement} */ (document.currentScript);
const address = (/** @type {string} */ file) => new URL(file, script.src).href;
const { keys } = script.dataset;

if (keys === undefined) {
  install(besideServer(({ pack, keys, needed }) => load(address, address(pack), { keys, needed })));
} else {
  const loading = load(address, address("client.attune"), { keys, needed: 1 });
  loading.catch(() => {});
  install(ownServer(loading));
  // The page script's own policy cannot be made twice.
  const policy = window.trustedTypes?.createPolicy("attune-local", { createScriptURL: (/** @type {string} */ url) => url });
  const src = policy?.createScriptURL(address("page.js")) ?? address("page.js");
  const page = Object.assign(document.createElement("script"), { src, nonce: script.nonce });
  page.dataset.plan = "";
  document.head.append(page);
}
