import { createElement as h } from "react";
import { renderToString } from "react-dom/server";
import App from "document";
import { page } from "./page.mjs";

export const serve = page(() => renderToString(h(App)));
