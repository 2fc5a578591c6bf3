import { createSSRApp } from "vue";
import { renderToString } from "vue/server-renderer";
import App from "document";
import { page } from "./page.mjs";

export const serve = page(() => renderToString(createSSRApp(App)));
