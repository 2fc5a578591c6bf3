import { renderToNodeStream } from "vue/server-renderer";
import { head, tail } from "./page.mjs";
import { appOf } from "./vue.mjs";

/** @param {URL} url @param {import("node:http").ServerResponse} response @param {string} script */
export function serve(url, response, script) {
  response.setHeader("Content-Type", "text/html; charset=utf-8");
  response.write(head(url, `<script src="${script}" defer></script>`));
  const body = renderToNodeStream(appOf(url.searchParams));
  body.pipe(response, { end: false });
  body.on("end", () => response.end(tail()));
}
