import { hydrate } from "svelte";
import App from "document";

hydrate(App, { target: document.getElementById("root") });
