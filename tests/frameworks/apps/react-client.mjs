import { createElement as h } from "react";
import { hydrateRoot } from "react-dom/client";
import { App } from "./react.mjs";

const query = new URLSearchParams(location.search);
const isDocument = query.has("document");
const flow = { mismatch: query.get("mismatch"), isPlain: query.has("plain"), isDocument, script: new URL(document.currentScript.src).pathname, late: { read() {} } };
window.recovered = [];
hydrateRoot(isDocument ? document : document.getElementById("root"), h(App, flow), { onRecoverableError: (error) => window.recovered.push(error.message) });
