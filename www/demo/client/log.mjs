/** What Attune's script keeps in this browser, so that nothing is lost on the way. Only the script writes and erases it. */

/** @typedef {{ item_id?: string | number, quantity?: number }} Item */
/** @typedef {{ n: number, name: string, at: number, page?: string, params: { items?: Item[], products?: string[], page_path?: string, campaign?: string, transaction_id?: string } }} Entry */

/** The log as it is stored; null without one. @returns {{ id: string, entries: Entry[] } | null} */
export function log() {
  try {
    const stored = JSON.parse(localStorage.getItem('attune:log') ?? 'null');
    return Array.isArray(stored?.entries) ? stored : null;
  } catch {
    return null;
  }
}

/** One entry in words. @param {Entry} entry @param {(sku: string) => string} product name of a product */
export function sentence({ name, params }, product) {
  const things = (params.items ?? []).map(({ item_id, quantity = 1 }) => `${quantity > 1 ? `${quantity} × ` : ''}${product(String(item_id))}`).join(', ');
  const some = (/** @type {unknown[] | undefined} */ list, /** @type {string} */ what) => `${list?.length ?? 0} ${what}${list?.length === 1 ? '' : 's'}`;
  switch (name) {
    case 'page_view': return `Opened ${params.page_path}`;
    case 'view_item': return `Looked at ${things}`;
    case 'view_item_list': return `Saw a list of ${some(params.items, 'product')}`;
    case 'add_to_cart': return `Put into the basket: ${things}`;
    case 'remove_from_cart': return `Took out of the basket: ${things}`;
    case 'view_cart': return 'Looked at the basket';
    case 'begin_checkout': return 'Went to the checkout';
    case 'purchase': return `Placed order ${params.transaction_id ?? ''}: ${things}`;
    case 'search': return 'Searched the shop (what for is not kept)';
    case 'login': return 'Signed in';
    case 'attune_impression': return params.products ? `Was shown ${some(params.products, 'suggested product')}` : `Was shown the message ${params.campaign?.replaceAll('-', ' ')}`;
    default: return 'Something that could not be sent, and is not kept';
  }
}
