import { render } from "svelte/server";
import { head, tail } from "./page.mjs";
import Shop from "./Shop.svelte";

/** @param {URL} url @param {import("node:http").ServerResponse} response @param {string} script */
export function serve(url, response, script) {
  const { head: own, body } = render(Shop, { props: { mismatch: url.searchParams.get("mismatch"), isPlain: url.searchParams.has("plain") } });
  response.setHeader("Content-Type", "text/html; charset=utf-8");
  response.end(`${head(url, `${own}<script src="${script}" defer></script>`)}${body}${tail()}`);
}
