// Every other page.

export const status = 404;

export const loader = () => null;

export async function* render() {
  yield '<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Not found</title></head><body><h1>Not found</h1></body></html>\n';
}
