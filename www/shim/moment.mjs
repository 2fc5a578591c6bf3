/** A turn for whatever else the isolate has to do: work in steps of which none holds up a page. */
export function moment() {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
