// A route handler: what is in stock, for the script of a page.

export function GET() {
  return Response.json({ "blue-mug": 12 }, { headers: { "Cache-Control": "public, max-age=30" } });
}
