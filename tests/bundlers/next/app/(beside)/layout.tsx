// Pages that do not pass through the page Worker: the script asks for their plans.
import type { ReactNode } from "react";

export const metadata = { title: "Mugs", icons: { icon: "data:," } };

/** As docs/browser.md has it. */
const EARLY = `try{(window.attune={early:fetch("/_attune/plan",{method:"POST",credentials:"include",headers:{"Content-Type":"application/json"},body:JSON.stringify({url:location.pathname+location.search,referrer:document.referrer,lang:document.documentElement.lang,frame:top!==window})})}).early.catch(()=>{})}catch{}`;

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en-GB">
      <head>
        <script dangerouslySetInnerHTML={{ __html: EARLY }} />
        <script src="/_attune/page.js" data-plan="" async />
      </head>
      <body>{children}</body>
    </html>
  );
}
