/** What browsers and pages have, and TypeScript does not know of. Not part of the package: a site may declare it in another way. */

interface Window {
  /** GA4's data layer: `{ event, ecommerce }` objects and `gtag` arguments. */
  dataLayer?: unknown[];
  trustedTypes?: { createPolicy(name: string, rules: { createHTML(text: string): string }): { createHTML(text: string): any } };
}

interface Document {
  readonly prerendering?: boolean;
}
