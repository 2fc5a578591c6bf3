// A page of long ago: tables for layout, Latin-1 that only a meta names, capital tags; and a door that sets a cookie and sends on, and
// sends back whoever comes without the cookie.
import { once } from "node:events";
import { createServer } from "node:http";

const HOME = `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">
<HTML LANG="fr"><HEAD><META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=iso-8859-1"><TITLE>Caf\xe9 du Midi</TITLE></HEAD>
<BODY BGCOLOR="#FFFFEE" TEXT="#332211">
<TABLE WIDTH="100%" CELLPADDING="6"><TR><TD BGCOLOR="#332211"><FONT COLOR="#FFFFEE"><B>Caf\xe9 du Midi</B></FONT></TD></TR></TABLE>
<TABLE WIDTH="100%" CELLPADDING="6"><TR><TD WIDTH="130" VALIGN="top"><A HREF="/cafes">Caf\xe9s</A><BR><A HREF="/thes">Th\xe9s</A></TD>
<TD VALIGN="top"><DIV ALIGN="center" ID="accueil"><H1>L'\xe9t\xe9 \xe0 la fra\xeeche</H1><IMG SRC="/tasse.gif" ALT=""><P>Caf\xe9s glac\xe9s et th\xe9s verts, exp\xe9di\xe9s le jour m\xeame.</P><A HREF="/ete">Voir la s\xe9lection</A></DIV>
<TABLE CLASS="produits" CELLPADDING="4">
<TR><TD><A HREF="/p/1"><IMG SRC="/tasse.gif" ALT="">Br\xe9sil</A></TD><TD>7,50 EUR</TD></TR>
<TR><TD><A HREF="/p/2"><IMG SRC="/tasse.gif" ALT="">\xc9thiopie</A></TD><TD>9,20 EUR</TD></TR>
<TR><TD><A HREF="/p/3"><IMG SRC="/tasse.gif" ALT="">Sencha</A></TD><TD>11,00 EUR</TD></TR>
</TABLE></TD></TR></TABLE>
</BODY></HTML>
`;

/** Serves it on a free port. */
export async function serve() {
  const server = createServer((request, response) => {
    const path = String(request.url).split("?")[0];
    if (path === "/tasse.gif") return response.writeHead(200, { "Content-Type": "image/gif" }).end(Buffer.from("R0lGODlhAQABAIAAAMyZZgAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==", "base64"));
    const isKnown = /\bporte=ouverte\b/.test(request.headers.cookie ?? "");
    if (!isKnown) {
      const cookie = path === "/entree" ? { "Set-Cookie": "porte=ouverte; Path=/; Domain=127.0.0.1" } : {};
      return response.writeHead(302, { Location: path === "/entree" ? "/accueil.php" : "/entree", ...cookie }).end();
    }
    if (path !== "/accueil.php") return response.writeHead(302, { Location: "/accueil.php" }).end();
    response.writeHead(200, { "Content-Type": "text/html" }).end(Buffer.from(HOME, "latin1"));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}`, close: () => void (server.close(), server.closeAllConnections()) };
}
