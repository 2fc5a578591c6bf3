/** What each campaign is about, in words for the person who was shown it. @type {Record<string, string>} */
export const MESSAGES = {
  'abandoned-cart': 'That your basket is waiting',
  'basket-shelf': 'The shelf that your basket is filled from (counted, not shown)',
  evening: 'An evening greeting',
  'first-visit': 'A welcome for a first visit',
  'for-you': 'Gifts picked for you',
  france: 'Parcels to France',
  germany: 'Parcels to Germany',
  'goes-with': 'What goes with a gift',
  'hero-test': 'A comparison of two front pages',
  'high-value': 'A thank-you to our regulars',
  lapsed: 'That it has been a while',
  'one-more': 'What goes with your basket',
  returning: 'A welcome back',
  'shelf-fan': 'The way to your favourite shelf',
  'winter-sale': 'The winter sale',
};
