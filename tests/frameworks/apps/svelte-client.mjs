import { hydrate } from "svelte";
import Shop from "./Shop.svelte";

const query = new URLSearchParams(location.search);
hydrate(Shop, { target: document.getElementById("root"), props: { mismatch: query.get("mismatch"), isPlain: query.has("plain") } });
