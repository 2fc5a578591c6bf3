import { PassThrough } from "node:stream";
import { createElement as h } from "react";
import { renderToPipeableStream } from "react-dom/server";
import { head, tail } from "./page.mjs";
import { App } from "./react.mjs";

/** Something that a part of the page waits for, once a request. */
function awaited() {
  let isThere = false;
  const there = new Promise((resolve) => setTimeout(resolve, 30)).then(() => (isThere = true));
  return {
    read() {
      if (!isThere) throw there;
    },
  };
}

/**
 * Streams a page: the shell, and what it waits for when that is there.
 * @param {URL} url @param {import("node:http").ServerResponse} response @param {string} script
 */
export function serve(url, response, script) {
  const isDocument = url.searchParams.has("document");
  const flow = { mismatch: url.searchParams.get("mismatch"), isPlain: url.searchParams.has("plain"), isDocument, script, late: awaited() };
  response.setHeader("Content-Type", "text/html; charset=utf-8");
  if (url.searchParams.has("trusted")) response.setHeader("Content-Security-Policy", "require-trusted-types-for 'script'; trusted-types attune attune-slots");
  const body = new PassThrough();
  body.pipe(response, { end: false });
  body.on("end", () => response.end(isDocument ? "" : tail()));
  const { pipe } = renderToPipeableStream(h(App, flow), {
    ...(isDocument ? {} : { bootstrapScripts: [script] }),
    onShellReady() {
      if (!isDocument) response.write(head(url));
      pipe(body);
    },
  });
}
