/** The wordmark: one line of even width, with two pennies for the bowls of the two p's. */
import { Markup } from './html.mjs';

const LETTERS = [
  'M9 6v22q0 8 8 8h2M2 16h15', 'M27 16v12q0 8 8 8t8-8V16M43 28v8', 'M53 18v34', 'M83 18v34', // t u p p
  'M113 26h18q0-10-9-10t-9 10q0 10 10 10q5 0 7-3', 'M141 36V17M141 25q1-9 9-9t9 9v11', 'M184 20q-3-4-8-4q-9 0-9 10t9 10q5 0 8-4', 'M191 26h18q0-10-9-10t-9 10q0 10 10 10q5 0 7-3', // e n c e
];

/** @param {string} [title] */
export function wordmark(title = 'Tuppence') {
  return new Markup(`<svg class="wordmark" viewBox="0 0 212 54" role="img" aria-label="${title}" width="168" height="43"><path d="${LETTERS.join('')}" fill="none" stroke="currentColor" stroke-width="5" stroke-linecap="round" stroke-linejoin="round"/><circle cx="63.500" cy="26" r="10" fill="#eab543" stroke="currentColor" stroke-width="4"/><circle cx="93.500" cy="26" r="10" fill="#d4493b" stroke="currentColor" stroke-width="4"/></svg>`);
}

export const FAVICON = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#33263a"/><circle cx="12" cy="16" r="7" fill="#eab543" stroke="#fffaf0" stroke-width="2"/><circle cx="21" cy="16" r="7" fill="#d4493b" stroke="#fffaf0" stroke-width="2"/></svg>';
