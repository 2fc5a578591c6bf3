import { render } from "svelte/server";
import App from "document";
import { page } from "./page.mjs";

export const serve = page(() => render(App).body);
