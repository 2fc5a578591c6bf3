/**
 * A typed queue in front of the page script, /_attune/page.js: calls wait until it is there. On a server, and where the script is
 * blocked, they never settle.
 */

import type { AttuneApi } from "./page.js";

export type * from "./page.js";

/** What a page may ask of the script. */
export declare const attune: AttuneApi;
