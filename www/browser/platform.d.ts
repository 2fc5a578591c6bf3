/** What browsers and pages have, and TypeScript does not know of. Not part of the package: a site may declare it in another way. */

interface Window {
  /** GA4's data layer: `{ event, ecommerce }` objects and `gtag` arguments. */
  dataLayer?: unknown[];
  trustedTypes?: { createPolicy<R>(name: string, rules: R): { [rule in keyof R]: (text: string) => any } };
}

interface Document {
  readonly prerendering?: boolean;
}
