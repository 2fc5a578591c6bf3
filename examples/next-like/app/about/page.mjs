// The same page for everybody.

/** For how many seconds a rendering is kept. */
export const revalidate = 3600;

export default async function page() {
  return `<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><title>About us</title></head><body><h1>Three potters in Leeds</h1></body></html>
`;
}
