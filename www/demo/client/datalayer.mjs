/** The page's GA4 data layer. */

/** @typedef {Window & { dataLayer?: unknown[] }} WithDataLayer */

/**
 * Pushes one event. An e-commerce object is cleared first, as GA4 asks, so that nothing of the one before clings to it.
 * @param {{ event: string, ecommerce?: unknown }} entry
 */
export function push(entry) {
  const page = /** @type {WithDataLayer} */ (window);
  page.dataLayer ??= [];
  if ('ecommerce' in entry) page.dataLayer.push({ ecommerce: null });
  page.dataLayer.push(entry);
}
