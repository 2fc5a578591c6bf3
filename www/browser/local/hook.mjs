/** What the page script asks before it asks the server. */

import { LOCAL } from "../server.mjs";

/** Answers as the server does. @typedef {(route: string, body: any, keepalive?: boolean) => Promise<Response>} Answers */

/** @param {Answers} answers */
export const install = (answers) => Object.assign(window, { [LOCAL]: answers });
